"""A service small enough to see through: a notebook in which numbers are recorded in order.

It speaks under a real publisher's name and contract, so that everything around it is the real one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from shared.contracts.contract import Contract
from shared.contracts.envelope import Event, encode
from shared.contracts.referral import InformationRequestedV1
from shared.eventstore.codec import Vocabulary
from shared.eventstore.log import Log
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Answer, Receipt, Submission
from shared.kernel.decider import Actor, Command, Decider, Decision, Known, Leans
from shared.kernel.fields import Described
from shared.kernel.ids import command_cause, derived_id, new_id
from shared.kernel.record import Recorded
from shared.kernel.refusals import Conflicting, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value, replace
from shared.messaging import parked_message
from shared.messaging.publication import Publication
from shared.messaging.reacting import Reaction, Reader, by_system, case_of

TELLER, READER_NAME = "referral", "reader"
"""Who publishes (the contract belongs to referral), and who reads."""

BY = Actor("oficina-laboral-chih", "caseworker", "token-1")
AT = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
BROKEN = -1
"""The number on which the rule itself breaks."""
SECRET = "nobody may read this outside"  # noqa: S105 - a text that errors must not carry


class Remembered(Value):
    """A number was recorded, with as much text as the test wants."""

    number: int
    text: str


class Whispered(Value):
    """A fact that is not published."""

    number: int


class Quoted(Value):
    """The last number of another page, ``source``, at its version then."""

    source: UUID
    source_version: int
    number: int


class RecordNumber(Command, kw_only=True):
    """Tell a number that is larger than all before. text: makes the message large, or odd."""

    number: int
    text: Annotated[str, Described(Text("El texto.", "The text."), most=2_000_000)] = ""
    times: int = 1


class Whisper(Command, kw_only=True):
    """Note a number that stays at home."""

    number: int


class Append(Command, kw_only=True):
    """Record the next number, whatever it is: what every race can decide again."""


class Quote(Command, kw_only=True):
    """Note the last number of the page ``source``; None: of the one that was quoted last."""

    source: UUID | None


class TooLate(Conflicting):
    """A larger number was recorded before."""

    number: int
    code: ClassVar[str] = "too-late"
    text: ClassVar[Text] = Text(
        "Ya se anotó un número mayor que {number}.",
        "A number larger than {number} was recorded before.",
    )


class Page(Value):
    """The recorded numbers, oldest first."""

    numbers: tuple[int, ...] = ()

    @property
    def last(self) -> int:
        return self.numbers[-1] if self.numbers else 0


def decide(command: RecordNumber | Whisper | Append, state: Page) -> Decision:
    match command:
        case Append():
            return (Remembered(state.last + 1, ""),)
        case Whisper(number=number):
            return (Whispered(number),)
        case RecordNumber(number=number):
            if number == BROKEN:
                raise RuntimeError("the rule broke")
            if number < state.last:
                return TooLate(number)
            if number == state.last:
                return ()
            return tuple(Remembered(number + i, command.text) for i in range(command.times))


def evolve(state: Page, fact: Remembered | Whispered) -> Page:
    return (
        replace(state, numbers=(*state.numbers, fact.number))
        if isinstance(fact, Remembered)
        else state
    )


DECIDER: Decider[Page] = Decider(nothing=Page(), decide=decide, evolve=evolve)


class NothingToQuote(Conflicting):
    """The other page is empty."""

    code: ClassVar[str] = "nothing-to-quote"
    es: ClassVar[str] = "Aún no hay nada que citar."
    en: ClassVar[str] = "There is nothing to quote yet."


class Quotes(Value):
    """What was quoted last, if anything was."""

    last: Quoted | None = None


def _source(command: Quote, state: Quotes) -> UUID:
    source = command.source or (state.last.source if state.last else None)
    assert source is not None
    return source


def leans_on(command: Quote, state: Quotes) -> Leans:
    return {"page": (DECIDER, _source(command, state))}


def quote_it(command: Quote, state: Quotes, known: Mapping[str, Known]) -> Decision:
    page = known["page"]
    number = page.state.last
    if not number:
        return NothingToQuote()
    if state.last is not None and state.last.number == number:
        return ()
    return (Quoted(_source(command, state), page.version, number),)


QUOTER: Decider[Quotes] = Decider(
    nothing=Quotes(), decide=quote_it, evolve=lambda _, fact: Quotes(fact), leans_on=leans_on
)
"""Rules that lean on another page."""
FACTS: Mapping[str, type] = {"told": Remembered, "whispered": Whispered, "quoted": Quoted}
VOCABULARY = Vocabulary(FACTS).joined(parked_message.VOCABULARY)


def submission(
    stream: UUID,
    command: Command,
    *,
    key: str | None = None,
    expected: int | None = None,
    body: bytes | None = None,
) -> Submission:
    """A command as it is submitted: ``key`` as in Idempotency-Key (fresh if left out)."""
    decider = QUOTER if isinstance(command, Quote) else DECIDER
    command_id = derived_id("command", key) if key else new_id()
    cause = command_cause(command_id)
    fingerprint = body or repr((stream, command)).encode()
    return Submission(
        CommandEnvelope(decider, stream, command, str(stream), cause),
        command_id,
        fingerprint,
        expected,
    )


def record_number(
    number: int, text: str = "", *, times: int = 1, at: datetime = AT
) -> RecordNumber:
    return RecordNumber(by=BY, at=at, number=number, text=text, times=times)


def append() -> Append:
    return Append(by=BY, at=AT)


def whisper(number: int) -> Whisper:
    return Whisper(by=BY, at=AT, number=number)


def quote(source: UUID | None = None) -> Quote:
    return Quote(by=BY, at=AT, source=source)


def quoted(log: Log, stream: UUID) -> list[tuple[int, int]]:
    """What a stream quotes, from the log itself: the other page's version and last number."""
    newer = log.recorder.select_stream(stream, 0)
    facts = [log.vocabulary.fact(name, raw) for name, raw in newer]
    return [(fact.source_version, fact.number) for fact in facts]


