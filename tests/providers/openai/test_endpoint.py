from __future__ import annotations

import pytest

from runtime.errors import SettingsError
from runtime.providers.openai.endpoint import OFFICIAL_URL, Endpoint, is_official, resolve

ENV = {"OPENAI_BASE_URL": "http://env.example/v1/", "OPENAI_API_KEY": "sk-env"}


def test_settings_come_before_the_environment() -> None:
    assert resolve("http://set.example/v1", "sk-set", ENV) == Endpoint("http://set.example/v1", "sk-set")


def test_the_environment_fills_what_is_not_set() -> None:
    assert resolve("", "", ENV) == Endpoint("http://env.example/v1", "sk-env")


def test_without_an_address_it_is_openai() -> None:
    assert resolve("", "sk-set", {}).base_url == OFFICIAL_URL


def test_openai_needs_a_key() -> None:
    with pytest.raises(SettingsError) as raised:
        resolve("", "", {})
    assert raised.value.key == "api_key"
    assert "OPENAI_API_KEY" in raised.value.hint


def test_another_server_needs_none() -> None:
    assert resolve("http://127.0.0.1:8000/v1", "", {}).api_key


def test_a_key_from_a_file_may_end_with_a_line_break() -> None:
    assert resolve("", "sk-set\n", {}).api_key == "sk-set"


@pytest.mark.parametrize("key", ["sk-a\nx-header: 1", "sk-ä", "two words"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(SettingsError) as raised:
        resolve("", key, {})
    assert raised.value.key == "api_key"
    assert key not in str(raised.value) + raised.value.hint


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:8000", "ftp://h/v1", "http://user:secret@h/v1", "http://h/v1?x=1", "http://h/v1#x", "http://[::1/v1"],
)
def test_what_cannot_be_an_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as raised:
        resolve(url, "sk-set", {})
    assert raised.value.key == "base_url"
    assert "secret" not in str(raised.value) + raised.value.hint


def test_the_key_is_not_shown() -> None:
    assert "sk-set" not in repr(resolve("", "sk-set", {}))


def test_openais_own_addresses_are_known() -> None:
    assert is_official("https://api.openai.com/v1")
    assert is_official("https://us.api.openai.com/v1")
    assert not is_official("https://notapi.openai.com.example/v1")


def test_the_keys_of_the_environment_are_not_sent_to_a_server_that_only_a_spec_names() -> None:
    env = {"OPENAI_API_KEY": "sk-theirs", "OPENAI_BASE_URL": "http://ours.example/v1"}
    assert resolve("", "", env).api_key == "sk-theirs"
    assert resolve("https://api.openai.com/v1", "", env).api_key == "sk-theirs"
    assert resolve("http://elsewhere.example/v1", "", env).api_key != "sk-theirs"
    assert resolve("http://elsewhere.example/v1", "sk-own", env).api_key == "sk-own"
