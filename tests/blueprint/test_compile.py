from pathlib import Path

import pytest

from runtime.blueprint.compile import Workshop, compile_agent
from runtime.blueprint.model import Blueprint
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.providers.http.pool import HttpPool
from runtime.spec.load import load_folder
from runtime.spec.problem import Problem
from runtime.tools.paths import ToolPaths

ENV = {"OPENAI_API_KEY": "sk-canary"}
TOOL = 'def look(city: str) -> str:\n    """Look."""\n    return city\n'


def compiled(
    folder: Path, text: str, env: dict[str, str] | None = None, provider: str = "auto"
) -> tuple[Blueprint | None, tuple[Problem, ...]]:
    (folder / "ada.yaml").write_text(text)
    (folder / "demo.py").write_text(TOOL)
    env = ENV if env is None else env
    (loaded,) = load_folder(folder, env).specs
    assert loaded.spec is not None, loaded.problems
    return compile_agent(
        loaded.spec, Workshop(folder, Providers(HttpPool(), env, provider), Toolbox(ToolPaths(folder)))
    )


def good(folder: Path, text: str, **options: object) -> Blueprint:
    blueprint, problems = compiled(folder, text, **options)  # type: ignore[arg-type]  # passed through
    assert blueprint is not None, problems
    assert not problems
    return blueprint


def test_a_spec_becomes_an_agent(tmp_path: Path) -> None:
    text = (
        "model: gpt-4o\ninstructions: Hi {{ agent }}.\nfirst_message: Hello.\n"
        "tools: {look: {python: 'demo:look', confirm: true}}\n"
    )
    agent = good(tmp_path, text)
    assert (agent.name, agent.path) == ("ada", "/ada")
    assert agent.instructions.render({"agent": "Ada"}) == "Hi Ada."
    assert agent.first_message is not None
    assert [declared.name for declared in agent.declarations] == ["look"]
    assert agent.plan.tools["look"].ask_first
    assert agent.plan.voice is not None
    assert (agent.plan.voice.format, agent.plan.voice.sample_rate) == ("mp3", None)
    assert agent.recognizer is not None
    assert "sk-canary" not in repr(agent)


def test_null_roles_are_left_out(tmp_path: Path) -> None:
    agent = good(tmp_path, "model: gpt-4o\ninstructions: Hi\nvoice: null\ntranscription: null\n")
    assert agent.voice is None
    assert agent.recognizer is None
    assert agent.plan.voice is None
    assert agent.choices.keys() == {"model"}


def test_all_problems_are_found_at_once_each_at_its_place(tmp_path: Path) -> None:
    text = (
        "model: gpt-4o\n"
        "instructions: |\n  Hello.\n  You are {{ nobody }}.\n"
        "first_message: '{% if %}'\n"
        "tools:\n  look: {python: 'demo:lok'}\n  leap: {python: 'missing:leap'}\n"
    )
    blueprint, problems = compiled(tmp_path, text)
    assert blueprint is None
    assert [(problem.line, problem.code) for problem in problems] == [
        (4, "template"),
        (5, "template"),
        (7, "tool"),
        (8, "tool"),
    ]
    assert "nobody" in problems[0].message
    assert "look" in problems[2].message + problems[2].hint


@pytest.mark.parametrize(
    ("env", "default", "text", "provider", "reason"),
    [
        ({}, "auto", "", "local", "neither"),
        ({"OPENAI_API_KEY": "k"}, "auto", "", "openai", "OPENAI_API_KEY"),
        ({"OPENAI_BASE_URL": "http://h/v1"}, "auto", "", "openai", "OPENAI_BASE_URL"),
        ({"OPENAI_API_KEY": "k"}, "local", "", "local", "provider setting"),
        ({}, "auto", "base_url: http://h/v1", "openai", "base_url"),
        ({"OPENAI_API_KEY": "k"}, "auto", "provider: local", "local", "the spec says so"),
    ],
)
def test_the_provider_is_chosen_for_a_reason(
    tmp_path: Path, env: dict[str, str], default: str, text: str, provider: str, reason: str
) -> None:
    model = f"model: {{name: m, {text}}}" if text else "model: m"
    agent = good(tmp_path, f"{model}\ninstructions: Hi\nvoice: null\ntranscription: null\n", env=env, provider=default)
    assert agent.choices["model"].provider == provider
    assert reason in agent.choices["model"].reason


def test_a_pinned_provider_without_a_key_is_an_error(tmp_path: Path) -> None:
    blueprint, problems = compiled(
        tmp_path, "model: openai/gpt-4o\ninstructions: Hi\nvoice: null\ntranscription: null\n", env={}
    )
    assert blueprint is None
    assert [problem.code for problem in problems] == ["provider"]
    assert problems[0].line == 1
    assert "OPENAI_API_KEY" in problems[0].hint


def test_every_undeclared_name_is_found_under_its_caret(tmp_path: Path) -> None:
    text = "model: gpt-4o\nvoice: null\ninstructions: |\n  It is {{ tmie }},\n  {{ agent }} and {{ nobody }}.\n"
    _, problems = compiled(tmp_path, text)
    assert [(problem.line, problem.column, problem.length) for problem in problems] == [(4, 12, 4), (5, 22, 6)]
    assert problems[0].hint == "did you mean 'time'?"


def test_an_included_template_with_a_mistake_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "prompt.j2").write_text("one\n{{ nobody }}")
    blueprint, problems = compiled(tmp_path, "model: gpt-4o\ninstructions: {file: prompt.j2}\nvoice: null\n")
    assert blueprint is None
    assert "prompt.j2:2" in problems[0].message


def test_a_mistake_in_an_included_file_is_not_blamed_on_the_spec(tmp_path: Path) -> None:
    (tmp_path / "tone.j2").write_text("one\ntwo\n{{ nobody }}")
    text = "model: gpt-4o\nvoice: null\ninstructions: |\n  {% include 'tone.j2' %}\n"
    blueprint, problems = compiled(tmp_path, text)
    assert blueprint is None
    assert "tone.j2:3: " in problems[0].message
    assert problems[0].line == 3


def test_fallbacks_are_chained(tmp_path: Path) -> None:
    agent = good(tmp_path, "model: {name: a, fallbacks: [b, {name: c, base_url: 'http://h/v1'}]}\ninstructions: Hi\n")
    assert "Fallback" in repr(agent.model)


def test_a_defect_of_ours_is_a_problem_of_one_agent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(Toolbox, "bind", break_down)
    blueprint, problems = compiled(tmp_path, "model: m\ninstructions: x\ntools: {look: {python: 'demo:look'}}\n")
    assert blueprint is None
    assert [(problem.code, problem.message) for problem in problems] == [
        ("internal", "this agent cannot be built, through a defect of Callboard (RecursionError)")
    ]
    assert "agent ada cannot be built" in caplog.text
