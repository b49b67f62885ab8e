"""Comparing an agent's values with those of a server, which tells none of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from runtime.server.comparison import question
from tests.support.house import House, open_house

SPEC = """\
model: {{provider: local, name: scripted, api_key: "{key}"}}
voice: null
transcription: null
instructions: Be kind.
"""


async def asked(house: House, name: str, body: bytes) -> tuple[int, Any]:
    async with house.session.post(f"{house.http}/-/effective/{name}", data=body) as response:
        return response.status, orjson.loads(await response.read())


async def test_what_differs_is_named_and_no_digest_is_given(tmp_path: Path) -> None:
    async with open_house(tmp_path, {"ada": SPEC.format(key=1234), "eve": SPEC.format(key=1235)}, {}) as house:
        eve = house.world.catalog.current.entries["eve"].blueprint
        assert eve is not None
        body = question(eve, ["model.name", "model.api_key"])
        assert await asked(house, "ada", body) == (200, {"changed": ["model.api_key"]})
        assert await asked(house, "eve", body) == (200, {"changed": []})


async def test_a_question_is_never_the_same_twice(tmp_path: Path) -> None:
    async with open_house(tmp_path, {"ada": SPEC.format(key=1234)}, {}) as house:
        ada = house.world.catalog.current.entries["ada"].blueprint
        assert ada is not None
        first, second = (orjson.loads(question(ada, ["model.api_key"])) for _ in range(2))
        assert first["digests"]["model.api_key"] != second["digests"]["model.api_key"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"key": 1, "digests": {}}',
        b'{"key": "00", "digests": {}}',
        b'{"key": "%s", "digests": []}' % (b"00" * 32),
        b'{"key": "%s", "digests": {"path": "no"}}' % (b"00" * 32),
        b'{"key": "%s", "digests": {"path": {}}}' % (b"00" * 32),
    ],
)
async def test_what_is_no_question_is_refused(tmp_path: Path, body: bytes) -> None:
    async with open_house(tmp_path, {"ada": SPEC.format(key=1234)}, {}) as house:
        status, answer = await asked(house, "ada", body)
        assert (status, "comparison" in answer["error"]) == (400, True)


async def test_an_agent_that_is_not_served_cannot_be_compared(tmp_path: Path) -> None:
    async with open_house(tmp_path, {"ada": SPEC.format(key=1234)}, {}) as house:
        assert await asked(house, "eve", b"") == (404, {"error": "No agent named 'eve' is served."})
