"""What is said of a row's values: tests on them, between them, and what is computed from them."""

import time
from typing import Any

import pytest

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.imported_case import ImportedCase, read_case
from services.operator.importer.run.noted import LEFT_OUT, Noted
from services.operator.importer.run.rejections import RowRejected
from services.operator.importer.run.row_source import Row
from shared.definitions.flaw import DefinitionNotUsable

CLAIMS = """\
name: claims
legal_basis: public-source
about: {es: Reclamaciones, en: Claims}
values:
  id:       {column: Id, type: text}
  status:   {column: Status, type: word, missing: ["none"]}
  received: {column: Received, type: moment, formats: ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]}
  opened:   {column: Opened, type: moment, formats: ["%Y-%m-%d"], missing: ["1900-01-01"]}
  closed:   {column: Closed, type: moment, formats: ["%Y-%m-%d"], unknown: missing}
  claimed:  {column: Claimed, type: amount, unknown: missing, negative: keep}
  paid:     {column: Paid, type: amount, round: 2}
  currency: {column: Currency, type: code, list: currencies, translate: {"$": USD}}
  wrongs:   {column: Wrongs, type: code, list: violation_kinds, split: [";", "/"], unknown: missing}
  COMPUTED
case:
  key: id
  programme: us-wage-claims
  channel: {code: published-record}
  subdivision: {code: US-KS}
  folio: KS
  opened: [opened, received]
  details: {violations: {value: wrongs}}
zone: {all: America/Chicago}
handover:
  from: {code: intake-office, name: Recepción, kind: labour-office}
  to: {code: deciding-office, name: Resolución, kind: labour-office}
  kind: transfer
  services: [claim-adjudication]
followup:
  currency: {value: currency}
  closed: [closed]
  outcomes:
    - when: WHEN
      records: [{outcome: payment, amount: [AMOUNT]}]
      closes_with: award
    - closes_with: not-decided
"""
ROW = {
    "Id": "a-1", "Status": "Paid in full", "Received": "2026-03-01T03:30:00Z", "Opened": "",
    "Closed": "2026-03-05", "Claimed": "300", "Paid": "100.005", "Currency": "$", "Wrongs": "",
}  # fmt: skip


def mapping(when: str = "{paid: {present: true}}", computed: str = "", amount: str = "paid") -> str:
    text = CLAIMS.replace("WHEN", when).replace("AMOUNT", amount)
    return text.replace("  COMPUTED\n", f"  {computed}\n" if computed else "")


def built(text: str) -> ImportMapping:
    return MAPPINGS.read(text, "claims.yaml")


def case(text: str, **cells: str) -> ImportedCase:
    return read_case(Row(2, {**ROW, **cells}), built(text))


def holds(when: str, **cells: str) -> bool:
    return bool(case(mapping(when), **cells).outcomes)


def amounts(computed: str, **cells: str) -> list[str]:
    """What is recorded of a value x."""
    found = case(mapping("{x: {present: true}}", f"x: {computed}", "x"), **cells)
    return [str(one.amount) for one in found.outcomes]


def rejected(text: str, **cells: str) -> tuple[str, str, str]:
    with pytest.raises(RowRejected) as caught:
        case(text, **cells)
    [one] = caught.value.rejections
    return one.column, one.value, one.reason.es


def flaw(text: str) -> tuple[str, str]:
    with pytest.raises(DefinitionNotUsable) as caught:
        built(text)
    return caught.value.flaws[0].key, caught.value.flaws[0].expected.es


