"""Every metric of the product: its name, its kind, its meaning.

Labels are services and codes, never a person, a case or an institution. What refused a command is
told by its kind alone: who sees the metrics must not read from them how somebody's case stands.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

REGISTRY = CollectorRegistry()
"""Ours alone: the library's own would tell Python's patch level, memory and file descriptors."""
disable_created_metrics()  # type: ignore[no-untyped-call]  # they tell when each was first

COMMANDS = Counter(
    "canaliza_commands_total",
    "Commands answered, by service and answer: accepted (also when the same key asked again), or "
    "how it was refused: invalid, forbidden, missing, conflicting.",
    ["service", "answer"],
    registry=REGISTRY,
)
COMMAND_SECONDS = Histogram(
    "canaliza_command_seconds",
    "From a command's arrival to its durable answer, in seconds.",
    ["service"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
    registry=REGISTRY,
)
REFUSED = Counter(
    "canaliza_refused_total",
    "Requests refused because of who asked, by the code that was heard: nobody who is known, a "
    "role, an institution or a purpose that may not, a case that the caller may not see (or there "
    "is none); or because the access log could not be written.",
    ["code", "service"],
    registry=REGISTRY,
)
LOG_POSITION = Gauge(
    "canaliza_log_position",
    "The position of the last fact on a service's log.",
    ["service"],
    registry=REGISTRY,
)
READER_POSITION = Gauge(
    "canaliza_reader_position",
    "The source's log position up to which a service has consumed.",
    ["service", "source", "partition"],
    registry=REGISTRY,
)
MESSAGES_CONSUMED = Counter(
    "canaliza_messages_consumed_total",
    "Messages consumed, by the service that read them.",
    ["service"],
    registry=REGISTRY,
)
MESSAGES_REPEATED = Counter(
    "canaliza_messages_repeated_total",
    "Messages recognised as consumed before and dropped.",
    ["service"],
    registry=REGISTRY,
)
MESSAGES_TOO_EARLY = Counter(
    "canaliza_messages_too_early_total",
    "Messages that came before the one they follow, and wait for the relay to send both "
    "again in order.",
    ["service"],
    registry=REGISTRY,
)
MESSAGES_PARKED = Counter(
    "canaliza_messages_parked_total",
    "Messages parked, by reader and reason.",
    ["service", "reason"],
    registry=REGISTRY,
)
MESSAGES_WAITING = Gauge(
    "canaliza_messages_waiting",
    "Parked messages that nobody has resolved yet.",
    ["service"],
    registry=REGISTRY,
)
MESSAGES_NOT_PROJECTABLE = Gauge(
    "canaliza_messages_not_projectable",
    "Those of the parked messages that wait on which a reaction or a projection raised. Not zero: "
    "a mistake of canaliza; report it with its log, upgrade, then replay them.",
    ["service"],
    registry=REGISTRY,
)
MESSAGES_NOT_AUTHENTIC = Gauge(
    "canaliza_messages_not_authentic",
    "Those of the parked messages that wait whose seal does not hold: somebody wrote into a topic "
    "who has none of our keys, or the keys of two services differ. Above 0: page somebody.",
    ["service"],
    registry=REGISTRY,
)
OLDEST_UNSENT_SECONDS = Gauge(
    "canaliza_oldest_unsent_seconds",
    "How long ago the oldest fact was recorded that the relay has not sent; 0: all is sent. "
    "Above 60 for long: page somebody.",
    ["service"],
    registry=REGISTRY,
)
OLDEST_PARKED_SECONDS = Gauge(
    "canaliza_oldest_parked_seconds",
    "How long ago the oldest message was parked that nobody has resolved; 0: none waits. "
    "Above 0: page somebody.",
    ["service"],
    registry=REGISTRY,
)
FACTS_NOT_PUBLISHABLE = Gauge(
    "canaliza_facts_not_publishable",
    "Facts that this program cannot translate into their contract: what follows them in their "
    "partition waits, other partitions go on. Not zero: a mistake of canaliza; report it with its "
    "log, upgrade, and it is sent.",
    ["service"],
    registry=REGISTRY,
)
DATABASE_ANSWERS = Gauge(
    "canaliza_database_answers",
    "1 if the database answered when these figures were requested; while 0, the positions of log "
    "and readers and the messages that wait are as they were when it last did.",
    ["service"],
    registry=REGISTRY,
)
MESSAGES_SENT = Counter(
    "canaliza_messages_sent_total",
    "Messages that the relay sent and the bus acknowledged.",
    ["service"],
    registry=REGISTRY,
)
RELAY_BEGAN_ANEW = Counter(
    "canaliza_relay_began_anew_total",
    "Times that the relay found less in the topic than had been acknowledged, and sent all "
    "again from the start. Not zero: messages were lost on the bus, or its topics made anew.",
    ["service"],
    registry=REGISTRY,
)
TIMERS_FIRED = Counter(
    "canaliza_timers_fired_total",
    "Timers that have fired, by service and kind: also those that found nothing left to do.",
    ["service", "kind"],
    registry=REGISTRY,
)
TIMERS_FAILED = Counter(
    "canaliza_timers_failed_total",
    "Times that a timer could not fire, by service and kind; it is tried again, ever later.",
    ["service", "kind"],
    registry=REGISTRY,
)
TIMERS_FAILING = Gauge(
    "canaliza_timers_failing",
    "Timers whose last attempt failed. Not zero: a mistake of canaliza; report it with its log.",
    ["service"],
    registry=REGISTRY,
)
TIMER_OVERDUE_SECONDS = Gauge(
    "canaliza_timer_overdue_seconds",
    "How long ago the oldest timer was due that has not fired; 0: none is. Above 60: see why.",
    ["service"],
    registry=REGISTRY,
)


def exposition(registry: CollectorRegistry = REGISTRY) -> bytes:
    """Return all metrics in the text format that Prometheus reads."""
    return generate_latest(registry)
