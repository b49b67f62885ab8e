"""HTTP and WebSocket, on aiohttp: who may connect, where to, and what the process says of itself.

It holds no conversation logic: a socket is handed to a session. Read `app.py` first.
"""
