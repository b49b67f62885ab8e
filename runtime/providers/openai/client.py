"""POST to one address of a server, with every failure said as a ProviderError."""

from __future__ import annotations

from runtime.errors import ProviderError
from runtime.providers.http.errors import ConnectError, DisconnectedError, HttpError, ReadTimeoutError
from runtime.providers.http.pool import HttpPool
from runtime.providers.http.response import Response
from runtime.providers.openai.faults import Speaker, read_complaint
from runtime.providers.openai.retry import requested_pause

CONNECT_SECONDS = 5.0
MAX_IDLE_SECONDS = 15.0
_COMPLAINT_BYTES = 64 * 1024


class ApiClient:
    """Sends JSON to `url`; `unwanted` are the media types that no proper answer has."""

    __slots__ = ("_headers", "_pool", "_unwanted", "_url", "speaker")

    def __init__(self, pool: HttpPool, url: str, speaker: Speaker, *, accept: str, unwanted: tuple[str, ...]) -> None:
        self.speaker = speaker
        self._pool = pool
        self._url = url
        self._unwanted = unwanted
        self._headers = {
            "authorization": f"Bearer {speaker.api_key}",
            "content-type": "application/json",
            "accept": accept,
            "user-agent": "callboard",
        }

    async def post(self, body: bytes, deadline: float) -> Response:
        """The response of a request that was accepted, its body unread. Raises ProviderError."""
        try:
            response = await self._pool.request(
                self._url,
                headers=self._headers,
                body=body,
                deadline=deadline,
                connect_timeout=CONNECT_SECONDS,
            )
        except HttpError as error:
            raise self.failure(error) from None
        if response.status == 200 and not response.header(b"content-type").lower().startswith(self._unwanted):
            return response
        try:
            raise await self._refusal(response)
        finally:
            response.close()

    def failure(self, error: HttpError) -> ProviderError:
        """What a failed connection or read means for the one who asked."""
        if isinstance(error, ReadTimeoutError):
            return self.speaker.late()
        return self.speaker.failed(str(error), retryable=isinstance(error, (ConnectError, DisconnectedError)))

    async def _refusal(self, response: Response) -> ProviderError:
        try:
            complaint = read_complaint(await response.read(_COMPLAINT_BYTES))
        except HttpError:
            complaint = read_complaint(b"")
        if response.status != 200:
            pause = requested_pause(response.header(b"retry-after-ms"), response.header(b"retry-after"))
            return self.speaker.refused(response.status, complaint, pause)
        media_type = response.header(b"content-type").partition(";")[0][:40]
        return self.speaker.failed(f"sent {media_type} where a stream was expected", detail=complaint.text)
