"""A value that its list does not have is refused with the codes that may have been meant."""

from shared.kernel.coded_fields import not_known


def _near(list_name: str, value: str) -> str:
    refusal = not_known("field", list_name, value)
    assert refusal is not None
    return refusal.closest


def test_the_closest_codes_are_named() -> None:
    assert _near("service_kinds", "shelters") == "shelter"


def test_all_of_a_short_list_are_where_none_is_close() -> None:
    every = "has-capacity, none, waiting-list, needs-further-assessment"
    assert sorted(_near("capacities", "xyzzy").split(", ")) == sorted(every.split(", "))


def test_none_of_a_long_list_are() -> None:
    assert _near("municipalities", "xyzzyxyzzy") == "—"
