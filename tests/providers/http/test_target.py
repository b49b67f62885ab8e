from __future__ import annotations

import pytest

from runtime.providers.http.target import OriginAddress, encode, parse


def test_an_address_is_split_into_origin_authority_and_path() -> None:
    target = parse("http://127.0.0.1:9100/v1/chat/completions?x=1")
    assert target.origin == OriginAddress("127.0.0.1", 9100, tls=False)
    assert (target.authority, target.path) == ("127.0.0.1:9100", "/v1/chat/completions?x=1")


def test_default_ports_are_left_out_of_the_host_header() -> None:
    assert parse("https://api.example/v1").authority == "api.example"
    assert parse("https://api.example").origin == OriginAddress("api.example", 443, tls=True)
    assert parse("http://api.example:80").path == "/"


def test_an_ipv6_address_keeps_its_brackets_in_the_header_only() -> None:
    target = parse("http://[::1]:8000/v1")
    assert (target.origin.host, target.authority) == ("::1", "[::1]:8000")


def test_an_international_host_name_is_sent_in_ascii() -> None:
    assert parse("http://bücher.example/").origin.host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/",
        "/v1",
        "http://",
        "http://user:secret@host/",
        "http://host:port/",
        "http://host/a b",
        "http://host/ä",
    ],
)
def test_other_addresses_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as raised:
        parse(url)
    assert "secret" not in str(raised.value)


def test_a_request_has_host_length_and_no_compression() -> None:
    request = encode("POST", parse("http://h/p"), {"x-a": "1"}, b"body")
    assert request == (
        b"POST /p HTTP/1.1\r\nhost: h\r\naccept-encoding: identity\r\nx-a: 1\r\ncontent-length: 4\r\n\r\nbody"
    )


@pytest.mark.parametrize("value", ["a\r\nx-b: 2", "a\nb", "a\0"])
def test_a_header_value_cannot_break_out_of_its_line(value: str) -> None:
    with pytest.raises(ValueError, match="x-a"):
        encode("POST", parse("http://h/p"), {"x-a": value}, b"")
