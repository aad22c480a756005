"""Cases written by hand, each of which brings about for certain what a deed is to show.

What chance plans is rare at times, and comes late where the machine is slow. A story is lived from
its beginning to its end, however long the answers take.
"""

import threading
import time
from datetime import timedelta
from itertools import count
from typing import Any

from shared.kernel.clock import now
from tests.faults.actors import INSTITUTIONS
from tests.faults.later_plans import BY_LINK, Later
from tests.faults.plans import LONG_AGO, POISONS, CasePlan, HandOver, Poison, Work
from tests.faults.test_bed import Stage
from tests.faults.whole_lives import WholeLife

OFFICE, SHELTER, CONSULATE, STRANGER, SUSPENDED = (INSTITUTIONS[n] for n in (1, 4, 5, 2, 7))
_STEP = 0.02
_QUIET_SECONDS = 20.0
"""Once nobody was answered for so long, a planted bug keeps the stories from going on."""
_NUMBERS = count(1)
_DETAILS = {
    "age_band": "18-29",
    "sex": "female",
    "nationality": "GT",
    "violations": ["no-contract", "unpaid-wages"],
}
_TOLD = {
    "subdivision": "MX-CHH",
    "municipality": "08037",
    "channel": "shelter",
    "details": _DETAILS,
}
_TOLD_AGAIN = {**_TOLD, "channel": "outreach"}
_CALL = {"channel": "telephone"}
_PAID = {"outcome": "payment", "amount": "1234.56", "currency": "MXN"}


def story(*hand_overs: HandOver, **more: Any) -> CasePlan:
    """The office's case, and to whom it is handed over."""
    told: dict[str, Any] = {
        "corrections": (),
        "voided": None,
        "closed": None,
        "reopened": False,
        "poison": None,
        "seen": 0.0,
        "repeats": 0.0,
        "fates": (0.5,),
    }
    return CasePlan(
        name=f"story{next(_NUMBERS)}",
        institution=OFFICE,
        registration={"programme": "mx-labour-protection", **_TOLD},
        hand_overs=hand_overs,
        **told | more,
    )


def handed(to: str = SHELTER, *, priority: str = "urgent", **more: Any) -> HandOver:
    """A transfer that is accepted, and nothing besides."""
    kind = more.pop("kind", "transfer")
    services = ["legal-advice", "shelter"]
    told: dict[str, Any] = {
        "acknowledged": False,
        "information": (),
        "noises": (),
        "ending": "accept",
        "reason": "no-capacity",
        "withdrawal": "need-resolved",
        "afters": (),
        "mends": (),
        "works": (),
        "stranger": STRANGER,
        "besides": None,
        "revoked": None,
        "late_body": _TOLD_AGAIN,
    }
    body = {"to": to, "kind": kind, "services": services, "priority": priority}
    return HandOver(body=body, **told | more)


def shared(**more: Any) -> HandOver:
    """A share that is accepted."""
    return handed(kind="share", **more)


# --- the stories ----------------------------------------------------------------------------


def everyday() -> list[CasePlan]:
    """A bit of everything: corrected, accepted, declined, withdrawn, refused, paid, sent again."""
    refused = ("stranger-accepts", "sender-accepts", "stranger-acknowledges", "stranger-refers")
    again = ("accept-again", "withdraw-after-the-end", "acknowledge-after-the-end")
    waiting = [handed(priority=each, ending="none") for each in ("normal", "urgent", "emergency")]
    return [
        story(handed(acknowledged=True), corrections=(_TOLD_AGAIN, _TOLD), repeats=1.0),
        story(handed(noises=refused, afters=again, acknowledged=True)),
        story(shared(works=(Work("contacts", _CALL), Work("outcomes", _PAID)))),
        story(shared(ending="decline", mends=("correct-decline",)), handed(ending="withdraw")),
        story(handed(works=(Work("outcomes", _PAID), Work("closure", {"outcome": "agreement"})))),
        *map(story, waiting),
        *answered_by_links(),
        *rerouted(),
    ]


def acknowledged() -> list[CasePlan]:
    """A case is acknowledged, and waits for its answer; others go on beside it."""
    return [story(handed(acknowledged=True, ending="none")), story(handed(ending="none"))]


def answered_by_links() -> list[CasePlan]:
    """Somebody without an account is asked beside, and answers by a link in every way."""
    return [story(shared(ending="none", later=Later(by_link=each))) for each in BY_LINK]


def rerouted() -> list[CasePlan]:
    """The addressee suggests another institution, to which the case is offered then."""
    named = Later(rerouted=True, reoffered=True, alternatives=(CONSULATE,))
    return [story(shared(ending="decline", later=named))]


