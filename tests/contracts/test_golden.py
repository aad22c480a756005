"""What was stored or published once is read for ever, and means the same."""

from typing import Any, TypeGuard

import msgspec
import pytest

from shared.contracts import CONTRACTS, envelope
from shared.contracts.contract import type_name
from shared.contracts.envelope import Event, decode, encode, event_of
from shared.eventstore.codec import Unreadable, Vocabulary
from tests.contracts.golden_files import (
    FOLDER,
    grown_lines,
    lacking,
    published_file,
    published_lines,
    stored_file,
    stored_lines,
)
from tests.examples import FACTS, GROWN_NAMES, NAMES, PUBLISHED, STORED, examples, recorded
from tests.examples import grown as example_of_grown


@pytest.mark.parametrize(("service", "name"), NAMES)
def test_a_stored_fact_is_read_as_it_was_meant(service: str, name: str) -> None:
    vocabulary = Vocabulary(STORED[service])
    lines = stored_file(service, name).read_bytes().splitlines()
    assert [vocabulary.decode(name, line) for line in lines] == [
        (recorded(service, name, fact).meta, fact) for fact in FACTS[service][name]
    ]


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_a_published_fact_is_read_as_it_was_meant(service: str, name: str) -> None:
    lines = published_file(service, name).read_bytes().splitlines()
    assert [decode(line) for line in lines] == [
        Event(
            id=each.recorded.id,
            service=service,
            position=each.recorded.position,
            type=type_name(service, name, 1),
            key=each.recorded.meta.correlation,
            meta=each.recorded.meta,
            data=each.contract,
            raw=b"",  # not compared: the bytes are, below
        )
        for each in examples(service, name)
    ]


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_an_event_read_off_the_log_is_the_one_that_comes_over_the_wire(
    service: str, name: str
) -> None:
    for each in examples(service, name):
        log, data = each.recorded, each.contract
        straight = event_of(data, service, log.position, log.id, log.meta)
        over_the_wire = decode(encode(data, log))
        assert (straight, straight.raw) == (over_the_wire, over_the_wire.raw)


def grown(published: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The same contract with a field more at its end, and so each part of it."""
    fields = [
        (each.name, grown(each.type) if is_a_part(each.type) else each.type, *default_of(each))
        for each in msgspec.structs.fields(published)
    ]
    return msgspec.defstruct(
        published.__name__,
        [*fields, ("one_more", str | None, None)],
        kw_only=True,
        omit_defaults=published.__struct_config__.omit_defaults,
    )


def default_of(field: msgspec.structs.FieldInfo) -> tuple[Any, ...]:
    """What the field has where it is left out; nothing where it cannot be."""
    return () if field.required else (field.default,)


def is_a_part(of_type: object) -> TypeGuard[type[msgspec.Struct]]:
    return isinstance(of_type, type) and issubclass(of_type, msgspec.Struct)


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_a_contract_that_has_grown_writes_what_was_published_before_as_it_was(
    service: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = type_name(service, name, 1)
    today: Any = grown(CONTRACTS[contract])
    monkeypatch.setitem(envelope._TYPES, today, contract)
    for line in published_file(service, name).read_bytes().splitlines():
        message = decode(line)
        data = msgspec.json.decode(message.raw, type=today)
        again = event_of(data, service, message.position, message.id, message.meta)
        assert again.raw == message.raw


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_the_wall_clock_is_read_as_it_was_written(service: str, name: str) -> None:
    for line in published_file(service, name).read_bytes().splitlines():
        assert decode(line).meta.happened_at.isoformat() == "2026-05-04T21:30:00-06:00"


@pytest.mark.parametrize(("service", "name"), NAMES)
def test_todays_bytes_are_those_of_the_golden_file(service: str, name: str) -> None:
    """A tripwire, not a promise: where a field was added on purpose, add the next golden file."""
    assert stored_lines(service, name) == stored_file(service, name).read_bytes().splitlines()
    if (service, name) in PUBLISHED:
        golden = published_file(service, name).read_bytes().splitlines()
        assert published_lines(service, name) == golden


def test_every_fact_has_its_golden_files() -> None:
    assert lacking() == [], "python -m tests.contracts.golden_files"


def test_a_new_fact_without_golden_files_would_be_named() -> None:
    new = ("followup", "follow-up-planted")
    assert lacking([*NAMES, new], [*PUBLISHED, new]) == [
        "stored/followup/follow-up-planted.v1.jsonl",
        "published/followup.follow-up-planted.v1.jsonl",
    ]


def test_no_golden_file_stands_for_nothing() -> None:
    """A file whose fact is gone would mean that a name was taken back."""
    stored = {stored_file(*each) for each in NAMES}
    published = {published_file(*each) for each in PUBLISHED}
    later = {file for each in GROWN_NAMES for file in grown_lines(*each)}
    assert set(FOLDER.rglob("*.jsonl")) == stored | published | later


@pytest.mark.parametrize(("service", "name"), GROWN_NAMES)
def test_a_fact_that_has_grown_is_read_as_it_was_meant(service: str, name: str) -> None:
    each, (stored, published) = example_of_grown(service, name), grown_lines(service, name)
    meta, fact = Vocabulary(STORED[service]).decode(name, stored.read_bytes().strip())
    assert (meta, fact) == (each.recorded.meta, each.recorded.fact)
    assert decode(published.read_bytes().strip()).data == each.contract


@pytest.mark.parametrize(("service", "name"), GROWN_NAMES)
def test_todays_bytes_of_a_fact_that_has_grown_are_those_of_its_golden_files(
    service: str, name: str
) -> None:
    for file, line in grown_lines(service, name).items():
        assert file.read_bytes() == line + b"\n"


def test_a_stored_fact_that_lacks_a_field_is_not_read_as_something_else() -> None:
    line = stored_file("intake", "case-registered").read_bytes().splitlines()[0]
    with pytest.raises(Unreadable):
        Vocabulary(STORED["intake"]).decode("case-registered", line.replace(b"folio", b"folyo"))


def test_every_contract_is_what_some_service_publishes() -> None:
    assert set(CONTRACTS) == {type_name(service, name, 1) for service, name in PUBLISHED}
