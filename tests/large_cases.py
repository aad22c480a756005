"""Cases of very many facts, and their pages on a port."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from services.console.home import home
from services.reporting.views import Reports
from shared.contracts.envelope import Event
from shared.contracts.followup import ContactRecordedV1
from shared.contracts.referral import ReferralWithdrawnV1
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.kernel.roles import CASEWORKER
from shared.service.door import listen
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story
from tests.reporting_store import Store
from tests.unit.console.fake_installation import KeptInMemory
from tests.unit.console.sample_links import SampleLinks
from tests.waiting import soon

REFERRED, ACCOMPANIED = UUID(int=4_500), UUID(int=50_000)
REFERRALS, FACTS = 4_500, 50_000
_BATCH = 1_000


def lay(store: Store, referrals: int = REFERRALS, facts: int = FACTS) -> None:
    """Lay a case that was referred and withdrawn again and again, and one of very many contacts."""
    factory = EventFactory()
    for story in (_referred(factory, referrals), _accompanied(factory, facts)):
        for start in range(0, len(story), _BATCH):
            store.take(story[start : start + _BATCH])


def _referred(factory: EventFactory, referrals: int) -> list[Event]:
    story = Story(factory, REFERRED)
    story.registered()
    story.custody_taken()
    for number in range(referrals):
        identity, at = UUID(int=number + 1), BEGIN + timedelta(hours=number)
        story.requested(identity, at=at, addressee=f"office-{number % 40}")
        withdrawn = ReferralWithdrawnV1(referral_id=identity, reason="other")
        key, later = str(REFERRED), at + timedelta(minutes=40)
        story.events.append(
            factory.publish("referral", REFERRED, key, withdrawn, at=later, by=OFFICE)
        )
    return story.events


def _accompanied(factory: EventFactory, facts: int) -> list[Event]:
    story, identity, key = Story(factory, ACCOMPANIED), UUID(int=10**9), str(ACCOMPANIED)
    story.registered()
    story.custody_taken()
    story.requested(identity)
    story.accepted(identity)
    contact = ContactRecordedV1(referral_id=identity, channel="telephone")
    for number in range(facts - len(story.events)):
        at = BEGIN + timedelta(minutes=10 * number)
        story.events.append(factory.publish("followup", identity, key, contact, at=at, by=BUREAU))
    return story.events


def addresses(referrals: int = REFERRALS, facts: int = FACTS) -> Sequence[tuple[str, str]]:
    """Pages of both cases, each with the institution that asks for it; few of them are short."""
    referred, accompanied = f"/casos/{REFERRED}", f"/casos/{ACCOMPANIED}"
    return (
        (referred, OFFICE),
        (f"{referred}?up_to={referrals * 2 // 3}", OFFICE),
        (f"{referred}?as_known=2026-01-01T01:00:00Z", OFFICE),
        (f"{referred}/historia.json", OFFICE),
        (accompanied, BUREAU),
        (f"{accompanied}?up_to={facts // 2}", BUREAU),
        (f"{accompanied}?as_of=2026-01-01T01:00:00Z&as_known=now", BUREAU),
        (f"{accompanied}/historia.json", BUREAU),
        (accompanied, OFFICE),
    )


class Pages:
    """The pages over a store, on a port."""

    def __init__(self, address: str, store: Store) -> None:
        self.address, self._office = address, TokenOffice(store.admin)

    @contextmanager
    def signed_in(self, institution: str) -> Iterator[httpx2.Client]:
        """A browser that an institution has signed in with."""
        _, secret = self._office.create(institution, (CASEWORKER,), now() + timedelta(hours=1))
        with httpx2.Client(base_url=self.address, timeout=60) as browser:
            assert browser.post("/entrar", data={"token": secret}).status_code == 303
            yield browser


@contextmanager
def pages(store: Store, reports: Reports | None = None) -> Iterator[Pages]:
    """Serve the pages and reporting's interface in this process, from a thread of their own.

    reports: what the pages show, the store's by default.
    """
    app = Starlette(
        routes=[
            Mount("/reporting", store.service.app),
            Mount(
                "/", home([store.service], reports or store.reports, KeptInMemory(), SampleLinks())
            ),
        ]
    )
    with listen("127.0.0.1", 0) as sock:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, name="pages")
        thread.start()
        try:
            soon(lambda: server.started, "the pages are served")
            yield Pages(f"http://127.0.0.1:{sock.getsockname()[1]}", store)
        finally:
            server.should_exit = True
            thread.join()
