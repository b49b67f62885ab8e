"""What a call's arguments become on the wire."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.support.api import Api
from tests.tools.http.conftest import Kit, called_with, failure, schema


@pytest.mark.parametrize(
    ("argument", "segment"),
    [
        ("a b/?#é", "a%20b%2F%3F%23%C3%A9"),
        ("%2e%2e", "%252e%252e"),
        ("a/b\\c", "a%2Fb%5Cc"),
        ("@evil.example:80", "%40evil.example%3A80"),
        ("//evil.example", "%2F%2Fevil.example"),
        ("x\r\nHost: evil.example", "x%0D%0AHost%3A%20evil.example"),
        ("{{ args }}", "%7B%7B%20args%20%7D%7D"),
        ("...", "..."),
        (7, "7"),
        (1.5, "1.5"),
        (True, "true"),
        ([1, "a"], "%5B1%2C%22a%22%5D"),
        ({"a": None}, "%7B%22a%22%3Anull%7D"),
    ],
)
async def test_an_argument_is_one_segment_of_the_path(kit: Kit, api: Api, argument: object, segment: str) -> None:
    tool = kit.bind(f"{api.url}/tables/{{{{ args.id }}}}/seats", parameters=schema("id"))
    assert await tool.call({"id": argument}) == "fine"
    assert [seen.target for seen in api.seen] == [f"/tables/{segment}/seats"]
    assert api.seen[0].headers["host"] == f"127.0.0.1:{api.port}"


NO_STEP = "An argument that is a part of the address must not hold `.` or `..` as a step of a path"


@pytest.mark.parametrize("argument", [".", "..", "../a", "a/../b", "a/..", "..\\a", "a\\.", "./a"])
async def test_an_argument_is_no_step_up(kit: Kit, api: Api, argument: str) -> None:
    tool = kit.bind(f"{api.url}/tables/{{{{ args.id }}}}", parameters=schema("id"))
    assert await failure(tool, id=argument) == NO_STEP
    both = kit.bind(f"{api.url}/tables/{{{{ args.id }}}}{{{{ args.id }}}}", parameters=schema("id"))
    if argument == ".":
        assert await failure(both, id=".") == NO_STEP
    assert api.seen == []


@pytest.mark.parametrize("argument", ["", None])
async def test_an_empty_argument_is_no_segment(kit: Kit, api: Api, argument: str | None) -> None:
    tool = kit.bind(f"{api.url}/tables/{{{{ args.id }}}}", parameters=schema("id"))
    assert await failure(tool, id=argument) == "An argument that is a part of the address is empty"
    assert api.seen == []


async def test_a_missing_argument_of_the_path_is_named(kit: Kit, api: Api) -> None:
    tool = kit.bind(f"{api.url}/tables/{{{{ args.id }}}}", parameters=schema("id"))
    assert await failure(tool) == "The argument `id` is needed for this call"


async def test_arguments_in_the_query_are_encoded(kit: Kit, api: Api) -> None:
    tool = kit.bind(
        f"{api.url}/find?kind=a&near={{{{ args.near }}}}",
        query={"q": "{{ args.q }}", "page": 2, "all": True, "text": "<{{ args.q }}>"},
        parameters=schema("near", "q"),
    )
    await tool.call({"near": "x&kind=b#c", "q": "a+b c&d=é"})
    path, _, query = api.seen[0].target.partition("?")
    assert path == "/find"
    assert "+" not in query
    assert parse_qsl(query) == [
        ("kind", "a"),
        ("near", "x&kind=b#c"),
        ("q", "a+b c&d=é"),
        ("page", "2"),
        ("all", "true"),
        ("text", "<a+b c&d=é>"),
    ]


async def test_what_is_not_given_is_left_out(kit: Kit, api: Api) -> None:
    left_out: dict[str, Any] = {"a": "{{ args.a }}", "b": "{{ args.b }}"}
    options: dict[str, Any] = {
        "parameters": schema("a", "b"),
        "query": left_out,
        "headers": {f"X-{n}": v for n, v in left_out.items()},
    }
    form = kit.bind(api.url, method="POST", form=left_out, **options)
    nested = {**left_out, "deep": {"list": ["{{ args.b }}", "{{ args.a }}"], "b": "{{ args.b }}"}}
    body = kit.bind(api.url, method="POST", json=nested, **options)
    await form.call({"a": 1})
    await body.call({"a": 1})
    assert [seen.target for seen in api.seen] == ["/?a=1", "/?a=1"]
    assert all(seen.headers["x-a"] == "1" and "x-b" not in seen.headers for seen in api.seen)
    assert api.seen[0].body == b"a=1"
    assert json.loads(api.seen[1].body) == {"a": 1, "deep": {"list": [1]}}


@pytest.mark.parametrize(
    "value", [7, -7, 1.5, True, False, None, "7", "", [], [1, [None]], {}, {"a": {"b": [1, {"c": False}]}}]
)
async def test_a_whole_value_keeps_its_type_in_json(kit: Kit, api: Api, value: object) -> None:
    written = {"x": "{{ args.x }}", "spaced": "  {{args.x}}\n", "trimmed": "{{- args.x -}}", "in": ["{{ args.x }}"]}
    tool = kit.bind(api.url, method="POST", json=written, parameters=schema("x"))
    await tool.call({"x": value})
    sent = json.loads(api.seen[0].body)
    assert sent["x"] == value
    assert type(sent["x"]) is type(value)
    assert (sent["trimmed"], sent["in"]) == (value, [value])
    assert api.seen[0].headers["content-type"] == "application/json"


async def test_a_whole_value_is_an_expression(kit: Kit, api: Api) -> None:
    written = {
        "minus": "{{ -args.n }}",
        "sum": "{{ args.n + 1 }}",
        "noted": "{{ args.n }}{# a remark #}",
        "quoted": "{{ '}}' }}",
        "other": "{{ args.m | default(5) }}",
    }
    tool = kit.bind(api.url, method="POST", json=written, parameters=schema("n", "m"))
    await tool.call({"n": 2})
    sent = json.loads(api.seen[0].body)
    assert sent == {"minus": -2, "sum": 3, "noted": 2, "quoted": "}}", "other": 5}


async def test_all_arguments_are_a_json_body(kit: Kit, api: Api) -> None:
    tool = kit.bind(api.url, method="PUT", json="{{ args }}", parameters=schema("items", "b"))
    await tool.call({"items": [1], "b": {"keys": None}})
    assert json.loads(api.seen[0].body) == {"items": [1], "b": {"keys": None}}


async def test_form_and_text_bodies(kit: Kit, api: Api) -> None:
    parameters = schema("q", "tags")
    form = kit.bind(
        api.url, method="POST", form={"q": "{{ args.q }}", "tag": "{{ args.tags }}", "n": 1}, parameters=parameters
    )
    text = kit.bind(api.url, method="PATCH", body="Dear {{ args.q }}: {{ args.tags }}", parameters=parameters)
    await form.call({"q": "a&b=é", "tags": ["x", "y"]})
    await text.call({"q": "é", "tags": ["x"]})
    assert parse_qsl(api.seen[0].body.decode()) == [("q", "a&b=é"), ("tag", "x"), ("tag", "y"), ("n", "1")]
    assert api.seen[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert (api.seen[1].method, api.seen[1].body.decode()) == ("PATCH", 'Dear é: ["x"]')
    assert api.seen[1].headers["content-type"] == "text/plain; charset=utf-8"


async def test_defaults_take_the_place_of_what_was_not_sent(kit: Kit, api: Api) -> None:
    tool = kit.bind(api.url, query={"n": "{{ args.n }}"}, parameters=schema(n={"type": "integer", "default": 2}))
    await tool.call({})
    await tool.call({"n": 3})
    assert [seen.target for seen in api.seen] == ["/?n=2", "/?n=3"]


async def test_the_session_is_seen_by_templates(kit: Kit, api: Api) -> None:
    tool = kit.bind(
        f"{api.url}/{{{{ city }}}}",
        headers={"X-Day": "{{ today }}", "X-Guest": "{{ guest.name }}"},
        variables=("city", "today", "guest"),
    )
    await tool.call({}, called_with(city="São Paulo/.x", today="2026-01-02", guest={"name": "Ann", "items": 1}))
    assert api.seen[0].target == "/S%C3%A3o%20Paulo%2F.x"
    assert (api.seen[0].headers["x-day"], api.seen[0].headers["x-guest"]) == ("2026-01-02", "Ann")
    assert await failure(tool) == "The request cannot be made: 'guest' is undefined"


async def test_arguments_may_be_named_like_methods(kit: Kit, api: Api) -> None:
    names = ("items", "keys", "get", "values", "pop")
    written = {name: f"{{{{ args.{name} }}}}" for name in names}
    rows = "{% for row in args.items %}{{ row.keys }}{{ row['get'] }}{% endfor %}"
    tool = kit.bind(api.url, method="POST", json={**written, "rows": rows}, parameters=schema(*names))
    await tool.call({"items": [{"keys": 1, "get": 2}], "get": "g"})
    assert json.loads(api.seen[0].body) == {"items": [{"keys": 1, "get": 2}], "get": "g", "rows": "12"}


async def test_arguments_can_be_looked_through(kit: Kit, api: Api) -> None:
    body = "{% for name, value in args | dictsort %}{{ name }}={{ value }};{% endfor %}{{ 'a' in args }}{{ args.b.c }}"
    tool = kit.bind(api.url, method="POST", body=body, parameters=schema("a", "b"))
    await tool.call({"b": {"c": 1}})
    assert api.seen[0].body == b'b={"c":1};false1'
    assert await failure(tool, b={}) == "The argument `c` is needed for this call"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\0b", "a\x7fb"])
async def test_a_header_holds_no_line_breaks(kit: Kit, api: Api, value: str) -> None:
    tool = kit.bind(api.url, headers={"X-Note": "{{ args.x }}", "X-Long": "<{{ args.x }}>"}, parameters=schema("x"))
    assert await failure(tool, x=value) == "The header X-Note cannot hold line breaks or control characters"
    assert api.seen == []


async def test_headers_of_the_author_win(kit: Kit, api: Api) -> None:
    headers = {"accept": "text/csv", "USER-AGENT": "mine", "Content-type": "application/x-ndjson"}
    tool = kit.bind(api.url, method="POST", body="{}", headers=headers)
    await tool.call({})
    assert {name: api.seen[0].headers[name] for name in ("accept", "user-agent", "content-type")} == {
        "accept": "text/csv",
        "user-agent": "mine",
        "content-type": "application/x-ndjson",
    }


@pytest.mark.parametrize("field", ["path", "query", "header", "json", "form", "body"])
@pytest.mark.parametrize("value", ["\ud800", 10**30])
async def test_what_no_request_can_hold_is_said(kit: Kit, api: Api, field: str, value: object) -> None:
    text = "{{ args.x }}"
    written: dict[str, dict[str, Any]] = {
        "path": {},
        "query": {"query": {"x": text}},
        "header": {"headers": {"X-X": f"<{text}>"}},
        "json": {"method": "POST", "json": {"x": text}},
        "form": {"method": "POST", "form": {"x": text}},
        "body": {"method": "POST", "body": text},
    }
    url = f"{api.url}/{text}" if field == "path" else api.url
    tool = kit.bind(url, parameters=schema("x"), **written[field])
    said = await failure(tool, x=value)
    assert said == "The request cannot be made of these arguments"
    assert api.seen == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ args.x + 1 }}", "The request cannot be made of these arguments"),
        ("{{ 1 / args.n }}", "The request cannot be made of these arguments"),
        ("{{ args.x.upper }}", "The request cannot be made of these arguments"),
        ("{{ args.n.upper() }}", "The request cannot be made: 'int object' has no attribute 'upper'"),
        ("{{ args.x * 1000000 }}", "The request cannot be made: the operator * takes numbers below a million here"),
        (
            "{{ args.x.__class__ }}",
            "The request cannot be made: access to attribute '__class__' of 'str' object is unsafe.",
        ),
        ("{{ args.long }}", "The request cannot be made: the text is longer than 256000 characters"),
    ],
)
async def test_a_template_that_fails_is_a_sentence(kit: Kit, api: Api, body: str, said: str) -> None:
    tool = kit.bind(api.url, method="POST", body=body, parameters=schema("x", "n", "long"))
    assert await failure(tool, x="a", n=0, long="x" * 300_000) == said
    assert api.seen == []
