"""The figures of the benchmark: their keys, units and floors, and what each of them means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median as median_of

Measured = Mapping[str, float | None]
"""Figures by key; None: it could not be measured."""


class Unusable(Exception):
    """A figure cannot be measured here. Says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. at_least, at_most: its floor. at_most_times: a factor of another figure.

    means: one line for docs/performance.md. large: only ``make bench-large`` measures it.
    """

    key: str
    unit: str
    means: str
    at_least: float | None = None
    at_most: float | None = None
    at_most_times: tuple[float, str] | None = None
    large: bool = False

    @property
    def floor(self) -> str:
        """The floor in words; empty where none is set."""
        words = [] if self.at_least is None else [f"≥ {self.at_least:,.10g}"]
        if self.at_most is not None:
            words.append(f"≤ {self.at_most:,.10g}")
        if self.at_most_times is not None:
            words.append(f"≤ {self.at_most_times[0]:.10g} x {self.at_most_times[1]}")
        return ", ".join(words)

    def reached(self, measured: Measured) -> bool | None:
        """Whether the floor is reached; None where there is none, or no figure to compare."""
        value = measured.get(self.key)
        if value is None or not self.floor:
            return None
        if self.at_least is not None and value < self.at_least:
            return False
        if self.at_most is not None and value > self.at_most:
            return False
        if self.at_most_times is None:
            return True
        factor, other = self.at_most_times
        beside = measured.get(other)
        return None if beside is None else value <= factor * beside


FIGURES: Sequence[Figure] = (
    Figure(
        "raw_commits_per_s",
        "1/s",
        "the limit: pgbench, 32 connections, prepared, each commit one row of a fact's size into a"
        " table with the columns and indexes of our `events`",
    ),
    Figure(
        "http_commands_per_s",
        "1/s",
        "durable hand-over commands (refer, acknowledge, accept) that the referral process, its"
        " relay to Kafka at work, answered with 2xx to 64 clients in a process of their own",
    ),
    Figure(
        "http_to_raw_commits",
        "ratio",
        "http_commands_per_s over raw_commits_per_s of the same round",
        at_least=0.20,
    ),
    Figure(
        "http_to_stock",
        "ratio",
        "http_commands_per_s over the same commands, clients and checks on a stock `eventsourcing`"
        " application (decorated aggregate, its PostgreSQL recorder, `save` for each request)"
        " behind FastAPI",
        at_least=5,
    ),
    Figure(
        "reads_per_s",
        "1/s",
        "reads of one case (`GET /cases/ID` at the referral process) that were answered to the same"
        " 64 clients, each written into the access log before its answer",
    ),
    Figure(
        "access_log_to_none",
        "ratio",
        "reads_per_s over the same reads of the same program with its access log taken out, in"
        " turns",
        at_least=0.9,
    ),
    Figure(
        "jwt_to_token_requests",
        "ratio",
        "http_commands_per_s with access tokens of an identity provider (RS256), over the same"
        " commands with hashed tokens, at the same process in turns",
        at_least=0.9,
    ),
    Figure(
        "tls_to_plain",
        "ratio",
        "those reads over TLS of our own, by clients that keep their connections and pay their part"
        " of it on the same cores, over the same reads in plain HTTP, in turns",
        at_least=0.8,
    ),
    Figure("http_p99_ms", "ms", "the 99th percentile of those requests' time, at full load"),
    Figure(
        "append_to_raw_commits",
        "ratio",
        "the same commands through `Log.submit`, 256 outstanding, no HTTP, over raw_commits_per_s",
        at_least=0.5,
    ),
    Figure(
        "clock_firings_to_appends",
        "ratio",
        "timers of unanswered referrals that fire per second, with their facts, over commands per"
        " second through `Log.submit`, in turns",
        at_least=0.2,
    ),
    Figure(
        "load_case_100_to_raw_select",
        "ratio",
        "loading a case of 100 facts that nobody remembers (query, decode, fold), per second, over"
        " a prepared binary SELECT of the same 100 rows",
        at_least=0.4,
    ),
    Figure(
        "load_case_100_cached_per_s",
        "1/s",
        "the same case where this process remembers its state: one query for what is newer",
    ),
    Figure(
        "relay_to_bare_producer",
        "ratio",
        "facts per second from a log through our relay to Kafka, all acknowledged and the"
        " position stored, over an idempotent producer that sends the same bytes and awaits every"
        " one",
        at_least=0.7,
    ),
    Figure(
        "consume_to_bare_consumer",
        "ratio",
        "messages per second through referral's reader (its position and one new fact for each"
        " message), over a consumer that only reads the same topic",
        at_least=0.3,
    ),
    Figure(
        "rebuild_facts_per_s",
        "1/s",
        "facts per second that `canaliza rebuild` folds from the logs into reporting's"
        " shadow tables",
        at_least=150_000,
    ),
    Figure(
        "rebuild_to_raw_read",
        "ratio",
        "rebuild_facts_per_s over reading the same rows (keyset pages, binary) and doing nothing",
    ),
    Figure(
        "import_claims_per_s",
        "1/s",
        "`canaliza import` of wage claims into a new embedded installation: claims per second until"
        " every fact has been through all four services",
        at_least=600,
    ),
    Figure(
        "xlsx_rows_per_s",
        "1/s",
        "`canaliza import --check` of the same claims in an .xlsx: rows a second, read and decided",
        at_least=5_000,
    ),
    Figure(
        "hsds_import_s",
        "s",
        "`canaliza directory import` of 1,000 organisations with 4,000 services in HSDS into a new"
        " embedded installation: seconds until every fact is in reporting",
        at_most=20,
    ),
    Figure(
        "visible_p50_ms",
        "ms",
        "from the answer to a command to its fact's row in reporting, over Kafka, all four"
        " processes at work under a fifth of http_commands_per_s: the median",
    ),
    Figure("visible_p99_ms", "ms", "the same: the 99th percentile", at_most=150),
    Figure("report_ms_at_1e4", "ms", "the claims indicators with ten thousand facts in reporting"),
    Figure(
        "report_ms_at_1e6",
        "ms",
        "the same with a million",
        at_most=50,
        at_most_times=(2, "report_ms_at_1e4"),
    ),
    Figure(
        "report_ms_at_1e7",
        "ms",
        "the same with ten million (`make bench-large`)",
        at_most=50,
        at_most_times=(2, "report_ms_at_1e4"),
        large=True,
    ),
    Figure("history_ms", "ms", "the history of a case of 23 facts among a million"),
    Figure(
        "large_page_ms",
        "ms",
        "the slowest of the pages (first, middle, at a place in time, as JSON) of a case of 4,500"
        " referrals and of one of 50,000 facts; the browser shares the process",
        at_most=1_000,
    ),
    Figure(
        "livez_beside_page_ms",
        "ms",
        "the slowest `/livez` while one of those pages is drawn, asked without a pause",
        at_most=250,
    ),
    Figure(
        "page_behind_eight_ms",
        "ms",
        "another institution's first page, without a pause, while one asks for eight of those at"
        " once: the slowest",
        at_most=1_000,
    ),
    Figure(
        "search_p95_ms",
        "ms",
        "who can serve, among 10,000 services, as JSON with reasons for 20 ranks and 20 exclusions;"
        " before every tenth question a service has changed: the 95th percentile",
        at_most=50,
    ),
    Figure(
        "propose_p95_ms",
        "ms",
        "who can be asked next for a referral, among the same services: its life, its case and the"
        " answer as JSON; of another referral each time: the 95th percentile",
        at_most=50,
    ),
    Figure(
        "idle_memory_mb",
        "MB",
        "the embedded mode with its demonstration, idle: all processes, PostgreSQL included, each"
        " shared page counted once (PSS)",
        at_most=400,
    ),
    Figure(
        "start_s", "s", "`python -m services`, not its first start, until all are ready", None, 3
    ),
)

KEYS = tuple(figure.key for figure in FIGURES)


def median(values: Sequence[float]) -> float:
    """The middle one of the values, or the mean of the two in the middle."""
    return float(median_of(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least ``share`` (0 to 1) of them do not exceed."""
    ordered = sorted(values)
    at = -(-len(ordered) * round(share * 1_000_000) // 1_000_000)  # the ceiling, exactly
    return ordered[max(int(at), 1) - 1]


def ratios(values: Sequence[float], limits: Sequence[float]) -> float:
    """The median of each round's figure over its own round's limit."""
    return median([value / limit for value, limit in zip(values, limits, strict=True)])
