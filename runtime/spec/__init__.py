"""From a folder of files to validated agents.

The room's one job: read YAML, find every mistake in it, and give back frozen `AgentSpec` values. A mistake is
a value (`problem.Problem`), never an exception. The way through is

    read -> document -> inherit -> references -> templates -> schema -> checks -> decode

and `assembly` walks it for one file, `load` for a folder. The room must not know providers, event loops or
sockets; `read` alone opens an author's files. Read `load.py` first.
"""
