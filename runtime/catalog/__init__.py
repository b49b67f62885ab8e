"""The live set of agents: an immutable snapshot, built aside and swapped in one assignment.

It never reaches into a live session. Read `snapshot.py` first, then `build.py`.
"""
