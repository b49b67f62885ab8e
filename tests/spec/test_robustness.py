"""The worst that can stand in a folder: a finding each, within a second, and the good agent beside it is served."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from runtime.spec.load import FolderLoader, LoadedFolder, load_file
from runtime.spec.read import SourceFile

BASE = "model: gpt-4o\ninstructions: Be kind.\n"
BOMB = "\n".join(["x-0: &x0 [a, a]"] + [f"x-{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 30)])
MERGE_BOMB = "\n".join(
    ["x-0: &x0 {a: 1}"] + [f"x-{n}: &x{n} {{<<: [{', '.join([f'*x{n - 1}'] * 9)}]}}" for n in range(1, 30)]
)

# Measuring coverage slows Python down several times.
SECOND = 1 if sys.gettrace() is None else 5


def content(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


WORST: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "alias-bomb": (content(BOMB.encode()), {"too-large"}),
    "merge-bomb": (content(MERGE_BOMB.encode()), {"too-large"}),
    "ten-megabytes": (content(b"# " + b"x" * 10_000_000), {"unreadable"}),
    "many-values": (content(b"x-a: [" + b"1," * 200_000 + b"]"), {"too-large"}),
    "deep-lists": (content(b"[" * 10_000), {"too-deep"}),
    "deep-mappings": (content(b"{a: " * 10_000), {"too-deep"}),
    "deep-dashes": (content(b"- " * 10_000), {"too-deep"}),
    "not-utf-8": (content(b"model: \xff\xfe"), {"encoding"}),
    "null-bytes": (content(b"\0" * 4096), {"yaml"}),
    "long-line": (content(b"model: " + b"a" * 500_000), {"bad-value", "missing-key"}),
    "nothing": (content(b""), {"empty"}),
    "pipe": (os.mkfifo, {"unreadable"}),
    "folder": (Path.mkdir, {"unreadable"}),
    "dangling-link": (lambda path: path.symlink_to("nowhere"), {"unreadable"}),
    "link-to-itself": (lambda path: path.symlink_to(path.name), {"unreadable"}),
    "device": (lambda path: path.symlink_to("/dev/zero"), {"unreadable"}),
}


def loaded_within_a_second(folder: Path) -> LoadedFolder:
    (folder / "good.yaml").write_text(BASE)
    load_file(SourceFile(folder / "first.yaml", "first.yaml", BASE.encode()), {})  # compiles the schema
    begin = perf_counter()
    loaded = FolderLoader(folder).load({})
    assert perf_counter() - begin < SECOND
    served = [each.spec.name for each in loaded.specs if each.spec is not None]
    assert served == ["good"]
    return loaded


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", WORST)
def test_as_a_spec_it_is_a_finding(tmp_path: Path, name: str) -> None:
    make, codes = WORST[name]
    make(tmp_path / "bad.yaml")
    found = {problem.code for problem in loaded_within_a_second(tmp_path).specs[0].problems}
    assert found
    assert found <= codes


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", WORST)
def test_as_a_base_it_is_a_finding_of_whoever_extends_it(tmp_path: Path, name: str) -> None:
    make, codes = WORST[name]
    make(tmp_path / "_bad.yaml")
    (tmp_path / "agent.yaml").write_text("extends: _bad.yaml\n")
    found = {problem.code for problem in loaded_within_a_second(tmp_path).specs[0].problems}
    assert found
    assert found <= codes | {"missing-base"}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", ["pipe", "folder", "dangling-link", "device", "ten-megabytes", "not-utf-8", "nothing"])
def test_as_a_prompt_or_secret_it_is_a_finding(tmp_path: Path, name: str) -> None:
    make, _ = WORST[name]
    make(tmp_path / "bad.md")
    (tmp_path / "a.yaml").write_text("model: m\ninstructions: {file: bad.md}\n")
    (tmp_path / "b.yaml").write_text(BASE + "voice: {api_key: '${file:bad.md}'}\n")
    first, second, _ = loaded_within_a_second(tmp_path).specs
    assert len(first.problems) == 1
    assert len(second.problems) == (0 if name == "nothing" else 1) or second.spec is None


@pytest.mark.timeout(10)
def test_what_may_not_be_read_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def guarded(path: Path, flags: int, *rest: int) -> int:
        if Path(path).name == "bad.yaml":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, flags, *rest)

    (tmp_path / "bad.yaml").write_text(BASE)
    monkeypatch.setattr(os, "open", guarded)
    (problem,) = loaded_within_a_second(tmp_path).all_problems()
    assert problem.message == "the file may not be read"


def test_hidden_names_and_leftovers_of_editors_are_no_specs(tmp_path: Path) -> None:
    for name in (".a.yaml", "..data.yaml", "a.yaml~", ".a.yaml.swp", "4913", "a.yaml.tmp", "a.txt"):
        (tmp_path / name).write_text("[")
    assert len(loaded_within_a_second(tmp_path).specs) == 1
