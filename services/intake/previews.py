"""What the addressee of a referral sees of a case until it accepts: a preview, in a few codes.

It is recorded when intake hears of the referral, as the case was described then. A later correction
does not change it: an institution answers what it was asked, and what it was shown stays on record;
once it accepts it sees the case as it is. Each preview has a stream of its own.
"""

from collections.abc import Mapping
from uuid import UUID

from services.intake import case
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value

CASE = "case"
"""The name under which the rules get the case."""


def stream_of(referral_id: UUID) -> UUID:
    """Return the id of the stream that holds what a referral's addressee was shown."""
    return derived_id("preview", str(referral_id))


class PreviewCase(Command, kw_only=True):
    """The case was referred to ``addressee`` (a reaction)."""

    case_id: UUID
    referral_id: UUID
    addressee: str


class CasePreviewed(Value):
    """What ``addressee`` sees of the case until it accepts. case_version: of the case, then."""

    referral_id: UUID
    addressee: str
    programme: str
    subdivision: str
    age_band: str | None
    sex: str | None
    case_version: int


FACTS = stored_names(CasePreviewed)

Preview = CasePreviewed | None
"""None: the referral is not known here."""


def leans_on(command: PreviewCase, _: Preview) -> Leans:
    """Return the other stream that a preview is made from: the case's."""
    return {CASE: (case.DECIDER, command.case_id)}


def decide(command: PreviewCase, shown: Preview, known: Mapping[str, Known]) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    if refusal := reaction_only(command):
        return refusal
    described = case.described(known[CASE].state)
    if described is None:
        return case.CaseNotRegistered()
    preview = CasePreviewed(
        referral_id=command.referral_id,
        addressee=command.addressee,
        programme=described.programme,
        subdivision=described.subdivision,
        age_band=described.details.age_band,
        sex=described.details.sex,
        case_version=known[CASE].version,
    )
    return () if shown else (preview,)


def evolve(_: Preview, fact: CasePreviewed) -> CasePreviewed:
    return fact


DECIDER: Decider[Preview] = Decider(nothing=None, decide=decide, evolve=evolve, leans_on=leans_on)
