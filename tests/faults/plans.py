"""What the institutions will do, case by case: a pure function of the seed.

A plan says everything that is not up to the answers: who registers, whom they refer to, what is
answered, which commands must be refused, what is sent again. How far it gets is up to the answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType
from typing import Any

from tests.faults import later_plans
from tests.faults.actors import INSTITUTIONS

Body = dict[str, Any]

POISONS = ("bad-json", "unknown-type", "unknown-version", "schema-violating", "huge")
ENDINGS = MappingProxyType(
    {
        "accept": 55,
        "decline": 8,
        "withdraw": 6,
        "accept-against-withdraw": 10,
        "accept-against-accept": 8,
        "accept-against-decline": 8,
        "none": 5,
    }
)
"""How a referral ends, and how often: by an answer, by a race of two, or not at all."""
NOISES = (
    "stranger-acknowledges",
    "stranger-accepts",
    "sender-accepts",
    "stranger-refers",
    "addressee-withdraws",
    "nobody-is-asked",
    "stale-version",
    "backdated",
    "stranger-closes",
    "custodian-closes-too-early",
    "revoked-before-its-acceptance",
)
"""Commands that must be refused while a referral is open, each by one rule."""
AFTERS = ("accept-again", "withdraw-after-the-end", "acknowledge-after-the-end")
"""Commands that must be refused once it has ended."""
LATES = ("correct-late", "void-late", "propose-correction", "request-void")
"""What who handed a case over says of it afterwards, with the right to or without."""
LATE_PATHS = MappingProxyType(
    {
        "correct-late": "corrections",
        "correct-once-heard": "corrections",
        "void-late": "entry-in-error",
        "propose-correction": "correction-proposals",
        "request-void": "void-requests",
    }
)
"""The last part of the address to which each of these goes."""
AT_ONCE = ("correct-late", "void-late")
"""Those that are said without waiting until intake has heard who has the case."""
DECISIONS = ("adopt", "reject", "none")
"""What the new custodian says to what is proposed."""
LONG_AGO = "2001-02-03T04:05:06-06:00"
"""Before anything of a run: a command that says so is refused."""
FAR_AWAY = "2030-01-15T10:00:00-06:00"
"""An appointment, long after the run."""
MENDS = ("correct-decline", "void-decline")
"""What the addressee may say of its decline afterwards."""
PATHS = {
    "acknowledge": "acknowledgement",
    "request-information": "information-requests",
    "answer-information": "information-answers",
    "void-answer": "information-answers/entry-in-error",
    "accept": "acceptance",
    "decline": "decline",
    "correct-decline": "decline/correction",
    "void-decline": "decline/entry-in-error",
    "withdraw": "withdrawal",
    "revoke": "revocation",
    **later_plans.PATHS,
}
"""The last part of the address to which each command about a referral goes."""
_WORKS = ("contacts", "services", "outcomes")


_LATE = {"correct-late": 0.4, "void-late": 0.05, "propose-correction": 0.2, "request-void": 0.1}
"""How often, of a hundred, divided by a hundred."""


@dataclass(frozen=True)
class Work:
    """One command of a follow-up, by the last part of its address.

    mend: what mends it afterwards, as a mistake: the last part of the address and the body.
    by_sender: whether who sent the referral says it, and not who follows it up.
    """

    command: str
    body: Body
    mend: tuple[str, Body] | None = None
    by_sender: bool = False


@dataclass(frozen=True)
class HandOver:
    """One referral: its request, what happens before its end, its end, and what follows."""

    body: Body
    acknowledged: bool
    information: tuple[str, ...]
    noises: tuple[str, ...]
    ending: str
    reason: str
    withdrawal: str
    afters: tuple[str, ...]
    mends: tuple[str, ...]
    works: tuple[Work, ...]
    stranger: str
    besides: str | None
    """To whom a share is offered beside a transfer, which falls if the transfer is accepted."""
    revoked: str | None
    """Why a share is revoked while its follow-up goes on."""
    lates: tuple[str, ...] = ()
    late_body: Body = field(default_factory=dict)
    decision: str = "none"
    answers_in_error: bool = False
    """Whether the first answer turns out to be wrong and is given again."""
    later: later_plans.Later = later_plans.NOTHING

    @property
    def addressee(self) -> str:
        return str(self.body["to"])

    @property
    def worded(self) -> Body:
        """The request, with those to whom the same consent extends."""
        others = list(self.later.alternatives)
        return {**self.body, **({"alternatives": others} if others else {})}

    @property
    def answers(self) -> Iterator[tuple[str, Body]]:
        """What is said of the questions: the first answer leaves the second one open."""
        for topic in self.information:
            yield "answer-information", {"topics": [topic]}
        if self.answers_in_error:
            about = {"topics": [*self.information[:1]]}
            yield "void-answer", {**about, "reason": "did-not-happen"}
            yield "answer-information", about

    @property
    def moves_custody(self) -> bool:
        return bool(self.body["kind"] == "transfer")


@dataclass(frozen=True)
class Poison:
    """A message that nobody sent. before: which hand-over. own: of a case that does not exist."""

    kind: str
    source: str
    own: bool
    before: int


@dataclass(frozen=True)
class CasePlan:
    """One case. name: unique in a run. repeats: how often answered commands are submitted again."""

    name: str
    institution: str
    registration: Body
    corrections: tuple[Body, ...]
    hand_overs: tuple[HandOver, ...]
    voided: str | None
    closed: Body | None
    """With what its custodian closes the case in the end."""
    reopened: bool
    poison: Poison | None
    seen: float
    repeats: float
    fates: tuple[float, ...] = field(repr=False)
    """Numbers from 0 to 1, one for each command in turn: whether it is sent again, and so on."""

    @property
    def described_again(self) -> Body:
        """The case as it was registered, as a correction says it."""
        return {name: word for name, word in self.registration.items() if name != "programme"}


def plan(seed: int, worker: int, number: int, *, poisons: float = 0.02) -> CasePlan:
    """The worker's case with this number. poisons: how many of a hundred, divided by a hundred."""
    chance = Random(f"{seed}/{worker}/{number}")  # noqa: S311 - a schedule, not a secret
    institution = chance.choice(INSTITUTIONS)
    hand_overs, holder = [], institution
    besides = Random(f"{seed}/{worker}/{number}/later")  # noqa: S311 - as above
    for _ in range(chance.choices((0, 1, 2, 3), (1, 5, 3, 1))[0]):
        hand_over = _hand_over(chance, holder)
        others = tuple(each for each in INSTITUTIONS if each not in {holder, hand_over.addressee})
        works = (*_served(besides), *hand_over.works)
        hand_over = replace(hand_over, later=later_plans.later(besides, others), works=works)
        hand_overs.append(hand_over)
        if hand_over.moves_custody:
            holder = hand_over.addressee
    poison = None
    if hand_overs and chance.random() < poisons:
        source = chance.choice(("intake", "referral", "followup"))
        poison = Poison(
            chance.choice(POISONS),
            source,
            chance.random() < 0.5,
            chance.randrange(len(hand_overs)),
        )
    return CasePlan(
        name=f"w{worker}c{number}",
        institution=institution,
        registration={"programme": "mx-labour-protection", **_telling(chance)},
        corrections=tuple(_telling(chance) for _ in range(chance.choices((0, 1, 2), (6, 3, 1))[0])),
        hand_overs=tuple(hand_overs),
        voided=chance.choice(("duplicate", "test-record")) if chance.random() < 0.06 else None,
        closed={"outcome": chance.choice(("agreement", "lost-contact"))}
        if chance.random() < 0.5
        else None,
        reopened=chance.random() < 0.3,
        poison=poison,
        seen=chance.choice((0.0, 0.3)),
        repeats=0.08,
        fates=tuple(round(chance.random(), 6) for _ in range(120)),
    )


