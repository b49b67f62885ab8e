"""`callboard rollback`: against the real server, and one that refuses."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from tests.cli.conftest import ADA, Run
from tests.cli.stage import served
from tests.cli.test_serve import serving


def test_the_former_revision_is_served_again(agents: Path, run: Run) -> None:
    with serving(agents.parent) as (_, lines):
        url = lines[0].split()[0].removesuffix("/ada")
        result = run("rollback", "ada", "--url", url)
        assert (result.code, result.out) == (1, "")
        assert result.err == "callboard: There is no former revision of 'ada'.\n"
        revised = ADA.replace("noon", "one").replace("Answers in tests.", "Revised.")
        (agents / "ada.yaml").write_text(revised)
        while "Revised." not in run("list", "--url", url).out:
            pass
        (agents / "bad.yaml").write_text("model: [\n")  # somebody else's problem
        result = run("rollback", "ada", "--url", url)
        assert (result.code, result.err) == (0, "")
        assert re.fullmatch(
            r"ada: revision [0-9a-f]{12}, loaded \S+, is served in generation \d+; held until its files change\n",
            result.out,
        )
        assert "Answers in tests." in run("list", "--url", url).out


def test_without_a_url_it_is_the_server_that_serve_would_be(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response({"error": "Only a client on the server's own machine may ask for this"}, status=403)

    app = web.Application()
    app.router.add_post("/-/rollback/ada", refuse)
    with served(app) as url:
        monkeypatch.setenv("CALLBOARD_HOST", "0.0.0.0")
        monkeypatch.setenv("CALLBOARD_PORT", str(urlsplit(url).port))
        result = run("rollback", "ada")
    assert (result.code, result.out) == (1, "")
    assert result.err == "callboard: Only a client on the server's own machine may ask for this\n"


def test_a_server_that_says_no_more_than_no_is_quoted_by_its_status(run: Run) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response({}, status=500)

    app = web.Application()
    app.router.add_post("/-/rollback/ada", refuse)
    with served(app) as url:
        assert run("rollback", "ada", "--url", url).err == "callboard: The server refused (HTTP 500).\n"
