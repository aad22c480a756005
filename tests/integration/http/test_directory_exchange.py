"""A directory in HSDS over HTTP: in by a steward, once, however large; out for whoever is known."""

import io
import zipfile
from typing import Any

import msgspec
import pytest

from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import PARTY, STEWARDS, ApiClient

pytestmark = pytest.mark.integration

IMPORTS, EXPORT = "/referral/directory/imports", "/referral/directory/export"
NAMES = [f"Centro {name} de la Sierra" for name in ("Alto", "Bajo", "Claro")]


def record(number: int, name: str) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-0000000000b{number}",
        "name": name,
        "description": "Acompañamiento. " * 40_000,
        "contacts": [{"id": "c1", "name": "Rosa Ejemplo", "title": "Recepción"}],
        "services": [
            {
                "id": f"00000000-0000-4000-8000-0000000000c{number}",
                "name": "Asesoría",
                "status": "active",
            }
        ],
    }


def send(api: ApiClient, content: bytes, media_type: str, **query: str) -> Any:
    headers = {
        "Authorization": f"Bearer {api.secret(*STEWARDS)}",
        "Content-Type": media_type,
    }
    return api.running.client.post(IMPORTS, params=query, content=content, headers=headers)


def test_a_directory_comes_in_once_and_goes_out_as_it_came(api: ApiClient) -> None:
    records = [record(number, name) for number, name in enumerate(NAMES)]
    content = msgspec.json.encode(records)
    assert len(content) > 1_900_000
    tried = send(api, content, "application/json", check="true")
    assert (tried.status_code, tried.json()["services"]["new"]) == (200, 3), tried.text
    done = send(api, content, "application/json").json()
    assert (done["institutions"]["new"], done["services"]["new"]) == (3, 3)
    assert {(one["column"], one["outcome"]) for one in done["problems"]} == {
        ("contacts[0].name", "person")
    }
    assert "Rosa" not in str(done)
    again = send(api, content, "application/json").json()
    assert again["institutions"]["already_there"] == 3
    assert again["services"]["already_there"] == 3

    out = api.send((PARTY, CASEWORKER), "GET", EXPORT)
    ours = [one for one in out.json() if one["name"] in NAMES]
    assert [one["description"] for one in ours] == [one["description"] for one in records]
    assert "Rosa" not in out.text

    whole = api.send((PARTY, CASEWORKER), "GET", f"{EXPORT}?format=csv")
    assert "organizations.csv" in zipfile.ZipFile(io.BytesIO(whole.content)).namelist()
    back = send(api, whole.content, "application/zip").json()
    assert back["services"]["already_there"] >= 3
    assert back["institutions"]["new"] == back["services"]["new"] == 0


def test_a_place_that_is_none_is_refused(api: ApiClient) -> None:
    answer = api.send((PARTY, CASEWORKER), "GET", f"{EXPORT}?subdivision=MX-XXX")
    assert (answer.status_code, answer.json()["code"]) == (422, "code-not-known")
