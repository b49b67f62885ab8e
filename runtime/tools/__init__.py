"""Tools: what an agent can do besides talking.

One job: turn a tool of a spec into something that can be called safely: its parameters checked before it
runs, its time bounded, its result plain JSON, its failure a short sentence. One port, one adapter per kind of
tool. Must not know turns, sessions or the wire. Read `port.py` first, then `python.py`.
"""
