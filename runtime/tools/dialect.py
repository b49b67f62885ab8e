"""What a tool module sees of Python in place of the original: `importlib` and `print`."""

from __future__ import annotations

import builtins
import importlib
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def importlib_with(import_module: Callable[..., ModuleType]) -> ModuleType:
    """Return a module that is `importlib` but for one function, so that `import_module` knows the folder too."""
    module = ModuleType("importlib", importlib.__doc__)
    vars(module).update(__getattr__=_of_importlib, __path__=importlib.__path__, import_module=import_module)
    return module


def _of_importlib(name: str) -> Any:
    return getattr(importlib, name)


def print_aside(*values: Any, file: Any = None, **options: Any) -> None:
    """Print to stderr, beside the log: stdout is for the answer of a command, such as `check --format json`."""
    builtins.print(*values, file=sys.stderr if file is None else file, **options)


def caller() -> str:
    """Return the name of the module that called the function that calls this, or an empty text."""
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame.f_back if frame is not None else None
    return str(frame.f_globals.get("__name__", "")) if frame is not None else ""