def appointed() -> list[CasePlan]:
    """An appointment is made for in ten minutes, and nobody says what became of it."""
    soon = {"scheduled_for": (now() + timedelta(minutes=10)).isoformat()}
    return [story(shared(works=(Work("appointment", soon),)))]


def mended() -> list[CasePlan]:
    """A contact is corrected twice; the second time what it corrects counts no more."""
    works = (Work("contacts", _CALL, ("correction", {"channel": "in-person"})),)
    return [story(shared(works=works)), story(handed(works=works))]


def dated_long_ago() -> list[CasePlan]:
    """Work is said to have been done before there was anything to do."""
    said: tuple[tuple[str, dict[str, str]], ...] = (
        ("contacts", _CALL),
        ("services", {"service": "conciliation"}),
        ("outcomes", {"outcome": "shelter"}),
    )
    works = tuple(Work(name, {**body, "happened_at": LONG_AGO}) for name, body in said)
    return [story(shared(works=works)), story(handed(noises=("backdated",)))]


def changed_once_heard() -> list[CasePlan]:
    """Who handed a case over changes it although intake has heard who has it now."""
    return [story(handed(lates=("correct-once-heard",)))]


def changed_before_heard() -> list[CasePlan]:
    """Who handed a case over changes it before intake can have heard."""
    return [story(handed(lates=("correct-late",)))]


def referred_to_who_cannot_take_it() -> list[CasePlan]:
    """A case is referred to an institution that is suspended meanwhile."""
    return [story(handed(SUSPENDED)), story(handed(SUSPENDED, kind="share"))]


def offered_besides() -> list[CasePlan]:
    """A share is offered beside a transfer, which is accepted first."""
    return [story(handed(besides=CONSULATE)) for _ in range(2)]


def closed() -> list[CasePlan]:
    """Who handed a case over closes it, and only then who has it."""
    outcome = {"outcome": "agreement"}
    return [story(handed(), closed=outcome), story(handed(), closed=outcome, reopened=True)]


def revoked() -> list[CasePlan]:
    """A share is revoked between two contacts."""
    works = (Work("contacts", _CALL), Work("contacts", _CALL))
    return [story(shared(works=works, revoked="consent-withdrawn"))]


def offered_again() -> list[CasePlan]:
    """What was not taken is offered again: to whom its consent names, and to a stranger to it."""
    named = Later(alternatives=(CONSULATE,), reoffered=True)
    return [
        story(shared(ending="decline", later=named)),
        story(shared(ending="decline", later=Later(reoffered=True))),
        story(handed(ending="withdraw", later=Later(reoffered=True))),
    ]


def looked_at() -> list[CasePlan]:
    """Cases that somebody sees in part, or no more; and each goes on."""
    once_more = handed(CONSULATE, ending="none")
    return [
        story(shared(ending="none"), once_more),
        story(shared(ending="withdraw"), once_more),
        story(shared(ending="decline"), once_more),
        story(handed(works=(Work("contacts", _CALL),)), once_more),
        *revoked(),
    ]


def poisoned() -> list[CasePlan]:
    """Before a case is handed over, somebody puts what nobody can read into a topic."""
    at = [(kind, source) for kind in POISONS for source in ("intake", "referral", "followup")]
    return [
        story(handed(), poison=Poison(kind, source, own=source == "intake", before=0))
        for kind, source in at
    ]


# --- living them ----------------------------------------------------------------------------


def live(one: Stage, stories: list[CasePlan]) -> None:
    """Live them at once, each to its end; with a bug planted, as far as they get.

    Raises AssertionError where one does not come to its end although nothing is planted.
    """
    broken: list[BaseException] = []
    giving_up = threading.Event()
    threads = [
        threading.Thread(target=_live, args=(one, each, giving_up, broken), daemon=True)
        for each in stories
    ]
    for thread in threads:
        thread.start()
    counts, told, since = one.client.counts, -1, time.monotonic()
    while any(thread.is_alive() for thread in threads):
        time.sleep(_STEP)
        if (answers := counts.accepted.total() + counts.refused.total()) != told:
            told, since = answers, time.monotonic()
        if one.bug is not None and time.monotonic() > since + _QUIET_SECONDS:
            giving_up.set()
            one.client.giving_up.set()
    one.client.giving_up.clear()
    if broken:
        raise AssertionError(broken)


def _live(
    one: Stage, plan: CasePlan, giving_up: threading.Event, broken: list[BaseException]
) -> None:
    try:
        for _ in WholeLife(plan, one.client, one.poisoner).live():
            if giving_up.wait(_STEP):
                return
    except Exception as error:  # noqa: BLE001 - raised by who lives the stories
        broken.append(error)
