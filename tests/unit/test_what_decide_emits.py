"""Over random wishes: what decide emits evolve accepts, a log can keep, and a reader can read.

The wishes are drawn from a small world, so that they often fit together and often do not.
"""

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.followup import followup
from services.intake import account, case, parties
from services.referral import answers, directory, referral
from shared.contracts.envelope import decode, encode
from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import Actor, Decider
from shared.kernel.refusals import Refusal
from tests.cast import (
    ADMINISTRATOR,
    AT,
    CASE,
    COMMISSION,
    OFFICE,
    OTHER_REFERRAL,
    REFERRAL,
    SHELTER,
    SYSTEM,
)
from tests.examples import FACTS, PUBLISHES, STORED, recorded

Wishes = st.SearchStrategy[Any]


def some(*values: object) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def several(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(some(*values), max_size=3).map(tuple)


institution = some(OFFICE.institution, COMMISSION.institution, SHELTER.institution)
referral_id = some(REFERRAL, OTHER_REFERRAL)
moment = some(AT, AT + timedelta(minutes=7))


def wish(command: type, *by: Actor, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw a wish of those who may have it, and now and then of somebody else."""
    return st.builds(command, by=some(*by, *by, SHELTER), at=moment, **fields)


details = st.builds(
    account.Details,
    age_band=some(None, "30-44", "40"),
    sex=some(None, "female"),
    nationality=some(None, "GT"),
    migratory_condition=some(None, "irregular"),
    sector=some(None, "mining"),
    occupation=some(None, "none"),
    violations=st.none() | several("unpaid-wages", "no-contract"),
)
told: dict[str, st.SearchStrategy[Any]] = {
    "state": some("MX-CHH", "MX-JAL", "GT-01"),
    "municipality": some(None, "08037"),
    "channel": some("hotline", "shelter"),
    "opened_at": some(None, AT, AT.astimezone(UTC)),
    "details": details,
}
described: dict[str, st.SearchStrategy[Any]] = {
    "name": some("Oficina", "Comisión", " "),
    "kind": some("ngo", "labour-office"),
    "state": some(None, "MX-CHH"),
    "programmes": several("mecal", "mx-trafficking"),
}
topics = several("consent", "payslips", "health")
outcome = some("payment", "award", "placement", "dismissed")
programme = some("mx-labour-protection", "mecal")

# For each aggregate: its service, how it decides, how a history may begin, what is wished in the
# middle of it, and what is wished at its end.
WORLD: dict[str, tuple[str, Decider[Any], tuple[Any, ...], Wishes, Wishes]] = {
    "case": (
        "intake",
        case.DECIDER,
        (FACTS["intake"]["case-registered"][0],),
        wish(
            case.RegisterCase,
            OFFICE,
            case=st.just(CASE),
            folio=some("A-1", "a"),
            programme=programme,
            **told,
        )
        | wish(case.CorrectCase, OFFICE, **told),
        wish(case.EnterCaseInError, OFFICE, reason=some("duplicate", "x")),
    ),
    "parties": (
        "intake",
        parties.DECIDER,
        (),
        wish(parties.AdmitParty, SYSTEM, referral=referral_id, institution=institution),
        wish(parties.DismissParty, SYSTEM, referral=referral_id),
    ),
    "directory": (
        "referral",
        directory.DECIDER,
        (),
        wish(
            directory.RegisterInstitution,
            ADMINISTRATOR,
            institution=some("oficina", "x"),
            **described,
        ),
        wish(directory.CorrectInstitution, ADMINISTRATOR, **described),
    ),
    "referral": (
        "referral",
        referral.DECIDER,
        (FACTS["referral"]["custody-taken"][0], FACTS["referral"]["referral-requested"][0]),
        wish(
            referral.TakeUpCase,
            SYSTEM,
            case=st.just(CASE),
            institution=institution,
            programme=programme,
            state=st.just("MX-CHH"),
        )
        | wish(
            referral.ReferCase,
            OFFICE,
            referral=referral_id,
            to=institution,
            addressee_known=st.just(value=True),
            kind=some("share", "transfer"),
            services=some(("legal-advice",), ("shelter", "documents"), ()),
            priority=some("normal", "urgent"),
        )
        | wish(answers.AcknowledgeReferral, COMMISSION, referral=referral_id)
        | wish(answers.RequestInformation, COMMISSION, referral=referral_id, topics=topics)
        | wish(answers.AnswerInformation, OFFICE, referral=referral_id, topics=topics)
        | wish(answers.AcceptReferral, COMMISSION, referral=referral_id)
        | wish(answers.DeclineReferral, COMMISSION, referral=referral_id, reason=some("other", "x"))
        | wish(answers.WithdrawReferral, OFFICE, referral=referral_id, reason=some("other", "x")),
        wish(referral.EnterCaseInError, OFFICE, SYSTEM),
    ),
    "followup": (
        "followup",
        followup.DECIDER,
        (FACTS["followup"]["follow-up-opened"][0],),
        wish(
            followup.OpenFollowUp,
            SYSTEM,
            referral=st.just(REFERRAL),
            case=st.just(CASE),
            institution=institution,
            sender=institution,
            kind=some("share", "transfer"),
            programme=programme,
            state=st.just("MX-CHH"),
        )
        | wish(followup.RecordContact, COMMISSION, channel=some("letter", "x"))
        | wish(followup.RecordServiceDelivered, COMMISSION, service=some("shelter", "x"))
        | wish(
            followup.RecordOutcome,
            COMMISSION,
            outcome=outcome,
            amount=st.none() | st.decimals(-1, 10**16, places=4) | some(Decimal("NaN")),
            currency=some(None, "MXN"),
            on=st.none() | st.dates(),
        )
        | wish(followup.CloseFollowUp, COMMISSION, outcome=outcome)
        | wish(followup.ReopenFollowUp, COMMISSION, reason=some("new-facts", "x")),
        wish(followup.EnterFollowUpInError, COMMISSION, SYSTEM),
    ),
}


@pytest.mark.parametrize("name", WORLD)
@settings(deadline=None, max_examples=60)
@given(draw=st.data())
def test_what_is_decided_can_be_remembered_kept_and_published(
    name: str, draw: st.DataObject
) -> None:
    service, decider, before, middle, end = WORLD[name]
    vocabulary = Vocabulary(STORED[service])
    history = list(draw.draw(some((), before)))
    state = decider.fold(history)
    wishes = draw.draw(st.lists(middle, min_size=15, max_size=40))
    for command in [*wishes, draw.draw(end)]:
        decision = decider.decide(command, state)
        assert decider.decide(command, state) == decision
        if isinstance(decision, Refusal):
            continue
        for fact in decision:
            state = decider.evolve(state, fact)
            stored_name = vocabulary.name_of(fact)
            place = recorded(service, stored_name, fact)
            raw = vocabulary.encode(place.meta, fact)
            _, kept = vocabulary.decode(stored_name, raw)
            assert kept == fact
            assert vocabulary.encode(place.meta, kept) == raw
            history.append(kept)
            contract = PUBLISHES[service].publish(fact)
            assert contract is None or decode(encode(contract, place)).data == contract
    assert decider.fold(history) == state
