"""Every stored fact is published, under its own name, or private on purpose."""

import pytest

from shared.contracts import CONTRACTS
from shared.contracts.contract import type_name
from tests.examples import FACTS, NAMES, PUBLISHED, PUBLISHES, is_private


@pytest.mark.parametrize(("service", "name"), NAMES)
def test_a_fact_is_published_or_private_on_purpose(service: str, name: str) -> None:
    private = is_private(service, name)
    for fact in FACTS[service][name]:
        published = PUBLISHES[service].publish(fact)
        if private:
            assert published is None
        else:
            assert type(published) is CONTRACTS[type_name(service, name, 1)]


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_each_published_value_is_the_recorded_one(service: str, name: str) -> None:
    for fact in FACTS[service][name]:
        published = PUBLISHES[service].publish(fact)
        for field in published.__struct_fields__:
            said, recorded = getattr(published, field), getattr(fact, field)
            if field == "details":
                assert {f: getattr(said, f) for f in said.__struct_fields__} == {
                    f: getattr(recorded, f) for f in recorded.__slots__
                }
            else:
                assert said == recorded
