"""Commands over HTTP and without it, next to raw commits and to the stock library."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from tests.bench.figures import Measured, median, ratios
from tests.bench.handing import Handing
from tests.bench.limits import RawCommits
from tests.bench.log import Appending
from tests.bench.stage import Running, Stage, program, progress

SECONDS = 3
CASES, WARM = 1_500, 128
_STOCK_CASES = 256


def measure(stage: Stage) -> Measured:
    """Raw commits, ours over HTTP, ours without HTTP, the stock library: in turns."""
    raw: list[float] = []
    ours: list[float] = []
    slowest: list[float] = []
    appended: list[float] = []
    stocks: list[float] = []
    rounds, cases = stage.effort.more_rounds, stage.effort.count(CASES)
    seconds = stage.effort.seconds(SECONDS)
    with ExitStack() as stack:
        limit = RawCommits(stage)
        referral = stack.enter_context(stage.service("referral"))
        progress("http: cases are registered")
        with stage.service("intake") as intake:
            handing = Handing.prepared(stage, referral, intake, WARM + rounds * cases)
        appending = stack.enter_context(Appending.opened(stage))
        stock = stack.enter_context(_stock(stage))
        stocked = Handing(handing.secrets, [])
        stocked.cases = stocked.register(stock, WARM + rounds * _STOCK_CASES)
        handing.flood(referral, WARM, seconds)
        stocked.flood(stock, WARM, 1)
        for number in range(1, rounds + 1):
            progress(f"http: round {number} of {rounds}")
            stage.relayed()
            raw.append(limit.per_second(round(seconds)))
            done = handing.flood(referral, cases, seconds)
            ours.append(done.accepted / done.seconds)
            slowest.append(done.p99_ms)
            stage.relayed()
            appended.append(appending.per_second(seconds))
            done = stocked.flood(stock, _STOCK_CASES, seconds)
            stocks.append(done.accepted / done.seconds)
            progress(
                f"http: raw {raw[-1]:,.0f}, ours {ours[-1]:,.0f}, without HTTP {appended[-1]:,.0f},"
                f" stock {stocks[-1]:,.0f}"
            )
    stage.carried = median(ours)
    return {
        "raw_commits_per_s": median(raw),
        "http_commands_per_s": median(ours),
        "http_p99_ms": median(slowest),
        "http_to_raw_commits": ratios(ours, raw),
        "http_to_stock": ratios(ours, stocks),
        "append_to_raw_commits": ratios(appended, raw),
    }


def carried(stage: Stage) -> float:
    """http_commands_per_s of this run; measured once more where this run did not."""
    if stage.carried is None:
        cases, seconds = stage.effort.count(CASES), stage.effort.seconds(SECONDS)
        with stage.service("referral") as referral:
            with stage.service("intake") as intake:
                handing = Handing.prepared(stage, referral, intake, WARM + cases)
            handing.flood(referral, WARM, seconds)
            done = handing.flood(referral, cases, seconds)
            stage.relayed()
        stage.carried = done.accepted / done.seconds
    return stage.carried


@contextmanager
def _stock(stage: Stage) -> Iterator[Running]:
    """The stock application on a database of its own."""
    with psycopg.connect(stage.server.conninfo(), autocommit=True) as conn:
        conn.execute("CREATE DATABASE stock")
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": "stock",
        "POSTGRES_HOST": stage.server.host,
        "POSTGRES_PORT": str(stage.server.port),
        "POSTGRES_USER": stage.server.user,
        "POSTGRES_PASSWORD": stage.server.password,
        "STOCK_TOKENS": stage.installation.admin,
    }
    with program("stock", ["-m", "tests.bench.stock"], environment, stage.folder) as running:
        yield running
