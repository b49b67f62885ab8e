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

STORED_BYTES = 512 * 1024
"""How much audio of one later piece is stored before its upstream has to wait: ten seconds of 24 kHz PCM."""


class _State(Enum):
    WAITING = auto()
    SYNTHESIZING = auto()
    FINISHED = auto()


@dataclass(frozen=True, slots=True)
class Begin:
    """Start the synthesis of `text`."""

    key: int
    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop this synthesis: the guess was wrong."""

    key: int


@dataclass(frozen=True, slots=True)
class Resume:
    """This piece is the head now, and no longer has to wait."""

    key: int


@dataclass(frozen=True, slots=True)
class Sound:
    """Send this part; `part` counts from 1 within its piece."""

    key: int
    text: str
    step: int
    part: int
    final: bool
    audio: Part


Order = Begin | Stop | Resume | Sound


@dataclass(slots=True)
class _Piece:
    key: int
    text: str
    step: int
    state: _State = _State.WAITING
    parts: int = 0
    stored: deque[tuple[Part, bool]] = field(default_factory=deque[tuple[Part, bool]])
    stored_bytes: int = 0


class SpeechQueue:
    """The pieces of one response, from text to audio in order."""

    __slots__ = ("_guess", "_keys", "_pieces", "_window")

    def __init__(self, window: int) -> None:
        self._window = window
        self._pieces: deque[_Piece] = deque()
        self._guess: _Piece | None = None
        self._keys = 0

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
        piece, self._guess = self._guess, None
        if piece is not None and piece.text != text:
            orders.append(Stop(piece.key))
            piece = None
        self._pieces.append(piece or self._new(text, step))
        self._advance(orders)
        self._fill(orders)

    def _suppose(self, guess: str | None, step: int, orders: list[Order]) -> None:
        if self._guess is not None and self._guess.text != guess:
            orders.append(Stop(self._guess.key))
            self._guess = None
            self._fill(orders)
        if guess is not None and self._guess is None and self._in_synthesis() < self._window:
            self._guess = self._new(guess, step)
            self._begin(self._guess, orders)

    def audio(self, key: int, part: Part) -> list[Order]:
        """A part of a piece was made."""
        piece = self._find(key)
        return [] if piece is None else self._take(piece, part, final=False)

    def finished(self, key: int, last: Part | None) -> list[Order]:
        """A piece is complete; `last` is its final part, None where it has no sound at all."""
        piece = self._find(key)
        if piece is None:
            return []
        piece.state = _State.FINISHED
        orders = [] if last is None else self._take(piece, last, final=True)
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
        return next((piece for piece in self._pieces if piece.key == key), None)

    def _in_synthesis(self) -> int:
        running = sum(piece.state is _State.SYNTHESIZING for piece in self._pieces)
        return running + (self._guess is not None and self._guess.state is _State.SYNTHESIZING)

    def _fill(self, orders: list[Order]) -> None:
        """Start waiting pieces while there is room."""
        room = self._window - self._in_synthesis()
        for piece in self._pieces:
            if room <= 0:
                return
            if piece.state is _State.WAITING:
                self._begin(piece, orders)
                room -= 1

    @staticmethod
    def _begin(piece: _Piece, orders: list[Order]) -> None:
        piece.state = _State.SYNTHESIZING
        orders.append(Begin(piece.key, piece.text))

    def _take(self, piece: _Piece, part: Part, *, final: bool) -> list[Order]:
        if self._pieces and piece is self._pieces[0]:
            return [_sound(piece, part, final=final)]
        piece.stored.append((part, final))
        piece.stored_bytes += len(part.data)
        return []

    def _advance(self, orders: list[Order]) -> None:
        """Let the head speak what was stored, and move on past finished pieces."""
        while self._pieces:
            head = self._pieces[0]
            if head.stored:
                orders.extend(_sound(head, part, final=final) for part, final in head.stored)
                head.stored.clear()
                if head.stored_bytes > STORED_BYTES:
                    orders.append(Resume(head.key))
                head.stored_bytes = 0
            if head.state is not _State.FINISHED:
                return
            self._pieces.popleft()


def _sound(piece: _Piece, part: Part, *, final: bool) -> Sound:
    piece.parts += 1
    return Sound(piece.key, piece.text, piece.step, piece.parts, final, part)
