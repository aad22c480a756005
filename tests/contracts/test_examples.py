"""A fact needs no example of its own: what it holds is made up from its type."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import pytest

from shared.kernel.fields import Coded
from shared.kernel.value import Value
from tests.examples import EXPLICIT, FACTS, NAMES, STORED
from tests.made_up import CannotMakeUp, both, full
from tests.personas import AT, CASE, OFFICE


class Detail(Value):
    channel: Annotated[str, Coded("contact_channels")]
    note: str | None


class PutOnHold(Value):
    """A fact that nobody has written an example of."""

    case_id: UUID
    institution: str
    until: date
    amount: Decimal | None
    reasons: tuple[Annotated[str, Coded("reopening_reasons")], ...]
    details: tuple[Detail, ...]
    detail: Detail


class Unknown(Value):
    by_name: Mapping[str, str]


def test_a_new_fact_has_a_full_and_a_bare_example_without_anybodys_doing() -> None:
    whole, empty = both(PutOnHold)
    reasons = whole.reasons
    assert len(reasons) == 2
    assert whole == PutOnHold(
        case_id=CASE,
        institution=OFFICE.institution,
        until=AT.date(),
        amount=Decimal("1250.50"),
        reasons=reasons,
        details=(Detail("in-person", "something"),),
        detail=Detail("in-person", "something"),
    )
    assert empty == PutOnHold(
        CASE, OFFICE.institution, AT.date(), None, (), (), Detail("in-person", None)
    )


def test_a_field_that_nothing_can_be_made_up_for_is_named() -> None:
    with pytest.raises(CannotMakeUp, match=r"Unknown\.by_name"):
        full(Unknown)


def test_every_stored_fact_has_examples_of_its_type() -> None:
    for service, name in NAMES:
        assert {type(fact) for fact in FACTS[service][name]} == {STORED[service][name]}


def test_no_example_is_of_a_fact_that_no_service_stores() -> None:
    assert EXPLICIT.keys() <= {kind for facts in STORED.values() for kind in facts.values()}
