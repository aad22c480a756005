"""What may be kept of a person: refused by the name of the field, never with what was typed."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import pytest

from services.intake.vault import fields as declared
from services.intake.vault.field_rules import (
    BornLater,
    NoSuchField,
    NotOfItsForm,
    cleaned,
    not_fields,
    not_usable,
)
from services.intake.vault.fields import FIELDS, Address, Passport, PersonFields, Relative
from services.intake.vault.fields import in_categories as fields_in
from shared.kernel.codes import codes
from shared.kernel.fields import Described
from shared.kernel.limits import BeyondLimits
from shared.kernel.refusals import CodeNotKnown, Invalid
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of, replace
from tests.persons import CANARIES, EVERYTHING, TODAY

TYPED = "Hunter2\x07"


def with_field(name: str, value: object) -> PersonFields:
    return replace(PersonFields(), **{name: value})


def test_every_field_has_words_and_a_category_of_data() -> None:
    assert FIELDS.keys() == fields_of(PersonFields()).keys()
    assert {field.category for field in FIELDS.values()} < codes("data_categories").keys()
    assert all(field.text.es and field.text.en for field in FIELDS.values())


def test_fields_are_found_by_their_categories() -> None:
    assert fields_in(["health"]) == ("health",)
    assert "curp" in fields_in(["identity", "contact"])
    assert "phones" in fields_in(["identity", "contact"])
    assert fields_in([]) == ()


@pytest.mark.parametrize(
    "note", [Described(Text("", "")), declared.Category("health"), declared.Category("none")]
)
def test_a_field_without_category_or_words_is_found_when_the_program_loads(
    note: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unsaid(Value):
        secret: Annotated[str | None, note] = None

    monkeypatch.setattr(declared, "PersonFields", Unsaid)
    with pytest.raises(TypeError, match="secret"):
        list(declared._fields())


def test_whoever_is_all_there_is_kept_as_they_are() -> None:
    assert cleaned(EVERYTHING) == EVERYTHING
    assert not_usable(EVERYTHING, TODAY) is None


def test_of_whom_nothing_is_known_nothing_is_refused() -> None:
    assert cleaned(PersonFields()) == PersonFields()
    assert not_usable(PersonFields(), TODAY) is None


@dataclass
class Typed:
    field: str
    typed: Any
    kept: Any


@pytest.mark.parametrize(
    "case",
    [
        Typed("given_names", "  Mari\u0301a   José\t", "María José"),
        Typed("curp", "hegg-560427 mvzrrl.04", "HEGG560427MVZRRL04"),
        Typed("cui", "2512 34568 0101", "2512345680101"),
        Typed("rfc", "hegg560427-1a2", "HEGG5604271A2"),
        Typed("phones", ("00 52 (614) 123-45.67",), ("+526141234567",)),
        Typed("emails", (" a@b.example\n",), ("a@b.example",)),
        Typed("account", "\nUno\r\ndos\n", "Uno\ndos"),
        Typed("passports", (Passport("HN", "c-77 66"),), (Passport("HN", "C7766"),)),
        Typed("addresses", (Address("MX", " Calle 1 "),), (Address("MX", "Calle 1"),)),
        Typed("languages", ("spa",), ("spa",)),
        Typed("birth_date", date(2000, 1, 2), date(2000, 1, 2)),
    ],
    ids=lambda case: case.field,
)
def test_the_same_is_kept_in_one_form(case: Typed) -> None:
    fields = cleaned(with_field(case.field, case.typed))
    assert fields == with_field(case.field, case.kept)
    assert not_usable(fields, TODAY) is None


def test_other_spellings_are_told_apart_by_nothing() -> None:
    assert cleaned(PersonFields(curp="hegg560427mvzrrl04")).curp == EVERYTHING.curp


@dataclass
class Refused:
    fields: PersonFields
    named: str
    refusal: type[Invalid]


@pytest.mark.parametrize(
    "case",
    [
        *(
            Refused(with_field(name, TYPED), name, NotOfItsForm)
            for name in (
                *("given_names", "first_surname", "second_surname", "chosen_name", "birth_place"),
                *("curp", "cui", "rfc", "social_security_number", "consular_registration"),
                *("contact_advice", "work_history", "health", "account"),
            )
        ),
        *(
            Refused(with_field(name, ("+526141234567", TYPED)), name, NotOfItsForm)
            for name in ("migratory_documents", "phones", "emails")
        ),
        Refused(PersonFields(passports=(Passport("HN", TYPED),)), "passports.number", NotOfItsForm),
        Refused(
            PersonFields(passports=(Passport(TYPED, "C77"),)), "passports.country", CodeNotKnown
        ),
        Refused(PersonFields(addresses=(Address("MX", TYPED),)), "addresses.lines", NotOfItsForm),
        Refused(
            PersonFields(addresses=(Address("MX", "1", postal_code=" "),)),
            "addresses.postal_code",
            NotOfItsForm,
        ),
        Refused(
            PersonFields(relatives=(Relative("Ana", "hija"), Relative("Ana", "hija", TYPED))),
            "relatives.phone",
            NotOfItsForm,
        ),
        Refused(PersonFields(languages=(TYPED,)), "languages", CodeNotKnown),
        Refused(PersonFields(given_names=TYPED * 40), "given_names", BeyondLimits),
        Refused(PersonFields(phones=("+526141234567",) * 6), "phones", BeyondLimits),
        Refused(PersonFields(account="Uno\0"), "account", BeyondLimits),
        Refused(PersonFields(birth_date=date(1899, 12, 31)), "birth_date", BeyondLimits),
        Refused(PersonFields(birth_date=date(2026, 11, 21)), "birth_date", BornLater),
    ],
    ids=lambda case: f"{case.named}-{case.refusal.code}",
)
def test_a_refusal_names_the_field_and_repeats_nothing(case: Refused) -> None:
    refusal = not_usable(case.fields, TODAY)
    assert isinstance(refusal, case.refusal)
    assert refusal.field == case.named
    for lang in ("es", "en"):
        assert case.named in refusal.sentence(lang)
        assert "Hunter" not in refusal.sentence(lang)
    assert "Hunter" not in repr(refusal)


def test_every_field_of_text_has_a_form() -> None:
    for name, value in fields_of(EVERYTHING).items():
        if isinstance(value, str):
            refusal = not_usable(with_field(name, "\x07"), TODAY)
            assert isinstance(refusal, NotOfItsForm), name


def test_whoever_writes_a_person_out_writes_nothing_of_them() -> None:
    for each in (EVERYTHING, EVERYTHING.passports, EVERYTHING.addresses, EVERYTHING.relatives):
        written = f"{each} {each!r} {[each]}"
        assert "(…)" in written
        assert [canary for canary in CANARIES if canary in written] == []


def test_somebody_may_be_born_today() -> None:
    assert not_usable(PersonFields(birth_date=TODAY), TODAY) is None


def test_names_that_are_no_fields_are_refused_without_being_repeated() -> None:
    assert not_fields(FIELDS) is None
    assert not_fields([]) is None
    refusal = not_fields(["curp", TYPED])
    assert isinstance(refusal, NoSuchField)
    assert "curp, cui" in refusal.sentence("en")
    assert "Hunter" not in refusal.sentence("en")
