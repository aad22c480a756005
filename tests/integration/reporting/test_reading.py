"""Facts on their way through the consumer, histories as of any moment, and what is printed."""

import io
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
import typer
from msgspec.structs import replace
from rich.console import Console

from services.operator.cli import report_tables as cli
from services.reporting.axes import Axes
from services.reporting.consumes import READER
from shared.contracts import intake
from shared.contracts.envelope import decode
from shared.contracts.followup import FollowUpPutOnHoldV1
from shared.contracts.referral import ReferralEnteredInErrorV1
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import ReaderPosition
from shared.messaging.port import Message, Resume
from tests import folded
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story, institution
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

CASE, REFERRAL = UUID(int=5), UUID(int=9)


class Post:
    """A bus in memory: hands out each source's messages in order, so many at a time."""

    def __init__(self, factory: EventFactory, most: int) -> None:
        self._factory, self._most = factory, most
        self._resume: Resume = lambda source, partition: ReaderPosition(source, partition, 0, 0)
        self._given: dict[str, int] = {}

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> "Post":
        del reader
        self._resume, self._given = (
            resume,
            {source: resume(source, 0).position for source in sources},
        )
        return self

    def poll(self, seconds: float) -> Sequence[Message]:
        del seconds
        messages = []
        for source, given in self._given.items():
            for n, value in enumerate(
                self._factory.messages[source][given : given + self._most], given + 1
            ):
                key = decode(value).key
                messages.append(Message(source, 0, n, n, n - 1, key, value))
            self._given[source] = min(given + self._most, len(self._factory.messages[source]))
        return messages

    def assigned(self) -> frozenset[tuple[str, int]]:
        return frozenset((source, 0) for source in self._given)

    def close(self) -> None:
        self._given = {}


def publish_case(factory: EventFactory, n: int) -> None:
    story, referral = Story(factory, UUID(int=n + 1)), UUID(int=n + 1000)
    story.registered()
    story.custody_taken()
    story.requested(referral)
    story.accepted(referral, at=BEGIN + timedelta(days=1))
    story.followed(referral)
    story.outcome(referral, "award", f"{n}.25")
    story.closed(referral, at=BEGIN + timedelta(days=n))
    story.case_closed(at=BEGIN + timedelta(days=n))


def test_a_report_names_the_positions_from_which_a_fold_gives_its_numbers_again(
    store: Store,
) -> None:
    factory = EventFactory()
    for n in range(30):
        publish_case(factory, n)
    consumer = Consumer(store.service.inbox, Post(factory, 7), READER)
    subscription = Post(factory, 7).subscribe(
        "reporting", READER.sources, store.service.inbox.reader_position
    )
    while consumer.step(subscription, 0):
        report = store.reports.claims()
        known = [
            event
            for source in READER.sources
            for value in factory.messages[source]
            if (event := decode(value)).position <= report.as_of[f"{source}/0"]
        ]
        expected = folded.figures(known, None, None, report.currency)
        assert report.total_owed == expected["total_owed"]
        assert report.duration_bands == expected["duration_bands"]
        overview = store.reports.overview()
        assert overview.facts == len(known)
        assert overview.positions == {s: report.as_of[f"{s}/0"] for s in READER.sources}
    assert store.reports.claims().cases == 30


@pytest.fixture
def filled_store(store: Store) -> Store:
    factory = EventFactory()
    office = institution(factory, OFFICE, "Oficina Laboral de Wyoming")
    story = Story(factory, CASE)
    registered = story.registered()
    story.custody_taken(cause=registered.id)
    story.requested(REFERRAL)
    accepted = story.accepted(REFERRAL, at=BEGIN + timedelta(days=1))
    story.followed(REFERRAL, cause=accepted.id)
    story.outcome(REFERRAL, "payment", "10.50")
    store.take([office, *story.events])
    return store