def _telling(chance: Random) -> Body:
    return {
        "subdivision": "MX-CHH",
        "municipality": chance.choice(("08037", "08019", None)),
        "channel": chance.choice(("self-presented", "shelter", "labour-inspection", "outreach")),
        "details": {
            "age_band": chance.choice(("18-29", "30-44", "45-59", None)),
            "sex": chance.choice(("female", "male", "not-stated")),
            "nationality": chance.choice(("GT", "HN", "SV", "VE", "CU", "MX")),
            "violations": sorted(
                chance.sample(("unpaid-wages", "no-contract", "work-accident", "harassment"), 2)
            ),
        },
    }


def _hand_over(chance: Random, holder: str) -> HandOver:
    others = [one for one in INSTITUTIONS if one != holder]
    addressee, stranger, besides = chance.sample(others, 3)
    return HandOver(
        body={
            "to": addressee,
            "kind": chance.choice(("transfer", "transfer", "share")),
            "services": sorted(chance.sample(("legal-advice", "conciliation", "shelter"), 2)),
            "priority": chance.choice(("normal", "urgent", "emergency")),
        },
        acknowledged=chance.random() < 0.5,
        information=("payslips", "work-contract") if chance.random() < 0.25 else (),
        noises=tuple(one for one in NOISES if chance.random() < 0.06),
        ending=chance.choices(tuple(ENDINGS), tuple(ENDINGS.values()))[0],
        reason=chance.choice(("no-capacity", "outside-mandate", "missing-documents")),
        withdrawal=chance.choice(("need-resolved", "person-request")),
        afters=tuple(one for one in AFTERS if chance.random() < 0.08),
        mends=tuple(one for one in MENDS if chance.random() < 0.3),
        works=_works(chance),
        stranger=stranger,
        lates=tuple(one for one in LATES if chance.random() < _LATE[one]),
        late_body=_telling(chance),
        decision=chance.choice(DECISIONS),
        answers_in_error=chance.random() < 0.4,
        besides=besides if chance.random() < 0.3 else None,
        revoked=chance.choice(("consent-withdrawn", "risk-to-person"))
        if chance.random() < 0.25
        else None,
    )


