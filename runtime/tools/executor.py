"""Where the tools of one agent run, and what never came back from there.

Each agent has its own: one whose tools hang has no thread left for them, and no other agent notices.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from runtime.tools.bounded import Left, within
from runtime.tools.threads import ToolThreads

_Answer = TypeVar("_Answer")


class Executor:
    """Threads for plain functions, tasks for async ones, and a time limit for both. `agent` names whose they are."""

    def __init__(self, size: int = 8, agent: str = "") -> None:
        self.agent = agent
        self._threads = ToolThreads(size)
        self._left = Left()

    @property
    def stuck(self) -> int:
        """How many calls go on that nobody waits for any more, in threads and in tasks."""
        return self._threads.abandoned + len(self._left)

    async def within(self, seconds: float, work: Coroutine[Any, Any, _Answer], name: str) -> _Answer:
        """Return what `work` returns, raise what it raises, or TimeoutError; see `bounded.within`."""
        return await within(seconds, work, name, self._left)

    async def in_thread(self, function: Callable[..., Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a function in a thread; see `ToolThreads.run`."""
        return await self._threads.run(function, kwargs)

    def close(self) -> None:
        """Take no more calls; waits for none."""
        self._threads.close()


class Executors:
    """One executor for each agent of the process, by name: a reload of the agent keeps it."""

    def __init__(self) -> None:
        self._of: dict[str, Executor] = {}

    def of(self, agent: str) -> Executor:
        """The agent's own."""
        return self._of.setdefault(agent, Executor(agent=agent))

    def stuck(self, agent: str) -> int:
        """How many calls of this agent never came back."""
        executor = self._of.get(agent)
        return 0 if executor is None else executor.stuck

    def close(self) -> None:
        """Take no more calls."""
        for executor in self._of.values():
            executor.close()
