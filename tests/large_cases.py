"""Cases of very many facts, and their pages on a port: how long one takes, and who waits for it."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from services.console.home import home
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


@dataclass(frozen=True)
class Taken:
    """How long an answer took, and the slowest ``/livez`` meanwhile: in seconds."""

    page: float
    livez: float
    length: int


class Pages:
    """The pages over a store, on a port, and a browser that an institution has signed in with."""

    def __init__(self, address: str, store: Store) -> None:
        self._address, self._office = address, TokenOffice(store.admin)

    def take(self, path: str, by: str = OFFICE) -> Taken:
        """Ask for a page while somebody else asks all the time whether the process is alive."""
        with (
            self._signed_in(by) as browser,
            httpx2.Client(base_url=self._address, timeout=60) as other,
            ThreadPoolExecutor(1) as beside,
        ):
            other.get("/reporting/livez")
            page = beside.submit(_timed, browser, path)
            slowest = 0.0
            while not page.done():
                slowest = max(slowest, _timed(other, "/reporting/livez")[0])
            seconds, length = page.result()
        return Taken(seconds, slowest, length)

    def wait_behind(self, path: str, by: str, at_once: int, other: str) -> Sequence[float]:
        """Ask for so many pages at once; return how long another's first page takes meanwhile."""
        with (
            self._signed_in(by) as browser,
            self._signed_in(other) as elsewhere,
            ThreadPoolExecutor(at_once) as many,
        ):
            asked = [many.submit(_timed, browser, path) for _ in range(at_once)]
            taken = []
            while not all(page.done() for page in asked):
                taken.append(_timed(elsewhere, "/")[0])
            assert all(page.result() for page in asked)
        return taken

    @contextmanager
    def _signed_in(self, institution: str) -> Iterator[httpx2.Client]:
        _, secret = self._office.create(institution, (CASEWORKER,), now() + timedelta(hours=1))
        with httpx2.Client(base_url=self._address, timeout=60) as browser:
            assert browser.post("/entrar", data={"token": secret}).status_code == 303
            yield browser


@contextmanager
def pages(store: Store) -> Iterator[Pages]:
    """Serve the pages and reporting's interface in this process, from a thread of their own."""
    app = Starlette(
        routes=[
            Mount("/reporting", store.service.app),
            Mount("/", home([store.service], store.reports, KeptInMemory())),
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


def _timed(client: httpx2.Client, path: str) -> tuple[float, int]:
    began = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:500]
    return time.perf_counter() - began, len(answer.content)
