"""Two agents, one name or path: who has it."""

from __future__ import annotations

from pathlib import Path

from runtime.spec.assembly import Loaded
from runtime.spec.collisions import refuse_collisions
from runtime.spec.load import load_file
from runtime.spec.read import SourceFile


def agent(file: str, path: str, name: str = "") -> Loaded:
    text = f"model: m\ninstructions: i\npath: {path}\n" + (f"name: {name}\n" if name else "")
    return load_file(SourceFile(Path(file), file, text.encode()), {})


def served(loaded: tuple[Loaded, ...]) -> dict[str, str]:
    return {each.spec.path: each.file for each in loaded if each.spec is not None}


def test_the_first_file_wins_where_nobody_has_the_path() -> None:
    assert served(refuse_collisions([agent("a.yaml", "/x"), agent("b.yaml", "/x")], {})) == {"/x": "a.yaml"}


def test_who_is_served_at_a_path_keeps_it_and_the_order_stays() -> None:
    result = refuse_collisions([agent("a.yaml", "/x"), agent("b.yaml", "/x")], {"/x": "b.yaml"})
    assert served(result) == {"/x": "b.yaml"}
    assert [each.file for each in result] == ["a.yaml", "b.yaml"]
    assert [problem.note for problem in result[0].problems] == ["b.yaml:3: first used here"]


def test_who_is_served_keeps_its_name_too() -> None:
    result = refuse_collisions([agent("a.yaml", "/x", "ada"), agent("b.yaml", "/y", "ada")], {"/y": "b.yaml"})
    assert served(result) == {"/y": "b.yaml"}


def test_two_agents_exchange_their_paths() -> None:
    result = refuse_collisions([agent("a.yaml", "/y"), agent("b.yaml", "/x")], {"/x": "a.yaml", "/y": "b.yaml"})
    assert served(result) == {"/y": "a.yaml", "/x": "b.yaml"}
