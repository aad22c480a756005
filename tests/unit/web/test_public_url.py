"""The public address is an https address of a host's root; an http one of the loopback alone."""

import pytest

from shared.web.public_url import PublicUrl, read_public_url


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://casos.example.org", "https://casos.example.org"),
        ("https://Casos.Example.org/", "https://casos.example.org"),
        ("https://casos.example.org:443", "https://casos.example.org"),
        ("https://casos.example.org:8443/", "https://casos.example.org:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_it_is_written_as_a_browser_writes_an_origin(given: str, origin: str) -> None:
    found = read_public_url(given)
    assert found is not None
    assert (found.origin, found.secure) == (origin, origin.startswith("https"))
    assert read_public_url(found) is found


@pytest.mark.parametrize("given", [None, ""])
def test_none_is_none(given: str | None) -> None:
    assert read_public_url(given) is None


@pytest.mark.parametrize(
    "given",
    [
        "casos.example.org",
        "ftp://casos.example.org",
        "https://",
        "https://casos.example.org/canaliza",
        "https://casos.example.org?x=1",
        "https://casos.example.org#x",
        "https://user@casos.example.org",
        "https://casos.example.org:port",
        "https://casos.example.org:99999",
        "https://ca sos.example.org",
        "https://casos.example.org,https://other.example.org",
        "javascript:alert(1)",
        "http://casos.example.org",
        "http://192.0.2.7:8080",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
    ],
)
def test_anything_else_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_public_url(given)


def test_it_stands_still() -> None:
    assert read_public_url("https://a.example") == PublicUrl("https", "a.example", None)
