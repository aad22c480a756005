"""What a command's fields say of themselves, and what follows from it."""

from datetime import date
from typing import Annotated, ClassVar

import pytest

from shared.kernel.decider import Command
from shared.kernel.fields import (
    AttributeOf,
    ByImportOnly,
    Coded,
    CommandField,
    Described,
    FieldError,
    bare_type,
    canonical_codes,
    coded_fields,
    codes_not_known,
    description_of,
    fields_of_command,
    list_of,
    stored_names,
    title_of,
)
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.text import Text
from shared.kernel.value import Value, replace
from tests.personas import AT, OFFICE

WHY = Text("Por qué", "Why")
SHORT = Described(Text("Nombre corto", "Short name"), least=1, most=20, pattern="[a-z]+")


class Person(Value):
    sex: Annotated[str | None, Coded("sexes")] = None
    violations: Annotated[tuple[str, ...] | None, Coded("violation_kinds")] = None


class Visit(Value):
    channel: Annotated[str, Coded("contact_channels")]


class Decline(Command, kw_only=True):
    title: ClassVar[Text] = Text("Rechazar", "Decline")
    description: ClassVar[Text] = Text("Con un motivo.", "With a reason.")
    reason: Annotated[str, Coded("decline_reasons"), Described(WHY)]
    name: Annotated[str, SHORT] = "x"
    services: tuple[Annotated[str, Coded("service_kinds")], ...] = ()
    person: Person = Person()
    visits: tuple[Visit, ...] = ()
    on: date | None = None
    undated: Annotated[bool, ByImportOnly()] = False


class Plain(Command, kw_only=True):
    number: int


DECLINE = Decline(by=OFFICE, at=AT, reason="no-capacity")


def test_codes_that_their_lists_have_are_not_refused() -> None:
    everything = replace(
        DECLINE,
        services=("legal-advice",),
        person=Person("female", ("unpaid-wages",)),
        visits=(Visit("email"),),
    )
    assert codes_not_known(everything) is None


@pytest.mark.parametrize(
    ("wrong", "field", "code_list"),
    [
        ({"reason": "no-capacitty"}, "reason", "decline_reasons"),
        ({"services": ("legal-advice", "magic")}, "services", "service_kinds"),
        ({"person": Person(sex="x")}, "person.sex", "sexes"),
        ({"person": Person(violations=("x",))}, "person.violations", "violation_kinds"),
        ({"visits": (Visit("email"), Visit("x"))}, "visits.channel", "contact_channels"),
    ],
)
def test_a_code_that_its_list_does_not_have_is_refused_by_the_field_s_whole_name(
    wrong: dict[str, object], field: str, code_list: str
) -> None:
    refused = codes_not_known(replace(DECLINE, **wrong))
    assert isinstance(refused, CodeNotKnown)
    assert (refused.field, refused.code_list) == (field, code_list)


def test_the_refusal_names_what_is_close_and_never_the_value() -> None:
    refused = codes_not_known(replace(DECLINE, reason="no-capacitty"))
    assert isinstance(refused, CodeNotKnown)
    assert refused.closest == "no-capacity"
    assert "capacitty" not in refused.sentence()


def test_what_is_not_stated_is_no_code_to_check() -> None:
    assert codes_not_known(Person(sex=None, violations=None)) is None


def test_a_set_of_codes_is_written_one_way_only() -> None:
    twice = ("shelter", "legal-advice", "shelter")
    assert canonical_codes(replace(DECLINE, services=twice)).services == ("legal-advice", "shelter")


def test_a_set_of_codes_inside_a_nested_value_too() -> None:
    person = Person(violations=("unpaid-wages", "discrimination"))
    assert canonical_codes(replace(DECLINE, person=person)).person.violations == (
        "discrimination",
        "unpaid-wages",
    )


def test_what_is_written_that_way_already_stays_the_very_same() -> None:
    assert canonical_codes(DECLINE) is DECLINE
    visited = replace(DECLINE, visits=(Visit("email"), Visit("email")))
    assert canonical_codes(visited) is visited


