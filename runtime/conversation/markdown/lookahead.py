"""Inline constructs that show what they are only later: links, HTML tags, URLs.

Each function judges the window of text that begins with the construct and answers its length in characters,
`PLAIN` when it is no such construct, or `WAIT` when more text could change the answer.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

REACH: Final = 200
WAIT: Final = -1
PLAIN: Final = 0

_LABEL: Final = re.compile(r"\[(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*+\])*+\]")
_DESTINATION: Final = re.compile(
    r"""\([ \t]*(?:<[^<>\n]*+>|(?:[^\s()<>\\]|\\.|\([^\s()]*+\))*+)"""
    r"""(?:[ \t]+(?:"[^"\n]*+"|'[^'\n]*+'|\([^()\n]*+\)))?[ \t]*\)"""
)

_BREAKING: Final = frozenset(
    "blockquote br center dd details div dl dt h1 h2 h3 h4 h5 h6 hr li main nav ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_INLINE: Final = frozenset(
    "a abbr audio b big button cite code del em font i iframe img input ins kbd label mark q s samp small span strike "
    "strong sub sup tt u var video wbr".split()
)
_ATTRIBUTE: Final = r"""\s+[\w:.-]+=(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=]++)"""
_TAG: Final = re.compile(rf"</?([A-Za-z][A-Za-z0-9]*+)(?:{_ATTRIBUTE})*+\s*+/?>|<!--[\s\S]*?-->|<https?://[^\s<>]*+>")
_TAG_SO_FAR: Final = re.compile(
    rf"""<(?:/?(?:[A-Za-z][A-Za-z0-9]*+(?:{_ATTRIBUTE})*"""
    r"""(?:\s+[\w:.-]*+(?:=(?:"[^"<>]*+|'[^'<>]*+|[^\s"'<>=]*+)?)?|\s*/?)?)?|!-?|!--[\s\S]*|https?:/{0,2}[^\s<>]*)"""
)

_URL_LETTER: Final = r"A-Za-z0-9\u00c0-\u052f"
_SCHEME: Final = re.compile(rf"(?:https?://|www\.)(?=[{_URL_LETTER}])", re.IGNORECASE)
_SCHEME_SO_FAR: Final = re.compile(r"h(?:t(?:t(?:p(?:s?(?::/{0,2})?)?)?)?)?|w(?:w(?:w\.?)?)?", re.IGNORECASE)
URL_SOLID: Final = re.compile(rf"[{_URL_LETTER}/\-=&#%$+@{{}}^]+")
"""Characters that go on a URL wherever they stand; Chinese, Japanese or Thai after it is text again."""
URL_PUNCTUATION: Final = re.compile(rf"[.,;:!?'*_~]{{1,{REACH}}}")
"""Characters that go on a URL only when more of it follows."""


class Window(NamedTuple):
    """At most `REACH` characters ahead; `complete` says that no more will ever be seen of them."""

    text: str
    complete: bool


def link_label(window: Window) -> int:
    """`[label]` of a link: its length, if a destination follows."""
    found = _LABEL.match(window.text)
    if found and found.end() < len(window.text):
        return found.end() if window.text[found.end()] == "(" else PLAIN
    return PLAIN if window.complete or "\n" in window.text else WAIT


def link_destination(window: Window) -> int:
    """`(destination "title")` of a link."""
    if found := _DESTINATION.match(window.text):
        return found.end()
    return PLAIN if window.complete or "\n" in window.text else WAIT


def tag(window: Window) -> tuple[int, bool]:
    """An HTML tag, comment or `<https://…>`; and whether it parts words, as `<br>` does.

    Only elements of HTML count: `<your name>` is text, and so is `a <b and c> d`.
    """
    if found := _TAG.match(window.text):
        name = (found[1] or "a").lower()
        return (found.end() if name in _BREAKING or name in _INLINE else PLAIN), name in _BREAKING
    return (WAIT if not window.complete and _TAG_SO_FAR.fullmatch(window.text) else PLAIN), False


def url_scheme(window: Window) -> int:
    """`http://`, `https://` or `www.` with something behind it."""
    if found := _SCHEME.match(window.text):
        return found.end()
    return WAIT if not window.complete and _SCHEME_SO_FAR.fullmatch(window.text) else PLAIN
