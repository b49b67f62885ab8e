"""Sound as bytes: what format it is in, how long it lasts, and where it may be cut.

The room reads headers and counts. It neither decodes nor encodes, and it knows no session, no provider and no
clock. Nothing here raises on sound that comes from a provider: what cannot be read is handed on whole.

Read `parts` first: it turns an encoded stream into parts that can each be played on their own.
"""
