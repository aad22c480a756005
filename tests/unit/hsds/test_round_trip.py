"""What came in goes out, and comes in again unchanged: the published examples, as JSON and CSV."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared.hsds.directory_file import DirectoryFile
from shared.hsds.packages import read_bytes, read_files
from shared.hsds.problems import Outcome
from shared.hsds.writing import as_json, as_tables, as_zip, compiled
from shared.kernel.inert_cells import inert, kept_inert, read_back

DATA = Path(__file__).parents[4] / "shared/data"
EXAMPLES, SCHEMAS = DATA / "hsds-examples", DATA / "hsds-schemas"
needs_examples = pytest.mark.skipif(
    not EXAMPLES.exists(), reason="the published examples of HSDS are not on this machine"
)


def example(name: str) -> DirectoryFile:
    if name == "csv":
        return read_files({p.name: p.read_bytes() for p in (EXAMPLES / "csv").glob("*.csv")})
    return read_bytes((EXAMPLES / f"{name}_full.json").read_bytes())


def records(found: DirectoryFile) -> list[Any]:
    return [
        (each.entry.record, [service.record for service in each.services])
        for each in found.organizations
    ]


def written(found: DirectoryFile) -> list[dict[str, Any]]:
    return [compiled(organization, services) for organization, services in records(found)]


@needs_examples
@pytest.mark.parametrize("name", ["organization", "service", "csv"])
def test_an_example_goes_out_and_comes_in_unchanged(name: str) -> None:
    found = example(name)
    assert [len(each.services) for each in found.organizations] == [1]
    out = written(found)
    for again in (read_bytes(as_json(out)), read_bytes(as_zip(as_tables(out)))):
        assert records(again) == records(found)
        assert again.problems == []


@needs_examples
@pytest.mark.parametrize("version", ["3.0", "3.1"])
@pytest.mark.parametrize("name", ["organization", "service", "csv"])
def test_what_goes_out_is_valid_by_the_published_schemas(name: str, version: str) -> None:
    schema = json.loads((SCHEMAS / version / "organization.json").read_text())
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    for organization in written(example(name)):
        checker.validate(organization)


@needs_examples
@pytest.mark.parametrize("name", ["organization", "service", "csv"])
def test_no_person_of_an_example_goes_out(name: str) -> None:
    out = as_json(written(example(name))).decode()
    assert "Persona" not in out
    assert any(one.outcome is Outcome.PERSON for one in example(name).problems)


@pytest.mark.parametrize(
    "cell", ["=1+1", "'=1+1", "''@x", "'plain", "+52 614 000 0000", "-3", "", "'", "-"]
)
def test_a_cell_is_inert_and_reads_back_as_it_was(cell: str) -> None:
    assert read_back(kept_inert(cell)) == cell
    assert inert(kept_inert(cell)) == kept_inert(cell)


def test_what_is_shared_by_two_services_is_a_row_for_each() -> None:
    phone = {"id": "p1", "number": "=614"}
    service = {"status": "active", "phones": [phone]}
    organization = {"id": "o1", "name": "Casa", "description": "Casa", "phones": [phone]}
    services = [{"id": "s1", "name": "a", **service}, {"id": "s2", "name": "b", **service}]
    files = as_tables([compiled(organization, services)])
    assert files["phones.csv"].decode().splitlines() == [
        "id,number,organization_id,service_id",
        "p1,'=614,o1,s1",
        "p1,'=614,,s2",
    ]
    again = read_files(files)
    assert [one.record["phones"] for one in again.organizations[0].services] == [[phone], [phone]]


def test_the_same_directory_gives_the_same_bytes() -> None:
    out = [compiled({"id": "o1", "name": "Casa"}, [])]
    assert as_zip(as_tables(out)) == as_zip(as_tables(out))
    assert out[0]["description"] == "Casa"
