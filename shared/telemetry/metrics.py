"""Every metric of the product: its name, its kind, its meaning.

Labels are services and codes, never a person or case.
"""

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

COMMANDS = Counter(
    "canaliza_commands_total",
    "Commands answered, by service and answer: accepted (also when the same key asked "
    "again), or the refusal's code.",
    ["service", "answer"],
)
COMMAND_SECONDS = Histogram(
    "canaliza_command_seconds",
    "From a command's arrival to its durable answer, in seconds.",
    ["service"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
REFUSED = Counter(
    "canaliza_refused_total",
    "Requests refused because of who asked, by the code that was heard: nobody who is known, a "
    "role, an institution or a purpose that may not, a case that the caller may not see (or there "
    "is none); or because the access log could not be written.",
    ["code", "service"],
)
LOG_POSITION = Gauge(
    "canaliza_log_position", "The position of the last fact on a service's log.", ["service"]
)
READER_POSITION = Gauge(
    "canaliza_reader_position",
    "The source's log position up to which a service has consumed.",
    ["service", "source", "partition"],
)
MESSAGES_CONSUMED = Counter(
    "canaliza_messages_consumed_total",
    "Messages consumed, by the service that read them.",
    ["service"],
)
MESSAGES_REPEATED = Counter(
    "canaliza_messages_repeated_total",
    "Messages recognised as consumed before and dropped.",
    ["service"],
)
MESSAGES_TOO_EARLY = Counter(
    "canaliza_messages_too_early_total",
    "Messages that came before the one they follow, and wait for the relay to send both "
    "again in order.",
    ["service"],
)
MESSAGES_PARKED = Counter(
    "canaliza_messages_parked_total",
    "Messages parked, by reader and reason.",
    ["service", "reason"],
)
MESSAGES_WAITING = Gauge(
    "canaliza_messages_waiting", "Parked messages that nobody has resolved yet.", ["service"]
)
MESSAGES_NOT_PROJECTABLE = Gauge(
    "canaliza_messages_not_projectable",
    "Those of the parked messages that wait on which a reaction or a projection raised. Not zero: "
    "a mistake of canaliza; report it with its log, upgrade, then replay them.",
    ["service"],
)
OLDEST_UNSENT_SECONDS = Gauge(
    "canaliza_oldest_unsent_seconds",
    "How long ago the oldest fact was recorded that the relay has not sent; 0: all is sent. "
    "Above 60 for long: page somebody.",
    ["service"],
)
OLDEST_PARKED_SECONDS = Gauge(
    "canaliza_oldest_parked_seconds",
    "How long ago the oldest message was parked that nobody has resolved; 0: none waits. "
    "Above 0: page somebody.",
    ["service"],
)
FACTS_NOT_PUBLISHABLE = Gauge(
    "canaliza_facts_not_publishable",
    "Facts that this program cannot translate into their contract: what follows them in their "
    "partition waits, other partitions go on. Not zero: a mistake of canaliza; report it with its "
    "log, upgrade, and it is sent.",
    ["service"],
)
DATABASE_ANSWERS = Gauge(
    "canaliza_database_answers",
    "1 if the database answered when these figures were requested; while 0, the positions of log "
    "and readers and the messages that wait are as they were when it last did.",
    ["service"],
)
MESSAGES_SENT = Counter(
    "canaliza_messages_sent_total",
    "Messages that the relay sent and the bus acknowledged.",
    ["service"],
)
RELAY_BEGAN_ANEW = Counter(
    "canaliza_relay_began_anew_total",
    "Times that the relay found less in the topic than had been acknowledged, and sent all "
    "again from the start. Not zero: messages were lost on the bus, or its topics made anew.",
    ["service"],
)


def exposition(registry: CollectorRegistry = REGISTRY) -> bytes:
    """Return all metrics in the text format that Prometheus reads."""
    return generate_latest(registry)
