"""The command line: `callboard serve`, `check`, `list`, `chat`, `say` and the others in `parser.COMMANDS`.

The room turns arguments into calls of the other rooms, and their values into lines for people and scripts. It is
imported by nobody. Every command is a `run(arguments) -> exit code` in a file of its own, imported when it is
chosen: `callboard --help` must not wait for a server to load. Read `main.py` first, then `parser.py`.
"""
