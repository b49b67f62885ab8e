"""Every mistake of an author, with its place and its sentence."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.settings import ProbeSettings, Secret
from runtime.tools.declaration import DeclarationErrors
from tests.support.api import Api
from tests.tools.http.conftest import Kit, failure, schema

URL = "https://api.example/x"
START = "the address must begin with http:// or https:// and a host, written out and not filled in"
FILLED_IN = "the host is filled in by a template; it must be written out, so that no caller can choose it"
NO_SUCH = "this is no JMESPath expression: "
NETWORK = "is no network; write it as 10.0.0.0/8, or 10.0.0.7/32 for one address"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", START),
        ("/x", START),
        ("api.example/x", START),
        ("ftp://api.example/x", START),
        ("file:///etc/passwd", START),
        ("javascript:alert(1)", START),
        ("{{ args.url }}", START),
        ("{{ args.scheme }}://api.example/", START),
        ("http{{ args.s }}://api.example/", START),
        ("https://{{ args.host }}/", FILLED_IN),
        ("https://{{ args.host }}.example/", FILLED_IN),
        ("https://api.example:{{ args.port }}/", FILLED_IN),
        ("https://{% if true %}api.example{% endif %}/", FILLED_IN),
        ("https://api{# x #}.example/", "the address has a fragment, a part after #, which is never sent"),
        ("https://", "the address names no host"),
        ("https:///x", "the address names no host"),
        ("https://:80/", "the address names no host"),
        ("https://api example/", "the address names no host"),
        ("https://api.\u200bexample/", "the address names no host"),
        ("https://api.example:http/", "the address has a host or port that is none"),
        ("https://[api]/", "the address has a host or port that is none"),
        ("https://api.example/#top", "the address has a fragment, a part after #, which is never sent"),
        (
            "https://ann:pw@api.example/",
            "the address holds a user or a password; send them in a header, `Authorization: Basic …`",
        ),
        ("https://api.example/a/../b", "the path has `.` or `..` as a step; write out where it leads"),
        ("https://api.example/%2e%2e/{{ args.x }}", "the path has `.` or `..` as a step; write out where it leads"),
        ("https://api.example#{{ args.x }}", "the address has a fragment, a part after #, which is never sent"),
    ],
)
async def test_addresses_that_are_none(kit: Kit, url: str, said: str) -> None:
    assert kit.refusal(url, parameters=schema("url", "scheme", "s", "host", "port", "x")) == said


@pytest.mark.parametrize("url", ["http://API.example", " https://api.example/ ", "https://api.example?q={{ '#?' }}",
                                 "https://münchen.example/", "https://api.example:8443/{# a # #}"])  # fmt: skip
async def test_addresses_that_are_some(kit: Kit, url: str) -> None:
    assert kit.bind(url).declaration.name == "it"


@pytest.mark.parametrize(
    ("options", "path", "said"),
    [
        ({"description": ""}, (), "an HTTP tool says nothing about itself; write a `description` for the model"),
        ({"method": "POST", "json": {}, "form": {}}, ("http", "form"),
         "a request has one body, and this one has json and form; keep one"),
        ({"method": "POST", "json": [], "form": {}, "body": ""}, ("http", "form"),
         "a request has one body, and this one has json and form and body; keep one"),
        ({"json": {}}, ("http", "json"), "a GET request has no body; use `query`, or another `method`"),
        ({"method": "DELETE", "body": ""}, ("http", "body"),
         "a DELETE request has no body; use `query`, or another `method`"),
        ({"method": "POST", "retry": 1}, ("http", "retry"),
         "a POST request may act twice when it is sent twice; remove `retry`"),
        ({"method": "PATCH", "retry": 1}, ("http", "retry"),
         "a PATCH request may act twice when it is sent twice; remove `retry`"),
        ({"method": "PUT", "max_redirects": 1}, ("http", "max_redirects"), "only a GET request follows redirects"),
        ({"headers": {"Host": "a"}}, ("http", "headers", "Host"), "the header Host is the connection's own; remove it"),
        ({"headers": {"content-length": "0"}}, ("http", "headers", "content-length"),
         "the header content-length is the connection's own; remove it"),
        ({"headers": {"X-A": "a\r\nb: c"}}, ("http", "headers", "X-A"),
         "a header is one line, without control characters"),
        ({"allow_private": ("10.0.0.0/8", "10.0.0.1/8")}, ("http", "allow_private", 1), f"`10.0.0.1/8` {NETWORK}"),
        ({"allow_private": ("localhost",)}, ("http", "allow_private", 0), f"`localhost` {NETWORK}"),
        ({"allow_private": (Secret("internal.example"),)}, ("http", "allow_private", 0), f"this {NETWORK}"),
        ({"result": "a["}, ("http", "result"), NO_SUCH),
        ({"result": "a.b |"}, ("http", "result"), NO_SUCH),
        ({"result": "lenght(a)"}, ("http", "result"), "JMESPath has no function `lenght`; did you mean `length`?"),
        ({"result": "[?b].{c: d || lower(@)}"}, ("http", "result"),
         "JMESPath has no function `lower`; did you mean `floor`?"),
        ({"query": {"a": "{{ args.x"}}, ("http", "query", "a"),
         "unexpected end of template, expected 'end of print statement'"),
        ({"query": {"a": "{% if %}"}}, ("http", "query", "a"), "Expected an expression, got 'end of statement block'"),
        ({"method": "POST", "json": {"a": [{"b": "{{ guest }}"}]}}, ("http", "json", "a", 0, "b"),
         "`guest` is not declared; did you mean `guests`?"),
        ({"headers": {"X-A": "{{ x }}"}}, ("http", "headers", "X-A"),
         "`x` is not declared; an argument is written `args.x`"),
        ({"headers": {"X-A": "{{ zebra }}"}}, ("http", "headers", "X-A"),
         "`zebra` is not declared; did you mean `args.zebra`?"),
        ({"method": "POST", "body": "{{ args.z }}"}, ("http", "body"),
         "`args.z` is not among the parameters; there is `x`"),
        ({"method": "POST", "body": "{{ args['xx'] }}"}, ("http", "body"),
         "`args.xx` is not among the parameters; did you mean `x`?"),
        ({"method": "POST", "form": {"a": "{{ args.x }}"}, "parameters": None}, ("http", "form", "a"),
         "`args.x` is not among the parameters; there are no parameters"),
        ({"method": "POST", "body": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"}, ("http", "body"),
         "macro is not available in a template here"),
        ({"method": "POST", "body": "{% include 'x' %}"}, ("http", "body"),
         "include is not available in a template here"),
        ({"parameters": {"type": "array"}}, ("parameters",),
         "the parameters must be a JSON Schema of `type: object`, with the arguments as its properties"),
        ({"parameters": schema("x", required=("y",))}, ("parameters",),
         "`y` is required by the parameters, but not among their properties"),
        ({"probe": ProbeSettings("http://10.0.0.1/")}, ("http", "probe", "url"),
         "the host is no public address, and tools reach the public internet only; "
         "if it is meant, allow it with `allow_private: [10.0.0.1/32]`"),
        ({"probe": ProbeSettings("https://api.example/{{ args.x }}")}, ("http", "probe", "url"),
         "a probe is not filled in: write its address out"),
    ],
)  # fmt: skip
async def test_a_mistake_is_told_at_its_place(
    kit: Kit, options: dict[str, Any], path: tuple[str | int, ...], said: str
) -> None:
    ((found, message),) = kit.mistakes(URL, **{"parameters": schema("x"), "variables": ("guests",), **options})
    assert found == path
    assert message == said or (said == NO_SUCH and message.startswith(said))
    assert "\n" not in message


async def test_all_mistakes_are_told_at_once(kit: Kit) -> None:
    found = kit.mistakes(
        "https://{{ args.x }}/", description="", retry=1, method="POST", result="a[", allow_private=("x",)
    )
    assert [path for path, _ in found] == [
        (),
        ("http", "allow_private", 0),
        ("http", "retry"),
        ("http", "url"),
        ("http", "result"),
    ]


async def test_the_errors_of_a_declaration_are_one_error(kit: Kit) -> None:
    with pytest.raises(DeclarationErrors) as caught:
        kit.bind("x://y", description="")
    assert str(caught.value) == (
        f"an HTTP tool says nothing about itself; write a `description` for the model; {START}"
    )


async def test_no_mistake_shows_a_secret(kit: Kit) -> None:
    secret = "ftp://hunter2.example/"
    for url in (Secret(secret), Secret("http://hunter2\x00/"), Secret("https://a:hunter2/")):
        assert "hunter2" not in str(kit.mistakes(url))


async def test_the_hint_about_a_private_address_is_right(kit: Kit, api: Api) -> None:
    for host in ("localhost", "[::ffff:127.0.0.1]", "127.0.0.1"):
        url = f"http://{host}:{api.port}/"
        network = kit.refusal(url, allow_private=()).partition("[")[2].partition("]")[0]
        assert network == "127.0.0.1/32"
        assert kit.bind(url, allow_private=(network,)).timeout_ms == 5_000


async def test_a_tool_declares_what_a_model_may_send(kit: Kit, api: Api) -> None:
    tool = kit.bind(api.url, parameters=schema(n={"type": "integer"}, required=("n",)))
    assert tool.declaration.parameters["additionalProperties"] is False
    assert tool.sources == ()
    assert tool.objection({"n": 1}) == ""
    wrong_ones: tuple[Any, ...] = ({}, {"n": "x"}, {"n": 1, "m": 2}, [], None)
    for wrong in wrong_ones:
        assert tool.objection(wrong)
    assert await failure(tool, n="x") == tool.objection({"n": "x"})
    assert api.seen == []


async def test_what_came_from_outside_is_not_told_in_parameters(kit: Kit) -> None:
    value = Secret("sk-42")
    said = "the parameters are told to the model, and no value from outside may stand in them but in a `description`"
    assert kit.mistakes(URL, parameters=schema(a={"default": value})) == [(("parameters",), said)]
    assert kit.mistakes(URL, parameters=schema(a={"enum": ["x", value]})) == [(("parameters",), said)]
    assert kit.bind(URL, parameters=schema(a={"description": value})).declaration.name == "it"


@pytest.mark.parametrize(
    ("expression", "said"),
    [("length()", "`length()` takes one argument"), ("contains(a)", "`contains()` takes 2 arguments")],
)
async def test_a_function_takes_its_arguments(kit: Kit, expression: str, said: str) -> None:
    assert kit.mistakes(URL, result=expression) == [(("http", "result"), said)]


async def test_an_expression_nested_beyond_reason_is_a_mistake(kit: Kit) -> None:
    ((path, said),) = kit.mistakes(URL, result="(" * 3000)
    assert path == ("http", "result")
    assert said.startswith(NO_SUCH)
