"""Every stored fact is published, under its own name, or private on purpose: a table says which."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta

from services.followup.followup import OutcomeRecorded
from shared.contracts import CONTRACTS
from shared.contracts.contract import Contract, Key, type_name
from shared.contracts.followup import OutcomeRecordedV1
from shared.contracts.publishing import TableIsWrong, same_fields
from shared.kernel.codes import UnknownCode, codes
from shared.kernel.value import Value
from tests.examples import FACTS, NAMES, PUBLISHES, is_private
from tests.personas import CASE


@pytest.mark.parametrize(("service", "name"), NAMES)
def test_a_fact_is_published_or_private_on_purpose(service: str, name: str) -> None:
    private = is_private(service, name)
    for fact in FACTS[service][name]:
        published = PUBLISHES[service].publish(fact)
        if private:
            assert published is None
        else:
            assert type(published) is CONTRACTS[type_name(service, name, 1)]


# --- where fact and contract part ways -------------------------------------------------------

MEASURED = {
    "award": "owed",
    "agreement": "owed",
    "pending-elsewhere": "owed",
    "payment": "recovered",
    "payment-as-claimed": "recovered",
}
"""What amounts were published as; a code list that says otherwise would rewrite history."""


def published_outcome(code: str) -> OutcomeRecordedV1:
    """What followup publishes of an outcome without an amount."""
    fact = OutcomeRecorded(CASE, code, "neutral", None, None, None)
    published = PUBLISHES["followup"].publish(fact)
    assert isinstance(published, OutcomeRecordedV1)
    return published


@pytest.mark.parametrize("code", MEASURED)
def test_an_outcome_is_published_with_what_its_amount_measures(code: str) -> None:
    assert published_outcome(code).measures == MEASURED[code]


def test_an_outcome_that_takes_no_amount_is_published_as_measuring_nothing() -> None:
    for code in codes("outcome_kinds").values():
        if code.extra["amount"] == "none":
            assert published_outcome(code.code).measures is None


def test_an_outcome_whose_meaning_is_not_known_here_is_not_guessed() -> None:
    with pytest.raises(UnknownCode):
        published_outcome("of-tomorrow")


# --- the table itself: a small service, and each mistake in its table ------------------------


class Size(Value):
    height: int
    width: int | None


class Lent(Value):
    case_id: UUID
    title: str
    size: Size


class Returned(Value):
    case_id: UUID
    shelf: str


class Dusted(Value):
    case_id: UUID


class SizeV1(msgspec.Struct):
    width: Annotated[int, Meta(ge=0)] | None
    height: int


class LentV1(Contract, frozen=True, kw_only=True):
    """Published in another order of fields, with remarks, and wider than it is recorded."""

    key = Key.CASE
    size: SizeV1
    title: Annotated[str, Meta(description="What it is called")] | None
    case_id: UUID


class ReturnedV1(Contract, frozen=True, kw_only=True):
    key = Key.CASE
    case_id: UUID
    shelf: str


class ReturnedV2(Contract, frozen=True, kw_only=True):
    key = Key.CASE
    case_id: UUID
    floor: int


def on_its_floor(fact: Returned) -> ReturnedV2:
    return ReturnedV2(case_id=fact.case_id, floor=int(fact.shelf.partition(".")[0]))


LENT, RETURNED, RETURNED_2 = (
    type_name("library", *named) for named in (("lent", 1), ("returned", 1), ("returned", 2))
)
LIBRARY: dict[str, Any] = {
    "facts": {"lent": Lent, "returned": Returned, "dusted": Dusted},
    "contracts": {RETURNED_2: ReturnedV2, LENT: LentV1, RETURNED: ReturnedV1},
    "private": {Dusted},
    "translated": {Returned: on_its_floor},
}


def test_a_fact_is_published_field_by_field_and_part_by_part() -> None:
    publish = same_fields(**LIBRARY)
    lent = publish(Lent(CASE, "Pedro Páramo", Size(21, None)))
    assert lent == LentV1(case_id=CASE, title="Pedro Páramo", size=SizeV1(width=None, height=21))


def test_a_fact_is_published_as_the_highest_version_and_as_its_translation_says() -> None:
    publish = same_fields(**LIBRARY)
    assert publish(Returned(CASE, "3.14")) == ReturnedV2(case_id=CASE, floor=3)


def test_a_private_fact_stays_at_home() -> None:
    assert same_fields(**LIBRARY)(Dusted(CASE)) is None


def test_a_fact_that_is_not_in_the_table_is_not_published_by_chance() -> None:
    with pytest.raises(KeyError, match="Size"):
        same_fields(**LIBRARY)(Size(1, 2))


def test_a_retired_contract_needs_no_fact() -> None:
    class BurntV1(Contract, frozen=True, kw_only=True):
        key = Key.CASE
        retired = True

    contracts = {**LIBRARY["contracts"], type_name("library", "burnt", 1): BurntV1}
    assert same_fields(**{**LIBRARY, "contracts": contracts})(Dusted(CASE)) is None


def test_a_field_can_be_withheld() -> None:
    publish = same_fields(
        {"returned": Returned},
        {type_name("library", "returned", 1): WithoutShelf},
        withheld={Returned: {"shelf"}},
    )
    assert publish(Returned(CASE, "3.14")) == WithoutShelf(case_id=CASE)


class WithoutShelf(Contract, frozen=True, kw_only=True):
    key = Key.CASE
    case_id: UUID


class OtherTitle(Contract, frozen=True, kw_only=True):
    key = Key.CASE
    case_id: UUID
    title: int
    size: SizeV1


class DeepSize(msgspec.Struct):
    height: int
    width: int


class OtherSize(Contract, frozen=True, kw_only=True):
    key = Key.CASE
    case_id: UUID
    title: str
    size: DeepSize


class WithLender(LentV1, frozen=True, kw_only=True):
    lender: str


class WithDefault(LentV1, frozen=True, kw_only=True):
    lender: str | None = None


def without_a_word(fact: Returned) -> Any:
    return on_its_floor(fact)


def with_entry(part: str, key: Any, value: Any) -> dict[str, Any]:
    return {**LIBRARY, part: {**LIBRARY.get(part, {}), key: value}}


def without(part: str, key: Any) -> dict[str, Any]:
    return {**LIBRARY, part: {each: v for each, v in LIBRARY[part].items() if each != key}}


def contract_of_lent(contract: type[Contract]) -> dict[str, Any]:
    return with_entry("contracts", LENT, contract)


MISTAKES: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "a new fact that is neither published nor private": (
        lambda: with_entry("facts", "mended", Size),
        "mended: neither published nor private",
    ),
    "a fact whose contract is gone": (
        lambda: without("contracts", LENT),
        "lent: neither published nor private",
    ),
    "a contract that no fact leads to": (
        lambda: with_entry("contracts", type_name("library", "burnt", 1), WithoutShelf),
        "WithoutShelf: no fact is called burnt",
    ),
    "a contract whose fact is gone": (
        lambda: without("facts", "lent"),
        "LentV1: no fact is called lent",
    ),
    "a published field without a source": (
        lambda: contract_of_lent(WithLender),
        "lent.lender: Lent has no such field",
    ),
    "a field that the contract has grown by, without a source": (
        lambda: contract_of_lent(WithDefault),
        "lent.lender: Lent has no such field",
    ),
    "a published field of another type": (
        lambda: contract_of_lent(OtherTitle),
        "lent.title: Lent has it with another type",
    ),
    "a part's field that may be null and is published as if it could not": (
        lambda: contract_of_lent(OtherSize),
        "lent.size.width: Size has it with another type",
    ),
    "a field that nobody decided about": (
        lambda: (
            without("translated", Returned) | {"contracts": {LENT: LentV1, RETURNED: WithoutShelf}}
        ),
        "returned.shelf: neither published nor withheld",
    ),
    "a withheld field that is published": (
        lambda: with_entry("withheld", Lent, {"title"}),
        "lent.title: withheld, and not a field that LentV1 leaves out",
    ),
    "a withheld field that does not exist": (
        lambda: with_entry("withheld", Lent, {"lender"}),
        "lent.lender: withheld, and not a field that LentV1 leaves out",
    ),
    "a private fact that has a contract": (
        lambda: {**LIBRARY, "private": {Dusted, Lent}},
        "lent: private, and LentV1 would publish it",
    ),
    "a private fact that is translated": (
        lambda: with_entry("translated", Dusted, on_its_floor),
        "dusted: private, so there is nothing to withhold or to translate",
    ),
    "a private fact of somebody else": (
        lambda: {**LIBRARY, "private": {Dusted, Size}},
        "Size: named in the table, and not among the facts",
    ),
    "a translation that does not say of what contract": (
        lambda: with_entry("translated", Returned, without_a_word),
        "returned: its translation does not say that it returns ReturnedV2",
    ),
    "a translation to the version before": (
        lambda: without("contracts", RETURNED_2),
        "returned: its translation does not say that it returns ReturnedV1",
    ),
    "a translated fact of which fields are withheld as well": (
        lambda: with_entry("withheld", Returned, {"shelf"}),
        "returned: translated, so its translation withholds what it leaves out",
    ),
}


@pytest.mark.parametrize(("table", "culprit"), MISTAKES.values(), ids=MISTAKES)
def test_a_wrong_table_is_refused_by_name(
    table: Callable[[], dict[str, Any]], culprit: str
) -> None:
    with pytest.raises(TableIsWrong) as refused:
        same_fields(**table())
    assert str(refused.value) == culprit


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(TableIsWrong) as refused:
        same_fields({"lent": Lent, "dusted": Dusted}, {RETURNED: ReturnedV1})
    assert str(refused.value).split("; ") == [
        "ReturnedV1: no fact is called returned",
        "lent: neither published nor private",
        "dusted: neither published nor private",
    ]