# --- tests ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "cells", "expected"),
    [
        ("{paid: {less_than: {value: claimed}}}", {}, True),
        ("{paid: {at_least: {value: claimed}}}", {}, False),
        ("{paid: {equals: {value: claimed}}}", {"Claimed": "100.00", "Paid": "100"}, True),
        ("{paid: {equals: 100}}", {"Paid": "100.00"}, True),
        ("{paid: {less_than: {value: claimed}}}", {"Claimed": ""}, False),
        ("{claimed: {less_than: 0}}", {"Claimed": "(5)"}, True),
        ("{status: {begins_with: PAID IN}}", {}, True),
        ("{status: {begins_with: full}}", {}, False),
        ("{id: {begins_with: A-}}", {}, False),
        ("{id: {matches: '[a-z]-[0-9]+'}}", {}, True),
        ("{id: {matches: '[a-z]'}}", {}, False),
        ("{status: {matches: 'PAID.*'}}", {}, True),
        ("{status: {matches: '.*'}}", {"Status": "None"}, False),
        ("{closed: {after: '2026-03-04'}}", {}, True),
        ("{closed: {after: 2026-03-05}}", {}, False),
        ("{closed: {on_or_before: 2026-03-05}}", {}, True),
        ("{closed: {equals: 2026-03-05}}", {}, True),
        ("{closed: {before: {value: received}}}", {}, False),
        # On the office's wall it was still 28 February.
        ("{received: {equals: 2026-02-28}}", {}, True),
        ("{received: {on_or_after: {value: closed}}}", {"Closed": "2026-02-28"}, True),
        ("{closed: {before: 2030-01-01}}", {"Closed": "?"}, False),
        ("{wrongs: {equals: unpaid-wages}}", {"Wrongs": "unpaid-wages; excessive-hours"}, True),
        ("{wrongs: {in: [excessive-hours]}}", {"Wrongs": "unpaid-wages"}, False),
    ],
)
def test_a_condition_compares_values_with_one_another_and_with_days_and_patterns(
    when: str,
    cells: dict[str, str],
    expected: bool,  # noqa: FBT001 - what is asserted
) -> None:
    assert holds(when, **cells) is expected


@pytest.mark.parametrize(
    ("when", "key", "expected"),
    [
        ("{paid: {after: 2026-01-01}}", "followup.outcomes[0].when.paid.after", "tipo moment"),
        ("{closed: {at_least: 5}}", "followup.outcomes[0].when.closed.at_least", "tipo amount"),
        ("{closed: {after: soon}}", "followup.outcomes[0].when.closed.after", "2026-12-31"),
        ("{closed: {after: 5}}", "followup.outcomes[0].when.closed.after", "{value: NOMBRE}"),
        ("{closed: {after: {value: paid}}}", "followup.outcomes[0].when.closed.after.value", "tip"),
        ("{closed: {after: {column: x}}}", "followup.outcomes[0].when.closed.after", "«value»"),
        ("{id: {equals: {value: paid}}}", "followup.outcomes[0].when.id.equals.value", "tipo text"),
        ("{id: {equals: 5}}", "followup.outcomes[0].when.id.equals", "tipo amount"),
        ("{id: {matches: '('}}", "followup.outcomes[0].when.id.matches", "expresión regular"),
        ("{id: {matches: '(?=a)b'}}", "followup.outcomes[0].when.id.matches", "sin (?=…)"),
        ("{id: {matches: '(a{900}){900}'}}", "followup.outcomes[0].when.id.matches", "RE2"),
        ("{paid: {matches: '5'}}", "followup.outcomes[0].when.paid.matches", "tipo text"),
        ("{wrongs: {equals: thirst}}", "followup.outcomes[0].when.wrongs.equals", "código de «"),
    ],
)
def test_a_test_that_does_not_fit_its_value_is_a_flaw(when: str, key: str, expected: str) -> None:
    found = flaw(mapping(when))
    assert found[0] == key
    assert expected in found[1]


def test_no_pattern_takes_longer_than_its_text_is() -> None:
    began = time.monotonic()
    text = mapping("{id: {matches: '(a+)+b|(.*)*(.*)*(.*)*,'}}")
    assert not case(text, Id="a" * 60).outcomes
    assert time.monotonic() - began < 20


