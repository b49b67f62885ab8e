"""One streamed answer: the bytes of a response in, pieces of an answer out."""

from __future__ import annotations

from runtime.errors import ProviderError
from runtime.providers.http.errors import HttpError
from runtime.providers.http.response import Response
from runtime.providers.openai.client import ApiClient
from runtime.providers.openai.deltas import DeltaDecoder
from runtime.providers.openai.sse import EventParser, EventTooLargeError
from runtime.providers.ports import ModelPiece


class ChatReply:
    """Reads a response that `ApiClient.post` gave."""

    __slots__ = ("_client", "_decoder", "_failure", "_is_over", "_parser", "_response")

    def __init__(self, response: Response, client: ApiClient) -> None:
        self._response = response
        self._client = client
        self._parser = EventParser()
        self._decoder = DeltaDecoder(client.speaker)
        self._is_over = False
        self._failure: ProviderError | None = None

    async def more(self) -> list[ModelPiece]:
        """The next pieces, at least one; the last list ends with `ModelDone`, after it comes an empty one.

        Raises ProviderError, also where the stream ends before the answer does.
        """
        if self._failure is not None:
            raise self._failure
        pieces: list[ModelPiece] = []
        while not pieces and not self._is_over:
            try:
                await self._read(pieces)
            except ProviderError as error:
                if not pieces:
                    raise
                self._failure = error  # what came before it is heard first
        return pieces

    def limit(self, deadline: float, idle: float) -> None:
        """See `Response.limit`."""
        self._response.limit(deadline, idle)

    def close(self) -> None:
        """Cut the connection, unless the answer is over."""
        if not self._is_over:
            self._response.close()

    async def _read(self, pieces: list[ModelPiece]) -> None:
        try:
            data = await self._response.take()
        except HttpError as error:
            raise self._client.failure(error) from None
        if data:
            self._decode(data, pieces)
        elif self._decoder.finish_reason:
            self._end(pieces)
        else:
            raise self._client.speaker.failed("stopped in the middle of its answer", retryable=True)

    def _decode(self, data: bytes, pieces: list[ModelPiece]) -> None:
        try:
            events = self._parser.feed(data)
        except EventTooLargeError:
            raise self._client.speaker.failed("sent an event that is too large") from None
        for event in events:
            if event.startswith(b"[DONE]"):
                self._end(pieces)
                return
            if event:
                self._decoder.feed(event, pieces)

    def _end(self, pieces: list[ModelPiece]) -> None:
        self._decoder.finish(pieces)
        self._is_over = True
        self._response.release()
