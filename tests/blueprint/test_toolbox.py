"""Tools as they are declared: every mistake at its place, in words that say what would be right."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from runtime.blueprint.compile import Workshop, compile_agent
from runtime.blueprint.model import Blueprint
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox, acts, finishes
from runtime.providers.http.pool import HttpPool
from runtime.settings import HttpSettings
from runtime.spec.load import load_folder
from runtime.spec.model import ToolSpec
from runtime.tools.paths import ToolPaths

ENV = {"OPENAI_API_KEY": "k", "HOST": "api.example.com"}
HEAD = "model: gpt-4o\ninstructions: Be kind.\nvariables: {guest: {type: string}}\n"


def compiled(folder: Path, tools: str, env: dict[str, str] = ENV, provider: str = "auto") -> Blueprint | list[str]:
    """The agent, or its problems as `line: message`."""
    (folder / "ada.yaml").write_text(HEAD + "tools:\n" + indent(dedent(tools), "  "))
    (loaded,) = load_folder(folder, env).specs
    if loaded.spec is None:
        return [f"{problem.line}: {problem.message}" for problem in loaded.problems]
    workshop = Workshop(folder, Providers(HttpPool(), env, provider), Toolbox(ToolPaths(folder)))
    agent, problems = compile_agent(loaded.spec, workshop)
    return agent if agent is not None else [f"{problem.line}: {problem.message}" for problem in problems]


def agent(folder: Path, tools: str, provider: str = "auto") -> Blueprint:
    made = compiled(folder, tools, provider=provider)
    assert isinstance(made, Blueprint), made
    return made


def test_every_mistake_of_a_request_is_told_at_once_and_in_its_place(tmp_path: Path) -> None:
    problems = compiled(
        tmp_path,
        """\
          book:
            parameters: {type: object, properties: {guests: {type: integer}}}
            http:
              method: POST
              url: https://api.example.com/{{ args.gests }}
              headers:
                Host: other
                X-Guest: "{{ gest }}"
              json: {n: "{{ guests }}", bad: "{{ 1 + }}"}
              form: {a: b}
              retry: 2
              max_redirects: 1
              result: "a.["
              allow_private: [10.0.0.0/99]
              probe: {url: "{{ args.guests }}"}
        """,
    )
    assert problems == [
        "6: an HTTP tool says nothing about itself; write a `description` for the model",
        "18: `10.0.0.0/99` is no network; write it as 10.0.0.0/8, or 10.0.0.7/32 for one address",
        "14: a request has one body, and this one has json and form; keep one",
        "15: a POST request may act twice when it is sent twice; remove `retry`",
        "16: only a GET request follows redirects",
        "11: the header Host is the connection's own; remove it",
        "19: the address must begin with http:// or https:// and a host, written out and not filled in",
        "19: a probe is not filled in: write its address out",
        "13: unexpected 'end of print statement'",
        "9: `args.gests` is not among the parameters; did you mean `guests`?",
        "12: `gest` is not declared; did you mean `guest`?",
        "13: `guests` is not declared; an argument is written `args.guests`",
        "17: this is no JMESPath expression: Invalid jmespath expression: Incomplete expression",
    ]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://example.com/", "the address must begin with http:// or https:// and a host, written out"),
        ("{{ args.x }}", "the address must begin with http:// or https:// and a host, written out"),
        ("https://{{ guest }}/", "the host is filled in by a template"),
        ("https://api.{{ args.x }}.com/", "the host is filled in by a template"),
        ("https:///path", "the address names no host"),
        ("https://example.com:99999/", "a host or port that is none"),
        ("https://example.com/#top", "the address has a fragment"),
        ("http://localhost/", "no public address"),
        ("http://0x7f.1/", "no public address"),
        ("http://[::ffff:10.0.0.1]/", "no public address"),
        ("http://169.254.169.254/latest", "no public address"),
        ("https://example.com/{{ args.y }}", "`args.y` is not among the parameters; there is `x`"),
        ("https://example.com/{{ gest }}", "`gest` is not declared; did you mean `guest`?"),
        ("https://example.com/{{ x }}", "`x` is not declared; an argument is written `args.x`"),
        ("https://example.com/{{ ", "unexpected"),
    ],
)
def test_an_address_is_the_authors_alone(tmp_path: Path, url: str, told: str) -> None:
    problems = compiled(
        tmp_path,
        f"""\
          look:
            description: Look.
            parameters: {{type: object, properties: {{x: {{type: string}}}}}}
            http: {{url: "{url}"}}
        """,
    )
    assert isinstance(problems, list)
    assert any(told in problem for problem in problems), problems


def test_a_request_that_is_right_is_a_tool(tmp_path: Path) -> None:
    made = agent(
        tmp_path,
        """\
          look: {description: Look., http: {url: "https://${env:HOST}/{{ guest }}?at={{ time }}"}}
          act: {description: Act., http: {method: DELETE, url: "https://${env:HOST}/x"}, on_interrupt: cancel}
          leave: {builtin: end_call}
        """,
    )
    assert [declaration.name for declaration in made.declarations] == ["look", "act", "leave"]
    assert made.declarations[0].parameters == {"type": "object", "properties": {}, "additionalProperties": False}
    assert made.declarations[2].examples
    plan = made.plan.tools
    assert [plan[name].finishes for name in plan] == [False, False, True]
    assert plan["leave"].ends_session
    assert not plan["act"].ask_first


def test_the_embedded_model_asks_before_a_request_that_changes_something(tmp_path: Path) -> None:
    tools = """\
      look: {description: Look., http: {url: "https://${env:HOST}/"}}
      act: {description: Act., http: {method: PUT, url: "https://${env:HOST}/"}}
    """
    plan = agent(tmp_path, tools, provider="local").plan.tools
    assert [plan[name].ask_first for name in plan] == [False, True]


def test_what_changes_something_finishes() -> None:
    read, write = HttpSettings("https://x"), HttpSettings("https://x", method="POST")
    assert [acts(ToolSpec("t", http=each)) for each in (read, write)] == [False, True]
    assert [finishes(ToolSpec("t", http=each)) for each in (read, write)] == [False, True]
    assert finishes(ToolSpec("t", python="a:b"))
    assert not finishes(ToolSpec("t", python="a:b", on_interrupt="cancel"))
    assert finishes(ToolSpec("t", http=read, on_interrupt="finish"))


@pytest.mark.parametrize(
    ("tool", "told"),
    [
        ("{builtin: hang_up}", "builtin"),
        ("{python: 'a:b', http: {url: 'https://x'}}", "http"),
        ("{description: D., http: {url: 'https://x', method: get}}", "method"),
        ("{description: D., http: {url: 'https://x', expect_status: 2x}}", "a class of statuses such as 2xx"),
        ("{description: D., http: {url: 'https://x', retry: 9}}", "5"),
        ("{python: 'a:b', on_interrupt: stop}", "on_interrupt"),
        ("{python: 'a:b', say: {begin: Hm.}}", "begin"),
    ],
)
def test_the_schema_refuses(tmp_path: Path, tool: str, told: str) -> None:
    problems = compiled(tmp_path, f"  t: {tool}\n")
    assert isinstance(problems, list)
    assert any(told in problem for problem in problems), problems
