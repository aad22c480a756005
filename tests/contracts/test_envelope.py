"""The envelope: CloudEvents 1.0 for everybody, and a reader that says why it cannot read."""

import json
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator, FormatChecker

from shared.contracts import CONTRACTS
from shared.contracts.contract import Contract, Key, type_name
from shared.contracts.envelope import (
    MEDIA_TYPE,
    Unreadable,
    Why,
    decode,
    encode,
    event_in,
    read_envelope,
)
from shared.contracts.schema_files import committed, file_name
from shared.messaging.reacting import case_of
from tests.examples import PUBLISHED, SUBJECTS, examples
from tests.personas import CASE

(PAID, DISMISSED) = examples("followup", "outcome-recorded")
RAW = encode(PAID.contract, PAID.recorded)


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    message = json.loads(RAW)
    change(message)
    return json.dumps(message).encode()


def put(field: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda message: message.update({field: value})


def tampered(field: str, value: object) -> bytes:
    return altered(lambda message: message["data"].update({field: value}))


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_others_read_our_bytes_as_a_cloudevent(service: str, name: str) -> None:
    for each in examples(service, name):
        raw = encode(each.contract, each.recorded)
        event = JSONFormat().read(CloudEvent, raw)
        assert event.get_id() == each.recorded.id
        assert event.get_type() == type_name(service, name, 1)
        assert event.get_source() == f"/canaliza/{service}"
        assert event.get_subject() == each.recorded.meta.correlation
        assert event.get_time() == each.recorded.meta.happened_at
        assert event.get_extension("position") == str(each.recorded.position)
        assert event.get_data() == json.loads(raw)["data"]


def test_others_read_our_bytes_off_kafka() -> None:
    headers = {"content-type": MEDIA_TYPE.encode()}
    event = kafka.from_kafka_event(kafka.KafkaMessage(headers=headers, key=None, value=RAW))
    assert event.get_id() == PAID.recorded.id


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_what_is_published_satisfies_the_committed_schema(service: str, name: str) -> None:
    schema = committed()[file_name(type_name(service, name, 1))]
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema, format_checker=FormatChecker())
    for each in examples(service, name):
        message = json.loads(encode(each.contract, each.recorded))
        check.validate(message["data"])
        assert message["dataschema"] == schema["$id"]
        assert not check.is_valid([])


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_the_subject_is_what_the_contract_says_that_it_is_about(service: str, name: str) -> None:
    """Written as the key is, and in no other way: a key is compared letter by letter."""
    key = CONTRACTS[type_name(service, name, 1)].key
    (first, *_) = examples(service, name)
    message = json.loads(encode(first.contract, first.recorded))
    assert key.matches(message["subject"])
    for subject in NO_KEYS[key]:
        with pytest.raises(Unreadable) as caught:
            decode(json.dumps({**message, "subject": subject}).encode())
        assert (caught.value.reason, caught.value.where) == (Why.SCHEMA_VIOLATION, "$.subject")
        assert subject not in str(caught.value)


NO_ID = ("oficina-laboral-chih", str(CASE).upper(), CASE.hex, f"{{{CASE}}}", f"{CASE}\n")
NO_CODE = ("Rosario Tijeras", "OFICINA", "ab", "a" * 41, "oficina-laboral\n")
CODED = (
    *(
        Key.INSTITUTION,
        Key.NETWORK,
        Key.REGION,
        Key.COMMISSION,
        Key.PROGRAMME,
        Key.ENTRY,
        Key.CALENDAR,
    ),
)
NO_KEYS = {key: NO_CODE if key in CODED else NO_ID for key in Key}
"""What no key of each kind is written as."""


@pytest.mark.parametrize("key", Key)
def test_each_kind_of_key_has_a_form(key: Key) -> None:
    assert key.matches(SUBJECTS.get(key, str(CASE)))
    assert not any(key.matches(subject) for subject in NO_KEYS[key])


def test_a_contract_that_does_not_declare_its_key_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="KeylessV1 does not declare its key"):
        type("KeylessV1", (Contract,), {}, frozen=True, kw_only=True)


def test_the_case_of_what_is_about_no_case_is_not_guessed() -> None:
    (case, *_) = examples("intake", "case-entered-in-error")
    assert case_of(decode(encode(case.contract, case.recorded))) == CASE
    (listing, *_) = examples("referral", "institution-registered")
    event = decode(encode(listing.contract, listing.recorded))
    with pytest.raises(TypeError, match="institution-registered"):
        case_of(event)


def test_time_keeps_the_offset_and_so_the_day_it_was_there() -> None:
    assert json.loads(RAW)["time"] == "2026-05-04T21:30:00-06:00"
    happened = decode(RAW).meta.happened_at
    assert happened.date().isoformat() == "2026-05-04"
    assert json.loads(RAW)["recordedat"].startswith("2026-05-05T03:30:01")


