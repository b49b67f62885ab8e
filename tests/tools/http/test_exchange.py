"""What a model is told of every answer that a service may give, within the tool's time and size."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.support.api import Api, Drip, Seen
from tests.tools.http.conftest import Kit, failure, schema

BROKEN_OFF = "The service broke off its answer"
NOT_HTTP = "The service answered with something that is not HTTP"
UNREACHABLE = "The service cannot be reached"
NOT_FOLLOWED = "it sends to another address, which is not followed"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


async def result(kit: Kit, url: str, **settings: Any) -> Any:
    async with asyncio.timeout(10):
        return await kit.bind(url, **settings).call({})


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (404, '{"detail":"no such table"}', "application/json", '404 Not Found: {"detail":"no such table"}'),
        (400, "  no\n\n such   day ", "text/plain", "400 Bad Request: no such day"),
        (404, "<html>secret stack</html>", "text/html", "404 Not Found"),
        (404, "\0\1", "application/octet-stream", "404 Not Found"),
        (422, "x" * 5000, "text/plain", f"422 Unprocessable Entity: {'x' * 1500}…"),
        (500, "", "text/plain", "500 Internal Server Error"),
        (503, "later", "text/plain", "503 Service Unavailable: later"),
        (302, "moved", "text/plain", f"302 Found: {NOT_FOLLOWED}"),
        (304, "", "text/plain", "304 Not Modified"),
    ],
)
async def test_a_refusal_is_told(kit: Kit, api: Api, status: int, body: str, kind: str, said: str) -> None:
    api.answers(web.Response(status=status, text=body, content_type=kind))
    assert await failure(kit.bind(api.url)) == f"The service answered {said}"


@pytest.mark.parametrize(
    ("status", "body", "expected", "given"),
    [
        (200, "", ("2xx",), {"status": 200}),
        (201, '{"id":1}', ("2xx",), {"id": 1}),
        (204, "", ("2xx",), {"status": 204}),
        (404, '{"id":1}', (200, 404), {"id": 1}),
        (404, "null", ("4XX", "2xx"), None),
        (302, "", ("3xx",), {"status": 302}),
        (503, '"down"', ("2xx", 503), "down"),
    ],
)
async def test_an_expected_status_is_a_result(
    kit: Kit, api: Api, status: int, body: str, expected: tuple[int | str, ...], given: object
) -> None:
    api.answers(web.Response(status=status, text=body, content_type="application/json"))
    assert await result(kit, api.url, expect_status=expected) == given


async def test_a_success_that_is_not_expected_is_a_refusal(kit: Kit, api: Api) -> None:
    assert await failure(kit.bind(api.url, expect_status=(201,))) == "The service answered 200 OK: fine"


@pytest.mark.parametrize(
    "answer",
    [
        Drip(),
        Drip((HEAD,)),
        Drip((HEAD + b"Content-Length: 100\r\n\r\nsome",)),
        Drip((HEAD + b"Content-Length: 100000\r\n\r\n", b"x"), endless=True),
        Drip((HEAD, b"X-More: x\r\n"), endless=True),
        Drip((b"HTTP/1.1 100 Continue\r\n\r\n",), endless=True),
    ],
)
@pytest.mark.parametrize("limits", [{"limit_ms": 150}, {"timeout_ms": 150}, {"limit_ms": 150, "retry": 5}])
async def test_a_slow_service_is_given_up(kit: Kit, api: Api, answer: Drip, limits: dict[str, int]) -> None:
    api.answers(answer)
    loop = asyncio.get_running_loop()
    began = loop.time()
    said = await failure(kit.bind(api.url, **limits))  # type: ignore[arg-type]
    assert loop.time() - began < 2.5
    within = float(said.removeprefix("The service did not answer within ").removesuffix(" s"))
    assert within <= 0.15 / 3 if "retry" in limits else within == 0.15


async def test_silence_is_tried_again_in_time(kit: Kit, api: Api) -> None:
    api.answers(Drip(), web.Response(text="fine"))
    assert await result(kit, api.url, limit_ms=3000, retry=3) == "fine"
    assert len(api.seen) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", BROKEN_OFF),
        (HEAD + b"Content-Length: 100\r\n\r\nsome", BROKEN_OFF),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", BROKEN_OFF),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", NOT_HTTP),
        (HEAD + b"X: " + b"x" * 20_000 + b"\r\n\r\n", NOT_HTTP),
        (b"SSH-2.0-OpenSSH_9.6\r\n", NOT_HTTP),
        (b"HTTP/1.1 2000 OK\r\n\r\n", NOT_HTTP),
    ],
)
async def test_an_answer_that_is_none_is_told(kit: Kit, api: Api, answer: bytes, said: str) -> None:
    api.answers(answer)
    assert await failure(kit.bind(api.url, method="POST")) == said


async def test_nobody_there_is_told(kit: Kit) -> None:
    async with Api() as api:
        url = api.url
    assert await failure(kit.bind(url)) == UNREACHABLE


async def test_a_long_text_is_cut(kit: Kit, api: Api) -> None:
    api.answers(web.Response(text="x" * 5000))
    assert await result(kit, api.url, max_response_bytes=100) == f"{'x' * 100}… (truncated)"
    assert await result(kit, api.url, max_response_bytes=5000) == "x" * 5000


async def test_endless_answers_are_left(kit: Kit, api: Api) -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    api.answers(Drip((head, b"400\r\n" + b"x" * 1024 + b"\r\n"), pause=0.001, endless=True))
    assert await result(kit, api.url, max_response_bytes=5000) == f"{'x' * 5000}… (truncated)"


@pytest.mark.parametrize("pick", ["", "id"])
async def test_long_json_is_no_half_json(kit: Kit, api: Api, pick: str) -> None:
    api.answers(web.json_response({"id": "x" * 200}))
    said = {
        "": '{"id": "xx… (truncated)',
        "id": "The service answered with more than 10 bytes of JSON that is too long, where JSON was expected",
    }
    tool = kit.bind(api.url, max_response_bytes=10, result=pick)
    assert (await failure(tool) if pick else await tool.call({})) == said[pick]


def _packed(data: bytes, encoding: str = "gzip", kind: str = "application/json") -> web.Response:
    return web.Response(body=data, headers={"Content-Encoding": encoding, "Content-Type": kind})


DAMAGED = "The service answered with compressed data that is damaged"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_packed(gzip.compress(b'{"id":1}')), {"id": 1}),
        (_packed(gzip.compress(b'{"id"') + gzip.compress(b":1}")), {"id": 1}),
        (_packed(zlib.compress(b'{"id":1}'), "deflate"), {"id": 1}),
        (_packed(b'{"id":1}', "identity"), {"id": 1}),
        (_packed(b""), {"status": 200}),
        (_packed(gzip.compress(b"x" * 20_000_000), kind="text/plain"), f"{'x' * 2000}… (truncated)"),
        (_packed(b'{"id":1}'), DAMAGED),
        (_packed(gzip.compress(b'{"id":1}')[:-9]), DAMAGED),
        (_packed(b"", "br"), "The service answered in the encoding br, which was not asked for"),
        (_packed(b"", "gzip, gzip"), "The service answered in the encoding gzip, gzip, which was not asked for"),
    ],
)
async def test_packed_answers(kit: Kit, api: Api, answer: web.Response, said: object) -> None:
    api.answers(answer)
    tool = kit.bind(api.url, max_response_bytes=100_000 if answer.body_length > 2000 else 2000)
    if isinstance(said, str) and said.startswith("The service"):
        assert await failure(tool) == said
    elif isinstance(said, str):
        given = await tool.call({})
        assert given.startswith("x" * 2000)
        assert given.endswith("… (truncated)")
        assert len(given) < 100_100
    else:
        assert await tool.call({}) == said


def _redirect(location: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": location})


@pytest.mark.parametrize("location", ["/there?q=1", "there?q=1", "{url}/there?q=1", "./x/../there?q=1#part"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_on_the_same_origin_are_followed(kit: Kit, api: Api, location: str, status: int) -> None:
    api.answers(_redirect(location.format(url=api.url), status), web.Response(text="there"))
    assert await result(kit, f"{api.url}/here", max_redirects=1, headers={"X-Key": "k"}) == "there"
    assert [(seen.target, seen.headers["x-key"]) for seen in api.seen] == [("/here", "k"), ("/there?q=1", "k")]


async def test_redirects_are_encoded(kit: Kit, api: Api) -> None:
    api.answers(_redirect("/a b?c=é"), web.Response(text="there"))
    assert await result(kit, api.url, max_redirects=1) == "there"
    assert api.seen[1].target == "/a%20b?c=%C3%A9"


@pytest.mark.parametrize(
    "location",
    ["http://[::1", "http://localhost:{port}/", "https://127.0.0.1:{port}/", "//127.0.0.2:{port}/", "http://x@127.0.0.1:{port}/",
     "http://127.0.0.1:{port}@evil.example/", "file:///etc/passwd", "javascript:1", "", "http://127.0.0.1/"],
)  # fmt: skip
@pytest.mark.parametrize("followed", [0, 3])
async def test_other_redirects_are_not(kit: Kit, api: Api, location: str, followed: int) -> None:
    api.answers(_redirect(location.format(port=api.port)))
    assert await failure(kit.bind(api.url, max_redirects=followed)) == f"The service answered 302 Found: {NOT_FOLLOWED}"
    assert len(api.seen) == 1


async def test_a_loop_of_redirects_ends(kit: Kit, api: Api) -> None:
    api.answers(_redirect("/again"))
    assert await failure(kit.bind(api.url, max_redirects=3)) == f"The service answered 302 Found: {NOT_FOLLOWED}"
    assert len(api.seen) == 4


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("first", [web.Response(status=503), web.Response(status=429), b""])
async def test_what_may_be_sent_again_is(kit: Kit, api: Api, method: str, first: web.Response | bytes) -> None:
    api.answers(first, web.Response(text="second"))
    assert await result(kit, api.url, method=method, retry=1) == "second"


async def test_an_expected_status_is_not_tried_again(kit: Kit, api: Api) -> None:
    api.answers(web.Response(status=503, text="closed"))
    assert await result(kit, api.url, retry=3, expect_status=("2xx", 503)) == "closed"
    assert len(api.seen) == 1


@pytest.mark.parametrize("status", [400, 404, 501])
async def test_lasting_refusals_are_not_tried_again(kit: Kit, api: Api, status: int) -> None:
    api.answers(web.Response(status=status))
    assert (await failure(kit.bind(api.url, retry=3))).startswith(f"The service answered {status} ")
    assert len(api.seen) == 1


@pytest.mark.parametrize("first", [web.Response(status=503), b""])
async def test_a_post_is_sent_once(kit: Kit, api: Api, first: web.Response | bytes) -> None:
    api.answers(first, web.Response(text="second"))
    await failure(kit.bind(api.url, method="POST", json={}))
    assert len(api.seen) == 1


def _in(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("asked", [lambda: "0", lambda: _in(-60), lambda: "nonsense", lambda: "-1", lambda: "nan",
                                   lambda: "Mon, 01 Jan 2026 00:00:00 +99999999999999", lambda: ""])  # fmt: skip
async def test_a_pause_that_is_over_or_none_is_short(kit: Kit, api: Api, asked: Callable[[], str]) -> None:
    api.answers(web.Response(status=503, headers={"Retry-After": asked()}), web.Response(text="second"))
    assert await result(kit, api.url, retry=1) == "second"


@pytest.mark.parametrize("asked", [lambda: "60", lambda: _in(60), lambda: "1e300"])
async def test_a_pause_beyond_the_limit_is_not_waited_for(kit: Kit, api: Api, asked: Callable[[], str]) -> None:
    api.answers(web.Response(status=503, text="busy", headers={"Retry-After": asked()}))
    loop = asyncio.get_running_loop()
    began = loop.time()
    said = await failure(kit.bind(api.url, retry=5, limit_ms=3000))
    assert (said, len(api.seen)) == ("The service answered 503 Service Unavailable: busy", 1)
    assert loop.time() - began < 2.5


async def test_a_pause_is_waited_for(kit: Kit, api: Api) -> None:
    loop = asyncio.get_running_loop()
    came: list[float] = []

    def answer(_: Seen) -> web.Response:
        came.append(loop.time())
        return web.Response(status=429 if len(came) == 1 else 200, headers={"Retry-After": "1"})

    api.answers(answer)
    await result(kit, api.url, retry=1)
    assert came[1] - came[0] >= 0.99


async def test_attempts_end_with_the_tools_time(kit: Kit, api: Api) -> None:
    api.answers(web.Response(status=503, text="busy"))
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (
        await failure(kit.bind(api.url, retry=5, limit_ms=500)) == "The service answered 503 Service Unavailable: busy"
    )
    assert loop.time() - began < 2.5
    assert len(api.seen) < 4


async def test_cookies_are_not_kept(kit: Kit, api: Api) -> None:
    api.answers(web.Response(headers={"Set-Cookie": "session=1; Path=/"}))
    tool = kit.bind(api.url, parameters=schema())
    await tool.call({})
    await tool.call({})
    assert ["cookie" in seen.headers for seen in api.seen] == [False, False]


async def test_the_environment_decides_nothing(
    kit: Kit, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    assert await kit.bind(api.url).call({}) == "fine"
    assert "authorization" not in api.seen[0].headers
