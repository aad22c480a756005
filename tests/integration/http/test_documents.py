"""Documents over HTTP: large ones through a real socket, shown by scope, erased for ever."""

import socket
import threading
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from services.referral.document_keeping import DOCUMENTS
from shared.documents.document import Document
from shared.documents.upkeep import erased_but_there
from shared.kernel.ids import new_id
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER
from shared.service.door import open_door
from shared.service.server import Server
from shared.service.settings import Settings
from tests.integration.http.api_client import OWN, PARTY, STEWARDS, STRANGER, ApiClient

pytestmark = pytest.mark.integration

ADDRESS = "/referral/documents"
KEEPER = (PARTY, ADMINISTRATOR)
LETTER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * 3_000_000 + b"\n%%EOF\n"
OF_PARTY = {"purpose": "directory-text", "about_kind": "institution", "about_id": PARTY}
OF_AN_AGREEMENT = {
    "purpose": "signed-copy",
    "about_kind": "agreement",
    "about_id": "00000000-0000-4000-8000-0000000000e1",
}


def send(
    api: ApiClient,
    who: tuple[str, ...],
    content: bytes,
    media_type: str = "application/pdf",
    key: str | None = None,
    **about: str,
) -> Any:
    headers = {
        "Authorization": f"Bearer {api.secret(*who)}",
        "Content-Type": media_type,
        "Idempotency-Key": key or str(new_id()),
    }
    return api.running.client.post(ADDRESS, params=about, content=content, headers=headers)


def added(api: ApiClient, who: tuple[str, ...], **about: str) -> str:
    answer = send(api, who, LETTER, **about)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["document_id"])


def read(api: ApiClient, who: tuple[str, ...], document_id: str) -> Any:
    return api.send(who, "GET", f"{ADDRESS}/{document_id}/content")


def test_a_large_file_is_added_once_and_read_by_anybody_where_it_is_public(api: ApiClient) -> None:
    key = str(new_id())
    first = send(api, KEEPER, LETTER, key=key, **OF_PARTY)
    assert first.status_code == 201, first.text
    said = first.json()
    assert said["digest"] == sha256(LETTER).hexdigest()
    assert first.headers["Location"] == f"{ADDRESS}/{said['document_id']}"
    again = send(api, KEEPER, LETTER, key=key, **OF_PARTY)
    assert (again.status_code, again.json()) == (201, said)
    other = send(api, KEEPER, LETTER, key=key, **{**OF_PARTY, "purpose": "norm-text"})
    assert (other.status_code, other.json()["code"]) == (422, "key-used-for-another")
    got = read(api, (STRANGER, CASEWORKER), said["document_id"])
    assert got.status_code == 200
    assert got.content == LETTER
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    described = api.send((STRANGER, CASEWORKER), "GET", first.headers["Location"]).json()
    assert (described["size"], described["erased"]) == (len(LETTER), None)


@pytest.fixture
def socket_of(api: ApiClient) -> Iterator[tuple[str, int]]:
    """The same services behind the server that they have in an installation."""
    door = open_door("127.0.0.1", 0, Settings(), insecure=False)
    server = Server(api.running.client.app, door)
    thread = threading.Thread(target=server.serve_door)
    thread.start()
    yield "127.0.0.1", door.sock.getsockname()[1]
    server.should_exit = True
    thread.join(30)
    door.sock.close()


