"""Why a text is not YAML, in words for people who write specs rather than parsers.

libyaml and PyYAML word their errors differently but put them at the same marks; the rules below know both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from runtime.spec.problem import Finding, Place
from runtime.spec.unquoted import unquoted_text

# What PyYAML counts as the end of a line.
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# A template where a value begins: YAML reads the brace as its own.
_TEMPLATE = re.compile(r"(?:^\s*|[:\-,\[{]\s+|[\[{])(\{\{|\{%)")
_QUOTE_TEMPLATE = 'quote it: "{{ … }}", or write the text as a block below `|`'


def split_lines(text: str) -> list[str]:
    """The lines of the text as YAML counts them, without their ends."""
    return _BREAK.split(text)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One kind of error: `problem` and `context` are searched in the parser's own words."""

    problem: str
    message: str
    hint: str
    context: str = ""
    # Whether the mistake is where the parser began (an open quote) rather than where it gave up.
    at_context: bool = False


_RULES = (
    _Rule(
        "mapping values are not allowed",
        "a second ': ' in this value",
        'put the whole text in quotes: a text that holds ": " needs them',
    ),
    _Rule(
        "could not find expected ':'",
        "this line is no `key: value`",
        "add a colon and a space after the key, or indent a text that goes on from the line above",
        at_context=True,
    ),
    _Rule(
        "found unexpected end of stream",
        "this quote is never closed",
        "write the closing quote; inside single quotes an apostrophe is written twice: ''",
        at_context=True,
    ),
    _Rule(
        r"',' or ']'",
        "this list is never closed",
        "write the closing ], and a comma between the items",
        at_context=True,
    ),
    _Rule(
        r"',' or '}'",
        "this mapping is never closed",
        "write the closing }, and a comma between the entries",
        at_context=True,
    ),
    _Rule(
        "cannot start any token",
        "an unquoted text cannot begin with this character",
        'put the whole text in quotes: "…"',
    ),
    _Rule(
        "unknown escape character",
        "no such escape in double quotes",
        r"write the backslash twice: \\, or use single quotes",
    ),
    _Rule(
        "expected alphabetic or numeric character",
        "* and & at the start of a value have a meaning in YAML",
        'put the whole text in quotes: "…"',
        at_context=True,
    ),
    _Rule(
        "comment or (a )?line break|chomping or indentation",
        "text right after | or >",
        "begin the text on the next line, indented; or quote it if it is one line",
        context="block scalar",
    ),
    _Rule(
        "sequence entries are not allowed",
        "a list cannot begin on the line of its key",
        "write each `- item` on a line of its own below the key, or write the list as [a, b]",
    ),
    _Rule(
        "undefined tag handle",
        "! at the start of a value has a meaning in YAML",
        'put the whole text in quotes: "…"',
    ),
    _Rule(
        "document start",
        "text after the end of the document",
        "remove the ... line above, or what follows it",
    ),
    _Rule(
        "expected '-' indicator|expected <block end>, but found '\\?'",
        "a key among the items of a list",
        "indent it into an item, or line it up with the key that the list belongs to",
        context="block (collection|sequence)",
    ),
    _Rule(
        "expected (the )?node content",
        "a value is missing here",
        "write it, or close the list or mapping",
        context="flow node",
    ),
    _Rule(
        "YAML document|directive",
        "a line that begins with % has a meaning in YAML",
        "remove the line",
    ),
)


def explain(error: Any, text: str) -> Finding:
    """Turn a parser's error (`yaml.YAMLError`) into a finding at the spot of the mistake."""
    lines = split_lines(text)
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Finding(Place(), "yaml", "this is not YAML", "save the file as plain UTF-8 text")
    line, column = _within(lines, mark.line, mark.column)
    return (
        _template(lines[line], line, column)
        or _tab(lines[line], line)
        or _misplaced_key(error, lines, line, column)
        or unquoted_text(error, lines[line], line, column)
        or _by_rule(error, lines, line, column)
        or _leftover(lines[line], line, column)
    )


def _within(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """The mark, moved back from beyond the end of the text onto its last written line."""
    line = min(line, len(lines) - 1)
    while line > 0 and not lines[line].strip() and column == 0:
        line, column = line - 1, len(lines[line - 1].rstrip())
    return line, min(column, len(lines[line]))


def _template(source: str, line: int, column: int) -> Finding | None:
    found = _TEMPLATE.search(source)
    if found is None or found.start(1) > column or source[: found.start(1)].lstrip().startswith("#"):
        return None
    place = Place(line + 1, found.start(1) + 1, 2)
    message = f"YAML reads an unquoted {found.group(1)} as a mapping, not as a template"
    return Finding(place, "unquoted-template", message, _QUOTE_TEMPLATE)


def _tab(source: str, line: int) -> Finding | None:
    margin = source[: len(source) - len(source.lstrip())]
    if "\t" not in margin:
        return None
    first = margin.index("\t")
    place = Place(line + 1, first + 1, margin.count("\t", first))
    return Finding(place, "tab", "a tab in the indentation: YAML allows only spaces", "indent with two spaces a level")


def _misplaced_key(error: Any, lines: list[str], line: int, column: int) -> Finding | None:
    """A key that the parser took for more of the text above it, or for something after the end."""
    problem, key = error.problem or "", lines[line][:column].strip()
    if "mapping values are not allowed" in problem and key and ":" not in key:
        place = Place(line + 1, lines[line].index(key) + 1, len(key))
        hint = "line it up with the keys around it, and see that the key above has a space after its colon"
        return Finding(place, "yaml", "this key stands inside the value above it", hint)
    if "document start" in problem and "..." not in lines[:line]:
        return _leftover(lines[line], line, column)
    return None


def _by_rule(error: Any, lines: list[str], line: int, column: int) -> Finding | None:
    context, problem = error.context or "", error.problem or ""
    for rule in _RULES:
        if not (re.search(rule.problem, problem) and re.search(rule.context, context)):
            continue
        if rule.at_context and error.context_mark is not None:
            begin = error.context_mark
            return Finding(_span(lines, begin.line, begin.column), "yaml", rule.message, rule.hint)
        return Finding(Place(line + 1, column + 1), "yaml", rule.message, rule.hint)
    return None


def _leftover(source: str, line: int, column: int) -> Finding:
    """Something stands where nothing was expected: a stray end, text after a quote, a wrong indentation."""
    before, after = source[:column].rstrip(), source[column : column + 1]
    if after and after in "]}":
        return Finding(
            Place(line + 1, column + 1), "yaml", f"nothing is open that this {after} would close", "remove it"
        )
    if before.endswith(("'", '"')):
        hint = "put the whole value inside one pair of quotes; inside '…' an apostrophe is written twice"
        place = Place(line + 1, column + 1, max(1, len(source.rstrip()) - column))
        return Finding(place, "yaml", "text after the closing quote", hint)
    if after == ":" and not before:
        return Finding(Place(line + 1, column + 1), "yaml", "a colon without a key before it", "write the key")
    if not before:
        place = Place(line + 1, column + 1, max(1, len(source.strip())))
        hint = "begin it in the same column as the keys or items it belongs with"
        return Finding(place, "yaml", "the indentation of this line fits nothing above it", hint)
    return Finding(Place(line + 1, column + 1), "yaml", "this cannot stand here", "put the whole value in quotes")


def _span(lines: list[str], line: int, column: int) -> Place:
    """From a mark to the end of what is written on its line."""
    line, column = _within(lines, line, column)
    return Place(line + 1, column + 1, max(1, len(lines[line].rstrip()) - column))
