"""A pooled HTTP/1.1 client for the hot path: one request out, the body back in pieces as it arrives.

It knows sockets and bytes, and must not know what they mean: no models, no voices, no events. It follows no
redirect, keeps no cookie, asks for no compression and uses no proxy. Read `pool.py` first.
"""
