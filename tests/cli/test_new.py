"""`callboard new`."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.cli import starter
from runtime.cli.new import _slug
from runtime.spec.schema import load_schema, schema_path
from tests.cli.conftest import ADA, Run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_tells_what_it_wrote_and_what_to_do_next(here: Path, run: Run) -> None:
    result = run("new", "front-desk")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "wrote agents.d/.callboard/agent.schema.json",
        "wrote agents.d/front_desk_tools.py",
        "wrote agents.d/front-desk.yaml",
        "next: callboard chat front-desk",
    ]
    assert (here / "agents.d" / "front-desk.yaml").is_file()


def test_the_result_passes_check_and_talks_at_once(here: Path, run: Run) -> None:
    run("new", "front-desk")
    assert run("check", "--strict").out == "1 agent, no problems\n"
    spec = here / "agents.d" / "front-desk.yaml"
    spec.write_text(spec.read_text().replace("voice: alloy", "voice: null").replace("whisper-1\n", "null\n"))
    result = run("say", "front-desk", "When does the library open?")
    assert (result.code, result.out) == (0, "The library is open from nine to six.\n")


def test_with_a_key_it_passes_check_as_well(here: Path, run: Run) -> None:
    run("new", "ada")
    assert run("check", "--offline", "--provider", "openai").out == "1 agent, no problems\n"


def test_each_part_in_comments_works_once_uncommented(here: Path, run: Run) -> None:
    run("new", "ada")
    spec = here / "agents.d" / "ada.yaml"
    text = spec.read_text()
    parts = re.findall(r"^# ([a-z_]+: .*)$", text, re.MULTILINE)
    keys = [part.partition(":")[0] for part in parts]
    assert keys == "model voice transcription variables timezone chunking max_steps history".split()
    for key, part in zip(keys, parts, strict=True):
        rest = re.sub(rf"^{key}: .*\n", "", text, flags=re.MULTILINE)
        spec.write_text(f"{rest}{part}\n")
        assert run("check").out == "1 agent, no problems\n", part


def test_the_chunking_in_comments_is_the_default() -> None:
    written = re.findall(r"(\w+): (\d+)", re.findall(r"^# chunking: (.*)$", starter.spec("a", ""), re.MULTILINE)[0])
    rules = load_schema("agent")["properties"]["chunking"]["properties"]
    assert written
    assert all(rules[key]["default"] == int(value) for key, value in written)


@pytest.mark.parametrize("name", ["a", "a" * 63, "no", "class", "x9-"])
def test_every_name_that_the_schema_allows_works(here: Path, run: Run, name: str) -> None:
    assert run("new", name).code == 0
    assert run("check").out == "1 agent, no problems\n"


# -- editors


@pytest.mark.parametrize("shared", [True, False])
def test_both_modelines_point_at_a_schema_that_is_there(here: Path, run: Run, shared: bool) -> None:
    if shared:
        (here / "schemas").mkdir()
        (here / "schemas" / "agent.schema.json").write_text("{}")
    result = run("new", "ada")
    vscode, jetbrains = (here / "agents.d" / "ada.yaml").read_text().splitlines()[:2]
    schema = "../schemas/agent.schema.json" if shared else ".callboard/agent.schema.json"
    assert vscode == f"# yaml-language-server: $schema={schema}"
    assert jetbrains == f"# $schema: {schema}"
    assert (here / "agents.d" / schema).is_file()
    assert ("agent.schema.json" in result.out) is not shared


def test_the_copied_schema_is_this_versions_and_is_written_once(here: Path, run: Run) -> None:
    run("new", "ada")
    copy = here / "agents.d" / ".callboard" / "agent.schema.json"
    assert copy.read_bytes() == schema_path("agent").read_bytes()
    assert "agent.schema.json" not in run("new", "bert").out
    copy.write_text("{}")  # as an older version left it
    assert "wrote agents.d/.callboard/agent.schema.json" in run("new", "cleo").out
    assert copy.read_bytes() == schema_path("agent").read_bytes()


# -- the folder


def test_a_folder_that_is_named_is_made(here: Path, run: Run) -> None:
    result = run("new", "ada", "--agents", "my people/here")
    assert result.out.splitlines()[-1] == "next: callboard chat ada --agents 'my people/here'"
    assert run("check", "my people/here").out == "1 agent, no problems\n"
    assert not (here / "agents.d").exists()


def test_the_settings_folder_is_used_and_not_made(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "callboard.yaml").write_text("agents: people\n")
    result = run("new", "ada")
    assert (result.code, result.err.startswith("callboard: The agents folder people does not exist.")) == (2, True)
    (here / "people").mkdir()
    assert "wrote people/ada.yaml" in run("new", "ada").out
    (here / "others").mkdir()
    monkeypatch.setenv("CALLBOARD_AGENTS", "others")
    assert "wrote others/ada.yaml" in run("new", "ada").out


def test_a_place_that_cannot_be_written_to_is_one_line_and_1(here: Path, run: Run) -> None:
    (here / "agents.d").write_text("a file")
    result = run("new", "ada")
    assert (result.code, result.out) == (1, "")
    assert result.err == "callboard: agents.d cannot be written: File exists.\n"


# -- what is refused


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Front Desk", "front-desk"),
        ("Crème_Brûlée", "creme-brulee"),
        ("2nd-ada", "nd-ada"),
        ("ada.yaml", "ada"),
        ("../ada", "ada"),
        ("${env:NAME}", "env-name"),
        ("ada\n", "ada"),
        ("a" * 64, "a" * 63),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_one_that_can(here: Path, run: Run, name: str, meant: str) -> None:
    result = run("new", name)
    assert (result.code, result.out) == (2, "")
    assert f"did you mean '{meant}'?" in result.err
    assert load_schema("agent")["properties"]["name"]["patternErrorMessage"] in result.err
    assert list(here.iterdir()) == []
    assert run("new", meant).code == 0


@pytest.mark.parametrize("name", ["", "日本", "42", "-"])
def test_without_a_letter_there_is_nothing_to_suggest(here: Path, run: Run, name: str) -> None:
    assert _slug(name) == ""
    result = run("new", "--", name)
    assert (result.code, "did you mean" in result.err) == (2, False)
    assert list(here.iterdir()) == []


def test_the_servers_own_paths_are_refused(run: Run) -> None:
    result = run("new", "agents")
    assert (result.code, result.out) == (2, "")
    assert "the path /agents belongs to the server" in result.err


@pytest.mark.parametrize("taken", ["ada.yaml", "ada.yml", "ada_tools.py", "ada_tools"])
def test_nothing_is_overwritten(agents: Path, run: Run, taken: str) -> None:
    (agents / "ada.yaml").unlink()
    (agents / taken).write_text("mine")
    before = sorted(agents.iterdir())
    result = run("new", "ada")
    assert (result.code, result.out) == (2, "")
    assert result.err == f"callboard: agents.d/{taken} is there already; choose another name, or remove it\n"
    assert sorted(agents.iterdir()) == before
    assert (agents / taken).read_text() == "mine"


def test_a_link_to_nowhere_is_not_written_through(agents: Path, run: Run) -> None:
    if sys.platform == "win32":
        pytest.skip("links need rights there")
    (agents / "eve.yaml").symlink_to("elsewhere.yaml")
    assert run("new", "eve").code == 2
    assert not (agents / "elsewhere.yaml").exists()


@pytest.mark.parametrize(("line", "taken"), [("name: eve", "the name eve"), ("path: /eve", "the path /eve")])
def test_what_another_persona_has_is_refused(agents: Path, run: Run, line: str, taken: str) -> None:
    (agents / "ada.yaml").write_text(f"{ADA}{line}\n")
    result = run("new", "eve")
    assert (result.code, result.err) == (2, f"callboard: agents.d/ada.yaml has {taken}; choose another name\n")


def test_a_broken_neighbour_is_no_obstacle(agents: Path, run: Run) -> None:
    (agents / "bad.yaml").write_text("[")
    assert run("new", "eve").code == 0
    assert run("check", "agents.d/eve.yaml").code == 0


# -- the text


def test_the_tool_module_is_typed_and_formatted(here: Path, run: Run) -> None:
    run("new", "ada")
    tools = here / "agents.d" / "ada_tools.py"
    for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy", "--strict"]):
        done = subprocess.run([sys.executable, "-m", *command, tools], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    assert not tools.stat().st_mode & stat.S_IXUSR


def test_lines_fit_a_screen() -> None:
    text = starter.spec("a" * 20, "../schemas/agent.schema.json") + starter.tools("a" * 20)
    assert max(map(len, text.splitlines())) <= 120
    assert "@" not in text
