"""The program's own TLS: which versions, whose certificates, and what happens when files change."""

import os
import shutil
import socket
import ssl
import threading
import time
import warnings
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from shared.service import server
from shared.service import tls as tls_module
from shared.service.client_certificate import thumbprint
from shared.service.settings import Settings, SettingsNotUsable
from shared.service.tls import ReloadedTls, TlsFiles, TlsNotUsable
from tests.certificates import Authority, Pair
from tests.doors import ask, open_for

FOR_EVER = 3_600
"""Seconds: whoever waits so long is ended by the time-out of its test."""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def pair(authority: Authority) -> Pair:
    return authority.server()


def trusting(authority: Authority, shown: Pair | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authority.file))
    if shown is not None:
        context.load_cert_chain(shown.certificate, shown.key)
    return context


def files_of(pair: Pair) -> dict[str, object]:
    return {"tls_certificate": pair.certificate, "tls_key": pair.key}


def served(tls: ReloadedTls) -> bytes:
    """The certificate that a new handshake gets, in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.check_hostname, theirs.verify_mode = False, ssl.CERT_NONE
    ours = tls.context.wrap_bio(to_server, to_client, server_side=True)
    client = theirs.wrap_bio(to_client, to_server)
    for side in (client, ours, client):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    shown = client.getpeercert(binary_form=True)
    assert shown is not None
    return shown


def test_requests_come_over_tls_and_the_application_knows(authority: Authority, pair: Pair) -> None:
    with open_for(**files_of(pair)) as door:
        told, headers = ask(door, trusting(authority))
        assert told == {"client": "127.0.0.1", "scheme": "https", "certificate": None}
        assert "strict-transport-security" not in headers  # nobody said that it stays so
        assert door.address.startswith("https://127.0.0.1:")


def test_where_the_public_address_is_https_a_browser_is_told_to_stay_with_it(
    pair: Pair, authority: Authority
) -> None:
    told = {}
    for public in ("https://a.example", "http://localhost"):
        with open_for(**files_of(pair), public_url=public) as door:
            told[public] = "strict-transport-security" in ask(door, trusting(authority))[1]
    assert told == {"https://a.example": True, "http://localhost": False}


def test_plain_http_gets_no_answer_where_there_is_tls(pair: Pair) -> None:
    with open_for(**files_of(pair)) as door, pytest.raises(OSError, match=r".*"):
        ask(door)


def test_a_client_of_tls_1_1_is_refused(pair: Pair, authority: Authority) -> None:
    context = TlsFiles(pair.certificate, pair.key).context()
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    old = trusting(authority)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        open_for(**files_of(pair)) as door,
        pytest.raises(ssl.SSLError, match=r".*"),
    ):
        ask(door, old)


def test_a_client_that_shows_a_certificate_is_known_by_its_thumbprint(
    pair: Pair, authority: Authority
) -> None:
    client = authority.client()
    with open_for(**files_of(pair), tls_client_ca=authority.file) as door:
        told, _ = ask(door, trusting(authority, client), {"Client-Cert": ":YQ==:"})
        assert told["certificate"] == thumbprint(client.der)
        assert ask(door, trusting(authority))[0]["certificate"] is None
        assert ask(door, trusting(authority), {"Client-Cert": ":YQ==:"})[0]["certificate"] is None


def test_one_that_nobody_vouches_for_is_refused(
    pair: Pair, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other", "stranger").client()
    with (
        open_for(**files_of(pair), tls_client_ca=authority.file) as door,
        pytest.raises(OSError, match=r".*"),
    ):
        ask(door, trusting(authority, stranger))


def test_a_handshake_that_does_not_come_is_ended(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HANDSHAKE_SECONDS", 0.2)
    with (
        open_for(**files_of(pair)) as door,
        socket.create_connection(door.sock.getsockname(), timeout=60) as silent,
    ):
        assert silent.recv(1) == b""


def test_of_too_many_handshakes_that_do_not_come_the_oldest_ends(
    authority: Authority, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HANDSHAKE_SECONDS", 60)
    monkeypatch.setattr(server, "MOST_WAITING", 5)
    with open_for(**files_of(pair)) as door, ExitStack() as held:
        address = door.sock.getsockname()
        silent = [held.enter_context(socket.create_connection(address, 5)) for _ in range(8)]
        for gone in silent[:3]:
            with suppress(ConnectionResetError):
                assert gone.recv(1) == b""
        assert ask(door, trusting(authority))[0]["scheme"] == "https"


def test_a_server_that_ends_waits_for_no_handshake(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HANDSHAKE_SECONDS", FOR_EVER)
    with open_for(**files_of(pair)) as door:
        silent = socket.create_connection(door.sock.getsockname(), timeout=5)
        time.sleep(0.1)
    silent.close()


def test_a_renewed_pair_is_served_without_a_restart(authority: Authority, pair: Pair) -> None:
    tls = ReloadedTls(TlsFiles(pair.certificate, pair.key))
    assert served(tls) == pair.der
    renewed = authority.server("renewed")
    shutil.copy(renewed.certificate, pair.certificate)
    shutil.copy(renewed.key, pair.key)
    with capture_logs() as logs:
        tls.look()
        tls.look()
    assert served(tls) == renewed.der
    assert [log["event"] for log in logs] == ["tls_files_reloaded"]


@pytest.mark.parametrize("half", ["certificate alone", "cut off", "empty", "gone", "a pipe"])
def test_a_half_written_pair_keeps_the_old_one_and_says_so_once(
    half: str, authority: Authority, pair: Pair
) -> None:
    tls = ReloadedTls(TlsFiles(pair.certificate, pair.key))
    renewed = authority.server("renewed")
    whole = renewed.certificate.read_bytes()
    match half:
        case "certificate alone":
            pair.certificate.write_bytes(whole)
        case "cut off":
            pair.certificate.write_bytes(whole[:300])
        case "empty":
            pair.certificate.write_bytes(b"")
        case "a pipe":  # whoever opens one waits for somebody to write, perhaps for ever
            pair.certificate.unlink()
            os.mkfifo(pair.certificate)
        case _:
            pair.certificate.unlink()
    with capture_logs() as logs:
        tls.look()
        tls.look()
    assert served(tls) == pair.der
    assert [log["event"] for log in logs] == ["tls_files_not_usable"]
    pair.certificate.unlink(missing_ok=True)
    pair.certificate.write_bytes(whole)
    shutil.copy(renewed.key, pair.key)
    tls.look()
    assert served(tls) == renewed.der


def test_a_server_looks_at_its_files_by_itself(authority: Authority, pair: Pair) -> None:
    with open_for(**files_of(pair)) as door:
        ask(door, trusting(authority))
        renewed = Authority(pair.key.parent, "next").server("renewed")
        shutil.copy(renewed.certificate, pair.certificate)
        shutil.copy(renewed.key, pair.key)
        deadline = time.monotonic() + 20
        while True:
            try:
                ask(door, trusting(authority))
            except ssl.SSLCertVerificationError:
                break  # the one that vouches now is another
            assert time.monotonic() < deadline


def test_a_new_authority_of_clients_is_asked_at_once(
    authority: Authority, pair: Pair, tmp_path: Path
) -> None:
    client_ca = tmp_path / "clients.pem"
    shutil.copy(authority.file, client_ca)
    old = authority.client()
    with open_for(**files_of(pair), tls_client_ca=client_ca) as door:
        assert ask(door, trusting(authority, old))[0]["certificate"] == thumbprint(old.der)
        following = Authority(tmp_path, "following")
        shutil.copy(following.file, client_ca)
        assert door.tls is not None
        door.tls.look()
        with pytest.raises(OSError, match=r".*"):
            ask(door, trusting(authority, old))
        new = following.client("new")
        assert ask(door, trusting(authority, new))[0]["certificate"] == thumbprint(new.der)


def test_files_that_cannot_be_served_are_named_and_nothing_of_their_content(
    authority: Authority, tmp_path: Path
) -> None:
    sealed = authority.server("sealed", passphrase=b"hunter2")
    other = authority.server("other")
    nobody = tmp_path / "nobody.pem"
    for files in (
        TlsFiles(sealed.certificate, sealed.key),
        TlsFiles(other.certificate, sealed.key),
        TlsFiles(other.key, other.certificate),
        TlsFiles(nobody, other.key),
        TlsFiles(other.certificate, other.key, nobody),
    ):
        with pytest.raises(TlsNotUsable) as refused:
            files.context()
        assert refused.value.code == 2
        assert str(files.certificate) in str(refused.value)
        assert "BEGIN" not in str(refused.value)
        assert (f"{nobody}: No such file" in str(refused.value)) == (nobody in files.paths)


def test_the_end_does_not_wait_for_ever_for_files_that_cannot_be_read(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ReloadedTls(TlsFiles(pair.certificate, pair.key))
    monkeypatch.setattr(tls_module, "_LOADED_WITHIN", 0.2)
    reading, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        reading.set()
        go_on.wait(FOR_EVER)

    monkeypatch.setattr(tls, "look", hang)
    tls.start()
    assert reading.wait(60)
    try:
        tls.stop()
    finally:
        go_on.set()


def test_one_file_without_the_other_is_refused() -> None:
    assert Settings().tls() is None
    for given in ("tls_certificate", "tls_key", "tls_client_ca"):
        with pytest.raises(SettingsNotUsable, match=r"CANALIZA_TLS_(CERTIFICATE|KEY)"):
            Settings(**{given: Path("x.pem")}).tls()
