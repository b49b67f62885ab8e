"""`callboard diff`: the folder against a server that runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import ADA, Run
from tests.cli.test_serve import serving

TELLER = """\
model: local/scripted
voice: null
transcription: null
instructions: {file: who.md}
tools:
  tell:
    description: Tell it.
    http:
      method: POST
      url: ${env:API:-http://canary-1}/old
      json: {pin: ["${env:PIN:-canary-1}"]}
"""


def test_what_the_folder_would_change_is_told_value_by_value(agents: Path, run: Run, tmp_path: Path) -> None:
    (agents / "old.yaml").write_text(ADA)
    with serving(agents.parent) as (_, lines):
        url = lines[0].split()[0].rpartition("/")[0]
        assert run("diff", "--url", url).out == "The server serves what the folder says.\n"
        later = tmp_path / "later"
        shutil.copytree(agents, later)
        (later / "old.yaml").unlink()
        (later / "ada.yaml").write_text(ADA.replace("Answers in tests.", "Revised.") + "max_steps: 2\n")
        (later / "new.yaml").write_text(ADA)
        (later / "bad.yaml").write_text("model: [\n")
        result = run("diff", "--url", url, "--agents", str(later))
    assert result.code == 1
    told = result.out.splitlines()
    assert told[0] == "~ ada"
    assert "    description: Answers in tests. → Revised." in told
    assert "    max_steps: 5 → 2" in told
    assert "+ new would be served at /new" in told
    assert "- old would no longer be served" in told
    assert any(line.startswith("! bad has problems in ") and "would not be served" in line for line in told)


def test_a_secret_is_never_shown(agents: Path, run: Run, tmp_path: Path) -> None:
    with serving(agents.parent) as (_, lines):
        url = lines[0].split()[0].rpartition("/")[0]
        later = tmp_path / "later"
        shutil.copytree(agents, later)
        model = "model: {provider: openai, name: gpt-4o, api_key: sk-canary-0123456789}"
        (later / "ada.yaml").write_text(ADA.replace("model: local/scripted", model))
        result = run("diff", "--url", url, "--agents", str(later))
    assert '    model.api_key: "" → ***' in result.out.splitlines()
    assert "canary" not in result.out + result.err


def test_a_change_of_what_is_hidden_is_a_difference_without_being_shown(
    agents: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (agents / "ada.yaml").write_text(TELLER)
    (agents / "who.md").write_text("You are Ada.")
    with serving(agents.parent) as (_, lines):
        url = lines[0].split()[0].rpartition("/")[0]
        same = run("diff", "--url", url)
        later = tmp_path / "later"
        shutil.copytree(agents, later)
        (later / "ada.yaml").write_text(TELLER.replace("/old", "/new").replace("canary-1", "canary-2"))
        (later / "who.md").write_text("You are Eve.")
        result = run("diff", "--url", url, "--agents", str(later))
        monkeypatch.setenv("API", "http://canary-3")
        other = run("diff", "--url", url)
    assert (same.code, same.out) == (0, "The server serves what the folder says.\n")
    assert (result.code, result.out.splitlines()) == (
        1,
        [
            "~ ada",
            "    instructions.file: who.md → who.md (changed)",
            "    tools.tell.http.url: *** → *** (changed)",
            '    tools.tell.http.json.pin: ["***"] → ["***"] (changed)',
        ],
    )
    assert (other.code, other.out.splitlines()) == (1, ["~ ada", "    tools.tell.http.url: *** → *** (changed)"])
    assert "canary" not in "".join(each.out + each.err for each in (same, result, other))


@pytest.mark.usefixtures("agents")
def test_where_no_server_can_be_asked_there_is_no_telling_and_the_code_is_another(run: Run) -> None:
    result = run("diff", "--url", "ws://127.0.0.1:9")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("callboard: Cannot reach a server at ws://127.0.0.1:9")


def test_a_strict_server_does_not_start_with_problems(agents: Path, run: Run) -> None:
    (agents / "bad.yaml").write_text("model: [\n")
    result = run("serve", "--strict", "--port", "0")
    assert result.code == 1
    assert "NOT SERVED: bad" in result.err
    assert result.err.endswith("callboard: Not started: --strict, and there are problems.\n")
