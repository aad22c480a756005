"""Mistakes to plant where commands are decided and facts are written.

Each takes what stands in production code and returns what is to stand there instead.
"""

# ruff: noqa: S608 - schemas of our own go into these statements; what comes in is a parameter

import time
from itertools import cycle
from threading import Timer
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from services.followup.decisions import CorrectContact
from services.referral.decisions import AcceptReferral, ReferralCommand, acceptance
from services.referral.referral import Accepted, Undecided
from services.referral.referral_facts import ReferralAccepted, ReferralAcknowledged
from shared.eventstore.writer import Receipt
from shared.kernel.decider import Known
from shared.kernel.record import Meta
from shared.kernel.refusals import Refusal
from shared.kernel.value import replace
from tests.changed_lives import with_row


def unlocked_append(original: Any) -> Any:
    """Positions are taken in a statement of their own: their order is not that of the commits."""
    pauses = cycle((0.0, 0.05))

    def append(self: Any, curs: Any, events: Any, commands: Any = (), leans: Any = ()) -> Any:
        del leans
        if not events:
            return original(self, curs, events, commands)
        schema = self.datastore.schema
        curs.execute(
            f"UPDATE {schema}.head SET position = position + %s RETURNING position - %s AS base",
            (len(events), len(events)),
        )
        row = curs.fetchone()
        base = row["base"] if isinstance(row, dict) else row[0]
        time.sleep(next(pauses))
        for n, event in enumerate(events, 1):
            curs.execute(
                f"INSERT INTO {schema}.events (notification_id, originator_id, originator_version,"
                " topic, state) VALUES (%s, %s, %s, %s, %s)",
                (base + n, event.originator_id, event.originator_version, event.topic, event.state),
            )
        original(self, curs, [], commands)
        return [base + n for n in range(1, len(events) + 1)]

    return append


def gaps_in_the_log(original: Any) -> Any:
    """A position is lost with each batch, as by a sequence whose transaction was rolled back."""

    def append(self: Any, curs: Any, events: Any, commands: Any = (), leans: Any = ()) -> Any:
        done = original(self, curs, events, commands, leans)
        if events:
            curs.execute(f"UPDATE {self.datastore.schema}.head SET position = position + 1")
        return done

    return append


def keys_not_kept(original: Any) -> Any:
    """Commands are remembered nowhere: after a restart a key is new again."""

    def append(self: Any, curs: Any, events: Any, commands: Any = (), leans: Any = ()) -> Any:
        del commands
        return original(self, curs, events, (), leans)

    return append


def answered_before_the_commit(original: Any) -> Any:
    """The receipt goes out while the facts still wait to be written.

    The directory's are spared: all hand-overs lean on them, and a run without any shows nothing.
    """

    def append(self: Any, session: Any, waiting: Any) -> Any:
        if any(event.topic.startswith("institution-") for event in session.events):
            return original(self, session, waiting)
        self.committed(session)
        Timer(0.4, original, (self, session, waiting)).start()
        return None

    return append


def answer_made_up_again(original: Any) -> Any:
    """A repeated command gets a receipt that was put together anew."""

    def repeats(self: Any, answer: Any, fingerprint: bytes) -> None:
        original(self, answer, fingerprint)
        if hasattr(self.answer, "version"):
            self.answer = replace(self.answer, version=self.answer.version + 1)

    return repeats


def answer_of_today(original: Any) -> Any:
    """A repeated command hears the version that its stream has now, not the one that it led to."""

    def make_certain(self: Any, doubtful: Any) -> Any:
        updates = original(self, doubtful)
        for one in doubtful:
            known = isinstance(one.answer, Receipt) and self._states.get(*one.streams[0])
            if known:
                one.answer = replace(one.answer, version=known.version)
        return updates

    return make_certain


def refusal_stores_its_fact(original: Any) -> Any:
    """An acknowledgement is written down although the answer was no."""

    def decide(self: Any, envelope: Any) -> Any:
        decision, command = original(self, envelope), envelope.command
        answers = isinstance(command, ReferralCommand)
        if answers and isinstance(decision, Refusal) and decision.code in _OF_AN_ANSWER:
            own = envelope.decider, envelope.stream
            by, version = command.by, self.version(own) + 1
            who = (by.institution, by.role, by.subject)
            meta = Meta(*who, command.at, self.now, envelope.correlation, envelope.causation)
            fact = ReferralAcknowledged(command.referral_id)
            state = self.vocabulary.encode(meta, fact)
            name = self.vocabulary.name_of(fact)
            self.events.append(StoredEvent(envelope.stream, version, name, state))
            known = self.current(own)
            evolved = envelope.decider.evolve(known.state, fact)
            self.moved[own] = Known(version, evolved, known.times)
            self.heads[envelope.stream] = version
        return decision

    return decide


def no_objection(_: Any) -> Any:
    """A rule is dropped."""
    return lambda *_, **__: None


def never_too_late(_: Any) -> Any:
    """What came after custody had moved stands."""
    return lambda *_: False


def any_time_will_do(_: Any) -> Any:
    """Nobody looks at when something is said to have happened."""
    return lambda *_: False


def mended_again(life: Any) -> Any:
    """A contact is corrected although what the correction replaces counts no more."""
    return with_row(life, CorrectContact, guards=())


def accepted_again(life: Any) -> Any:
    """What was accepted may be accepted again."""

    def again(command: Any, referral: Any, known: Any) -> tuple[ReferralAccepted]:
        return acceptance(command, referral, known)

    return with_row(life, AcceptReferral, from_=Undecided | Accepted, fact=again)


def few_folios(original: Any) -> Any:
    """Every case's folio is one of five."""
    return lambda case_id, prefix: original(UUID(int=case_id.int % 5), prefix)


def claims_nothing(decider: Any) -> Any:
    """A folio is given, and nobody is told whose it is."""
    return replace(decider, beside=None)


def custody_stays(life: Any) -> Any:
    """A transfer is accepted, and the case stays where it was."""

    def stays(command: Any, referral: Any, known: Any) -> tuple[ReferralAccepted]:
        (accepted,) = acceptance(command, referral, known)
        return (replace(accepted, custodian=accepted.previous_custodian),)

    return with_row(life, AcceptReferral, fact=stays)


def nothing_falls(_: Any) -> Any:
    """A transfer is accepted, and what else was offered stays open."""
    return lambda decision, *_: decision


def anybody_is_the_custodian(original: Any) -> Any:
    """Whoever closes a case passes for its custodian."""

    def of_the_case(command: Any, state: Any, entries: Any) -> Any:
        held = getattr(state, "held", None)
        if held is not None:
            command = replace(command, by=replace(command.by, institution=held.custodian))
        return original(command, state, entries)

    return of_the_case


_OF_AN_ANSWER = frozenset({"nobody-decides-their-own", "not-the-addressee", "not-now"})
