"""Whatever bytes stand on a log under whatever name: a fact, or ``Unreadable`` that quotes nothing.

What is read is written again as the same fact.
"""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.eventstore.codec import Unreadable, Vocabulary
from tests.examples import FACTS, STORED, recorded
from tests.fuzz.mutations import DEEP, MONSTERS, altered, spliced, written
from tests.walks import tries

pytestmark = [pytest.mark.scaled, pytest.mark.timeout(0)]


def _retired(fact: dict[str, Any]) -> dict[str, Any]:
    """How a fact of long ago is brought to today's form: by a program that trusts what it reads."""
    return {**fact, "reason": fact.pop("why").lower()}


UPCASTS = {"case-voided": ("case-entered-in-error", _retired)}
VOCABULARY = Vocabulary(
    {name: kind for names in STORED.values() for name, kind in names.items()},
    UPCASTS,
)
NAMES = [*VOCABULARY.names, *UPCASTS]
KEPT = {
    name: VOCABULARY.encode(recorded(service, name, fact).meta, fact)
    for service, names in FACTS.items()
    for name, facts in names.items()
    for fact in facts
}
KEPT["case-voided"] = KEPT["case-entered-in-error"].replace(b'"reason"', b'"why"')


def read(name: str, raw: bytes) -> None:
    """Read it; a fact that comes of it is written again as the same."""
    with suppress(Unreadable):
        meta, fact = VOCABULARY.decode(name, raw)
        again = VOCABULARY.encode(meta, fact)
        assert VOCABULARY.decode(VOCABULARY.name_of(fact), again) == (meta, fact)


@tries(300)
@given(name=st.sampled_from(NAMES) | st.text(max_size=20), raw=st.binary(max_size=100))
def test_any_bytes_are_a_fact_or_unreadable(name: str, raw: bytes) -> None:
    read(name, raw)


@tries(1000)
@given(name=st.sampled_from(NAMES), raw=spliced(list(KEPT.values())))
def test_a_fact_with_pieces_exchanged_is_a_fact_or_unreadable(name: str, raw: bytes) -> None:
    read(name, raw)


@tries(1000)
@given(data=st.data())
def test_a_fact_that_says_something_else_is_a_fact_or_unreadable(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    read(name, written(data.draw(altered(json.loads(KEPT[name])))))


@pytest.mark.parametrize("monster", MONSTERS)
@pytest.mark.parametrize("name", ["case-registered", "case-voided"])
def test_what_is_hard_to_read_is_unreadable(name: str, monster: str) -> None:
    with pytest.raises(Unreadable):
        VOCABULARY.decode(name, MONSTERS[monster])
    fact = KEPT[name][:-1] + b',"more":' + b"[" * DEEP + b"]" * DEEP + b"}"
    with pytest.raises(Unreadable):
        VOCABULARY.decode(name, fact)
