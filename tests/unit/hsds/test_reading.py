"""A directory's file comes in: whole, without people, and with every bad row told."""

import io
import json
import zipfile
from contextlib import suppress
from typing import Any

import pytest

from shared.hsds.directory_file import DirectoryFile
from shared.hsds.packages import read_bytes, read_files
from shared.hsds.problems import NotADirectory, Outcome

SHELTER: dict[str, Any] = {
    "id": "0a5c8f1e-0000-4000-8000-00000000000a",
    "name": "Casa del Puente",
    "description": "Albergue temporal",
    "phones": [{"id": "p1", "number": "614 000 0000", "languages": [{"id": "l1", "code": "es"}]}],
    "contacts": [
        {"id": "c1", "name": "Rosa Ejemplo", "title": "Coordinación", "email": "rosa@example.org"}
    ],
    "services": [{"id": "s1", "name": "Hospedaje", "status": "active", "minimum_age": "18"}],
}


def read(content: object) -> DirectoryFile:
    return read_bytes(json.dumps(content).encode())


def told(found: DirectoryFile) -> list[tuple[int, str, Outcome]]:
    return [(one.row, one.column, one.outcome) for one in found.problems]


def test_an_organization_comes_with_its_services() -> None:
    (shelter,) = read([SHELTER]).organizations
    assert shelter.entry.name == "Casa del Puente"
    assert [service.name for service in shelter.services] == ["Hospedaje"]
    assert shelter.services[0].record["minimum_age"] == 18
    assert "services" not in shelter.entry.record


@pytest.mark.parametrize(
    "wrapped",
    [
        SHELTER,
        [SHELTER],
        {"organizations": [SHELTER]},
        {"contents": [SHELTER], "page_number": 1},
        {
            "organizations": [{k: v for k, v in SHELTER.items() if k != "services"}],
            "services": [{**SHELTER["services"][0], "organization_id": SHELTER["id"]}],
        },
        [
            {
                **SHELTER["services"][0],
                "organization": {k: v for k, v in SHELTER.items() if k != "services"},
            }
        ],
    ],
)
def test_the_same_directory_may_be_written_in_several_ways(wrapped: object) -> None:
    assert read(wrapped).organizations[0].services == read(SHELTER).organizations[0].services or (
        read(wrapped).organizations[0].services[0].record
        == read(SHELTER).organizations[0].services[0].record
    )


def test_what_names_a_person_stays_outside_and_is_told_without_its_value() -> None:
    found = read(SHELTER)
    assert found.organizations[0].entry.record["contacts"] == [
        {"id": "c1", "title": "Coordinación"}
    ]
    persons = [one for one in found.problems if one.outcome is Outcome.PERSON]
    assert [one.column for one in persons] == ["contacts[0].name", "contacts[0].email"]
    assert {one.value for one in persons} == {""}


def test_a_contact_that_is_but_a_person_is_not_kept_at_all() -> None:
    found = read({**SHELTER, "contacts": [{"id": "c1", "name": "Rosa Ejemplo"}]})
    assert "contacts" not in found.organizations[0].entry.record


def test_what_no_schema_knows_is_kept() -> None:
    found = read({**SHELTER, "x_ours": {"deep": [1]}, "services": []})
    assert found.organizations[0].entry.record["x_ours"] == {"deep": [1]}


@pytest.mark.parametrize(
    ("service", "column"),
    [
        ({"id": "s1", "status": "active"}, "services[0].name"),
        ({"id": "s1", "name": "x", "status": "open"}, "services[0].status"),
        ({"id": 7.5, "name": ["x"], "status": "active"}, "services[0].name"),
        ("no record", "services[0]"),
    ],
)
def test_a_bad_service_is_skipped_and_told_and_the_rest_comes_in(
    service: object, column: str
) -> None:
    found = read([{**SHELTER, "services": [service]}])
    assert (1, column, Outcome.SKIPPED) in told(found)
    assert found.organizations[0].services == ()
    assert found.records == 2


@pytest.mark.parametrize("age", ["eighteen", "NaN", "inf", True, [1]])
def test_a_number_that_is_none_is_left_out_alone(age: object) -> None:
    service = {"id": "s1", "name": "x", "maximum_age": age}
    found = read([{**SHELTER, "contacts": [], "services": [service]}])
    assert told(found) == [(1, "services[0].maximum_age", Outcome.LEFT_OUT)]
    assert "maximum_age" not in found.organizations[0].services[0].record


def test_a_second_record_with_an_id_and_a_service_of_nobody_are_skipped() -> None:
    lost = {"id": "s9", "name": "x", "status": "active", "organization_id": "nobody"}
    found = read([SHELTER, {**SHELTER, "services": [SHELTER["services"][0]]}, lost])
    skipped = {one.column for one in found.problems if one.outcome is Outcome.SKIPPED}
    assert skipped == {"id", "services[0].id", "organization_id"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,id\n",
        b'{"id": NaN}',
        b'{"id": "\\ud800"}',
        b"[" * 100_000,
        b"12",
        b'{"lema": "Nadie solo"}',
        b"PK\x03\x04 no zip",
        b"\xff\xfe",
    ],
    ids=["empty", "csv", "nan", "surrogate", "deep", "number", "other", "zip", "utf-16"],
)
def test_what_is_no_directory_has_one_clear_error(content: bytes) -> None:
    with pytest.raises(NotADirectory) as error:
        read_bytes(content)
    assert error.value.text.es
    assert error.value.text.en


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def test_a_zip_that_unpacks_to_too_much_is_not_read_to_its_end() -> None:
    bomb = zipped({"organizations.csv": b"0" * (65 * 1024 * 1024)})
    with pytest.raises(NotADirectory, match="64 MiB"):
        read_bytes(bomb)


