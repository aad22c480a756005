"""Imported history says where it comes from, on a log and on the wire; what happened live does not.

These bytes stay as they are: logs and topics have them.
"""

import json

import pytest

from services.followup import followup
from shared.contracts.envelope import Unreadable, decode, encode
from shared.eventstore.codec import Vocabulary
from shared.kernel.record import Recorded, Source
from shared.kernel.value import replace
from tests.examples import Example, examples

FILE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SOURCES = (
    Source("us-wage-claims/1", "public-source", FILE),
    Source("us-wage-claims/1", "public-source"),
)
(LIVE,) = examples("followup", "contact-recorded")


def imported(source: Source) -> Example:
    """The same fact, as an import records it."""
    meta = replace(LIVE.recorded.meta, imported=source)
    return Example(replace(LIVE.recorded, meta=meta), LIVE.contract)


@pytest.mark.parametrize("source", SOURCES)
def test_a_log_keeps_the_source_of_an_imported_fact(source: Source) -> None:
    vocabulary, of = Vocabulary(followup.FACTS), imported(source).recorded
    raw = vocabulary.encode(of.meta, of.fact)
    kept = {"mapping": source.mapping, "legal_basis": source.legal_basis, "file": source.file}
    assert json.loads(raw)["imported"] == kept
    assert vocabulary.decode("contact-recorded", raw) == (of.meta, of.fact)
    assert vocabulary.dated("contact-recorded", raw) == (of.meta.happened_at, of.fact)


@pytest.mark.parametrize("source", SOURCES)
def test_a_message_tells_the_source_of_an_imported_fact(source: Source) -> None:
    each = imported(source)
    raw = encode(each.contract, each.recorded)
    told = {"importmapping": source.mapping, "legalbasis": source.legal_basis}
    told |= {"importfile": source.file} if source.file else {}
    assert json.loads(raw).items() >= told.items()
    assert decode(raw).meta.imported == source


def test_what_happened_live_has_no_source() -> None:
    log: Recorded = LIVE.recorded
    assert b"import" not in Vocabulary(followup.FACTS).encode(log.meta, log.fact)
    raw = encode(LIVE.contract, log)
    assert b"import" not in raw
    assert decode(raw).meta.imported is None


@pytest.mark.parametrize("name", ["importmapping", "legalbasis"])
def test_half_a_source_is_none(name: str) -> None:
    each = imported(SOURCES[0])
    message = json.loads(encode(each.contract, each.recorded))
    del message[name]
    assert decode(json.dumps(message).encode()).meta.imported is None


def test_a_source_that_cannot_be_kept_is_not_read() -> None:
    each = imported(Source("x" * 201, "public-source"))
    with pytest.raises(Unreadable, match=r"\$\.importmapping"):
        decode(encode(each.contract, each.recorded))