def test_a_history_is_one_connected_tree_in_one_order(filled_store: Store) -> None:
    history = filled_store.reports.history(str(CASE))
    assert history is not None
    assert [fact.name for fact in history.facts] == [
        "case-registered",
        "custody-taken",
        "referral-requested",
        "referral-accepted",
        "follow-up-opened",
        "outcome-recorded",
    ]
    registered, taken, _, accepted, opened, _ = history.facts
    assert (taken.follows, opened.follows) == (registered.id, accepted.id)
    assert registered.follows is None
    assert registered.causation.startswith("command:")
    assert registered.happened_at.isoformat() == BEGIN.isoformat()
    assert opened.data["case_id"] == str(CASE)
    assert [period.institution for period in history.custody] == [OFFICE, BUREAU]
    assert history.custodian == BUREAU
    assert history.name_of(OFFICE) == "Oficina Laboral de Wyoming"
    assert history.name_of(BUREAU) == BUREAU


def test_a_history_as_known_at_a_moment_knows_nothing_later(filled_store: Store) -> None:
    whole = filled_store.reports.history(str(CASE))
    assert whole is not None
    for n, fact in enumerate(whole.facts):
        then = filled_store.reports.history("f-000005", Axes(as_known=fact.recorded_at))
        assert then is not None
        assert [each.id for each in then.facts] == [each.id for each in whole.facts[: n + 1]]
        assert then.parties == whole.parties
    earlier = Axes(as_known=whole.facts[0].recorded_at - timedelta(seconds=1))
    before = filled_store.reports.history(str(CASE), earlier)
    assert before is not None
    assert (before.folio, before.custodian, list(before.facts)) == (None, None, [])


def test_there_is_no_history_of_a_case_that_nobody_published(filled_store: Store) -> None:
    assert filled_store.reports.history(str(UUID(int=99))) is None
    assert filled_store.reports.history("CHH-FQ1-968-951-H") is None
    assert filled_store.reports.case(UUID(int=99), None) is None


def paper() -> Console:
    return Console(file=io.StringIO(), width=160)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", ["Se aceptó la canalización", "Responsable del caso", "hoy", "10.50 USD"]),
        ("en", ["The referral was accepted", "Who answered for the case", "today", "10.50 USD"]),
    ],
)
def test_a_history_is_printed_to_be_read(filled_store: Store, lang: str, words: list[str]) -> None:
    console = paper()
    written: list[UUID] = []
    cli.print_history(
        filled_store.reports, console, "F-000005", before_showing=written.append, lang=lang
    )
    assert written == [CASE]
    text = printed(console)
    assert [word for word in [*words, "Oficina Laboral de Wyoming", "█"] if word not in text] == []


@pytest.mark.parametrize(("lang", "words"), [("es", "Importe pagado"), ("en", "Amount paid")])
def test_a_report_is_printed_to_be_read(filled_store: Store, lang: str, words: str) -> None:
    console = paper()
    cli.report_claims(filled_store.reports, console, subdivision="WY", lang=lang)
    assert words in printed(console)
    cli.report_claims(
        filled_store.reports, console, subdivision="MX-CHH", programme="mecal", lang=lang
    )
    assert "—" in printed(console)


@pytest.mark.parametrize(("lang", "expected"), [("es", "Parecidos"), ("en", "Close to it")])
def test_a_state_that_is_none_ends_with_what_is_near(
    filled_store: Store, capsys: pytest.CaptureFixture[str], lang: str, expected: str
) -> None:
    with pytest.raises(typer.Exit) as ended:
        cli.report_claims(filled_store.reports, Console(), subdivision="Kansass", lang=lang)
    assert ended.value.exit_code == 2
    assert expected in capsys.readouterr().err


def _nothing_is_shown(case_id: UUID) -> None:
    pytest.fail(f"written as shown: {case_id}")