def _served(chance: Random) -> tuple[Work, ...]:
    """How far a service gets that is scheduled, given and confirmed; at times it ends otherwise."""
    ways = (
        Work("appointment", {"scheduled_for": FAR_AWAY}),
        Work("start", {}),
        Work("enrolment", {"enrolment": chance.choice(("eligible", "enrolled", "refused"))}),
        Work("completion", {"delivered": [chance.choice(("legal-advice", "shelter"))]}),
        Work("confirmations", {"confirmer": "person"}),
        Work("confirmations", {"confirmer": "provider"}),
        Work("confirmations", {"confirmer": "person"}, by_sender=True),
    )
    served = tuple(way for way in ways if chance.random() < 0.85)[: chance.randint(0, len(ways))]
    end = chance.choices(("", "failure", "cancellation"), (88, 6, 6))[0]
    why = {"failure": "no-capacity", "cancellation": "no-longer-wanted"}
    return (*served, Work(end, {"reason": why[end]})) if end else served


def _works(chance: Random) -> tuple[Work, ...]:
    works = [_work(chance, chance.choice(_WORKS)) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.3:
        works += [Work("hold", {"reason": "other"}), Work("resumption", {})]
    if chance.random() < 0.6:
        works.append(Work("closure", {"outcome": chance.choice(("agreement", "lost-contact"))}))
        if chance.random() < 0.4:
            works.append(Work("reopening", {"reason": "new-facts"}))
            works.append(_work(chance, "contacts"))
    return tuple(works)


def _work(chance: Random, command: str) -> Work:
    """One record: some are mended, and some said to have happened long ago, which is refused."""
    body = _record(chance, command)
    if chance.random() < 0.1:
        return Work(command, {**body, "happened_at": LONG_AGO})
    mend: tuple[str, Body] | None = None
    if chance.random() < 0.5:
        mend = chance.choice(
            (
                ("correction", _record(chance, command)),
                ("entry-in-error", {"reason": chance.choice(("duplicate", "did-not-happen"))}),
            )
        )
    return Work(command, body, mend)


def _record(chance: Random, command: str) -> Body:
    match command:
        case "contacts":
            return {"channel": chance.choice(("in-person", "telephone"))}
        case "services":
            return {"service": chance.choice(("legal-advice", "conciliation"))}
        case _:
            cents = chance.randint(100, 9_000_000)
            money = {"amount": f"{cents // 100}.{cents % 100:02}", "currency": "MXN"}
            return chance.choice(({"outcome": "payment", **money}, {"outcome": "shelter"}))
