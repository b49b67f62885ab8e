"""Parallel synthesis, ordered audio.

At most `window` pieces of text are in synthesis at once. The audio of the first unfinished piece (the head) passes
through part by part; that of later ones is stored until their turn. A piece that fails is passed over.

A piece may begin as a *guess*: the text will probably end there, so its synthesis starts before the text proves it.
A guess makes no sound until it is confirmed, and is stopped when the text goes on differently.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from runtime.audio.parts import Part
from runtime.conversation.effects import ResumeSynthesis, StopSynthesis, Synthesize

STORED_BYTES = 512 * 1024
"""How much audio of one later piece is stored before its upstream has to wait: ten seconds of 24 kHz PCM."""

STORED_IN_ALL = 1024 * 1024
"""While so much is stored behind a slow head, no further synthesis begins."""


class _State(Enum):
    WAITING = auto()
    SYNTHESIZING = auto()
    FINISHED = auto()


@dataclass(frozen=True, slots=True)
class Sound:
    """This part is on air; `part` counts from 1 within its piece."""

    key: int
    text: str
    step: int
    part: int
    final: bool
    audio: Part


@dataclass(frozen=True, slots=True)
class Lost:
    """A piece that was to be heard failed, in whole or in part."""

    error: str


Order = Synthesize | StopSynthesis | ResumeSynthesis | Sound | Lost


@dataclass(slots=True)
class _Piece:
    key: int
    text: str
    step: int
    state: _State = _State.WAITING
    error: str = ""
    parts: int = 0
    stored: deque[tuple[Part, bool]] = field(default_factory=deque[tuple[Part, bool]])
    stored_bytes: int = 0


class SpeechQueue:
    """The pieces of one response, from text to audio in order."""

    __slots__ = ("_guess", "_id", "_keys", "_pieces", "_running", "_stored_bytes", "_waiting", "_window")

    def __init__(self, message_id: str, window: int) -> None:
        self._id = message_id
        self._window = window
        self._pieces: dict[int, _Piece] = {}  # in text order; the first is the head
        self._waiting: deque[_Piece] = deque()
        self._guess: _Piece | None = None
        self._keys = 0
        self._running = 0
        self._stored_bytes = 0

    @property
    def idle(self) -> bool:
        """Is everything that was said out, or given up?"""
        return not self._pieces

    def say(self, texts: list[str], guess: str | None, step: int) -> list[Order]:
        """`texts` are decided; `guess` is what the text after them will probably be."""
        orders: list[Order] = []
        for text in texts:
            self._decide(text, step, orders)
        self._suppose(guess, step, orders)
        return orders

    def _decide(self, text: str, step: int, orders: list[Order]) -> None:
        if self._guess is not None and self._guess.text == text:
            piece, self._guess = self._guess, None
            if piece.error:
                orders.append(Lost(piece.error))
        else:
            self._withdraw(orders)
            piece = self._new(text, step)
            self._waiting.append(piece)
        self._pieces[piece.key] = piece
        self._advance(orders)
        self._fill(orders)

    def _suppose(self, guess: str | None, step: int, orders: list[Order]) -> None:
        if self._guess is not None and self._guess.text != guess:
            self._withdraw(orders)
            self._fill(orders)
        if guess is not None and self._guess is None and not self._waiting and self._has_room():
            self._guess = self._new(guess, step)
            self._begin(self._guess, orders)

    def _withdraw(self, orders: list[Order]) -> None:
        """The guess was wrong."""
        wrong, self._guess = self._guess, None
        if wrong is None:
            return
        self._stored_bytes -= wrong.stored_bytes
        if wrong.state is _State.SYNTHESIZING:
            self._running -= 1
            orders.append(StopSynthesis(self._id, wrong.key))

    def audio(self, key: int, part: Part) -> list[Order]:
        """A part of a piece was made."""
        piece = self._find(key)
        return [] if piece is None else self._take(piece, part, final=False)

    def finished(self, key: int, last: Part | None, error: str = "") -> list[Order]:
        """A piece is complete, or failed with an `error`; `last` is its final part, None where there is no sound."""
        piece = self._find(key)
        if piece is None:
            return []
        piece.state, piece.error = _State.FINISHED, error
        self._running -= 1
        orders: list[Order] = []
        if error and piece is not self._guess:
            orders.append(Lost(error))
        if last is not None:
            orders += self._take(piece, last, final=True)
        self._advance(orders)
        self._fill(orders)
        return orders

    def must_wait(self, key: int) -> bool:
        """Is so much of this piece stored that its upstream should pause?"""
        piece = self._find(key)
        return piece is not None and piece.stored_bytes > STORED_BYTES

    # -- inside

    def _new(self, text: str, step: int) -> _Piece:
        self._keys += 1
        return _Piece(self._keys, text, step)

    def _find(self, key: int) -> _Piece | None:
        if self._guess is not None and self._guess.key == key:
            return self._guess
        return self._pieces.get(key)

    def _has_room(self) -> bool:
        return self._running < self._window and self._stored_bytes < STORED_IN_ALL

    def _fill(self, orders: list[Order]) -> None:
        """Start waiting pieces while there is room."""
        while self._waiting and self._has_room():
            self._begin(self._waiting.popleft(), orders)

    def _begin(self, piece: _Piece, orders: list[Order]) -> None:
        piece.state = _State.SYNTHESIZING
        self._running += 1
        orders.append(Synthesize(self._id, piece.key, piece.text))

    def _take(self, piece: _Piece, part: Part, *, final: bool) -> list[Order]:
        if self._pieces and piece is next(iter(self._pieces.values())):
            return [_sound(piece, part, final=final)]
        piece.stored.append((part, final))
        piece.stored_bytes += len(part.data)
        self._stored_bytes += len(part.data)
        return []

    def _advance(self, orders: list[Order]) -> None:
        """Let the head speak what was stored, and move on past finished pieces."""
        while self._pieces:
            head = next(iter(self._pieces.values()))
            if head.stored:
                orders.extend(_sound(head, part, final=final) for part, final in head.stored)
                head.stored.clear()
                if head.stored_bytes > STORED_BYTES:
                    orders.append(ResumeSynthesis(self._id, head.key))
                self._stored_bytes -= head.stored_bytes
                head.stored_bytes = 0
            if head.state is not _State.FINISHED:
                return
            del self._pieces[head.key]


def _sound(piece: _Piece, part: Part, *, final: bool) -> Sound:
    piece.parts += 1
    return Sound(piece.key, piece.text, piece.step, piece.parts, final, part)
