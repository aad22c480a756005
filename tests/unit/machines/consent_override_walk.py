"""A walk over an override of consent: asked for by one, confirmed by another, told to some."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.intake import case
from services.intake.consent import override_commands, override_facts, override_refusals, overriding
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Known
from tests.case_facts import IN_ERROR, REGISTERED
from tests.consent_facts import CONSENT, SUPERVISOR
from tests.personas import AT, CASE, COMMISSION, OFFICE, SHELTER
from tests.unit.machines.commands import coded, mostly, several, wrong
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

ITS_ADMINISTRATOR = Actor(OFFICE.institution, "administrator", "token-10")
_OTHERS = (COMMISSION, OFFICE, Actor(OFFICE.institution, "auditor", "token-11"))
_they = mostly(
    st.sampled_from([OFFICE, OFFICE, SUPERVISOR, ITS_ADMINISTRATOR]), st.sampled_from(_OTHERS)
)
_whom = mostly(st.sampled_from([SHELTER.institution]), wrong | st.just(OFFICE.institution))
_moments = st.sampled_from([AT + timedelta(hours=n) for n in (0, 0, 1, 24, 25, 96)])


class ConsentOverrideWalk(Walk):
    """Two persons in two roles, in time; and each of those who are to be told is told once."""

    service = "intake"
    decider = overriding.DECIDER
    vocabulary = Vocabulary(override_facts.FACTS)
    speaks = (override_refusals,)
    draws: ClassVar[Draws] = {
        "by": _they,
        "at": _moments,
        "override_id": st.just(CONSENT),
        "case_id": st.just(CASE),
        "recipient": _whom,
        "categories": several(coded("data_categories")),
        "basis": mostly(st.just("ley-general-victimas"), wrong),
    }
    often: ClassVar[Any] = {
        override_commands.RequestConsentOverride: 3,
        override_commands.RecordOverrideNotice: 3,
    }

    def __init__(self) -> None:
        super().__init__()
        self.known = {"case": Known(1, case.DECIDER.fold([REGISTERED]))}
        self.asked: Any = None
        self.answer = ""
        self.until = AT
        self.told: set[str] = set()

    @move(facts=st.sampled_from([(), (REGISTERED,), (REGISTERED,), (REGISTERED, IN_ERROR)]))
    def the_case_is_as(self, facts: tuple[Any, ...]) -> None:
        self.known = {"case": Known(len(facts), case.DECIDER.fold(facts))}

    @override
    def audit(self, command: Any, fact: Any) -> None:
        by = command.by
        assert by.institution == OFFICE.institution, "not the custodian"
        assert fact.override_id == CONSENT, "another override"
        match fact:
            case override_facts.ConsentOverrideRequested():
                assert self.asked is None, "asked for twice"
                assert by.role in {"caseworker", "supervisor"}, "asked for in another role"
                assert isinstance(self.known["case"].state, case.Registered), "of no case"
                assert fact.disclosure.recipient != OFFICE.institution, "for themselves"
                assert fact.disclosure.categories, "of no data"
                assert fact.notify, "told to nobody"
                assert set(fact.notify) <= set(codes("consent_notified")), "an unknown code"
                assert fact.confirm_by == command.at + timedelta(days=1)
                self.asked = fact
            case override_facts.ConsentOverrideNotified(notified=whom):
                assert self.answer == "confirmed", "told before it was confirmed"
                assert whom in set(self.asked.notify) - self.told, "told to another, or twice"
                self.told.add(whom)
            case _:
                self._answered(command, fact)

    def _answered(self, command: Any, fact: Any) -> None:
        by: Actor = command.by
        at: datetime = command.at
        assert self.asked is not None, "answered before it was asked"
        assert not self.answer, "answered twice"
        assert by.role in {"supervisor", "administrator"}, "answered in another role"
        assert by.role != self.asked.role, "the same role twice"
        assert by.subject != self.asked.subject, "the same person twice"
        if isinstance(fact, override_facts.ConsentOverrideRejected):
            assert fact.reason in codes("consent_override_rejections"), "an unknown code"
            self.answer = "rejected"
            return
        assert at <= self.asked.confirm_by, "confirmed too late"
        assert fact.until == at + timedelta(days=3), "lasts otherwise"
        for name in ("institution", "disclosure", "ground", "basis", "notify"):
            assert getattr(fact, name) == getattr(self.asked, name), "another than was asked for"
        self.answer, self.until = "confirmed", fact.until

    @override
    def agrees(self) -> None:
        held = self.state
        if self.asked is None:
            assert isinstance(held, override_facts.NotRequested), "what nobody asked for"
            return
        assert held.request == self.asked, "another was asked for"
        assert held.status == (self.answer or "requested"), "stands otherwise"
        if self.answer == "confirmed":
            assert held.until == self.until, "lasts otherwise"
            assert set(held.to_tell) == set(self.asked.notify) - self.told, "told otherwise"
