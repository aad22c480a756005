"""The place of a row: its municipality within its subdivision, and its official clock."""

import pytest

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.imported_case import ImportedCase, read_case
from services.operator.importer.run.rejections import RowRejected
from services.operator.importer.run.row_source import Row
from shared.definitions.flaw import DefinitionNotUsable
from tests.unit.importing.mapping_files import quejas

COLUMNS = """\
values:
  municipio: {column: Municipio, type: code, list: municipalities}
  entidad: {column: Entidad, type: code, list: subdivisions, only: {country: MX}, required: true}
  clave: {column: Clave, type: text}
  abierto: {column: Abierto, type: moment, formats: ["%Y-%m-%d %H:%M"]}
case:
  key: clave
  programme: mx-labour-protection
  channel: {code: labour-inspection}
  subdivision: {value: entidad}
  municipality: {value: municipio}
  opened: abierto
  folio: "{subdivision}"
zone: official
registers: {code: "inspeccion-{subdivision}", name: Inspección, kind: labour-office}
"""
OFFICIAL = (
    "name: inspecciones\nlegal_basis: provided-by-law\nabout: {es: Inspecciones, en: Inspections}\n"
    + COLUMNS
)


def mapping(text: str = OFFICIAL) -> ImportMapping:
    return MAPPINGS.read(text, "inspecciones.yaml")


def row(entidad: str, municipio: str, abierto: str = "2026-07-01 09:00") -> Row:
    return Row(2, {"Clave": "1", "Entidad": entidad, "Municipio": municipio, "Abierto": abierto})


def case_of(entidad: str, municipio: str, abierto: str = "2026-07-01 09:00") -> ImportedCase:
    return read_case(row(entidad, municipio, abierto), mapping())


@pytest.mark.parametrize(
    ("entidad", "municipio", "code"),
    [
        ("Chihuahua", "Juarez", "08037"),
        ("nuevo leon", "JUÁREZ", "19031"),
        ("Coahuila", "Juárez", "05015"),
        ("08", "037", "08037"),
        ("8", "8037", "08037"),
        ("CDMX", "gustavo a madero", "09005"),
    ],
)
def test_a_municipality_is_that_of_the_rows_subdivision_wherever_their_columns_stand(
    entidad: str, municipio: str, code: str
) -> None:
    assert case_of(entidad, municipio).municipality == code


@pytest.mark.parametrize(
    ("entidad", "municipio", "offset"),
    [
        ("Chihuahua", "", "-06:00"),
        ("Chihuahua", "Juárez", "-06:00"),
        ("Chihuahua", "Ojinaga", "-05:00"),
        ("Chihuahua", "Chihuahua", "-06:00"),
        ("Tamaulipas", "Reynosa", "-05:00"),
        ("Tamaulipas", "Victoria", "-06:00"),
        ("Baja California", "Tijuana", "-07:00"),
        ("Nayarit", "Bahía de Banderas", "-06:00"),
        ("Nayarit", "Tepic", "-07:00"),
    ],
)
def test_an_official_zone_is_the_municipalitys_own_and_else_the_subdivisions(
    entidad: str, municipio: str, offset: str
) -> None:
    opened = case_of(entidad, municipio).opened
    assert opened is not None
    assert opened.isoformat() == f"2026-07-01T09:00:00{offset}"


@pytest.mark.parametrize(
    ("abierto", "offset"),
    [
        ("2022-07-01 09:00", "-06:00"),
        ("2022-11-15 09:00", "-06:00"),
        ("2022-12-01 09:00", "-07:00"),
    ],
)
def test_a_date_before_the_law_has_the_offset_of_then(abierto: str, offset: str) -> None:
    opened = case_of("Chihuahua", "Juárez", abierto).opened
    assert opened is not None
    assert opened.isoformat().endswith(offset)


@pytest.mark.parametrize(
    ("entidad", "municipio", "told"),
    [
        ("Oaxaca", "San Juan Mixtepec", "más de un municipio"),
        ("Chihuahua", "Tijuana", "de otro estado: 02004 Tijuana"),
        ("Chihuahua", "Guachochy", "parecidos: 08027 Guachochi"),
    ],
)
def test_what_is_no_one_municipality_there_is_rejected_at_its_cell(
    entidad: str, municipio: str, told: str
) -> None:
    with pytest.raises(RowRejected) as caught:
        case_of(entidad, municipio)
    (rejection,) = caught.value.rejections
    assert (rejection.column, rejection.value) == ("Municipio", municipio)
    assert told in rejection.reason.es


def test_a_row_whose_subdivision_cannot_be_read_is_rejected_at_that_cell_alone() -> None:
    with pytest.raises(RowRejected) as caught:
        case_of("Kansas", "Juárez")
    assert [one.column for one in caught.value.rejections] == ["Entidad"]


@pytest.mark.parametrize(
    ("entidad", "near"),
    [("Chihuaua", "; parecidas: MX-CHH Chihuahua, MX-CHP Chiapas"), ("Kansas", ""), ("zzzz", "")],
)
def test_what_is_no_subdivision_is_told_with_those_like_it_that_may_stand_there(
    entidad: str, near: str
) -> None:
    with pytest.raises(RowRejected) as caught:
        case_of(entidad, "")
    (rejection,) = caught.value.rejections
    assert rejection.reason.es.endswith(f"que el mapeo admita{near}")


def test_an_official_zone_that_there_is_not_rejects_the_row_at_its_subdivision() -> None:
    text = OFFICIAL.replace(", only: {country: MX}", "")
    with pytest.raises(RowRejected, match="1"):
        read_case(row("Kansas", ""), mapping(text))


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("zone: official", "zone: oficial"),
        ("subdivision: {value: entidad}", "subdivision: {code: US-KS}"),
    ],
)
def test_a_mapping_whose_zone_cannot_be_official_is_refused(changed: str, into: str) -> None:
    with pytest.raises(DefinitionNotUsable) as caught:
        mapping(OFFICIAL.replace(changed, into))
    assert [flaw.key for flaw in caught.value.flaws] == ["zone"]


def test_a_place_may_be_computed_from_the_columns_that_say_it() -> None:
    text = OFFICIAL.replace(
        "  entidad: {column: Entidad, type: code, list: subdivisions, only: {country: MX},"
        " required: true}\n",
        "  de_hechos: {column: Entidad, type: code, list: subdivisions}\n"
        "  de_oficina: {column: Oficina, type: code, list: subdivisions}\n"
        "  entidad: {type: code, list: subdivisions, computed: 'first(de_hechos, de_oficina)'}\n"
        "  m: {type: code, list: municipalities, computed: 'first(municipio)'}\n",
    ).replace("municipality: {value: municipio}", "municipality: {value: m}")
    office = Row(2, {**(row("", "Juárez").cells or {}), "Oficina": "Nuevo León"})
    case = read_case(office, mapping(text))
    assert (case.subdivision, case.municipality) == ("MX-NLE", "19031")
    assert case.opened is not None
    assert case.opened.isoformat() == "2026-07-01T09:00:00-06:00"


def test_a_zone_of_the_mapping_itself_is_that_of_all_municipalities() -> None:
    zone = quejas().zone
    assert str(zone.of("MX-CHH", "08037")) == "America/Chihuahua"
