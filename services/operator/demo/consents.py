"""Consents of the demonstration: what made-up persons of a few open cases agreed to.

They are recorded on the day of loading, so that they hold for a year from then; loaded again, what
was recorded stays as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.intake.consent import decisions, facts
from services.intake.consent.commands import RecordConsent, WithdrawConsent
from services.intake.consent.manner import WITH_WITNESS, ConsentManner
from services.operator.demo.institutions import SUBDIVISION, SUBJECT
from services.operator.demo.silence import Case
from shared.kernel.clock import now
from shared.kernel.consenting.terms import ConsentTerms
from shared.kernel.decider import Actor, Command
from shared.kernel.freshness import day_in
from shared.kernel.ids import InstallationSecret
from shared.kernel.roles import CASEWORKER
from shared.service.command_client import KeyedCommand, accepted, carried_out, submit
from shared.service.service import Service

_MOST = 3
"""So many cases have one; of the first, a part was taken back."""
_LASTS = timedelta(days=365)
_RECIPIENTS = ("albergue-juarez", "cedh-chihuahua", "ong-derechos")


def recorded(services: Mapping[str, Service], cases: Sequence[Case]) -> None:
    """Record them, and what was taken back; what was done before is not done again."""
    commands = list(_commands(cases[:_MOST], services["intake"].secret, now()))
    done = carried_out(services, commands)
    for one in commands:  # each takes back what was recorded before
        if one.id not in done:
            accepted([submit(services, one)])


def _commands(
    cases: Sequence[Case], secret: InstallationSecret, at: datetime
) -> Iterator[KeyedCommand]:
    today = day_in(SUBDIVISION, at)
    for n, one in enumerate(cases):
        name, by = str(one.case_id), Actor(one.custodian, CASEWORKER, SUBJECT)
        consent_id = secret.id_of("consent", name)
        record = RecordConsent(
            by=by,
            at=at,
            consent_id=consent_id,
            case_id=one.case_id,
            person=secret.id_of("person", name),
            purpose="referral",
            terms=ConsentTerms(
                recipients=tuple(each for each in _RECIPIENTS if each != one.custodian),
                kinds=("consulate",),
                categories=("coded-case", "contact", "identity"),
                services=(),
                valid_from=today,
                valid_until=today + _LASTS,
            ),
            manner=ConsentManner(
                language="spa", mode=WITH_WITNESS, witness=secret.id_of("witness", name)
            ),
        )
        yield _keyed(consent_id, record, name, "consent", secret)
        if n == 0:
            less = WithdrawConsent(by=by, at=at, categories=("contact",))
            yield _keyed(consent_id, less, name, "taken-back", secret)


def _keyed(
    consent_id: UUID, command: Command, case_id: str, what: str, secret: InstallationSecret
) -> KeyedCommand:
    stream, key = facts.stream_of(consent_id), f"demo-{case_id}-{what}"
    return KeyedCommand("intake", decisions.DECIDER, stream, command, case_id, key, secret)
