"""What a service answered, as a result that a model can use."""

from __future__ import annotations

import codecs
import zlib
from dataclasses import dataclass, replace
from email.message import Message
from typing import Any

import orjson
from jmespath.exceptions import JMESPathError

from runtime.errors import ToolError
from runtime.redaction import Redaction
from runtime.tools.results import MAX_DEPTH

MAX_ERROR_CHARS = 1500
"""What a model reads of the body of a refusal."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that send a GET to another address (RFC 9110 section 15.4)."""

Statuses = tuple[int | str, ...]
"""Numbers, and classes such as `2xx`."""

_MAX_HEADER_CHARS = 120
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7"})
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as far as it was read. `cut`: the body is longer than `data`, because it may not be so long."""

    status: int
    reason: str
    content_type: str
    data: bytes
    cut: bool = False

    @property
    def title(self) -> str:
        """The status in words, such as `404 Not Found`."""
        return f"{self.status} {self.reason}".strip()

    @property
    def kind(self) -> str:
        """The media type, in lower case and without parameters."""
        return self.content_type.partition(";")[0].strip().lower()


def is_expected(status: int, expected: Statuses) -> bool:
    """Whether a status is among the expected ones."""
    return any(status == each or f"{status // 100}xx" == str(each).lower() for each in expected)


def header_text(text: str) -> str:
    """A header or a reason as a service sent it, short and without half characters, fit to be told."""
    text = text.encode("utf-8", "replace").decode()
    return "".join(each if each.isprintable() else " " for each in text[:_MAX_HEADER_CHARS])


def unpacked(data: bytes, encoding: str, limit: int) -> tuple[bytes, bool]:
    """Undo a content encoding up to `limit` bytes; says whether there is more. Raises ToolError.

    A few kilobytes may unpack to gigabytes, so no more is unpacked than is wanted.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return data[:limit], len(data) > limit
    if encoding not in ("gzip", "x-gzip", "deflate"):
        name = header_text(encoding[:20])
        raise ToolError(f"The service answered in the encoding {name}, which was not asked for")
    unpacked, rest = bytearray(), data
    while rest:  # a file may have several members (RFC 1952 section 2.2)
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, by its header
        try:
            unpacked += unpacker.decompress(rest, limit + 1 - len(unpacked))
        except zlib.error:
            raise _damaged() from None
        if len(unpacked) > limit:
            return bytes(unpacked[:limit]), True
        if not unpacker.eof:
            if len(data) > limit:  # no more of it was read
                return bytes(unpacked), True
            raise _damaged()
        rest = unpacker.unused_data
    return bytes(unpacked), len(data) > limit


def _damaged() -> ToolError:
    return ToolError("The service answered with compressed data that is damaged")


def result_of(answer: Answer, pick: Any, redaction: Redaction) -> Any:
    """The result of an answer whose status is as expected; `pick` is a compiled JMESPath expression or None.

    Raises ToolError where a pick finds no JSON to look into, or the answer is no text at all.
    """
    if not answer.data:
        return {"status": answer.status}
    decoded = _decoded(answer)
    if decoded is not _NOT_JSON:
        return _hidden(decoded if pick is None else _picked(pick, decoded), redaction)
    if pick is not None:
        raise ToolError(f"The service answered with {_described(answer)}, where JSON was expected")
    return text_of(answer, redaction)


def _hidden(result: Any, redaction: Redaction) -> Any:
    try:
        return redaction.value(result)
    except RecursionError:  # orjson reads far deeper than a model does
        raise ToolError(f"The result is nested more than {MAX_DEPTH} levels deep") from None


def _picked(pick: Any, decoded: Any) -> Any:
    try:
        return pick.search(decoded)
    except (JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError):
        # `length(@)` of null, say: the answer has another shape than the author expected.
        raise ToolError("The service answered with JSON that does not have the expected form") from None


def refusal_of(answer: Answer, redaction: Redaction) -> str:
    """A sentence for the model about an answer whose status is not as expected."""
    if answer.status in REDIRECTS:
        return f"The service answered {answer.title}: it sends to another address, which is not followed"
    said = _complaint(answer, redaction)
    return f"The service answered {answer.title}{': ' if said else ''}{said}"


def text_of(answer: Answer, redaction: Redaction) -> str:
    """The body as text. Raises ToolError where it is none."""
    if not _is_text(answer):
        raise ToolError(f"The service answered with {_described(answer)}, which is not text")
    text = redaction.text(body_text(answer), cut=answer.cut)
    return f"{text}… (truncated)" if answer.cut else text


_NOT_JSON = object()


def _decoded(answer: Answer) -> Any:
    """The body as JSON, where it says that it is, or says nothing and is."""
    if answer.cut or not (answer.kind in ("", "application/json", "text/json") or answer.kind.endswith("+json")):
        return _NOT_JSON
    try:
        return orjson.loads(answer.data.removeprefix(_UTF8_MARK))
    except orjson.JSONDecodeError:
        pass
    try:
        return orjson.loads(body_text(answer))  # not in UTF-8, against RFC 8259
    except orjson.JSONDecodeError:
        return _NOT_JSON


def _complaint(answer: Answer, redaction: Redaction) -> str:
    if not answer.data or not _is_text(answer) or answer.kind == "text/html":
        return ""
    read = replace(answer, data=answer.data[: 4 * MAX_ERROR_CHARS])
    cut = answer.cut or len(read.data) < len(answer.data)
    text = " ".join(redaction.text(body_text(read), cut=cut).split())
    return text if len(text) <= MAX_ERROR_CHARS else f"{text[:MAX_ERROR_CHARS]}…"


def _described(answer: Answer) -> str:
    size = f"more than {len(answer.data)}" if answer.cut else str(len(answer.data))
    if answer.kind.endswith("json"):
        return f"{size} bytes of JSON that is {'too long' if answer.cut else 'damaged'}"
    return f"{size} bytes of {answer.kind or 'no stated type'}"


def body_text(answer: Answer) -> str:
    """The body as text in the encoding that it says it has, whatever it is."""
    return answer.data.decode(_charset(answer.content_type), "replace").removeprefix("\ufeff")


def _is_text(answer: Answer) -> bool:
    kind = answer.kind
    if kind == "":
        return b"\0" not in answer.data
    named = ("json", "xml", "javascript", "yaml", "x-www-form-urlencoded", "csv")
    return kind.startswith("text/") or any(kind.endswith(word) for word in named)


def _charset(content_type: str) -> str:
    header = Message()
    header["Content-Type"] = content_type or "text/plain"
    charset = header.get_content_charset("utf-8")
    try:
        name = codecs.lookup(charset).name.replace("-", "_")
        b"x".decode(charset, "replace")  # decoding nothing asks for no codec
    except (LookupError, ValueError):
        return "utf-8"
    # What is no alphabet of a service fails on its own terms, or takes time by the square.
    return "utf-8" if name in _NO_CHARSETS else charset
