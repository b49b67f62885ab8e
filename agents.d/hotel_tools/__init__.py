"""What the concierge can look up and do."""
