"""A mapping that cannot be used is refused, with line, key and what was expected."""

import pytest

from services.operator.importer.mapping.mapping_builder import MAPPINGS, SCHEMA_FILE
from shared.definitions.flaw import DefinitionNotUsable
from tests.unit.importing.handed_over import CANALIZACIONES
from tests.unit.importing.mapping_files import QUEJAS, WAGES, quejas, wages

FLAWS = [
    ("name: quejas-chihuahua", "name: Quejas", "name", "minúsculas"),
    ("type: moment, formats", "type: date, formats", "values.fecha.type", '"moment"'),
    ('formats: ["%d/%m/%Y"], ', "", "values.fecha", "«formats»"),
    ('formats: ["%d/%m/%Y"]', 'formats: ["%d/%m"]', "values.fecha.formats[0]", "año, mes y día"),
    ('"%d/%m/%Y"', '"%d/%m/%Y %Z"', "values.fecha.formats[0]", "no se conoce %Z"),
    ("column: Sexo", "colum: Sexo", "values.sexo.colum", "se esperaba: column"),
    ("list: sexes", "list: sexos", "values.sexo.list", "hay: sexes"),
    ("m: female", "m: femal", "values.sexo.translate.m", "parecidos: female"),
    ("unknown: missing", "unknown: keep", "values.sexo.unknown", "reject o missing"),
    ('thousands: ","', 'thousands: "."', "values.monto.thousands", "separador de miles"),
    ("type: amount, decimal", "type: text, decimal", "values.monto.decimal", "no va con"),
    ("key: folio", "key: numero", "case.key", "no existe ese nombre"),
    ("key: folio", "key: fecha", "case.key", "tipo text"),
    ("programme: mx-labour-protection", "programme: mx-labor", "case.programme", "parecidos: mx-"),
    (
        "channel: {code: labour-inspection}",
        "channel: {code: x, value: folio}",
        "case.channel",
        "una",
    ),
    (
        "subdivision: {code: MX-CHH}",
        "subdivision: {code: MX-CHI}",
        "case.subdivision.code",
        "«subdivisions»",
    ),
    (
        "municipality: {value: municipio}",
        "municipality: {value: sexo}",
        "case.municipality.value",
        "mun",
    ),
    ("opened: fecha", "opened: monto", "case.opened", "tipo moment"),
    ("folio: CHH", "folio: '{estado}'", "case.folio", "{subdivision}"),
    ("zone: {all: America/Chihuahua}", "zone: {all: Chihuahua}", "zone.all", "zona horaria"),
    ("zone: {all: America/Chihuahua}", "zone: {}", "zone", "all o by_subdivision"),
    ("kind: labour-office", "kind: oficina", "handover.from.kind", "«institution_kinds»"),
    ("code: conciliacion-quejas", "code: oficina-quejas", "handover.to.code", "a sí misma"),
    ("services: [conciliation]", "services: []", "handover.services", "al menos un"),
    ("priority: urgent", "priority: urgente", "handover.priority", "parecidos: urgent"),
    ("currency: MXN", "currency: MXP", "followup.currency", "parecidos: MXN"),
    ("  currency: MXN\n", "", "followup.outcomes[0].records[0].amount", "followup.currency"),
    (
        "amount: [monto]",
        "amount: [fecha]",
        "followup.outcomes[0].records[0].amount[0]",
        "tipo amount",
    ),
    (
        "outcome: agreement",
        "outcome: dismissed",
        "followup.outcomes[0].records[0].amount",
        "no lleva",
    ),
    (
        "outcome: agreement, amount: [monto]",
        "outcome: payment",
        "followup.outcomes[0].records[0]",
        "lleva",
    ),
    (
        "less_than: 100",
        "less_than: mucho",
        "followup.outcomes[0].when.all[1].not.monto.less_than",
        "número",
    ),
    (
        "less_than: 100",
        "below: 100",
        "followup.outcomes[0].when.all[1].not.monto.below",
        "se esperaba",
    ),
    (
        "{convenio: {equals",
        "{acuerdo: {equals",
        "followup.outcomes[0].when.all[0].acuerdo",
        "hay: ",
    ),
    ("    - closes_with: not-decided\n", "", "followup.outcomes[0]", "última regla"),
    (
        "closes_with: not-decided",
        "closes_with: indecisa",
        "followup.outcomes[1].closes_with",
        "código",
    ),
    ("key: folio", "key: folio\n  key: fecha", "case.key", "dos veces"),
    ("about: {es:", "about: {{es:", "", "YAML"),
    ("name: quejas", "name: &n quejas", "", "&, * ni !"),
    ("priority: urgent", "priority: !!int ''", "", "&, * ni !"),
    ("unknown: reject", "unknown: !!bool maybe", "", "&, * ni !"),
    ("unknown: reject", "unknown: !!timestamp x", "", "&, * ni !"),
    ("name: quejas", 'name: "\\ud800"', "", "YAML"),
]


