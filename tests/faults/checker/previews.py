"""What an undecided addressee is shown: a few codes of the case as it was, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact, Json

_SHOWN = ("programme", "subdivision", "age_band", "sex")
_DESCRIBING = {"case-registered", "case-corrected", "correction-turned-into-proposal"}
_ALL = frozenset({"referral_id", "addressee", "case_version", *_SHOWN})


def previews_show_a_few_codes_of_the_case(evidence: Evidence) -> Iterator[Broken]:
    """A preview says what the case was at the version that it names, and no more than it may."""
    facts = evidence.services["intake"].facts
    streams: dict[str, list[Fact]] = {}
    for fact in facts:
        streams.setdefault(fact.stream, []).append(fact)
    for fact in facts:
        if fact.name != "case-previewed":
            continue
        if fact.payload.keys() != _ALL:
            too_many = {"fact": fact.id, "fields": sorted(fact.payload.keys() ^ _ALL)}
            yield Broken(fact.correlation, "a preview shows more, or less, than it may", too_many)
            continue
        was = _described(streams.get(fact.correlation, ()), int(fact.payload["case_version"]))
        if was != {name: fact.payload[name] for name in _SHOWN}:
            yield Broken(fact.correlation, "a preview is not of its case", {"fact": fact.id})


def _described(facts: Sequence[Fact], version: int) -> Mapping[str, Json] | None:
    """The case as its own facts describe it, up to a version; None if there is no such version."""
    described: dict[str, Json] = {}
    if not any(fact.version == version for fact in facts):
        return None
    for fact in facts:
        if fact.version <= version and fact.name in _DESCRIBING:
            described |= {
                n: fact.payload[n] for n in ("programme", "subdivision") if n in fact.payload
            }
            described |= {name: fact.payload["details"][name] for name in ("age_band", "sex")}
    return described
