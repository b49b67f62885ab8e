from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

pytest.importorskip("espeakng_loader")
pytest.importorskip("pocketsphinx")

from runtime.providers.local import recognizer_process
from runtime.providers.local.frames import read_message, write_message
from runtime.providers.local.grammar import PhraseBook
from runtime.providers.local.recognizer_process import serve
from tests.providers.local.speaking import spoken

BOOK = PhraseBook(("what is the weather in {city}",), {"city": ("Paris",)}).dumps()


def request(container: str, audio: bytes) -> tuple[bytes, bytes, bytes]:
    return json.dumps({"format": container, "sample_rate": None}).encode(), BOOK, audio


def answers(*requests: tuple[bytes, bytes, bytes]) -> list[dict[str, str]]:
    asked, answered = io.BytesIO(), io.BytesIO()
    for one in requests:
        write_message(asked, *one)
    asked.seek(0)
    serve(asked, answered)
    answered.seek(0)
    return [json.loads(*read_message(answered)) for _ in requests]


async def test_each_request_is_answered_in_order() -> None:
    question = await spoken("What is the weather in Paris?")

    assert answers(request("wav", question), request("pcm", bytes(32_000)), request("wav", question)) == [
        {"text": "what is the weather in paris"},
        {"text": ""},
        {"text": "what is the weather in paris"},
    ]


def test_what_cannot_be_heard_is_an_answer_too() -> None:
    assert answers(request("wav", b"junk"), request("midi", b"")) == [
        {"code": "bad_audio", "message": "The audio cannot be read as wav."},
        {"code": "unsupported_format", "message": "The embedded recogniser cannot read 'midi'."},
    ]


async def test_a_failure_ends_one_request_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise LookupError("/secret/path")

    with monkeypatch.context() as patch:
        patch.setattr(recognizer_process, "_sphinx", broken)
        silent, failed = answers(request("pcm", bytes(32_000)), request("wav", await spoken("Hello there.")))

    assert silent == {"text": ""}
    assert failed == {"code": "no_transcription", "message": "The embedded recogniser failed: LookupError."}


def test_the_process_ends_when_its_input_does() -> None:
    asked = io.BytesIO()
    write_message(asked, *request("pcm", bytes(32_000)))
    command = [sys.executable, "-m", "runtime.providers.local.recognizer_process"]
    ran = subprocess.run(command, input=asked.getvalue(), capture_output=True, timeout=20, check=True)

    assert read_message(io.BytesIO(ran.stdout)) == [b'{"text": ""}']
    assert ran.stderr == b""


def test_the_process_imports_no_network_code() -> None:
    program = """
import sys, numpy
import runtime.providers.local.recognizer_process, runtime.providers.local.decode, runtime.providers.local.sphinx
print(*sorted({"aiohttp", "openai", "asyncio", "jinja2"} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == []
