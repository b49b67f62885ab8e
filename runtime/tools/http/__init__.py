"""Tools that are HTTP requests, declared in a spec.

`mistakes.py` and `bind.py` turn what is written into a `RequestTemplate`; `tool.py` fills it in and sends it through
`client.py`, which reaches public addresses only; `answer.py` makes a result of what comes back. Read `tool.py` first.
"""
