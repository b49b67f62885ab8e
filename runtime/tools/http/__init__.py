"""Tools that are HTTP requests, declared in a spec.

`bind.py` turns what is written into a `RequestTemplate`, or into everything that is wrong with it. `tool.py` fills that
in and sends it through `client.py`, which reaches public addresses only; `answer.py` makes a result of what comes back.
Read `tool.py` first.
"""
