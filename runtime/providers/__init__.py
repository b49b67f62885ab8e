"""Models, voices and recognisers behind three small ports; `ports.py` is the room in one page.

Adapters live in a package each and do not know each other, nor anything of turns. `http` is the connection pool that
the adapters of servers share, `fallback.py` tries one adapter after another.
"""
