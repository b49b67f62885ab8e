"""Texts with brackets that nobody quoted, whichever parser gave up in them."""

from __future__ import annotations

import pytest
import yaml

from runtime.spec.syntax import explain

PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


def shown(text: str, parser: type[yaml.SafeLoader]) -> tuple[str, str]:
    """The message, and what stands in the text above the carets."""
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.load(text, parser)
    finding = explain(caught.value, text)
    place = finding.place
    return finding.message, text.split("\n")[place.line - 1][place.column - 1 :][: place.length]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        ("a: [weather in {city}]", "weather in {city}"),
        ("a: [b, weather in {city} today, c]", "weather in {city} today"),
        ("a: [weather in [the] city", "weather in [the] city"),
        ("a: [\n  b,\n  weather in {city},\n]", "weather in {city}"),
        ("a: [[please] weather, b]", "[please] weather"),
        ("a: [{city} weather]", "{city} weather"),
        ("- [please] weather in {city}", "[please] weather in {city}"),
        ("a:\n  - b\n  - {city} weather # c", "{city} weather"),
        ("a: {city} weather", "{city} weather"),
        ("a: {b: Bearer ${env:C:-d}}", "Bearer ${env:C:-d}"),
        ("a: {b: ${env:C}, d: e}", "${env:C}"),
    ],
)
def test_the_text_that_needs_quotes_is_blamed(text: str, blamed: str, parser: type[yaml.SafeLoader]) -> None:
    message, above = shown(text, parser)
    assert message.startswith("YAML reads the ")
    assert above == blamed


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [b\nc: d\n", "this list is never closed"),
        ("a: {b: c\nd: e\n", "this mapping is never closed"),
        ("a: [{b: c} {d: e}]", "this list is never closed"),
        ('a: ["b" {c: d}]', "this list is never closed"),
        ("a: [{b: c}, [d] ,\n", "a value is missing here"),
        ("- a\nb: c\n", "a key among the items of a list"),
        ("a: {x: 1} b", "this cannot stand here"),
    ],
)
def test_what_is_another_mistake_is_told_as_before(text: str, message: str, parser: type[yaml.SafeLoader]) -> None:
    assert shown(text, parser)[0] == message