# --- computed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("computed", "cells", "expected"),
    [
        ("{type: amount, computed: claimed - paid}", {"Paid": "0.30"}, ["299.70"]),
        ("{type: amount, computed: claimed - paid}", {"Paid": ""}, []),
        ("{type: amount, computed: 'sum(claimed, paid)'}", {"Paid": ""}, ["300"]),
        ("{type: amount, computed: 'sum(claimed, paid)'}", {"Paid": "", "Claimed": ""}, []),
        ("{type: amount, computed: 'claimed - first(paid, 0)'}", {"Paid": ""}, ["300"]),
        ("{type: amount, computed: 'max(0, paid - claimed)'}", {}, ["0"]),
        ("{type: amount, computed: 'min(paid, claimed)'}", {}, ["100.00"]),
        ("{type: amount, computed: '(claimed + 0.1) * 2'}", {}, ["600.2"]),
        # Of 31 digits, which Python would round to 28 by itself.
        (
            "{type: amount, computed: 'sum(claimed, 0.0001 / 10000000000000) - claimed'}",
            {"Claimed": "999999999999999"},
            ["1E-17"],
        ),
        ("{type: amount, computed: claimed / 7, round: 2}", {}, ["42.86"]),
        ("{type: amount, computed: claimed / paid, unknown: missing}", {"Paid": "0"}, []),
        ("{type: amount, computed: -claimed, negative: missing}", {}, []),
        ("{type: amount, computed: -claimed}", {"Claimed": "(5)"}, ["5"]),
        (
            "{type: amount, computed: paid, when: {paid: {greater_than: 0}}}",
            {"Paid": "0"},
            [],
        ),
    ],
)
def test_an_amount_is_computed_from_others_exactly(
    computed: str, cells: dict[str, str], expected: list[str]
) -> None:
    assert amounts(computed, **cells) == expected


def test_what_is_computed_may_lean_on_what_was_computed_before() -> None:
    text = mapping("{y: {present: true}}", "x: {type: amount, computed: claimed * 2}", "y").replace(
        "case:\n", "  y: {type: amount, computed: x + 1}\ncase:\n", 1
    )
    assert [str(one.amount) for one in case(text).outcomes] == ["601"]


def test_a_date_and_a_word_are_computed_too() -> None:
    text = mapping(
        "{x: {after: 2026-03-04}}", "x: {type: moment, computed: 'max(received, closed)'}"
    )
    assert case(text).outcomes
    text = mapping("{x: {equals: NONE}}", "x: {type: word, computed: 'first(status, \"none\")'}")
    assert case(text, Status="").outcomes
    assert not case(text).outcomes


def test_a_division_by_zero_rejects_the_row_at_its_first_column() -> None:
    text = mapping(computed="x: {type: amount, computed: claimed / paid}")
    assert rejected(text, Paid="0") == (
        "Claimed", "300", "no da un número: se divide entre cero",
    )  # fmt: skip


@pytest.mark.parametrize(
    "computed",
    ["paid +", "paid ** 2", "paid if paid else 0", "__import__('os')", "paid.real", "[paid]",
     "first()", "first(a=paid)", "lambda: paid", "True", "1_000j", "0.1234567890123456789",
     "(" * 200 + ")" * 200, "paid\x00", "avg(paid, claimed)", "paid and claimed", "f'{paid}'",
     "not paid", "first(*paid)", "first", "paid == 5", "..."],
)  # fmt: skip
def test_nothing_but_a_calculation_is_computed(computed: str) -> None:
    value = "{type: amount, computed: " + repr(computed).replace("\\x00", "") + "}"
    if computed == "paid\x00":
        value = '{type: amount, computed: "paid\\0"}'
    key, _ = flaw(mapping(computed=f"x: {value}"))
    assert key.startswith(("values.x.computed", ""))