def test_a_command_without_codes_has_nothing_to_check() -> None:
    plain = Plain(by=OFFICE, at=AT, number=1)
    assert codes_not_known(plain) is None
    assert canonical_codes(plain) is plain


def test_a_command_describes_its_own_fields_in_their_order_but_for_those_of_imports() -> None:
    assert [field.name for field in fields_of_command(Decline)] == [
        "reason",
        "name",
        "services",
        "person",
        "visits",
        "on",
    ]


def field_named(name: str) -> CommandField:
    return next(field for field in fields_of_command(Decline) if field.name == name)


def test_a_field_says_its_list_its_text_and_that_it_is_required() -> None:
    reason = field_named("reason")
    assert (reason.type, reason.required, reason.code_list) == (str, True, "decline_reasons")
    assert reason.text == WHY


def test_a_field_says_its_limits_and_what_holds_if_it_is_left_out() -> None:
    name = field_named("name")
    assert (name.required, name.default, name.described, name.many) == (False, "x", SHORT, False)


def test_a_field_of_many_codes_says_so() -> None:
    services = field_named("services")
    assert (services.many, services.code_list) == (True, "service_kinds")
    assert services.type == tuple[str, ...]


def test_a_field_that_holds_a_value_has_that_value_s_fields() -> None:
    inner = field_named("person").fields
    assert [(each.name, each.code_list) for each in inner] == [
        ("sex", "sexes"),
        ("violations", "violation_kinds"),
    ]
    assert inner[0].type == str | None
    assert inner[1].type == tuple[str, ...] | None


def test_a_field_says_what_is_filled_in_and_whether_it_may_be_empty() -> None:
    filled_in = {field.name: (field.entry, field.optional) for field in fields_of_command(Decline)}
    assert filled_in["services"] == (str, False)
    assert filled_in["visits"] == (Visit, False)
    assert filled_in["on"] == (date, True)


def test_nobody_has_to_say_what_a_field_means() -> None:
    on = field_named("on")
    assert (on.text, on.code_list, on.type, on.default) == (None, None, date | None, None)


def test_a_command_has_a_title_or_none() -> None:
    assert title_of(Decline) == Text("Rechazar", "Decline")
    assert title_of(Plain) is None
    assert title_of(str) is None  # a method of that name is no title


def test_a_command_may_say_more_than_its_title() -> None:
    assert description_of(Decline) == Text("Con un motivo.", "With a reason.")
    assert description_of(Plain) is None


def test_a_field_knows_its_list_by_name() -> None:
    assert list_of(Decline, "reason") == "decline_reasons"
    assert list_of(Decline, "on") is None


def test_a_type_is_shown_without_its_annotations() -> None:
    assert bare_type(Annotated[int, WHY]) is int
    assert bare_type(dict[str, Annotated[int, WHY]]) == dict[str, int]


class OfNoList(Value):
    reason: Annotated[str, Coded("excuses")]


class OfANumber(Value):
    reason: Annotated[int, Coded("sexes")]


class InAMapping(Value):
    reasons: dict[str, Annotated[str, Coded("sexes")]]


class InAMappingOfValues(Value):
    visits: dict[str, Visit]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (OfNoList, r"OfNoList\.reason: no such code list: excuses"),
        (OfANumber, r"OfANumber\.reason: a code is a str"),
        (InAMapping, r"InAMapping\.reasons: .* nothing checks them"),
        (InAMappingOfValues, r"InAMappingOfValues\.visits: .* nothing checks them"),
    ],
)
def test_a_coded_field_that_cannot_be_checked_is_an_error_that_names_it(
    kind: type[Value], says: str
) -> None:
    with pytest.raises(FieldError, match=says):
        coded_fields(kind)


def test_a_fact_is_stored_under_the_name_of_its_class() -> None:
    class CaseLent(Value): ...

    class Returned(Value): ...

    assert stored_names(CaseLent | Returned) == {"case-lent": CaseLent, "returned": Returned}


def test_a_mapping_without_codes_is_none_of_its_business() -> None:
    class Counted(Value):
        counts: dict[str, int]
        reason: Annotated[str, AttributeOf("other", "class")]

    assert coded_fields(Counted) == ()
