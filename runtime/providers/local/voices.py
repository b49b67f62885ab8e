"""What a voice may be called, and the espeak-ng voice that is meant.

A voice of espeak-ng is a language file, such as `gmw/en-US`, and perhaps a variant that changes its timbre, such as
`f3`. The files themselves say which BCP 47 tags they speak (espeak-ng, docs/voices.md), so that names are checked
from the data alone: the library need not be loaded to find a mistake in a spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from runtime.errors import SettingsError

# The names of OpenAI's voices (API reference, Create speech), so that a spec talks with and without a key. Variants
# are chosen to differ by ear: pitch, breath and accent. They do not imitate the voices they stand in for.
OPENAI_VOICES: Mapping[str, str] = {
    "alloy": "en-us",
    "ash": "en-us+m3",
    "ballad": "en-gb+m2",
    "coral": "en-us+f2",
    "echo": "en-us+m7",
    "fable": "en-gb",
    "nova": "en-us+f3",
    "onyx": "en-us+m5",
    "sage": "en-gb+f4",
    "shimmer": "en-us+f5",
    "verse": "en-us+m1",
    "marin": "en-us+Annie",
    "cedar": "en-gb+m6",
}
_USUAL_PRIORITY = 5
# The files call Mandarin and Bokmål by their own codes.
_ALSO_CALLED = {"zh-cn": "cmn", "zh-tw": "cmn", "zh-hk": "yue", "nb-no": "nb", "no-no": "nb"}


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """`name` is for people: `en-us+f3`. `identifier` is for `espeak_SetVoiceByName`: `gmw/en-US+f3`."""

    name: str
    identifier: str


@dataclass(frozen=True, slots=True)
class _Catalogue:
    languages: Mapping[str, str]
    variants: Mapping[str, str]


def data_folder() -> Path:
    """The folder of espeak-ng's data.

    Raises SettingsError where the package that carries it is not installed.
    """
    package = find_spec("espeakng_loader")
    if package is None or package.origin is None:
        raise SettingsError(
            "provider",
            "The embedded voice needs the package espeakng-loader, which is not installed.",
            'pip install "callboard[local]"',
        )
    return Path(package.origin).with_name("espeak-ng-data")


def find_voice(name: str, language: str = "") -> EspeakVoice:
    """The voice called `name`: one of OpenAI's names, or a language tag with or without a variant (`en-gb+f2`).

    OpenAI's voices speak every language, so `language`, the persona's own tag, replaces the English of those names.
    A region that has no voice of its own gets its language's: `de-at` is `de`.
    Raises SettingsError with the nearest names where there is none.
    """
    catalogue = _catalogue(data_folder())
    asked = OPENAI_VOICES.get(name.lower(), name)
    tag, plus, variant = asked.replace("_", "-").partition("+")
    if name.lower() in OPENAI_VOICES and not is_english(language):
        tag = language.replace("_", "-")
    language = _language(tag.lower(), catalogue.languages)
    timbre = catalogue.variants.get(variant.lower(), "")
    if not language or (plus and not timbre):
        raise _unknown(name, tag.lower(), variant.lower() if language else "", catalogue)
    suffix = f"+{timbre}" if timbre else ""
    return EspeakVoice(f"{language}{suffix}", f"{catalogue.languages[language]}{suffix}")


def is_english(language: str) -> bool:
    """Is a BCP 47 tag English, or is there none?"""
    return language.replace("_", "-").partition("-")[0].lower() in ("", "en")


def _language(tag: str, languages: Mapping[str, str]) -> str:
    tag = _ALSO_CALLED.get(tag, tag)
    while tag and tag not in languages:
        tag = tag.rpartition("-")[0]
    return tag


def _unknown(name: str, tag: str, variant: str, catalogue: _Catalogue) -> SettingsError:
    if variant:
        near = [f"{tag}+{known}" for known in get_close_matches(variant, catalogue.variants, n=3, cutoff=0.4)]
    else:
        near = get_close_matches(name.lower(), [*OPENAI_VOICES, *catalogue.languages], n=3, cutoff=0.5)
    hint = f"Nearest: {', '.join(near)}." if near else "Use a name such as alloy, en-gb, pt-br or en-us+f3."
    return SettingsError("name", f"The embedded voice knows no voice called {name!r}.", hint)


@cache
def _catalogue(data: Path) -> _Catalogue:
    spoken: dict[str, tuple[int, str]] = {}
    root = data / "lang"
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        identifier = file.relative_to(root).as_posix()
        for tag, priority in _tags(file.read_text("utf-8", "replace")):
            spoken[tag] = min(spoken.get(tag, (priority, identifier)), (priority, identifier))
    variants = {path.name.lower(): path.name for path in (data / "voices" / "!v").iterdir()}
    return _Catalogue({tag: identifier for tag, (_, identifier) in spoken.items()}, variants)


def _tags(text: str) -> list[tuple[str, int]]:
    # `language en-us 2`: the lower the number, the better the file speaks that tag.
    lines = [line.split() for line in text.splitlines() if line.startswith("language ")]
    return [(words[1].lower(), int(words[2]) if len(words) > 2 else _USUAL_PRIORITY) for words in lines]
