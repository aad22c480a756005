"""What a referral leans on: an agreement in force, found in the sender's index, or an override.

An agreement is needed where the programme requires one, and between institutions that have ever had
one in that programme. What an import records needs none: it has happened.
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from services.referral import agreement_index, agreement_policy, clocks
from services.referral.agreement_index import AgreementNoted
from services.referral.decisions import CaseContext, Custodianship, ReferCase
from services.referral.leaning_refusals import (
    AgreementDoesNotCover,
    AgreementNeeded,
    AgreementNotInForce,
    SecondPersonNeeded,
)
from services.referral.override import AgreementOverridden
from services.referral.referral_facts import ReferralRequested
from services.referral.validity import SUSPENDED, TERMINATED, Validity
from shared.kernel.consents import ConsentGiven
from shared.kernel.decider import Leans
from shared.kernel.freshness import day_in
from shared.kernel.refusals import Refusal
from shared.kernel.value import Value

AGREEMENTS, POLICY = "agreements", "policy"
"""The names under which the rules get the sender's index, and the programme's policy."""


class Leaning(Value):
    """The agreement, at its version, or the override that a referral leans on; nothing: neither."""

    agreement_id: UUID | None = None
    agreement_version: int | None = None
    override_id: UUID | None = None


NOTHING = Leaning()


class _Days(Value):
    """On which day a referral happens: where the case is, and on the country's calendar."""

    there: date
    country: date

    def of(self, validity: Validity) -> date:
        """Return the day by which an agreement is judged: that of the place of the case.

        What its parties suspended or terminated, by the country's calendar, is over at once also
        where it is the day before.
        """
        over = validity.status_on(self.country) in {SUSPENDED, TERMINATED}
        return self.country if over else self.there


def leans_of(sender: str, held: Custodianship) -> Leans:
    """Return the streams in which it is found out what a referral of the sender's leans on."""
    index, policy = agreement_index, agreement_policy
    return {
        AGREEMENTS: (index.INDEX, index.stream_of(sender)),
        POLICY: (policy.DECIDER, policy.stream_of(held.programme)),
    }


def request(
    command: ReferCase, known: CaseContext, consent: ConsentGiven | None
) -> tuple[ReferralRequested] | Refusal:
    """Ask the addressee, in the name of the institution that refers, on this consent.

    Refused if the referral needs an agreement, and has neither one in force nor an override.
    """
    found = leaning(command, known)
    if isinstance(found, Refusal):
        return found
    return (
        ReferralRequested(
            referral_id=command.referral_id,
            sender=command.by.institution,
            addressee=command.to,
            kind=command.kind,
            services=command.services,
            priority=command.priority,
            addressee_version=known.addressee.version if known.addressee else 0,
            replaces=command.replaces,
            agreement_id=found.agreement_id,
            agreement_version=found.agreement_version,
            override_id=found.override_id,
            consent=consent,
            origin=command.origin,
            by_link=command.by_link,
            clock=clocks.starting(
                "acknowledge",
                command.priority,
                command,
                known.custodianship.subdivision,
                known.holidays,
            ),
        ),
    )


def leaning(command: ReferCase, known: CaseContext) -> Leaning | Refusal:
    """Return what the referral leans on, nothing if it needs nothing, or why it may not be."""
    if command.imported is not None or known.agreements is None:
        return NOTHING
    between = tuple(_between(command, known))
    days = _Days(day_in(known.custodianship.subdivision, command.at), day_in(None, command.at))
    in_force = [each for each in between if each.validity.covers(days.of(each.validity))]
    fitting = [each for each in in_force if each.is_about(command.services)]
    if fitting:
        best = max(fitting, key=lambda each: (each.validity.ends or date.max, each.agreement_id))
        return Leaning(best.agreement_id, best.version)
    if not known.agreement_required and all(each.validity.begins is None for each in between):
        return NOTHING
    return _overridden(command, known) or _missing(between, in_force, days)


def _between(command: ReferCase, known: CaseContext) -> Iterator[AgreementNoted]:
    """Yield the agreements between the two institutions in the case's programme."""
    sender, programme = command.by.institution, known.custodianship.programme
    index: agreement_index.Index = known.agreements or {}
    for noted in index.values():
        if noted.is_between(sender, command.to, programme):
            yield noted


def _overridden(command: ReferCase, known: CaseContext) -> Leaning | SecondPersonNeeded | None:
    """Return an override that serves; a refusal if only whoever refers has said it."""
    serving: list[AgreementOverridden] = [
        each
        for each in known.overrides.values()
        if each.serves(command.by.institution, command.to, command.at)
    ]
    for each in serving:
        if each.subject != command.by.subject:
            return Leaning(override_id=each.override_id)
    return SecondPersonNeeded() if serving else None


def _missing(
    between: tuple[AgreementNoted, ...], in_force: list[AgreementNoted], days: _Days
) -> Refusal:
    """Say which agreement is missing, or why the one that is there does not do."""
    for each in in_force:
        return AgreementDoesNotCover(str(each.agreement_id), ", ".join(each.services))
    if not between:
        return AgreementNeeded()
    last = max(between, key=lambda each: (each.validity.begins or date.min, each.agreement_id))
    day = days.of(last.validity)
    since = last.validity.since(day)
    return AgreementNotInForce(
        str(last.agreement_id),
        last.validity.status_on(day),
        "—" if since is None else since.isoformat(),
    )
