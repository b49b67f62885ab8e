"""One connection's life: it owns the conversation, performs its effects and feeds the news back.

It translates between wire, conversation, providers and tools, which do not know each other, and imports no web
framework: the server gives it a `Socket`. Read `session.py` first; `outlet.py` is the only way out.
"""
