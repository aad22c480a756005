"""What is derived with the installation's secret nobody else derives; the rest anybody can."""

from uuid import RFC_4122, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.folios import candidates
from shared.kernel.ids import (
    NAMESPACE,
    InstallationSecret,
    command_cause,
    derived_id,
    is_beside,
    new_id,
)
from tests.installation_secret import ANOTHER, SECRET, SECRET_TEXT

PARTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])))


@given(PARTS)
def test_an_id_beside_another_is_derived_as_everybody_derives_it(parts: list[str]) -> None:
    assert derived_id(*parts) == uuid5(NAMESPACE, "\x1f".join(parts))
    assert is_beside(derived_id(*parts))


@given(PARTS)
def test_an_id_from_the_secret_is_always_the_same_and_another_with_another_secret(
    parts: list[str],
) -> None:
    again = InstallationSecret(SECRET_TEXT.encode())
    assert SECRET.id_of(*parts) == again.id_of(*parts) != ANOTHER.id_of(*parts)


@given(PARTS)
def test_an_id_from_the_secret_is_a_uuid_of_version_8_and_beside_nothing(parts: list[str]) -> None:
    made = SECRET.id_of(*parts)
    assert (made.version, made.variant) == (8, RFC_4122)
    assert UUID(str(made)) == made
    assert not is_beside(made)
    assert not is_beside(new_id())


@given(PARTS, PARTS)
def test_other_parts_give_another_id_wherever_they_are_divided(
    one: list[str], other: list[str]
) -> None:
    assert (SECRET.id_of(*one) == SECRET.id_of(*other)) is (one == other)


def test_parts_are_not_run_together() -> None:
    assert SECRET.id_of("ab", "c") != SECRET.id_of("a", "bc") != SECRET.id_of("a\x1fbc")


def test_the_same_key_of_another_client_institution_or_service_is_another_command() -> None:
    named = ("intake", "oficina", "subject-1", "key-0001")
    others = [
        ("referral", "oficina", "subject-1", "key-0001"),
        ("intake", "comision", "subject-1", "key-0001"),
        ("intake", "oficina", "subject-2", "key-0001"),
        ("intake", "oficina", "subject-1", "key-0002"),
    ]
    assert len({SECRET.command_id(*each) for each in (named, *others)}) == 5
    assert SECRET.command_id(*named) == SECRET.command_id(*named)


def test_a_folio_cannot_be_told_from_what_a_source_list_says() -> None:
    told = ("import", "us-wage-claims", "WC-2026-0001")
    folios = {
        next(candidates(each, "CHH"))[0]
        for each in (derived_id(*told), SECRET.id_of(*told), ANOTHER.id_of(*told))
    }
    assert len(folios) == 3


def test_a_fingerprint_needs_the_secret_and_is_of_one_command_alone() -> None:
    one, other = new_id(), new_id()
    said = (b"POST", b"/cases", b"{}")
    assert SECRET.fingerprint(one, *said) == SECRET.fingerprint(one, *said)
    assert len(SECRET.fingerprint(one, *said)) == 16
    told_apart = {
        SECRET.fingerprint(one, *said),
        SECRET.fingerprint(other, *said),
        ANOTHER.fingerprint(one, *said),
        SECRET.fingerprint(one, b"POST", b"/cases", b"[]"),
        SECRET.fingerprint(one, b"POST/cases", b"{}"),
    }
    assert len(told_apart) == 5


def test_what_is_kept_of_a_secret_tells_it_from_another_and_does_not_show_it() -> None:
    assert SECRET.proof == InstallationSecret(SECRET_TEXT.encode()).proof != ANOTHER.proof
    assert SECRET_TEXT not in repr(SECRET)
    assert SECRET_TEXT.encode() not in SECRET.proof


@pytest.mark.parametrize("length", [0, 31])
def test_a_short_secret_is_none(length: int) -> None:
    with pytest.raises(ValueError, match="shorter than 32 bytes"):
        InstallationSecret(b"x" * length)
    assert InstallationSecret(b"x" * 32).proof


def test_a_new_id_is_another_each_time_and_a_command_is_named_by_its_own() -> None:
    one, other = new_id(), new_id()
    assert one != other
    assert command_cause(one) == f"command:{one}" != command_cause(other)
