"""Which server to ask, and with which key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from runtime.errors import SettingsError
from runtime.providers.http.target import parse

OFFICIAL_URL = "https://api.openai.com/v1"
_OFFICIAL_HOST = "api.openai.com"
_NO_KEY = "none"  # sent to servers that ask for no key


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A base URL without a slash at its end, and the key for it."""

    base_url: str
    api_key: str = field(repr=False)


def resolve(base_url: str, api_key: str, env: Mapping[str, str]) -> Endpoint:
    """The settings' values, else OPENAI_BASE_URL and OPENAI_API_KEY of `env`, else OpenAI itself.

    Raises SettingsError for `base_url` or `api_key`. Only OpenAI itself needs a key.
    """
    url = (base_url or env.get("OPENAI_BASE_URL", "")).strip().rstrip("/") or OFFICIAL_URL
    _check_url(url)
    # The environment's key belongs to the environment's server: a spec's own base_url must not be sent it.
    theirs = env.get("OPENAI_API_KEY", "") if not base_url or is_official(url) else ""
    key = (api_key or theirs).strip()
    if not key and is_official(url):
        raise SettingsError(
            "api_key",
            "OpenAI needs a key, and there is none.",
            "Set OPENAI_API_KEY, or base_url to a server of yours.",
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError("api_key", "The key holds characters that no key has.", "Was more than the key pasted?")
    return Endpoint(url, key or _NO_KEY)


def is_official(base_url: str) -> bool:
    """Whether the URL is one of OpenAI's own, regional ones included."""
    host = urlsplit(base_url).hostname or ""
    return host == _OFFICIAL_HOST or host.endswith("." + _OFFICIAL_HOST)


def _check_url(url: str) -> None:
    try:
        parse(url)
        parts = urlsplit(url)
    except ValueError:
        raise SettingsError(
            "base_url",
            "This is not the address of a server.",
            "Write it like http://127.0.0.1:8000/v1, without user or password.",
        ) from None
    if parts.query or parts.fragment:
        raise SettingsError(
            "base_url", "The address must end with its path, such as /v1.", "Remove what follows ? or #."
        )
