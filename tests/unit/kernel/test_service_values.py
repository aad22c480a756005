"""What must hold of a case's coded values so that a service may be used."""

from shared.kernel.service_values import EligibilityRule

WOMEN = EligibilityRule("sex", is_one_of=("female",))
NO_CHILDREN = EligibilityRule("age-band", is_none_of=("0-11", "12-17"))


def test_a_rule_names_what_must_be_or_what_must_not() -> None:
    assert WOMEN.allows(["female"]) is True
    assert WOMEN.allows(["male"]) is False
    assert NO_CHILDREN.allows(["30-44"]) is True
    assert NO_CHILDREN.allows(["12-17"]) is False


def test_one_of_several_values_is_enough_and_one_is_too_much() -> None:
    assert EligibilityRule("violations", ("unpaid-wages",)).allows(["no-contract", "unpaid-wages"])
    assert not EligibilityRule("violations", (), ("other",)).allows(["no-contract", "other"])


def test_what_is_not_known_is_not_decided_and_none_is_known_to_be_none() -> None:
    assert WOMEN.allows(None) is None
    assert WOMEN.allows([]) is False
    assert NO_CHILDREN.allows([]) is True
