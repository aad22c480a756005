"""A mistake is made about one fact, by every process that touches it, until it is mended."""

from pathlib import Path

from tests.faults.fleet import Slot
from tests.faults.raising import PUBLISHING, REACTION, Mistake


def test_nothing_fails_where_no_mistake_was_made(tmp_path: Path) -> None:
    mistake = Mistake(tmp_path / "control.raised")
    assert not mistake.is_about(REACTION, "intake:case:1")


def test_it_is_about_the_nth_fact_that_passes_there_and_no_other(tmp_path: Path) -> None:
    mistake = Mistake(tmp_path / "control.raised")
    mistake.plant(REACTION, 2)
    passed = [mistake.is_about(REACTION, fact) for fact in ("a", "b", "c", "a", "b")]
    assert passed == [False, True, False, False, True]
    assert not mistake.is_about(PUBLISHING, "b")


def test_a_process_that_is_started_again_makes_it_about_the_same_fact(tmp_path: Path) -> None:
    note = tmp_path / "control.raised"
    first, again = Mistake(note), Mistake(note)
    first.plant(REACTION, 1)
    assert first.is_about(REACTION, "a")
    again.plant(REACTION, 1)
    assert [again.is_about(REACTION, fact) for fact in ("b", "a")] == [False, True]


def test_once_mended_it_is_made_no_more_and_the_next_one_is_about_another(tmp_path: Path) -> None:
    mistake = Mistake(tmp_path / "control.raised")
    mistake.plant(REACTION, 1)
    assert mistake.is_about(REACTION, "a")
    mistake.plant("", 1)
    assert not mistake.is_about(REACTION, "a")
    mistake.plant(REACTION, 1)
    assert mistake.is_about(REACTION, "b")
    assert Slot("intake", 0, 1, tmp_path).failed_on == ["a", "b"]
