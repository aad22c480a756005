"""A life's table that contradicts its types or itself: an error that names the culprit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

import pytest

from shared.kernel.decider import Command, Decision
from shared.kernel.fields import AttributeOf, Coded, FieldError
from shared.kernel.life import STAYS, LifeError, Relation, Transition
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SYSTEM
from shared.kernel.value import Value
from tests.personas import AT, OFFICE
from tests.unit.kernel.small_life import (
    CLOSE,
    FOLLOWER,
    NOTE,
    OPEN,
    REFUSALS,
    REOPEN,
    TABLE,
    Close,
    Closed,
    IsClosed,
    IsOpen,
    Note,
    Noted,
    NotFound,
    Open,
    Opened,
    Reopen,
    Reopened,
    closing_or_noting,
    load,
    written,
)


class Another(Command, kw_only=True):
    pass


class Unheard(Value):
    pass


class Nowhere(Value):
    status: ClassVar[str] = "on-hold"
    opening: Opened


class NoCode(Value):
    opening: Opened


class Unlisted(Value):
    status: ClassVar[str] = "asleep"
    opening: Opened


class AlsoClosed(IsClosed):
    pass  # what it inherits is another's code, and counts as none


class Twin(Value):
    status: ClassVar[str] = "closed"
    outcome: str


class WithMore(Value):
    outcome: str
    rating: int


class WithANumber(Value):
    outcome: int


class Dated(Value):
    at: datetime


class Forgetful(Value):
    status: ClassVar[str] = "closed"
    outcome: str
    notes_seen: int = 0


class OfAnotherList(Value):
    outcome: Annotated[str, Coded("sexes")]


class Excuse(Command, kw_only=True):
    reason: Annotated[str, Coded("excuses")]


class Classed(Value):
    outcome_class: Annotated[str, AttributeOf("outcome", "class")]


class ClassedByNothing(Value):
    outcome_class: Annotated[str, AttributeOf("kind", "class")]


class ClassedByAName(Value):
    outcome_class: Annotated[str, AttributeOf("institution", "class")]


class Coloured(Value):
    colour: Annotated[str, AttributeOf("outcome", "colour")]


def takes_notes(command: Note, state: IsOpen, known: object) -> None:
    del command, state, known


def takes_closed(command: Close, state: IsClosed, known: object) -> tuple[Closed]:
    del state, known
    return (Closed(command.outcome),)


def says_not_what(command: Close, state: IsOpen, known: object) -> Decision:
    del command, state, known
    return ()


def counts_closed(state: IsClosed, fact: Noted) -> IsClosed:
    del fact
    return state


def stays_open(state: IsOpen, fact: Closed) -> IsOpen:
    del fact
    return state


def for_closed(command: Note, state: IsOpen) -> NotFound:
    del command, state
    return NotFound()


STRANGER = Relation("stranger", of=lambda _, __: "")
UNHEARD = Opened | Noted | Closed | Reopened | Unheard


@pytest.mark.parametrize(
    ("table", "declared", "says"),
    [
        (TABLE, {"commands": Open | Note | Close}, "command Reopen: not declared"),
        (TABLE, {"commands": Open | Note | Close | Reopen | Another}, "command Another: no tran"),
        (TABLE, {"facts": Opened | Noted | Closed}, "Reopen: gives Reopened: no fact of this life"),
        (TABLE, {"facts": UNHEARD}, "fact Unheard: no transition reaches it"),
        (TABLE, {"statuses": IsOpen}, "status IsClosed: not declared"),
        (
            TABLE,
            {"statuses": IsOpen | IsClosed | Nowhere},
            "status Nowhere: no transition reaches it",
        ),
        ((*TABLE, CLOSE), {}, "Close in IsOpen: there are two transitions"),
        (
            (*TABLE, Transition(Another, FOLLOWER, IsOpen, Closed, STAYS)),
            {"commands": Open | Note | Close | Reopen | Another},
            "Closed in IsOpen: leads two ways",
        ),
        (
            (*TABLE, written(NOTE, from_=Nowhere, evolve=None)),
            {},
            "Note in Nowhere: this status is not declared",
        ),
        ((OPEN, NOTE, CLOSE, written(REOPEN, by="nobody")), {}, "Reopen: by is a relation or SYS"),
        ((OPEN, NOTE, CLOSE, written(REOPEN, by=STRANGER)), {}, "'stranger' is not of the list"),
        (
            (*TABLE, written(NOTE, by=SYSTEM, from_=IsClosed, evolve=None)),
            {},
            "Note in IsClosed: a reaction in one status and not in another",
        ),
    ],
)
def test_a_table_reaches_exactly_what_is_declared_and_one_way_only(
    table: tuple[Transition, ...], declared: dict[str, Any], says: str
) -> None:
    with pytest.raises(LifeError, match=says):
        load(*table, **declared)


@pytest.mark.parametrize(
    ("to", "says"),
    [
        (NoCode, "NoCode.status: 'None' is not of the list follow_up_statuses"),
        (Unlisted, "Unlisted.status: 'asleep' is not of the list"),
        (AlsoClosed, "AlsoClosed.status: 'None' is not of the list"),
        (Twin, "Twin.status: 'closed' is another's too"),
    ],
)
def test_a_status_has_a_code_of_its_own(to: type[Value], says: str) -> None:
    ending = Transition(Another, FOLLOWER, IsClosed, Unheard, to)
    with pytest.raises(LifeError, match=says):
        load(
            *TABLE,
            ending,
            commands=Open | Note | Close | Reopen | Another,
            facts=UNHEARD,
            statuses=IsOpen | IsClosed | to,
        )


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (WithMore, "WithMore.rating: neither Close nor IsOpen has it"),
        (Dated, "Dated.at: neither Close nor IsOpen has it"),
        (WithANumber, "WithANumber.outcome: Close.outcome is of another type"),
        (OfAnotherList, "OfAnotherList.outcome: Close.outcome is of another code list"),
        (ClassedByNothing, "ClassedByNothing.outcome_class: Close has no kind"),
        (Coloured, "Coloured.colour: not every code of outcome_kinds has a colour"),
    ],
)
def test_every_field_of_a_fact_has_a_source_of_its_type(fact: type[Value], says: str) -> None:
    closing = written(CLOSE, fact=fact, to=STAYS)
    with pytest.raises(LifeError, match=says):
        load(
            OPEN,
            NOTE,
            closing,
            commands=Open | Note | Close,
            facts=Opened | Noted | fact,
            statuses=IsOpen,
        )


def test_an_attribute_is_of_a_coded_field() -> None:
    class Name(Command, kw_only=True):
        institution: str

    naming = Transition(Name, by=FOLLOWER, from_=IsOpen, fact=ClassedByAName, to=STAYS)
    with pytest.raises(LifeError, match=r"Name\.institution has no code list"):
        load(
            *TABLE,
            naming,
            commands=Open | Note | Close | Reopen | Name,
            facts=Opened | Noted | Closed | Reopened | ClassedByAName,
        )


def test_an_attribute_of_what_may_be_left_out_may_be_left_out_too() -> None:
    class Rate(Command, kw_only=True):
        outcome: Annotated[str | None, Coded("outcome_kinds")] = None

    rating = Transition(Rate, by=FOLLOWER, from_=IsOpen, fact=Classed, to=STAYS)
    with pytest.raises(LifeError, match=r"Classed\.outcome_class: Rate\.outcome may be None"):
        load(
            *TABLE,
            rating,
            commands=Open | Note | Close | Reopen | Rate,
            facts=Opened | Noted | Closed | Reopened | Classed,
        )


def test_a_status_never_forgets_by_a_default() -> None:
    with pytest.raises(LifeError, match=r"Forgetful\.notes_seen: neither Closed nor IsOpen has it"):
        load(
            OPEN,
            NOTE,
            written(CLOSE, to=Forgetful),
            commands=Open | Note | Close,
            facts=Opened | Noted | Closed,
            statuses=IsOpen | Forgetful,
        )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            {"guards": (takes_notes,)},
            r"Close in IsOpen: takes_notes\(command\) does not take Close",
        ),
        ({"fact": takes_closed}, r"Close in IsOpen: takes_closed\(state\) does not take IsOpen"),
        ({"evolve": stays_open}, r"Close in IsOpen: stays_open does not give IsClosed"),
        ({"fact": says_not_what}, "Close: gives Any: no fact of this life"),
        ({"evolve": counts_closed}, r"counts_closed\(state\) does not take IsOpen"),
        ({"fact": closing_or_noting, "to": {Closed: IsClosed}}, "to says nothing of Noted"),
        ({"implied": Unheard}, "Close: no transition gives Unheard"),
        ({"implied": Noted}, None),
    ],
)
def test_a_function_takes_what_it_is_given_and_says_what_it_gives(
    changed: dict[str, Any], says: str | None
) -> None:
    table = (OPEN, NOTE, written(CLOSE, **changed), REOPEN)
    if says is None:
        assert load(*table).rows
    else:
        with pytest.raises(LifeError, match=says):
            load(*table)


def test_an_implied_fact_leads_to_where_the_command_is_possible() -> None:
    reopening = written(REOPEN, to=IsOpen, implied=Reopened)
    noting = written(NOTE, from_=IsClosed, implied=Reopened, evolve=None)
    with pytest.raises(LifeError, match="Note in IsClosed: not possible in IsOpen, which is impl"):
        load(OPEN, noting, CLOSE, reopening)


REFUSED: tuple[tuple[dict[Any, Any], str], ...] = (
    ({}, "Note in NotOpen: no refusal is given"),
    ({**REFUSALS, (Note, IsOpen): NotFound()}, "Note in IsOpen: this refusal is never heard"),
    ({**REFUSALS, (Note, IsClosed): for_closed}, r"Note in IsClosed: for_closed\(state\) does not"),
    ({**REFUSALS, Nowhere: NotFound()}, "Nowhere: this refusal is never heard"),
    ({**REFUSALS, (Another, IsOpen): NotFound()}, "Another in IsOpen: this refusal is never"),
)


@pytest.mark.parametrize(("refusals", "says"), REFUSED)
def test_every_refusal_is_heard_somewhere_and_nothing_is_silent_before_the_start(
    refusals: Mapping[Any, Any], says: str
) -> None:
    with pytest.raises(LifeError, match=says):
        load(refusals=refusals)


def test_a_coded_field_has_a_list() -> None:
    excusing = Transition(Excuse, by=FOLLOWER, from_=IsOpen, fact=Unheard, to=STAYS)
    with pytest.raises(FieldError, match=r"Excuse\.reason: no such code list: excuses"):
        load(
            *TABLE,
            excusing,
            commands=Open | Note | Close | Reopen | Excuse,
            facts=UNHEARD,
        )


def test_a_rule_that_gives_what_it_does_not_declare_is_a_bug_that_is_named() -> None:
    def lying(command: Close, state: IsOpen, known: object) -> tuple[Closed]:
        del command, state, known
        return (Reopened(),)  # type: ignore[return-value]  # that is the lie

    life = load(OPEN, NOTE, written(CLOSE, fact=lying), REOPEN)
    close = Close(by=OFFICE, at=AT, outcome="other")
    with pytest.raises(LifeError, match="Close in IsOpen: gave Reopened, undeclared"):
        life.decide(close, IsOpen(Opened(OFFICE.institution)), None)


def test_a_rule_that_refuses_is_heard_and_an_implied_fact_is_not_recorded() -> None:
    class Stamped(Value):
        pass

    class Stamp(Command, kw_only=True):
        pass

    class IsStamped(IsOpen):
        status: ClassVar[str] = "on-hold"

    def refusing(command: Close, state: IsStamped, known: object) -> tuple[Closed] | NotFound:
        del state, known
        return NotFound() if command.outcome == "other" else (Closed(command.outcome),)

    life = load(
        OPEN,
        NOTE,
        Transition(Stamp, by=FOLLOWER, from_=IsOpen, fact=Stamped, to=IsStamped),
        written(CLOSE, from_=IsOpen | IsStamped, implied=Stamped, fact=refusing, to=STAYS),
        commands=(Open, Note, Close, Stamp),
        facts=(Opened, Noted, Closed, Stamped),
        statuses=(IsOpen, IsStamped),
    )
    opened = IsOpen(Opened(OFFICE.institution))
    other, placed = (Close(by=OFFICE, at=AT, outcome=outcome) for outcome in ("other", "placement"))
    assert life.decide(other, opened, None) == NotFound()
    assert life.decide(placed, opened, None) == (Stamped(), Closed("placement"))


def test_a_command_without_a_title_is_called_by_its_type() -> None:
    opened = IsClosed(IsOpen(Opened(OFFICE.institution)), "other")
    no = load().decide(Note(by=OFFICE, at=AT, channel="email"), opened, None)
    assert isinstance(no, Refusal)
    assert no.sentence("en").endswith("Possible now: Reopen.")
    assert "closed --> open: Reopen (Quien da seguimiento)" in load().diagram()
