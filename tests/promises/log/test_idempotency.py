"""The same key is answered once: whoever submits again, and wherever, gets the same receipt."""

from shared.eventstore.writer import Receipt
from shared.kernel.ids import new_id
from shared.kernel.refusals import KeyUsedForAnother
from tests.homes import Home
from tests.promises.log.test_group_commit import all_together
from tests.toy_service import TooLate, append, record_number, refusal_of, stored_numbers, submission


def test_the_same_key_twice_in_one_batch_is_one_fact(home: Home) -> None:
    log, stream = home.log(), new_id()
    with all_together(log):
        futures = [log.submit(submission(stream, append(), key="k1")) for _ in range(5)]
    receipts = [future.result(10) for future in futures]
    assert isinstance(receipts[0], Receipt)
    assert receipts == [receipts[0]] * 5
    assert stored_numbers(log, stream) == [1]


def test_the_same_key_later_is_the_same_receipt_although_more_has_happened(home: Home) -> None:
    log, stream = home.log(), new_id()
    first = log.submit(submission(stream, append(), key="k2")).result(10)
    log.submit(submission(stream, append())).result(10)
    assert log.submit(submission(stream, append(), key="k2")).result(10) == first
    assert stored_numbers(log, stream) == [1, 2]


def test_the_same_key_in_another_process_is_the_same_receipt(home: Home) -> None:
    here, stream = home.log(), new_id()
    there = home.beside(here)
    first = here.submit(submission(stream, record_number(3, times=2), key="k3")).result(10)
    assert there.submit(submission(stream, record_number(3, times=2), key="k3")).result(10) == first
    assert stored_numbers(there, stream) == [3, 4]


def test_the_same_key_in_two_processes_at_once_is_one_fact(home: Home) -> None:
    here, stream = home.log(), new_id()
    there = home.beside(here)
    for n in range(1, 21):
        futures = [
            log.submit(submission(stream, append(), key=f"both {n}")) for log in (here, there)
        ]
        one, other = (future.result(10) for future in futures)
        assert isinstance(one, Receipt)
        assert one == other
        assert one.version == n


def test_the_same_key_and_the_same_no_change_is_the_same_receipt(home: Home) -> None:
    log, stream = home.log(), new_id()
    log.submit(submission(stream, record_number(1))).result(10)
    nothing_new = log.submit(submission(stream, record_number(1), key="k4")).result(10)
    log.submit(submission(stream, record_number(2))).result(10)
    assert nothing_new == Receipt(stream, 1, (), ())
    assert log.submit(submission(stream, record_number(1), key="k4")).result(10) == nothing_new


def test_the_same_key_for_another_command_is_refused(home: Home) -> None:
    log, stream = home.log(), new_id()
    there = home.beside(log)
    with all_together(log):
        first = log.submit(submission(stream, record_number(1), key="k5"))
        other = log.submit(submission(stream, record_number(2), key="k5"))
    receipt = first.result(10)
    assert isinstance(receipt, Receipt)
    says_what_was_done = KeyUsedForAnother("told", receipt.facts[0])
    assert refusal_of(other.result(10)) == says_what_was_done
    for later in (log, there):
        answer = later.submit(submission(new_id(), record_number(9), key="k5")).result(10)
        assert refusal_of(answer) == says_what_was_done
    assert stored_numbers(log, stream) == [1]


def test_a_key_whose_first_command_changed_nothing_says_so_too(home: Home) -> None:
    log, stream = home.log(), new_id()
    log.submit(submission(stream, record_number(1))).result(10)
    log.submit(submission(stream, record_number(1), key="k6")).result(10)
    answer = log.submit(submission(stream, record_number(2), key="k6")).result(10)
    assert refusal_of(answer) == KeyUsedForAnother("-", "-")


def test_a_refusal_is_not_remembered_the_same_key_is_decided_again(home: Home) -> None:
    log, stream = home.log(), new_id()
    log.submit(submission(stream, record_number(1))).result(10)
    refused = log.submit(submission(stream, record_number(3), key="k6", expected=7)).result(10)
    assert refusal_of(refused).code == "version-moved"
    assert isinstance(
        log.submit(submission(stream, record_number(3), key="k6", expected=1)).result(10), Receipt
    )


def test_a_repeat_is_recognised_before_it_is_refused(home: Home) -> None:
    log, stream = home.log(), new_id()
    first = log.submit(submission(stream, record_number(1), key="k7")).result(10)
    log.submit(submission(stream, record_number(9))).result(10)
    assert refusal_of(log.submit(submission(stream, record_number(1))).result(10)) == TooLate(1)
    assert (
        log.submit(submission(stream, record_number(1), key="k7", expected=0)).result(10) == first
    )