def test_a_case_that_is_none_ends_with_a_sentence(
    filled_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        cli.print_history(
            filled_store.reports, Console(), "CHH-FQ1-968-951-H", before_showing=_nothing_is_shown
        )
    assert ended.value.exit_code == 1
    assert "No hay tal caso" in capsys.readouterr().err


def test_a_mistyped_folio_ends_with_another_sentence(
    filled_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        cli.print_history(
            filled_store.reports, Console(), "CHH-FQ1-968-951-J", before_showing=_nothing_is_shown
        )
    assert ended.value.exit_code == 1
    assert "mal escrito" in capsys.readouterr().err


def test_a_currency_that_is_none_ends_with_what_is_near_and_prints_no_figures(
    filled_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    console = paper()
    with pytest.raises(typer.Exit) as ended:
        cli.report_claims(filled_store.reports, console, currency="USB", lang="es")
    assert ended.value.exit_code == 2
    assert "USD" in capsys.readouterr().err
    assert printed(console) == ""


def test_the_report_fits_a_terminal_and_parts_thousands(store: Store) -> None:
    story, referral = Story(EventFactory(), CASE), REFERRAL
    story.registered(subdivision="US-KS")
    story.followed(referral)
    story.outcome(referral, "award", "10508991.884")
    story.outcome(referral, "payment", "1234.5")
    story.case_closed(at=BEGIN + timedelta(days=40))
    store.take(story.events)
    for lang in ("es", "en"):
        console = Console(file=io.StringIO(), width=80)
        cli.report_claims(
            store.reports, console, programme="us-wage-claims", subdivision="KS", lang=lang
        )
        assert isinstance(console.file, io.StringIO)
        lines = console.file.getvalue().splitlines()
        assert len(lines) < 36
        assert max(map(len, lines)) <= 80
        assert any(line.rstrip().endswith("10,508,991.88 USD") for line in lines)
        assert any(line.rstrip().endswith("1,234.50 USD") for line in lines)
        assert "…" not in console.file.getvalue()
    assert store.reports.claims().total_owed == "10508991.88"


def test_a_history_at_the_command_line_says_what_the_page_says(filled_store: Store) -> None:
    factory = EventFactory()
    factory.messages["intake"] += [b""] * 50
    plain = Story(factory, UUID(int=6)).registered().data
    assert isinstance(plain, intake.CaseRegisteredV1)
    details = replace(plain.details, age_band="60+", sex="female", sector="agriculture")
    other = replace(plain, case_id=UUID(int=7), details=details)
    filled_store.take([factory.publish("intake", other.case_id, str(other.case_id), other)])
    console = Console(file=io.StringIO(), width=300)
    cli.print_history(
        filled_store.reports,
        console,
        str(other.case_id),
        before_showing=list[UUID]().append,
        lang="es",
    )
    text = printed(console)
    phrases = ("edad: 60 años o más", "sexo: Mujer", "sector: Agricultura")
    assert [each for each in phrases if each not in text] == []


@pytest.mark.parametrize("overtaking", [False, True])
def test_a_list_shows_a_referral_on_hold_until_it_falls_with_its_case(
    store: Store, *, overtaking: bool
) -> None:
    factory = EventFactory()
    story = Story(factory, CASE)
    story.registered()
    story.requested(REFERRAL)
    story.accepted(REFERRAL)
    story.followed(REFERRAL)
    held = FollowUpPutOnHoldV1(referral_id=REFERRAL, reason="other")
    events = [*story.events, factory.publish("followup", REFERRAL, str(CASE), held)]
    store.take(sorted(events, key=lambda each: each.service) if overtaking else events)
    assert [row.status for row in store.reports.referrals(None, 9)] == ["on-hold"]
    assert store.reports.referrals(None, 9, status="on-hold")
    fallen = ReferralEnteredInErrorV1(referral_id=REFERRAL)
    store.take([factory.publish("referral", CASE, str(CASE), fallen)])
    assert [row.status for row in store.reports.referrals(None, 9)] == ["entered-in-error"]
    assert store.reports.referrals(None, 9, status="on-hold") == []
