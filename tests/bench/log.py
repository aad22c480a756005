"""The log by itself: commands without HTTP, and a case of 100 facts loaded."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from services.referral import custody, decisions
from services.referral.wiring import SERVICE
from shared.eventstore.log import Log
from shared.kernel.decider import Command
from shared.kernel.ids import new_id
from shared.service.command_client import accepted
from tests.bench.commands import custody_command, enter_in_directory, hand_overs, submitted
from tests.bench.figures import Measured, median, ratios
from tests.bench.limits import RawSelect
from tests.bench.stage import Stage, progress

OUTSTANDING = 256
SECONDS = 1.0
FACTS = 100


class Appending:
    """Commands through ``Log.submit``: as over HTTP, without HTTP."""

    def __init__(self, log: Log) -> None:
        """log: of referral's facts, in a schema of its own."""
        self._log = log

    @classmethod
    @contextmanager
    def opened(cls, stage: Stage) -> Iterator["Appending"]:
        """On a fresh database."""
        with stage.database("appending") as database:
            yield cls(database.log(database.address("referral"), "referral", SERVICE.vocabulary))

    def per_second(self, seconds: float) -> float:
        """Commands per second, 256 always outstanding, each on another case."""
        cases = []
        for _ in range(OUTSTANDING):
            case = new_id()
            cases.append((case, hand_overs()))
        enter_in_directory(self._log)
        accepted(
            [
                submitted(self._log, custody.DECIDER, case, custody_command(case))
                for case, _ in cases
            ]
        )
        began = time.perf_counter()
        waiting = deque((c, submitted(self._log, custody.DECIDER, c[0], next(c[1]))) for c in cases)
        count = 0
        while (ended := time.perf_counter()) < began + seconds:
            oldest, future = waiting.popleft()
            accepted([future])
            count += 1
            waiting.append(
                (oldest, submitted(self._log, custody.DECIDER, oldest[0], next(oldest[1])))
            )
        accepted([future for _, future in waiting])
        return count / (ended - began)


def _ninety_nine_facts() -> list[Command]:
    """Return hand-overs of four facts each, and in the end one that waits for information."""
    steps: list[Any] = [*islice(hand_overs(), 3 * (FACTS // 4) - 1)]
    received = steps[-1]
    return [
        *steps,
        decisions.RequestInformation(
            by=received.by, at=received.at, referral_id=received.referral_id, topics=("consent",)
        ),
    ]


def measure(stage: Stage) -> Measured:
    """A case of 100 facts: as rows, loaded and folded, and remembered; in turns."""
    seconds = stage.effort.seconds(SECONDS)
    with stage.database("loading") as database:
        address = database.address("referral")
        log = database.log(address, "referral", SERVICE.vocabulary)
        case = new_id()
        enter_in_directory(log)
        steps = [custody_command(case), *_ninety_nine_facts()]
        accepted([submitted(log, custody.DECIDER, case, step) for step in steps])
        fresh = database.log(address, "referral", SERVICE.vocabulary)
        select = RawSelect(database.admin, address.schema, case)
        if len(select.rows()) != FACTS or fresh.read(custody.DECIDER, case).version != FACTS:
            raise AssertionError
        raw, loaded, remembered = [], [], []
        for _ in range(stage.effort.more_rounds):
            raw.append(_per_second(select.rows, seconds))
            loaded.append(_per_second(lambda: fresh.read(custody.DECIDER, case), seconds))
            remembered.append(_per_second(lambda: log.read(custody.DECIDER, case), seconds))
        select.close()
    progress(f"log: raw {median(raw):,.0f}, loaded {median(loaded):,.0f}")
    return {
        "load_case_100_to_raw_select": ratios(loaded, raw),
        "load_case_100_cached_per_s": median(remembered),
    }


def _per_second(work: Callable[[], Any], seconds: float) -> float:
    count, began = 0, time.perf_counter()
    while (ended := time.perf_counter()) < began + seconds:
        work()
        count += 1
    return count / (ended - began)
