"""Results out of what a service sent, whatever it says that it is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from tests.support.api import Api
from tests.tools.http.conftest import Kit, failure


def _sent(body: bytes, kind: str) -> web.Response:
    return web.Response(body=body, headers={"Content-Type": kind} if kind else {})


def _raw(body: bytes, *headers: bytes) -> bytes:
    lines = b"".join(line + b"\r\n" for line in headers)
    return b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    ("kind", "body", "given"),
    [
        ("application/json", b'{"a": 1.5}', {"a": 1.5}),
        ("application/json; charset=utf-8", '"é"'.encode(), "é"),
        ("application/json; charset=latin-1", '"é"'.encode("latin-1"), "é"),
        ("application/json; charset=utf-16", '{"é": 1}'.encode("utf-16"), {"é": 1}),
        ("application/json", b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ("application/problem+json", b"[1]", [1]),
        ("TEXT/JSON", b"[1]", [1]),
        ("application/json", b"{broken", "{broken"),
        ("application/json", b"", {"status": 200}),
        ("application/json", b"123456789012345678901234567890", 1.2345678901234568e29),
        ("text/plain", b'{"a": 1}', '{"a": 1}'),
        ("text/html", b"<b>hi</b>", "<b>hi</b>"),
        ("text/plain; charset=latin-1", b"caf\xe9", "café"),
        ('text/plain; charset="windows-1252"', b"\x80", "€"),
        ("text/plain", b"caf\xe9", "caf�"),
        ("text/plain; charset=shift_jis", "寿司".encode("shift_jis"), "寿司"),
        ("application/xml", b"<a/>", "<a/>"),
        ("application/vnd.api+xml", b"<a/>", "<a/>"),
    ],
)
async def test_what_is_text_is_a_result(kit: Kit, api: Api, kind: str, body: bytes, given: object) -> None:
    api.answers(_sent(body, kind))
    assert await kit.bind(api.url).call({}) == given


@pytest.mark.parametrize(
    "charset",
    ["nonsense", "undefined", "idna", "punycode", "unicode_escape", "base64", "rot13", "zlib", "mbcs", "\"", "a b",
     "x" * 5000, "*=utf-8''%00", "*0=a; charset*1=b"],
)  # fmt: skip
async def test_a_charset_that_is_none_is_utf_8(kit: Kit, api: Api, charset: str) -> None:
    separator = "" if charset.startswith("*") else "="
    api.answers(_sent("é and -x".encode(), f"text/plain; charset{separator}{charset}"))
    assert await kit.bind(api.url).call({}) == "é and -x"


async def test_a_charset_takes_no_time(kit: Kit, api: Api) -> None:
    """Decoding punycode takes a time that grows with the square of the text."""
    api.answers(_sent(b"a" * 100_000 + b"-" + b"b" * 500_000, "text/plain; charset=punycode"))
    began = asyncio.get_running_loop().time()
    await kit.bind(api.url).call({})
    assert asyncio.get_running_loop().time() - began < 2


@pytest.mark.parametrize(
    ("headers", "body", "given"),
    [
        ((), b'{"a":1}', {"a": 1}),
        ((), b"plain", "plain"),
        ((b"Content-Type: text/pl\xffain; charset=\xff",), b"plain", "plain"),
        ((b"Content-Type: ",), b"plain", "plain"),
    ],
)
async def test_without_a_type_the_body_tells(
    kit: Kit, api: Api, headers: tuple[bytes, ...], body: bytes, given: object
) -> None:
    api.answers(_raw(body, *headers))
    assert await kit.bind(api.url).call({}) == given


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ((b"Content-Type: image/png",), "The service answered with 2 bytes of image/png, which is not text"),
        ((), "The service answered with 2 bytes of no stated type, which is not text"),
        (
            (b"Content-Type: image/" + b"x" * 5000,),
            f"The service answered with 2 bytes of image/{'x' * 114}, which is not text",
        ),
        ((b"Content-Type: image/\xff\xfe",), "The service answered with 2 bytes of image/??, which is not text"),
    ],
)
async def test_what_is_no_text_is_told(kit: Kit, api: Api, headers: tuple[bytes, ...], said: str) -> None:
    api.answers(_raw(b"\0\1", *headers))
    told = await failure(kit.bind(api.url))
    assert told == said
    told.encode()


@pytest.mark.parametrize("reason", [b"No\xff\xfe", b"x" * 5000, b"\t\x0b", "\u2028 é".encode()])
async def test_a_reason_is_short_and_whole(kit: Kit, api: Api, reason: bytes) -> None:
    api.answers(b"HTTP/1.1 404 " + reason + b"\r\nContent-Length: 0\r\n\r\n")
    said = await failure(kit.bind(api.url))
    said.encode()
    assert len(said) < 160
    assert "\u2028" not in said
    assert "\x0b" not in said


BOOKED: dict[str, Any] = {"id": 7, "guests": [{"name": "Ann", "n": 2}, {"name": "Ben", "n": None}], "note": None}


@pytest.mark.parametrize(
    ("pick", "given"),
    [
        ("id", 7),
        ("guests[*].name", ["Ann", "Ben"]),
        ("guests[?n > `1`].name | [0]", "Ann"),
        ("nothing", None),
        ("nothing.at.all[0]", None),
        ("{id: id, many: length(guests)}", {"id": 7, "many": 2}),
        ("@", BOOKED),
    ],
)
async def test_a_part_of_the_answer_is_picked(kit: Kit, api: Api, pick: str, given: object) -> None:
    api.answers(web.json_response(BOOKED))
    assert await kit.bind(api.url, result=pick).call({}) == given


@pytest.mark.parametrize(
    "pick", ["length(note)", "sum(guests[*].name)", "sort(guests)", "max_by(guests, &name).x | abs(@)"]
)
async def test_a_pick_that_does_not_fit_is_told(kit: Kit, api: Api, pick: str) -> None:
    api.answers(web.json_response(BOOKED))
    said = await failure(kit.bind(api.url, result=pick))
    assert said == "The service answered with JSON that does not have the expected form"


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text/html", b"<b>hi</b>", "9 bytes of text/html"),
        ("application/json", b"{broken", "7 bytes of JSON that is damaged"),
        ("", b"\0", "1 bytes of application/octet-stream"),
    ],
)
async def test_nothing_is_picked_out_of_no_json(kit: Kit, api: Api, kind: str, body: bytes, said: str) -> None:
    api.answers(_sent(body, kind))
    assert await failure(kit.bind(api.url, result="id")) == f"The service answered with {said}, where JSON was expected"


async def test_an_empty_answer_is_its_status_also_for_a_pick(kit: Kit, api: Api) -> None:
    api.answers(web.Response(status=204))
    assert await kit.bind(api.url, result="id").call({}) == {"status": 204}


@pytest.mark.parametrize("depth", [60, 600, 100_000])
@pytest.mark.parametrize("key", ["", "a-secret-of-mine"])
@pytest.mark.parametrize("pick", ["", "[0]"])
async def test_deep_answers_are_told(kit: Kit, api: Api, depth: int, key: str, pick: str) -> None:
    api.answers(_sent(b"[" * depth + b"]" * depth, "application/json"))
    tool = kit.bind(api.url, headers={"X-Api-Key": key} if key else {}, result=pick)
    if depth == 100_000 and not pick:  # deeper than orjson reads: text
        assert str(await tool.call({})).startswith("[[[[")
    else:
        said = await failure(tool)
        assert said in (
            "The result is nested more than 50 levels deep",
            "The service answered with 200000 bytes of JSON that is damaged, where JSON was expected",
        )


async def test_a_large_answer_is_cut_for_the_model(kit: Kit, api: Api) -> None:
    api.answers(web.json_response([{"n": number, "text": "x" * 100} for number in range(5000)]))
    result = await kit.bind(api.url).call({})
    assert len(str(result)) < 70_000
    assert result[-1]["truncated"].endswith("more items")
