"""Which values of an agent differ from another's, though all that may be shown of both is the same.

`callboard diff` makes a key, sends the digests of its own values under it, and is told by the server which of them
differ. The server's digests stay where they are: whoever had one and its key could try every short secret on it, as
fast as a machine can, and a slow digest would hold up those who talk. So a guess costs a request, and only those on the
server's own machine may ask. The key is new each time: what was sent once tells nothing about a later value.
"""

from __future__ import annotations

from collections.abc import Iterable
from hmac import compare_digest
from secrets import token_bytes
from typing import Any

import orjson

from runtime.blueprint.model import Blueprint
from runtime.errors import ClientError
from runtime.spec.effective import effective_values

_KEY_BYTES = 32


def question(blueprint: Blueprint, names: Iterable[str]) -> bytes:
    """What to send in order to learn which of these values, named by their keys in a spec, differ."""
    key = token_bytes(_KEY_BYTES)
    digests = _digests(blueprint, key)
    return orjson.dumps({"key": key.hex(), "digests": {name: digests[name] for name in names}})


def differing(blueprint: Blueprint, asked: bytes) -> list[str]:
    """The names in a question whose values are others here. Raises ClientError for what is no question."""
    try:
        read: Any = orjson.loads(asked)
        key, theirs = bytes.fromhex(read["key"]), {name: bytes.fromhex(each) for name, each in read["digests"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ClientError("bad_message", "A comparison takes a key and digests, all in hexadecimal.") from None
    if len(key) != _KEY_BYTES:
        raise ClientError("bad_message", f"The key of a comparison has {_KEY_BYTES} bytes.")
    ours = _digests(blueprint, key)
    return [name for name, digest in theirs.items() if not compare_digest(bytes.fromhex(ours.get(name, "")), digest)]


def _digests(blueprint: Blueprint, key: bytes) -> dict[str, str]:
    values = () if blueprint.spec is None else effective_values(blueprint.spec)
    return {value.key: value.digest(key) for value in values}