def test_a_cut_zip_is_damaged() -> None:
    whole = zipped({"organizations.csv": b"id,name\n1,x\n" * 100})
    with pytest.raises(NotADirectory, match="zip"):
        read_bytes(whole[:-30])


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_any_byte_wrong_is_read_or_refused(method: int) -> None:
    rows = "".join(f"{n},Casa {n},{n * 7919}\n" for n in range(40))
    whole = zipped({"organizations.csv": f"id,name,description\n{rows}".encode()}, method)
    for at in range(len(whole)):
        broken = bytearray(whole)
        broken[at] ^= 0x55
        with suppress(NotADirectory):
            read_bytes(bytes(broken))


@pytest.mark.parametrize(
    "resource", [5, {"name": ["organization"]}, {"name": {}, "path": 1}, {"name": "organization"}]
)
def test_a_description_that_names_nothing_is_passed_over(resource: object) -> None:
    files = {
        "organizations.csv": b"id,name\no1,Casa\n",
        "datapackage.json": json.dumps({"resources": [resource]}).encode(),
    }
    assert read_bytes(zipped(files)).organizations[0].entry.name == "Casa"


def tables(**files: str) -> DirectoryFile:
    return read_files({f"{name}.csv": text.encode() for name, text in files.items()})


def test_rows_hang_on_what_they_link_to() -> None:
    found = tables(
        organizations="id,name\no1,Casa\n",
        services="id,organization_id,name,status\ns1,o1,Hospedaje,active\n",
        locations="id,organization_id,name,location_type\nl1,o1,Centro,physical\n",
        service_at_location="id,service_id,location_id\nx1,s1,l1\n",
        phones="id,organization_id,service_id,location_id,number\np1,o1,s1,gone,614\n",
        units="id,name\nu1,Bed\n",
        service_capacity="id,service_id,unit_id,available,updated\nc1,s1,u1,3,2026-01-01\n",
    )
    (casa,) = found.organizations
    phone = {"id": "p1", "location_id": "gone", "number": "614"}
    place = {"id": "l1", "name": "Centro", "location_type": "physical"}
    assert casa.entry.record["phones"] == [phone]
    assert casa.entry.record["locations"] == [place]
    service = casa.services[0].record
    assert service["phones"] == [phone]
    assert service["service_at_locations"] == [{"id": "x1", "location": place}]
    assert service["capacities"] == [
        {"id": "c1", "available": 3, "updated": "2026-01-01", "unit": {"id": "u1", "name": "Bed"}}
    ]
    assert found.problems == []


def test_each_bad_row_is_told_by_file_row_and_column() -> None:
    found = tables(
        organizations="id,name\no1,Casa\no2,\no3,Otra,más\n",
        services="id,organization_id,name,status\ns1,o2,Hospedaje,active\n",
        phones="id,contact_id,number\np1,c1,614\n",
        attributes="id,link_id,value\na1,gone,x\n",
        meta_table_descriptions="id\nm1\n",
    )
    assert sorted(told(found), key=str) == sorted(
        [
            (0, "meta_table_descriptions.csv", Outcome.LEFT_OUT),
            (2, "attributes.csv: id", Outcome.LEFT_OUT),
            (2, "phones.csv: number", Outcome.PERSON),
            (2, "services.csv: organization_id", Outcome.SKIPPED),
            (3, "organizations.csv: name", Outcome.SKIPPED),
            (4, "organizations.csv: ", Outcome.SKIPPED),
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("organizations", "said"),
    [
        ("name\nCasa\n", "id"),
        ("id,id\n1,2\n", "id"),
        ('id,name\n1,"x\n', "CSV"),
        ("id,name\n1,\0\n", "UTF-8"),
    ],
)
def test_a_table_that_is_none_ends_the_reading(organizations: str, said: str) -> None:
    with pytest.raises(NotADirectory, match=said):
        tables(organizations=organizations)


def test_the_description_of_a_package_may_call_files_otherwise() -> None:
    package = {"resources": [{"name": "organization", "path": "data/Orgs.csv"}]}
    files = {
        "x/Orgs.csv": b"id,name\no1,Casa\n",
        "x/datapackage.json": json.dumps(package).encode(),
    }
    assert read_bytes(zipped(files)).organizations[0].entry.name == "Casa"


def test_a_record_with_the_character_zero_is_skipped_alone() -> None:
    records = [
        {"id": "o1", "name": "Casa", "note": "a\0b"},
        {"id": "o2", "name": "Casa", "phones": [{"id": "p", "na\0me": "1"}]},
        {"id": "o3", "name": "Casa", "note": "a\\u0000b"},
    ]
    found = read_bytes(json.dumps(records).encode())
    assert [one.entry.id for one in found.organizations] == ["o3"]
    assert [(one.row, one.outcome) for one in found.problems] == [
        (1, Outcome.SKIPPED),
        (2, Outcome.SKIPPED),
    ]
