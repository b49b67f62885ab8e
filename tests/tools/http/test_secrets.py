"""What of a request is nobody's business."""

from __future__ import annotations

from base64 import b64encode

from runtime.settings import HttpSettings, ProbeSettings, Secret
from runtime.tools.http.secrets import hosts_of, secrets_of


def test_secrets_come_from_everywhere_in_a_request() -> None:
    settings = HttpSettings(
        Secret("https://api.example/u-path", ("https://api.example/", "u-path", "")),
        headers={"X-Api-Key": "h-literal", "Authorization": "Bearer h-bearer", "X-Other": "h-open"},
        query={"a": Secret("q-whole")},
        json={"a": [{"b": Secret("j<deep>", ("j<", "deep", ">"))}]},
        form={"a": Secret("f-whole"), "b": 1},
        body=Secret("b-whole"),
        probe=ProbeSettings(Secret("https://api.example/p-path", ("https://api.example/", "p-path", ""))),
    )
    found = {"u-path", "h-literal", "h-bearer", "q-whole", "deep", "f-whole", "b-whole", "p-path"}
    assert set(secrets_of(settings)) == found


def test_a_default_that_the_spec_tells_is_no_secret() -> None:
    secret = Secret("a-known-b-other", ("a-", "known", "-b-", "other", ""), frozenset({1}))
    assert set(secrets_of(HttpSettings("https://api.example", query={"a": secret}))) == {"other"}


def test_basic_credentials_are_known_by_their_password_too() -> None:
    basic = f"Basic {b64encode(b'ann:hunter2').decode()}"
    found = set(secrets_of(HttpSettings("https://api.example", headers={"Authorization": basic, "X": "Basic %%%"})))
    assert found == {basic.split()[1], "ann:hunter2", "hunter2"}


def test_hosts_from_outside_are_named_by_errors_alone() -> None:
    settings = HttpSettings(Secret("http://inner:8080/x", ("", "http://inner:8080", "/x")))
    assert set(hosts_of(settings)) == {"inner:8080", "inner"}
    assert set(secrets_of(settings)) == {"http://inner:8080"}
