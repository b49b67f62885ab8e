"""Where the tools of one agent run, and which of their calls go on beyond their time.

Each agent has its own: one whose tools hang has no thread left for them, and no other agent notices.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from runtime.tools.bounded import Left, Limit, within
from runtime.tools.threads import ToolThreads

_Answer = TypeVar("_Answer")


class Executor:
    """Threads for plain functions, tasks for async ones, and a time limit for both. `agent` names whose they are."""

    def __init__(self, size: int = 8, agent: str = "") -> None:
        self.agent = agent
        self._threads = ToolThreads(size)
        self._left = Left()
        self._in_threads: set[Limit] = set()

    @property
    def stuck(self) -> int:
        """How many calls run on, in threads and in tasks, although their time limit has passed.

        One that was interrupted and runs to its end within its time is none.
        """
        # A call in a thread has a task too, until that has noticed its cancellation: one limit, one call.
        return sum(limit.passed for limit in {*self._left.limits, *tuple(self._in_threads)})

    async def within(
        self, limit: Limit, work: Coroutine[Any, Any, _Answer], name: str, *, finishes: bool = False
    ) -> _Answer:
        """Return what `work` returns, raise what it raises, or TimeoutError; see `bounded.within`."""
        return await within(limit, work, name, self._left, finishes=finishes)

    async def in_thread(self, function: Callable[..., Any], kwargs: Mapping[str, Any], limit: Limit) -> Any:
        """Call a function in a thread; see `ToolThreads.run`. The limit, its call's own, is not enforced here."""
        return await self._threads.run(partial(self._noted, function, limit), kwargs)

    def _noted(self, function: Callable[..., Any], limit: Limit, /, **kwargs: Any) -> Any:
        self._in_threads.add(limit)  # atomic, as are the others: this is one thread of many
        try:
            return function(**kwargs)
        finally:
            self._in_threads.discard(limit)

    def close(self) -> None:
        """Take no more calls; waits for none."""
        self._threads.close()


class Executors:
    """One executor for each agent of the process, by name: a reload of the agent keeps it.

    It is held by the tools that are bound to it and by the calls that run in it, not by this: when an agent is gone,
    with its sessions and its calls, so is its executor. Its threads end by themselves.
    """

    def __init__(self) -> None:
        self._of: WeakValueDictionary[str, Executor] = WeakValueDictionary()

    def of(self, agent: str) -> Executor:
        """The agent's own."""
        return self._of.setdefault(agent, Executor(agent=agent))

    def stuck(self, agent: str) -> int:
        """How many calls of this agent run on although their time limit has passed."""
        executor = self._of.get(agent)
        return 0 if executor is None else executor.stuck

    def close(self) -> None:
        """Take no more calls."""
        for executor in tuple(self._of.values()):
            executor.close()
