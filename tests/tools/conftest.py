"""A spec's folder that tests write tool modules into, and the short way to bind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from runtime.errors import ToolError
from runtime.tools.declaration import Terms
from runtime.tools.executor import Executor
from runtime.tools.modules import LoadedModule, load
from runtime.tools.paths import ToolPaths
from runtime.tools.python import PythonTool, bind


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path
    executor: Executor
    held: list[LoadedModule] = field(default_factory=list)
    packages: tuple[str, ...] = ()

    @property
    def paths(self) -> ToolPaths:
        return ToolPaths(self.path, packages=self.packages)

    def load(self, name: str) -> Any:
        """Import a module and hold it, as a tool does, until the test is over."""
        self.held.append(load(name, self.paths))
        return self.held[-1].module

    def write(self, file: str, source: str) -> Path:
        path = self.path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source), encoding="utf-8")
        return path

    def bind(
        self,
        reference: str,
        *,
        description: str = "",
        parameters: Mapping[str, Any] | None = None,
        timeout_ms: int = 5_000,
        examples: tuple[str, ...] = (),
    ) -> PythonTool:
        terms = Terms(reference.partition(":")[2], timeout_ms, description, parameters, examples)
        return bind(terms, reference, paths=self.paths, executor=self.executor)

    def refusal(self, reference: str, **options: Any) -> str:
        """Bind what cannot be bound, and return why."""
        with pytest.raises(ToolError) as caught:
            self.bind(reference, **options)
        return str(caught.value)


def module_of(tool: PythonTool) -> dict[str, Any]:
    """Return the names of the tool's own module."""
    names: dict[str, Any] = tool._found.function.__globals__
    return names


async def failure(tool: PythonTool, arguments: Any = None) -> str:
    with pytest.raises(ToolError) as caught:
        await tool.call({} if arguments is None else arguments)
    return str(caught.value)


@pytest.fixture
def executor() -> Iterator[Executor]:
    executor = Executor(size=2)
    yield executor
    executor.close()


@pytest.fixture
def folder(tmp_path: Path, executor: Executor) -> Folder:
    return Folder(tmp_path, executor)