@pytest.mark.parametrize(
    ("computed", "key", "expected"),
    [
        ("{type: amount, computed: closed}", "values.x.computed", "tipo amount"),
        ("{type: amount, computed: paid + later}", "values.x.computed", "no existe ese nombre"),
        ("{type: amount, computed: x + 1}", "values.x.computed", "no existe ese nombre"),
        ("{type: moment, computed: closed - opened}", "values.x.computed", "importes"),
        ("{type: moment, computed: 'sum(closed)'}", "values.x.computed", "importes"),
        ("{type: amount, computed: 'first(paid, \"0\")'}", "values.x.computed", "tipo del valor"),
        ("{type: moment, computed: 'first(closed, 0)'}", "values.x.computed", "tipo del valor"),
        (
            "{type: code, list: currencies, computed: 'first(currency, \"MXP\")'}",
            "values.x.computed",
            "parecidos: MXN",
        ),
        ("{type: code, list: sexes, computed: currency}", "values.x.computed", "list: sexes"),
        ("{type: amount, computed: paid, column: Paid}", "values.x", "column y cómo"),
        ("{type: amount, column: Paid, when: {paid: {present: true}}}", "values.x", "column y"),
        ("{type: amount, computed: paid, symbols: ['$']}", "values.x", "column y cómo"),
        ("{type: amount}", "values.x", "column y cómo"),
        ("{type: amount, column: ' '}", "values.x.column", "encabezado"),
        ("{type: amount, column: Paid, round: day}", "values.x.round", "decimales"),
        ("{type: amount, column: Paid, unknown: keep}", "values.x.unknown", "reject o missing"),
        ("{type: moment, column: C, formats: ['%Y-%m-%d'], round: 2}", "values.x.round", "day"),
        ("{type: text, column: Id, unknown: missing}", "values.x.unknown", "no va con"),
        ("{type: text, column: Id, split: ','}", "values.x.split", "no va con"),
        (
            "{type: moment, column: C, formats: ['%d/%m/%Y', '%m/%d/%Y']}",
            "values.x.formats[1]",
            "contradice a %d/%m/%Y",
        ),
        ("{type: moment, column: C, formats: ['%d/%m/%Y %I']}", "values.x.formats[0]", "con %I"),
        ("{type: moment, column: C, formats: ['%d %b %m %Y']}", "values.x.formats[0]", "una sola"),
        ("{type: moment, column: C, formats: ['%A %d/%m/%Y']}", "values.x.formats[0]", "%z"),
    ],
)
def test_a_value_that_does_not_fit_is_a_flaw(computed: str, key: str, expected: str) -> None:
    found = flaw(mapping(computed=f"x: {computed}"))
    assert found[0] == key
    assert expected in found[1]


# --- the case -------------------------------------------------------------------------------


def test_a_case_opened_at_the_first_date_that_there_is_on_the_offices_wall() -> None:
    assert str(case(mapping()).opened) == "2026-02-28 21:30:00-06:00"
    assert str(case(mapping(), Opened="2026-03-02").opened) == "2026-03-02 00:00:00-06:00"
    assert str(case(mapping(), Opened="1900-01-01").opened) == "2026-02-28 21:30:00-06:00"


def test_several_codes_stand_in_one_cell() -> None:
    found = case(mapping(), Wrongs="unpaid-wages; excessive-hours / unpaid-wages;?")
    assert found.details == {"violations": ("unpaid-wages", "excessive-hours")}
    assert case(mapping(), Wrongs=" ; ").details == {}


def test_an_amounts_currency_stands_in_a_column_of_its_own() -> None:
    def currencies(**cells: Any) -> list[str | None]:
        return [one.currency for one in case(mapping(), **cells).outcomes]

    assert currencies() == ["USD"]
    assert currencies(Currency="MXN") == ["MXN"]
    assert rejected(mapping(), Currency="") == (
        "Currency", "", "falta, y un importe no se asienta sin su moneda",
    )  # fmt: skip
    assert case(mapping(), Currency="", Paid="").outcomes == ()


def test_a_cell_that_counts_as_missing_is_told_but_makes_no_other_case() -> None:
    odd, empty = case(mapping(), Claimed="n/a"), case(mapping(), Claimed="")
    assert (odd.noted, empty.noted) == ((Noted(2, LEFT_OUT, "Claimed", "n/a"),), ())
    assert odd.compared() == empty.compared()
    assert case(mapping(), Status="none").noted == ()
