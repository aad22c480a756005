"""Which hosts are this machine, and how hosts are written in addresses."""

import pytest

from shared.kernel.hosts import authority, from_here, host_of, is_loopback


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "127.0.0.2", "127.255.0.9", "::1", "[::1]"]
)
def test_only_this_machine_reaches_the_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        *("", "0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "a.example"),  # noqa: S104 - read only
        *("127.evil.example", "localhost.evil.example", "localhost.", "127.1", "[::1", "::1]x"),
    ],
)
def test_others_reach_any_other_host_whatever_it_begins_with(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "port", "written"),
    [
        ("a.example", None, "a.example"),
        ("a.example", 80, "a.example:80"),
        ("127.0.0.1", 0, "127.0.0.1:0"),
        ("::1", None, "[::1]"),
        ("::1", 80, "[::1]:80"),
        ("[::1]", 80, "[::1]:80"),
    ],
)
def test_ipv6_has_brackets_in_an_address(host: str, port: int | None, written: str) -> None:
    assert authority(host, port) == written
    assert host_of(written) == host.strip("[]")


def test_a_host_of_ipv6_alone_needs_no_brackets() -> None:
    assert host_of("::1") == "::1"


@pytest.mark.parametrize(
    ("host", "reached"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("", "127.0.0.1"), ("10.0.0.7", "10.0.0.7")],  # noqa: S104 - read only
)
def test_what_listens_everywhere_is_reached_by_the_loopback(host: str, reached: str) -> None:
    assert from_here(host) == reached
