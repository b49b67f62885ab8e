"""What a server refuses, in words for people.

Status codes and the error object: https://platform.openai.com/docs/guides/error-codes/api-errors
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from runtime.errors import ProviderError
from runtime.providers.openai.redaction import presentable

_MEANINGS = {
    400: "did not accept the request (400)",
    401: "refused the key (401)",
    403: "does not allow this (403)",
    404: "does not know this model or address (404)",
    408: "gave up waiting for the request (408)",
    413: "finds the request too large (413)",
    429: "is rate limited (429)",
}
_TEMPORARY = (408, 409, 429)
_FOR_GOOD = ("insufficient_quota", "billing_hard_limit_reached")  # sent with 429, and no pause helps


@dataclass(frozen=True, slots=True)
class Complaint:
    """A server's error object, as far as it could be read; `text` is not yet fit for people."""

    text: str = ""
    code: str = ""


def read_complaint(body: bytes) -> Complaint:
    """Find the error object in the body of a refusal."""
    try:
        return complaint_of(orjson.loads(body))
    except orjson.JSONDecodeError:
        return Complaint()


def complaint_of(answer: Any) -> Complaint:
    """Find the error object in a decoded answer: `{"error": {"message", "code"}}` and its relatives."""
    if not isinstance(answer, dict):
        return Complaint()
    fields = cast("dict[str, Any]", answer)
    inner = fields.get("error") or fields
    if isinstance(inner, str):
        return Complaint(inner)
    if not isinstance(inner, dict):
        return Complaint()
    error = cast("dict[str, Any]", inner)
    text = error.get("message") or error.get("detail") or ""
    code = error.get("code") or error.get("type") or ""
    return Complaint(text if isinstance(text, str) else "", str(code))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose faults these are: `name` begins the sentence, `code` and `late_code` are the protocol's.

    `codes` holds the exceptions to `code`, by status.
    """

    name: str
    code: str
    late_code: str
    api_key: str = field(repr=False)
    codes: Mapping[int, str] = field(default_factory=dict[int, str])

    def refused(self, status: int, complaint: Complaint, retry_after: float | None = None) -> ProviderError:
        """The error for an answer whose status is not 200."""
        text = f"{self.name} {_meaning(status)}"
        # What a server says about a key that it refused is mostly the key.
        detail = presentable(complaint.text, self.api_key) if status != 401 else ""
        return ProviderError(
            self.codes.get(status, self.code),
            f"{text}.",
            detail=detail,
            retryable=(status in _TEMPORARY or status >= 500) and complaint.code not in _FOR_GOOD,
            retry_after=retry_after,
        )

    def failed(self, what: str, *, detail: str = "", retryable: bool = False) -> ProviderError:
        """The error for an answer that broke; `what` completes the sentence."""
        detail = presentable(detail, self.api_key)
        return ProviderError(self.code, f"{self.name} {what}.", detail=detail, retryable=retryable)

    def late(self) -> ProviderError:
        """The error for an answer that did not come in time."""
        return ProviderError(self.late_code, f"{self.name} did not answer in time.")


def _meaning(status: int) -> str:
    if 300 <= status < 400:
        return f"redirects elsewhere ({status}); base_url must be the final address"
    if status >= 500:
        return f"has a fault of its own ({status})"
    return _MEANINGS.get(status, f"answered with status {status}")