def test_it_comes_through_a_real_socket_and_what_is_larger_does_not(
    api: ApiClient, socket_of: tuple[str, int]
) -> None:
    host, port = socket_of
    for size, status in ((3_000_000, 201), (10 * 1024 * 1024 + 1, 413)):
        content = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * (size - 21) + b"\n%%EOF\n"
        query = "&".join(f"{name}={value}" for name, value in OF_PARTY.items())
        head = (
            f"POST {ADDRESS}?{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            f"Authorization: Bearer {api.secret(*KEEPER)}\r\nIdempotency-Key: {new_id()}\r\n"
            f"Content-Type: application/pdf\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        with socket.create_connection((host, port), timeout=30) as sock:
            sock.sendall(head.encode())
            try:
                sock.sendall(content)
            except OSError:
                assert status == 413
            answer = sock.recv(1_000).decode("latin-1")
        assert answer.startswith(f"HTTP/1.1 {status} "), answer


@pytest.mark.parametrize(
    ("content", "media_type", "code", "status"),
    [
        (b"MZ\x90", "application/pdf", "not-of-its-kind", 422),
        (b"MZ\x90", "application/x-dosexec", "kind-not-taken", 422),
        (b"", "text/plain", "document-empty", 422),
        (b"0" * (10 * 1024 * 1024 + 1), "text/plain", "document-too-large", 413),
        (b"CURP PELJ900101HCHRPN09", "text/plain", "looks-personal", 422),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_next_step(
    api: ApiClient, content: bytes, media_type: str, code: str, status: int
) -> None:
    answer = send(api, KEEPER, content, media_type, **OF_PARTY)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_comment_has_no_telephone_and_the_directory_may(api: ApiClient) -> None:
    text = b"Tel. 614 123 4567"
    directory = send(api, KEEPER, text, "text/plain", **OF_PARTY)
    assert directory.status_code == 201
    comment = {**OF_AN_AGREEMENT, "purpose": "discussion"}
    assert send(api, KEEPER, text, "text/plain", **comment).json()["code"] == "looks-personal"


def test_what_is_no_parameter_is_refused(api: ApiClient) -> None:
    assert send(api, KEEPER, LETTER, **OF_PARTY, para="x").status_code == 422
    assert send(api, KEEPER, LETTER, purpose="directory-text").status_code == 422


def test_a_document_of_some_is_none_for_the_others(api: ApiClient) -> None:
    document_id = added(api, (OWN, CASEWORKER), **OF_AN_AGREEMENT)
    assert read(api, (OWN, CASEWORKER), document_id).status_code == 200
    for path in (f"{ADDRESS}/{document_id}", f"{ADDRESS}/{document_id}/content"):
        there = api.send((STRANGER, CASEWORKER), "GET", path)
        nothing = api.send((STRANGER, CASEWORKER), "GET", path.replace(document_id, str(new_id())))
        assert (there.status_code, there.json()) == (404, nothing.json())
        assert there.json()["code"] == "no-such-document"
    erasure = f"{ADDRESS}/{document_id}/erasure"
    refused = api.send((STRANGER, CASEWORKER), "POST", erasure, {"reason": "replaced"})
    assert refused.json()["code"] == "no-such-document"


def test_each_reading_is_written_down_before_the_bytes_leave(api: ApiClient) -> None:
    document_id = added(api, KEEPER, **OF_PARTY)
    read(api, (STRANGER, CASEWORKER), document_id)
    lines = api.send((STRANGER, CASEWORKER), "GET", "/reporting/accesses?limit=5").json()["items"]
    assert (lines[0]["route"], lines[0]["outcome"], lines[0]["document_id"]) == (
        "referral.read_document",
        "shown",
        document_id,
    )


def test_what_is_erased_is_gone_and_repeating_brings_nothing_back(api: ApiClient) -> None:
    key = str(new_id())
    document_id = send(api, KEEPER, LETTER, key=key, **OF_PARTY).json()["document_id"]
    erasure = f"{ADDRESS}/{document_id}/erasure"
    for _ in range(2):
        answer = api.send(STEWARDS, "POST", erasure, {"reason": "personal-data"})
        assert answer.status_code == 200, answer.text
    gone = read(api, KEEPER, document_id)
    assert (gone.status_code, gone.json()["code"]) == (404, "document-is-erased")
    assert api.send(KEEPER, "GET", f"{ADDRESS}/{document_id}").json()["erased"] == "personal-data"
    assert send(api, KEEPER, LETTER, key=key, **OF_PARTY).status_code == 201
    referral = api.running.services["referral"]
    assert referral.documents is not None
    assert referral.documents.get(UUID(document_id)) is None
    assert read(api, KEEPER, document_id).status_code == 404
    # A backup brings the bytes back: nobody is given them, and the next round takes them away.
    referral.documents.put(Document(UUID(document_id), LETTER, "application/pdf"))
    assert read(api, KEEPER, document_id).json()["code"] == "document-is-erased"
    sweeper = referral.runner("documents")
    there = list(erased_but_there(referral.log, referral.documents, DOCUMENTS))
    assert [str(each) for each in there] == [document_id]
    assert sweeper is not None
    assert sweeper.step() == 1  # type: ignore[attr-defined]
    assert referral.documents.get(UUID(document_id)) is None


def test_a_command_names_what_is_kept_and_is_answered_again_whatever_became_of_it(
    api: ApiClient,
) -> None:
    added_now = send(api, KEEPER, b"# Mandato", "text/markdown", **OF_PARTY).json()
    texts = {name: added_now[name] for name in ("document_id", "digest")}
    path, key = f"/referral/institutions/{PARTY}/description", {"Idempotency-Key": str(new_id())}
    body = {"level": "state", "sector": "public", "texts": texts}
    first = api.send(KEEPER, "POST", path, body, key)
    assert first.status_code == 200, first.text
    api.send(KEEPER, "POST", f"{ADDRESS}/{texts['document_id']}/erasure", {"reason": "replaced"})
    assert api.send(KEEPER, "POST", path, body, key).json() == first.json()
    refused = api.send(KEEPER, "POST", path, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "document-not-kept")
    assert refused.json()["errors"][0]["field"] == "texts"