def test_an_opening_keeps_its_offset_too() -> None:
    full, *_ = examples("intake", "case-registered")
    data: Any = decode(encode(full.contract, full.recorded)).data
    assert isinstance(data.opened_at, datetime)
    assert data.opened_at.isoformat() == "2026-05-03T08:15:00.250000-06:00"


def test_an_amount_travels_exactly_as_a_string() -> None:
    assert json.loads(RAW)["data"]["amount"] == "560.00"
    data: Any = decode(RAW).data
    assert str(data.amount) == "560.00"


def test_what_is_not_stated_is_null_and_not_left_out() -> None:
    message = json.loads(encode(DISMISSED.contract, DISMISSED.recorded))
    assert message["data"]["amount"] is None


def test_a_reader_ignores_what_it_does_not_know() -> None:
    grown = altered(lambda message: (message.update(traceid="1"), message["data"].update(more=1)))
    assert decode(grown) == decode(RAW)


UNREADABLE: dict[str, tuple[bytes, Why, str]] = {
    "nothing": (b"", Why.NOT_JSON, ""),
    "half a brace": (b"{", Why.NOT_JSON, ""),
    "cut off": (RAW[:-1], Why.NOT_JSON, ""),
    "more than one": (RAW + b"x", Why.NOT_JSON, ""),
    "not UTF-8": (RAW.replace(b"MXN", b"M\xffN"), Why.NOT_JSON, ""),
    "a list": (b"[]", Why.NOT_CLOUDEVENT, ""),
    "an empty object": (b"{}", Why.NOT_CLOUDEVENT, ""),
    "another specversion": (
        RAW.replace(b'"1.0"', b'"0.3"'),
        Why.NOT_CLOUDEVENT,
        "$.specversion",
    ),
    "time without offset": (RAW.replace(b"-06:00", b"", 1), Why.NOT_CLOUDEVENT, "$.time"),
    "no data": (altered(lambda message: message.pop("data")), Why.NOT_CLOUDEVENT, ""),
    "position zero": (altered(put("position", "0")), Why.NOT_CLOUDEVENT, "$.position"),
    "position as a number": (altered(put("position", 7)), Why.NOT_CLOUDEVENT, "$.position"),
    "no cause": (altered(put("causationid", "")), Why.NOT_CLOUDEVENT, "$.causationid"),
    "from elsewhere": (altered(put("source", "/x")), Why.NOT_CLOUDEVENT, "$.source"),
    "of another publisher": (
        RAW.replace(b"mx.canaliza.followup", b"mx.canaliza.x"),
        Why.UNKNOWN_TYPE,
        "",
    ),
    "of no type": (altered(put("type", "x")), Why.UNKNOWN_TYPE, ""),
    "of tomorrow": (RAW.replace(b"recorded.v1", b"recorded.v2"), Why.UNKNOWN_VERSION, ""),
    "data is null": (altered(put("data", None)), Why.SCHEMA_VIOLATION, ""),
    "a field is missing": (
        altered(lambda message: message["data"].pop("outcome")),
        Why.SCHEMA_VIOLATION,
        "",
    ),
    "an amount in words": (tampered("amount", "mucho"), Why.SCHEMA_VIOLATION, "$.amount"),
    "a number for a code": (tampered("outcome", 7), Why.SCHEMA_VIOLATION, "$.outcome"),
}


@pytest.mark.parametrize(("raw", "reason", "where"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_reader_says_why_it_cannot_read(raw: bytes, reason: Why, where: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(raw)
    assert caught.value.reason is reason
    assert caught.value.where == where


@pytest.mark.parametrize("field", ["referral_id", "amount", "on"])
def test_what_was_written_goes_nowhere(field: str) -> None:
    raw = tampered(field, "Rosario Tijeras")
    with pytest.raises(Unreadable) as caught:
        decode(raw)
    assert caught.value.__context__ is None
    assert "Rosario" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time", "2026-05-04T21:30:00+14:01"),
        ("time", "1899-12-31T21:30:00Z"),
        ("recordedat", "2026-05-04T21:30:00-12:01"),
        ("institution", "a" * 201),
    ],
)
def test_what_requests_are_refused_is_not_read_either(field: str, value: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(altered(put(field, value)))
    assert (caught.value.reason, caught.value.where) == (Why.NOT_CLOUDEVENT, f"$.{field}")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-0.01", "1E+1000000", "0.00001"])
@pytest.mark.parametrize("recorded", [True, False])
def test_an_amount_that_is_none_is_never_read(amount: str, *, recorded: bool) -> None:
    raw = tampered("amount", amount)
    with pytest.raises(Unreadable) as caught:
        event_in(read_envelope(raw), raw, recorded=recorded)
    assert (caught.value.reason, caught.value.where) == (Why.SCHEMA_VIOLATION, "$.amount")


def test_a_fact_that_was_recorded_before_a_limit_was_drawn_is_read_as_it_is() -> None:
    raw = altered(put("time", "2026-05-04T21:30:00+16:00"))
    event = event_in(read_envelope(raw), raw, recorded=True)
    assert event.meta.happened_at.isoformat() == "2026-05-04T21:30:00+16:00"
