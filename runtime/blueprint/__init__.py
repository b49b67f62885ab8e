"""A validated spec becomes an agent that is ready to talk: immutable, and nothing left to look up.

Everything in a spec that can fail, fails here, with its place in the file; no network is touched.
Read `compile.py` first.
"""
