"""The modules that a source's import statements may ask for, those inside functions included.

Read from the text, because a statement that has not run yet already makes its target a part of the program.
"""

from __future__ import annotations

import ast


def names(source: bytes, file: str, package: str) -> frozenset[str]:
    """Return dotted names; `file` is what warnings name, `package` where relative imports start, empty at the top.

    `from a import b` may ask for the module `a.b`, so that is among them. Source that is no Python has none.
    """
    try:
        tree = ast.parse(source, file)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # told when it is compiled to be run
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, package)
            found.update(_joined(base, alias.name) for alias in node.names)
            found.add(base)
    return frozenset(found - {""})


def _base(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return _joined(".".join(parts[: len(parts) - node.level + 1]), node.module or "")


def _joined(base: str, name: str) -> str:
    return f"{base}.{name}" if base and name else base or name
