"""Bytes on the socket to messages and back; nothing about sessions, sockets or turns.

A client protocol is one codec here: it decodes what clients send into `messages`, and encodes `runtime.events` into
frames. Read `native.py` first.
"""