def flaws_of(text: str) -> DefinitionNotUsable:
    with pytest.raises(DefinitionNotUsable) as caught:
        MAPPINGS.read(text, "quejas.yaml")
    return caught.value


@pytest.mark.parametrize(("before", "after", "key", "expected"), FLAWS)
def test_a_flaw_is_named_with_its_line_its_key_and_what_was_expected(
    before: str, after: str, key: str, expected: str
) -> None:
    assert before in QUEJAS
    text = QUEJAS.replace(before, after, 1)
    error = flaws_of(text)
    flaw = next(flaw for flaw in error.flaws if flaw.key == key)
    assert expected in flaw.expected.es
    assert flaw.expected.es != flaw.expected.en
    *parents, last = key.split(".")
    nearest = [name.partition("[")[0] for name in (last, *parents[-1:])]
    line = text.splitlines()[flaw.line - 1]
    assert any(name in line for name in nearest) or (key.endswith("]") and "    - " in line)
    assert error.text.es.startswith("quejas.yaml:")


def test_the_line_is_that_of_the_key() -> None:
    lines = QUEJAS.splitlines()
    error = flaws_of(QUEJAS.replace("priority: urgent", "priority: urgente"))
    assert lines[error.flaws[0].line - 1].strip() == "priority: urgent"


def test_all_flaws_are_reported_at_once_in_the_order_of_their_lines() -> None:
    text = QUEJAS.replace("currency: MXN", "currency: MXP").replace("list: sexes", "list: sexos")
    assert [flaw.key for flaw in flaws_of(text).flaws] == ["values.sexo.list", "followup.currency"]


def test_a_key_that_looks_like_a_yes_is_just_a_key() -> None:
    followup = wages().followup
    assert followup is not None
    assert followup.rules[4].records[0].on == ("closed", "paid_on")


def test_for_a_mapping_that_does_not_exist_those_that_do_are_named() -> None:
    with pytest.raises(DefinitionNotUsable, match="us-wage-claims"):
        MAPPINGS.load("no-such-mapping")


@pytest.mark.parametrize("name", MAPPINGS.names())
def test_every_mapping_that_comes_with_the_product_can_be_used(name: str) -> None:
    mapping = MAPPINGS.load(name)
    assert mapping.name == name
    assert mapping.about.es != mapping.about.en


def test_every_state_of_the_publisher_has_a_clock() -> None:
    assert len(wages().zone.by_subdivision) == 57


def test_editors_find_the_schema_next_to_the_mappings() -> None:
    first = WAGES.read_text(encoding="utf-8").splitlines()[0]
    assert (WAGES.parent / first.rpartition("=")[2]).resolve() == SCHEMA_FILE


def test_institutions_without_a_follow_up_or_a_hand_over_are_fine_too() -> None:
    text = QUEJAS[: QUEJAS.index("handover:")] + (
        "registers: {code: oficina-quejas, name: Oficina de quejas, kind: labour-office}\n"
    )
    mapping = MAPPINGS.read(text, "quejas.yaml")
    assert mapping.handovers == ()
    assert mapping.registers.code == quejas().registers.code


def test_the_last_hand_over_has_no_end_but_the_cases() -> None:
    closed = "followup: {closed: [traspaso], outcomes: [{closes_with: not-decided}]}"
    text = CANALIZACIONES.replace("    priority: urgent", f"    {closed}")
    (flaw,) = flaws_of(text).flaws
    assert (flaw.key, text.splitlines()[flaw.line - 1].strip()) == ("handover[1].followup", closed)
    assert "«followup» del mapeo" in flaw.expected.es
    open_ended = "followup: {outcomes: [{closes_with: not-decided}]}"
    MAPPINGS.read(text.replace(closed, open_ended), "canalizaciones.yaml")


def test_somebody_registers_the_cases_and_only_one() -> None:
    without = QUEJAS[: QUEJAS.index("handover:")]
    assert "handover o registers" in flaws_of(without).text.es
    both = QUEJAS + "registers: {code: otra-oficina, name: Otra, kind: labour-office}\n"
    assert "handover or registers" in flaws_of(both).text.en
