"""The turn, decided in pure code: facts go in as method calls, effects come out as values.

Nothing here waits, reads a clock, logs or knows a socket: whoever drives it passes the time in and performs what
comes back, in order. Read `conversation.py` first, then `response.py`; `chunker.py`, `speech.py` and `heard.py` are
the streams a response is made of.

One rule replaces most flags: *news from a turn that is over changes nothing*. All that arrives late carries the
`message_id` of its response, and only the running response listens.
"""
