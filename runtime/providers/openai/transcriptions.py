"""Transcription through the `openai` package: the one file that imports it, and is itself imported late."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import openai

from runtime.errors import ProviderError
from runtime.providers.openai.faults import Speaker, complaint_of
from runtime.providers.openai.retry import requested_pause
from runtime.providers.ports import Transcript
from runtime.settings import TranscriptionSettings

_KNOWS_LANGUAGE = "whisper-1"  # the one model of the API whose `verbose_json` tells it
_NO_TRANSCRIPTION = "sent something that is no transcription"
_CODES = {400: "bad_audio", 413: "bad_audio", 415: "unsupported_format", 422: "bad_audio"}


class Transcriptions:
    """The package's client with one recogniser's settings. Its tries share `timeout_ms`."""

    def __init__(self, settings: TranscriptionSettings, base_url: str, api_key: str) -> None:
        self._timeout = settings.timeout_ms / 1000
        self._options = _constant_options(settings)
        self._speaker = Speaker("The recogniser's server", "no_transcription", "no_transcription", api_key, _CODES)
        self._client = openai.AsyncOpenAI(
            api_key=api_key, base_url=base_url, timeout=self._timeout, max_retries=settings.max_retries
        )

    async def create(self, upload: tuple[str, bytes]) -> Transcript:
        """Recognise a named file. Raises ProviderError."""
        try:
            async with asyncio.timeout(self._timeout):
                answer = cast("object", await self._client.audio.transcriptions.create(file=upload, **self._options))
        except TimeoutError:
            raise self._speaker.late() from None
        except openai.OpenAIError as error:
            raise self._failure(error) from None
        except ValueError:  # a body that is not the JSON it says it is
            raise self._speaker.failed(_NO_TRANSCRIPTION) from None
        text = getattr(answer, "text", None)
        if not isinstance(text, str):
            raise self._speaker.failed(_NO_TRANSCRIPTION)
        language = getattr(answer, "language", None)
        return Transcript(text.strip(), language if isinstance(language, str) else None)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _failure(self, error: openai.OpenAIError) -> ProviderError:
        match error:
            case openai.APITimeoutError():
                return self._speaker.late()
            case openai.APIConnectionError():
                return self._speaker.failed("cannot be reached", retryable=True)
            case openai.APIStatusError():
                headers = error.response.headers
                pause = requested_pause(headers.get("retry-after-ms", ""), headers.get("retry-after", ""))
                # `body` is the error object, mostly unwrapped; the package's own message would quote it all.
                return self._speaker.refused(error.status_code, complaint_of(error.body), pause)
            case _:
                return self._speaker.failed(_NO_TRANSCRIPTION)


def _constant_options(settings: TranscriptionSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "model": settings.name,
        "response_format": "verbose_json" if settings.name == _KNOWS_LANGUAGE else "json",
    }
    if settings.language:
        options["language"] = settings.language
    if settings.prompt:
        options["prompt"] = settings.prompt
    return options
