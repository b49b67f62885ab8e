from __future__ import annotations

import pytest

pytest.importorskip("espeakng_loader")

from runtime.errors import SettingsError
from runtime.providers.local import voices
from runtime.providers.local.voices import OPENAI_VOICES, EspeakVoice, data_folder, find_voice


@pytest.mark.parametrize("name", OPENAI_VOICES)
def test_every_openai_name_has_a_voice_whose_files_exist(name: str) -> None:
    language, _, variant = find_voice(name).identifier.partition("+")

    assert (data_folder() / "lang" / language).is_file()
    assert not variant or (data_folder() / "voices" / "!v" / variant).is_file()


def test_the_openai_names_stand_for_different_voices() -> None:
    assert len({find_voice(name).identifier for name in OPENAI_VOICES}) == len(OPENAI_VOICES)


@pytest.mark.parametrize(
    ("name", "voice"),
    [
        ("Nova", EspeakVoice("en-us+f3", "gmw/en-US+f3")),
        ("en-gb", EspeakVoice("en-gb", "gmw/en")),
        ("en_US", EspeakVoice("en-us", "gmw/en-US")),
        ("en-us+F3", EspeakVoice("en-us+f3", "gmw/en-US+f3")),
        ("en-us+annie", EspeakVoice("en-us+Annie", "gmw/en-US+Annie")),
        ("pt-pt", EspeakVoice("pt-pt", "roa/pt")),
        ("pt-br", EspeakVoice("pt-br", "roa/pt-BR")),
        ("fr-fr", EspeakVoice("fr-fr", "roa/fr")),
        ("de", EspeakVoice("de", "gmw/de")),
        ("de-AT", EspeakVoice("de", "gmw/de")),
        ("nb-NO", EspeakVoice("nb", "gmq/nb")),
        ("zh-CN", EspeakVoice("cmn", "sit/cmn")),
    ],
)
def test_a_language_tag_finds_the_file_that_speaks_it_best(name: str, voice: EspeakVoice) -> None:
    assert find_voice(name) == voice


@pytest.mark.parametrize(
    ("name", "language", "voice"),
    [
        ("nova", "pt", EspeakVoice("pt+f3", "roa/pt+f3")),
        ("alloy", "de-DE", EspeakVoice("de", "gmw/de")),
        ("nova", "en-GB", EspeakVoice("en-us+f3", "gmw/en-US+f3")),
        ("fr-fr", "pt", EspeakVoice("fr-fr", "roa/fr")),
    ],
)
def test_the_openai_names_speak_the_language_of_the_persona(name: str, language: str, voice: EspeakVoice) -> None:
    assert find_voice(name, language) == voice


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("aloy", "Nearest: alloy"),
        ("en-us+f33", "Nearest: en-us+f3"),
        ("en-us+", "Nearest: en-us"),
        ("!v/f2", "Use a name such as"),
        ("", "Use a name such as"),
        ("../../etc/passwd", "Use a name such as"),
    ],
)
def test_an_unknown_name_is_an_error_that_says_what_would_be_right(name: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        find_voice(name)

    assert caught.value.key == "name"
    assert repr(name) in str(caught.value)
    assert caught.value.hint.startswith(hint)


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "find_spec", lambda _: None)

    with pytest.raises(SettingsError, match="espeakng-loader") as caught:
        find_voice("alloy")

    assert caught.value.key == "provider"
    assert caught.value.hint == 'pip install "callboard[local]"'
