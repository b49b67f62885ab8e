"""Finding and importing the module of a tool: in the spec's folder first, then among installed packages."""

from __future__ import annotations

import importlib
import sys
import threading
from pathlib import Path
from types import ModuleType

from runtime.errors import ToolError
from runtime.tools.import_errors import explain
from runtime.tools.namespaces import Namespace, public
from runtime.tools.nearest import suggestion

_lock = threading.Lock()
_newest: dict[Path, Namespace] = {}


def load(name: str, folder: Path) -> ModuleType:
    """Import the module `name`; raises ToolError when there is none or its code fails.

    The same files give the same module object, so that tools of one folder share its state. After an edit the
    next load reads the folder anew; what was loaded before stays as it is.
    """
    namespace = _namespace(folder)
    own = namespace.holds(name)
    if not own and name.partition(".")[0] in sys.stdlib_module_names:
        raise ToolError(f"`{name}` is Python's standard library; write a function of your own that uses it")
    try:
        return namespace.load(name) if own else importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if isinstance(error, ModuleNotFoundError) and _is_about(error, name):
            raise _missing(name, namespace.folder) from None
        raise ToolError(f"`{name}` cannot be imported: {explain(error, namespace.folder)}") from error


def _namespace(folder: Path) -> Namespace:
    folder = folder.resolve()
    with _lock:
        newest = _newest.get(folder)
        if newest is None or not newest.is_current():
            newest = _newest[folder] = Namespace(folder)
        return newest


def _is_about(error: ModuleNotFoundError, name: str) -> bool:
    """Whether the module itself or a package around it is missing, rather than something that it imports."""
    return error.name is not None and f"{name}.".startswith(f"{public(error.name)}.")


def _missing(name: str, folder: Path) -> ToolError:
    file = f"{name.replace('.', '/')}.py"
    hint = suggestion(name, _modules(folder), f"put it into `{file}`")
    return ToolError(f"there is no module `{name}` beside the spec or among the installed packages; {hint}")


def _modules(folder: Path) -> set[str]:
    """Return the dotted names of the folder's public modules."""
    names: set[str] = set()
    for file in folder.rglob("*.py"):
        parts = file.relative_to(folder).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if parts and all(part.isidentifier() and not part.startswith("_") for part in parts):
            names.add(".".join(parts))
    return names
