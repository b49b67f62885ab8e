"""One call of a tool: whose it is, and what its code may know and say of the session."""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

from typing_extensions import override

from runtime.errors import ToolError

LOGGER = "runtime.tools.author"
"""The logger whose records the code of tools writes."""


class _Stage(Enum):
    WAITING = auto()
    RUNNING = auto()
    WITHDRAWN = auto()


class WithdrawnError(ToolError):
    """The call is no longer wanted, and had not begun."""


def _unheard(_text: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `variables` are the session's; `values` adds the words that every template has, as of now.

    `say` puts a sentence before the user, if nobody speaks; it may be called from any thread.
    """

    agent: str = ""
    session_id: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    say: Callable[[str], None] = _unheard


class Call:
    """One call, from the order to its beginning: until a tool `begin`s in earnest it can be withdrawn.

    The two may happen in different threads, and exactly one of them wins. What `finishes` is not cut, once it has
    begun, when nobody waits for it any more, because the user hangs up.
    """

    __slots__ = ("_lock", "_stage", "caller", "finishes", "trace")

    def __init__(
        self, caller: Caller, trace: Callable[[str, str], None] | None = None, *, finishes: bool = False
    ) -> None:
        self.caller = caller
        self.finishes = finishes
        self.trace = trace
        self._stage = _Stage.WAITING
        self._lock = threading.Lock()

    def begin(self) -> None:
        """The tool acts from here on, first or again. Raises WithdrawnError where nobody wants it any more."""
        with self._lock:
            if self._stage is _Stage.WITHDRAWN:
                raise WithdrawnError("The call was withdrawn before it began")
            self._stage = _Stage.RUNNING

    def withdraw(self) -> bool:
        """Keep the call from beginning; False where it has begun."""
        with self._lock:
            if self._stage is _Stage.RUNNING:
                return False
            self._stage = _Stage.WITHDRAWN
            return True


class _Told(Awaitable[None]):
    """Awaitable, and nothing to wait for: so that a function without `async` may just call what gives it."""

    @override
    def __await__(self) -> Generator[None, None, None]:
        yield from ()


_TOLD = _Told()


class ToolContext:
    """What a tool may know of the session that calls it.

    A parameter with this type as its hint is filled in by the runtime and never shown to the model:

        async def find_room(date: date, context: ToolContext) -> str:
            await context.progress("Looking through the calendar.")

    `variables` are the session's, read-only; `logger` names the agent, the tool and the session in each record.
    """

    __slots__ = ("_say", "agent", "logger", "session_id", "tool", "variables")

    def __init__(self, tool: str, caller: Caller) -> None:
        self.agent = caller.agent
        self.session_id = caller.session_id
        self.tool = tool
        self.variables: Mapping[str, Any] = MappingProxyType(dict(caller.variables))
        self.logger = _Logger(logging.getLogger(LOGGER), {"where": f"{caller.agent}.{tool} {caller.session_id}"})
        self._say = caller.say

    def progress(self, text: str) -> Awaitable[None]:
        """Tell the user how far it is, at most 500 characters; unsaid if somebody speaks at the moment.

        Takes effect at once and waits for nothing, so a function that is not async may call it without `await`.
        """
        self._say(str(text))
        return _TOLD


class _Logger(logging.LoggerAdapter[logging.Logger]):
    @override
    def process(self, msg: Any, kwargs: Any) -> tuple[Any, Any]:
        where = self.extra["where"] if self.extra else ""
        return f"{where}: {msg}", kwargs
