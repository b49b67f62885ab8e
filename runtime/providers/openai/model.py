"""A language model behind a server's chat completions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from typing_extensions import override

from runtime.providers.http.pool import HttpPool
from runtime.providers.openai.chat import ChatEncoder
from runtime.providers.openai.client import MAX_IDLE_SECONDS, ApiClient
from runtime.providers.openai.faults import Speaker
from runtime.providers.openai.reply import ChatReply
from runtime.providers.openai.retry import retrying
from runtime.providers.ports import LanguageModel, ModelPiece, ModelRequest
from runtime.settings import ModelSettings


class OpenAIModel(LanguageModel):
    """Streams POST {base_url}/chat/completions; a `LanguageModel`.

    Until the first piece `first_token_timeout_ms` bounds everything, pauses and retries included; after it
    `timeout_ms` does, counted from the start, and no silence may last longer than 15 seconds. After the
    first piece nothing is retried.
    """

    def __init__(self, settings: ModelSettings, pool: HttpPool, *, base_url: str, api_key: str) -> None:
        self._name = settings.name
        self._base_url = base_url
        self._timeout = settings.timeout_ms / 1000
        self._first_timeout = min(settings.first_token_timeout_ms / 1000, self._timeout)
        self._max_retries = settings.max_retries
        self._encoder = ChatEncoder(settings, base_url)
        self._client = ApiClient(
            pool,
            f"{base_url}/chat/completions",
            Speaker("The model's server", "model_error", "model_timeout", api_key),
            accept="text/event-stream",
            unwanted=("text/html", "application/json"),
        )

    @override
    def __repr__(self) -> str:
        return f"OpenAIModel({self._name!r}, base_url={self._base_url!r})"

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelPiece, None]:
        """Yield pieces as they arrive, `ModelDone` last.

        Raises ProviderError `model_error` or `model_timeout`.
        """
        start = asyncio.get_running_loop().time()
        first_deadline = start + self._first_timeout
        body = self._encoder.encode(request)
        reply, pieces = await retrying(
            lambda: self._begin(body, first_deadline), max_retries=self._max_retries, deadline=first_deadline
        )
        try:
            reply.limit(start + self._timeout, min(MAX_IDLE_SECONDS, self._timeout))
            while pieces:
                for piece in pieces:
                    yield piece
                pieces = await reply.more()
        finally:
            reply.close()

    async def _begin(self, body: bytes, deadline: float) -> tuple[ChatReply, list[ModelPiece]]:
        reply = ChatReply(await self._client.post(body, deadline), self._client)
        try:
            return reply, await reply.more()
        except BaseException:
            reply.close()
            raise