def stored_numbers(log: Log, stream: UUID) -> list[int]:
    """The numbers of a stream, from the log itself."""
    newer = log.recorder.select_stream(stream, 0)
    facts = (log.vocabulary.fact(name, raw) for name, raw in newer)
    return [fact.number for fact in facts if isinstance(fact, Remembered)]


SPOILT = {
    "not-json": (b'{"', b"{"),
    "not-cloudevent": (b'"specversion":"1.0"', b'"specversion":"9.9"'),
    "unknown-type": (b"information-requested.v1", b"gossip-requested.v1"),
    "unknown-version": (b"information-requested.v1", b"information-requested.v9"),
    "schema-violation": (b'"topics":[', b'"topics":[7,'),
}
"""What a text does to the message that carries it, by the reason for which it is then parked."""


def publish(recorded: Recorded) -> bytes | None:
    """Numbers and texts travel as the topics of an information request."""
    fact = recorded.fact
    if not isinstance(fact, Remembered):
        return None
    contract: Contract = InformationRequestedV1(
        referral_id=recorded.stream, topics=(str(fact.number), fact.text)
    )
    message = encode(contract, recorded)
    old, new = SPOILT.get(fact.text, (b"", b""))
    assert old in message
    return message.replace(old, new, 1)


def publication(log: Log) -> Publication:
    return Publication(log, publish)


def page_of(case: UUID | str) -> UUID:
    """The reader's page about a case."""
    return derived_id("page", str(case))


def number_of(event: Event) -> int:
    """The number that a message carries."""
    assert isinstance(event.data, InformationRequestedV1)
    return int(event.data.topics[0])


def _raise_in_python(_: Any) -> None:
    raise ZeroDivisionError(SECRET)


def _raise_in_the_database(curs: Any) -> None:
    curs.execute(f"SELECT '{SECRET}'::timestamptz")


def _break_a_constraint(curs: Any) -> None:
    """Break one that is looked at when the transaction is committed, and not before."""
    curs.execute("CREATE TEMP TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    curs.execute("INSERT INTO once VALUES (1), (1)")


def _say_too_much(curs: Any) -> None:
    """Say more than an index takes, which psycopg files among the outages."""
    curs.execute("CREATE TEMP TABLE short (x text PRIMARY KEY)")
    curs.execute(
        "INSERT INTO short SELECT string_agg(md5(n::text), '') FROM generate_series(1, 500) n"
    )


PROJECTION_BREAKS: Mapping[str, Callable[[Any], None]] = {
    "projection": _raise_in_python,
    "database": _raise_in_the_database,
    "constraint": _break_a_constraint,
    "size": _say_too_much,
}
"""How writing the rows of a message can break. All but the first need a database."""


@dataclass
class ToyHandler:
    """What the reader does about messages, and the batches it was shown.

    rejects: numbers whose reaction is refused, by recording a lower one. breaks: by case and number
    where the program has a mistake now: in its ``reaction``, in the ``rule`` that decides it, or as
    ``PROJECTION_BREAKS`` says.
    """

    rejects: set[int] = field(default_factory=set)
    breaks: dict[tuple[UUID, int], str] = field(default_factory=dict)
    meanwhile: Callable[[], None] | None = None
    """Done once, by somebody else, while the reader thinks about a message."""

    def react(self, event: Event) -> Iterable[Reaction]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        number = number_of(event)
        heard = -2 if number in self.rejects else number
        broken = self._broken(event)
        if broken == "reaction":
            raise ZeroDivisionError(SECRET)
        if broken == "rule":
            heard = BROKEN
        command = RecordNumber(by=by_system(event), at=event.meta.happened_at, number=heard)
        yield Reaction(STRICT, page_of(case_of(event)), command)

    def project(self, curs: Any, events: Sequence[Event]) -> None:
        for event in events:
            if (broken := PROJECTION_BREAKS.get(self._broken(event))) is not None:
                broken(curs)

    def reader(self, *sources: str) -> Reader:
        return Reader(sources=sources or (TELLER,), react=self.react, project=self.project)

    def _broken(self, event: Event) -> str:
        return self.breaks.get((case_of(event), number_of(event)), "")


def _strictly(command: RecordNumber, state: Page) -> Decision:
    """As the teller, but each number must follow its predecessor: a skip or a repeat is refused."""
    if command.number == BROKEN:
        raise RuntimeError(SECRET)
    if command.number != state.last + 1:
        return TooLate(command.number)
    return (Remembered(command.number, ""),)


STRICT: Decider[Page] = Decider(nothing=Page(), decide=_strictly, evolve=evolve)


def carried_out(answer: Future[Answer]) -> Receipt:
    """The receipt of a command, which must not be refused."""
    receipt = answer.result(20)
    assert isinstance(receipt, Receipt), receipt
    return receipt


def refusal_of(answer: Any) -> Refusal:
    """The answer, which must be a no."""
    assert isinstance(answer, Refusal), answer
    return answer
