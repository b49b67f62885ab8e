"""Sound through programs: real processes that pretend to play."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import runtime.cli.hearing
from runtime.audio.wav import header, read_wav
from runtime.cli.hearing import chooser
from runtime.cli.player import Player
from runtime.cli.programs import PROGRAMS, Program, find_program
from runtime.cli.recording import Recording
from runtime.cli.sound import Part, Silence, can_decode
from runtime.errors import CallboardError
from tests.cli.conftest import Install

APLAY = next(program for program in PROGRAMS if program.name == "aplay")
FFPLAY = next(program for program in PROGRAMS if program.name == "ffplay")
AFPLAY = next(program for program in PROGRAMS if program.name == "afplay")
KEEP = 'echo "$@" >> arguments; cat >> heard'


def pcm(data: bytes, *, chunk: int = 1, final: bool = True, rate: int = 8000) -> Part:
    return Part(chunk, "pcm", rate, final, data)


@asynccontextmanager
async def playing(program: Program, notices: list[str]) -> AsyncGenerator[Player]:
    async with asyncio.TaskGroup() as tasks:
        player = Player(program, notices.append, tasks)
        try:
            yield player
        finally:
            player.close()


async def play(program: Program, *parts: Part) -> list[str]:
    """Play the parts to their end; what was noticed."""
    notices: list[str] = []
    async with playing(program, notices) as player:
        for part in parts:
            player.take(part)
        await player.settle()
    return notices


async def test_samples_are_piped_into_one_run(install: Install) -> None:
    folder = install("aplay", KEEP)
    assert await play(APLAY, pcm(b"aa", final=False), pcm(b"bb"), pcm(b"cc", chunk=2)) == []
    assert (folder / "arguments").read_text() == "-q -t raw -f S16_LE -r 8000 -c 1 -\n"
    assert (folder / "heard").read_bytes() == b"aabbcc"


async def test_a_wav_is_piped_as_its_samples(install: Install) -> None:
    folder = install("aplay", KEEP)
    await play(APLAY, Part(1, "wav", None, True, header(16000, 1, 2, 2) + b"aa"))
    assert (folder / "arguments").read_text() == "-q -t raw -f S16_LE -r 16000 -c 1 -\n"
    assert (folder / "heard").read_bytes() == b"aa"


async def test_a_new_rate_is_a_new_run(install: Install) -> None:
    folder = install("aplay", KEEP)
    await play(APLAY, pcm(b"aa", rate=8000), pcm(b"bb", rate=16000))
    assert [line.split()[6] for line in (folder / "arguments").read_text().splitlines()] == ["8000", "16000"]
    assert (folder / "heard").read_bytes() == b"aabb"


async def test_ffplay_gets_a_wav_without_end_or_the_mp3_itself(install: Install) -> None:
    folder = install("ffplay", KEEP)
    await play(FFPLAY, pcm(b"aa"), pcm(b"bb"))
    heard = (folder / "heard").read_bytes()
    assert read_wav(heard).data == b"aabb"
    assert heard[40:44] == b"\xff\xff\xff\xff"
    (folder / "heard").unlink()
    await play(FFPLAY, Part(1, "mp3", None, False, b"mp"), Part(1, "mp3", None, True, b"3!"))
    assert (folder / "heard").read_bytes() == b"mp3!"


async def test_a_program_that_reads_files_gets_one_for_each_chunk(install: Install) -> None:
    folder = install("afplay", 'cat "$1" >> heard; echo . >> runs')
    await play(AFPLAY, pcm(b"aa", final=False), pcm(b"bb"), pcm(b"cc", chunk=2))
    assert (folder / "runs").read_text() == ".\n.\n"
    heard = (folder / "heard").read_bytes()
    assert heard == header(8000, 1, 2, 4) + b"aabb" + header(8000, 1, 2, 2) + b"cc"
    await play(AFPLAY, Part(1, "mp3", None, False, b"mp"), Part(1, "mp3", None, True, b"3!"))
    assert (folder / "heard").read_bytes().endswith(b"mp3!")


async def test_what_the_program_does_not_know_is_decoded(install: Install) -> None:
    av = pytest.importorskip("av")
    from tests.cli.test_sound import encoded

    assert av
    data = encoded("flac", "flac", 48000, 480)
    folder = install("aplay", KEEP)
    await play(APLAY, Part(1, "flac", None, False, data[:50]), Part(1, "flac", None, True, data[50:]))
    assert (folder / "heard").read_bytes() == bytes(960)


@pytest.mark.parametrize(
    ("script", "part", "notice"),
    [
        ("exit 1", pcm(b"aa"), "aplay cannot play here. The talk goes on in writing."),
        (
            KEEP,
            Part(1, "wav", None, True, header(8000, 1, 3, 3) + b"abc"),
            "Sound of 24 bits a sample cannot be played",
        ),
    ],
)
async def test_a_program_that_fails_is_given_up_once(install: Install, script: str, part: Part, notice: str) -> None:
    install("aplay", script)
    notices: list[str] = []
    async with playing(APLAY, notices) as player:
        for _ in range(2):
            player.take(part)
            await player.settle()
    assert len(notices) == 1
    assert notices[0].startswith(notice)


async def test_a_program_that_ends_early_is_given_up(install: Install) -> None:
    install("aplay", "exec 0<&-; exit 3")
    notices = await play(APLAY, *(pcm(bytes(200_000), chunk=chunk) for chunk in range(5)))
    assert notices == ["aplay cannot play here. The talk goes on in writing."]


async def test_a_program_that_cannot_be_started_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert await play(APLAY, pcm(b"aa")) == ["aplay cannot be started. The talk goes on in writing."]


def sign_of_life(file: Path) -> None:
    """Wait until a script has opened this pipe and said something."""
    with file.open() as pipe:
        pipe.read()


@pytest.mark.parametrize("program", [APLAY, AFPLAY])
async def test_stop_is_silence_at_once_and_the_next_answer_is_heard(install: Install, program: Program) -> None:
    folder = install(program.name, "echo > started; exec sleep 60")
    os.mkfifo(folder / "started")
    notices: list[str] = []
    async with playing(program, notices) as player:
        assert player.stop() is None, "nothing has been played"
        player.take(pcm(bytes(400_000)))
        player.take(pcm(bytes(400_000), chunk=2))
        async with asyncio.timeout(10):
            await asyncio.to_thread(sign_of_life, folder / "started")
        played_ms = player.stop()
        assert played_ms is not None
        assert played_ms > 0
        async with asyncio.timeout(10):
            await player.settle()
        install(program.name, 'echo again > again; cat > /dev/null < "${1:-/dev/null}"; exit 0')
        player.take(pcm(b"aa", chunk=3))
        await player.settle()
    assert (folder / "again").exists()
    assert notices == []


@pytest.mark.parametrize("program", [APLAY, AFPLAY])
async def test_a_stop_while_the_program_is_being_started_ends_it_too(install: Install, program: Program) -> None:
    install(program.name, "exec sleep 60")
    notices: list[str] = []
    async with playing(program, notices) as player:
        player.take(pcm(b"aa"))
        stopped = asyncio.Event()

        def stop() -> None:
            player.stop()
            stopped.set()

        asyncio.get_running_loop().call_soon(stop)
        await stopped.wait()
        async with asyncio.timeout(10):
            await player.settle()
    assert notices == []


# -- which program


def test_the_first_program_that_takes_the_format_is_chosen(install: Install) -> None:
    install("aplay", "")
    install("play", "")
    found = find_program("wav")
    assert found is not None
    assert found.name == "aplay"
    assert not found.takes("mp3")
    found = find_program("mp3")
    assert found is not None
    assert found.name == "play"
    found = find_program("opus")
    assert found is not None
    assert found.name == "aplay"


def test_every_program_is_told_what_it_plays() -> None:
    for program in PROGRAMS:
        line = " ".join(program.command("pcm", 24000, 1, "sound.wav"))
        assert line.startswith(f"{program.name} ")
        assert "{" not in line
        assert "24000" in line or program.by_file or program.wants_header
        if program.mp3:
            assert "{" not in " ".join(program.command("mp3", 0, 0, "sound.mp3"))


# -- where the sound goes


async def choose(recording: Recording | None, audio: dict[str, Any] | None, *, play: bool) -> object:
    async with asyncio.TaskGroup() as tasks:
        sound = chooser("ada", recording, play=play)(audio, tasks)
        sound.close()
    return sound


async def test_a_recording_wins(tmp_path: Path, install: Install) -> None:
    install("aplay", KEEP)
    recording = Recording(tmp_path / "a.wav")
    assert await choose(recording, {"format": "wav"}, play=True) is recording


async def test_what_cannot_be_recorded_is_told_at_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = chooser("ada", Recording(tmp_path / "a.wav"), play=True)
    async with asyncio.TaskGroup() as tasks:
        with pytest.raises(CallboardError, match="ada writes and does not speak: there is nothing to save"):
            choose(None, tasks)
        monkeypatch.setattr(runtime.cli.hearing, "can_decode", lambda _: False)
        with pytest.raises(CallboardError, match="mp3 sound needs PyAV"):
            choose({"format": "mp3"}, tasks)


async def test_a_player_is_used_where_there_is_one(install: Install) -> None:
    install("aplay", KEEP)
    assert isinstance(await choose(None, {"format": "wav"}, play=True), Player)
    assert isinstance(await choose(None, {"format": "wav"}, play=False), Silence)
    assert isinstance(await choose(None, None, play=True), Silence)


@pytest.mark.usefixtures("as_terminal")
async def test_without_a_player_a_person_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert isinstance(await choose(None, {"format": "wav"}, play=True), Silence)
    assert "No program to play sound is installed (ffplay, paplay, aplay, play, afplay)" in capsys.readouterr().err


async def test_without_a_player_a_script_is_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert isinstance(await choose(None, {"format": "wav"}, play=True), Silence)
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("as_terminal")
async def test_a_format_that_needs_a_decoder_is_told(
    install: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install("aplay", KEEP)
    assert can_decode("wav")
    monkeypatch.setattr(runtime.cli.hearing, "can_decode", lambda _: False)
    assert isinstance(await choose(None, {"format": "mp3"}, play=True), Silence)
    assert "mp3 sound needs PyAV" in capsys.readouterr().err
