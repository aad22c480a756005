"""A number of a person is judged by its form and its check digit."""

import pytest

from services.intake.vault import numbers


@pytest.mark.parametrize("good", ["HEGG560427MVZRRL04", "PELJ900101HCHRPN02", "MOLE850312XNEPRR02"])
def test_a_curp_with_its_check_digit(good: str) -> None:
    assert numbers.is_curp(good)
    wrong = str((int(good[17]) + 1) % 10)
    assert not numbers.is_curp(good[:17] + wrong)


@pytest.mark.parametrize(
    "bad",
    [
        *("", "HEGG560427MVZRRL0", "HEGG561327MVZRRL04", "HEGG560432MVZRRL04"),
        *("HEGG560427AVZRRL04", "HEGG560427MVZRRL044", "hegg560427mvzrrl04"),
        "HEGG\uff1560427MVZRRL04",
    ],
)
def test_what_is_no_curp(bad: str) -> None:
    assert not numbers.is_curp(bad)


def test_a_cui_with_its_check_digit_department_and_municipality() -> None:
    assert numbers.is_cui("2512345680101")
    for bad in ("2512345670101", "2512345682301", "2512345680100", "251234568010", "٢512345680101"):
        assert not numbers.is_cui(bad), bad


@pytest.mark.parametrize(
    ("judge", "good", "bad"),
    [
        (numbers.is_rfc, "HEGG5604271A2", "HEG5604271A2"),
        (numbers.is_document, "C7766554", "C-7"),
        (numbers.is_phone, "+50255667788", "55667788"),
        (numbers.is_email, "a@b.example", "a@b"),
    ],
)
def test_the_others_have_their_forms(judge: object, good: str, bad: str) -> None:
    assert callable(judge)
    assert judge(good)
    assert not judge(bad)
    assert not judge("")


@pytest.mark.parametrize(
    "bad", ["a@@b.example", "a b@c.example", "a@b..example", "a@b.example\u200b"]
)
def test_what_is_no_e_mail_address(bad: str) -> None:
    assert not numbers.is_email(bad)


def test_what_people_write_between_the_parts_is_no_part() -> None:
    assert numbers.compact(" pelj-900101 hchrpn.02\u2013") == "PELJ900101HCHRPN02"
    assert numbers.dialled("+52 (614) 123/45-67") == "+526141234567"
    assert numbers.dialled("0052 614 1234567") == "+526141234567"
    assert numbers.dialled("614 1234567") == "6141234567"
