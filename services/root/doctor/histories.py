"""The doctor's look at whether logs, readers and topics tell one history."""

from collections.abc import Iterator

from services.root.doctor.findings import Finding, Surroundings, one_or_each, wrong
from services.root.installation import ALL
from shared.eventstore.inspection import Inspection

_ES = "restaure los cuatro servicios al mismo momento: docs/operations.md"
_EN = "restore all four services to the same moment: docs/operations.md"


def one_history(inspection: Inspection, around: Surroundings) -> list[Finding]:
    """Each reader's last fact is in its source's log, each topic's last one in its publisher's."""
    return one_or_each(
        "history",
        "bitácoras, lectores y temas cuentan lo mismo",
        "logs, readers and topics tell the same",
        [*_readers(inspection), *_topics(inspection, around)],
    )


def _readers(inspection: Inspection) -> Iterator[Finding]:
    for parts in ALL:
        sources = parts.reader.sources if parts.reader else ()
        for place in inspection.places(parts.name):
            if place.source not in sources or not place.position:
                continue
            mark = inspection.mark_at(place.source, place.position)
            if mark is None or (place.mark and place.mark != mark):
                yield _apart(
                    f"{parts.name} leyó en {place.source} la posición {place.position}",
                    f"{parts.name} read position {place.position} of {place.source}",
                )


def _topics(inspection: Inspection, around: Surroundings) -> Iterator[Finding]:
    if around.settings.bus != "kafka" or not around.settings.kafka_bootstrap:
        return
    from services.root.topics import PUBLISHING
    from shared.messaging.inspection import KafkaTrouble, told_last
    from shared.messaging.topics import topic_of

    for source in PUBLISHING:
        topic = topic_of(source, around.settings.kafka_prefix)
        try:
            told = told_last(around.settings.kafka(), source)
        except KafkaTrouble:  # the look at the bus says so
            continue
        for heading in told:
            if inspection.mark_at(source, heading.position) != heading.mark:
                yield _apart(
                    f"el tema {topic} tiene la posición {heading.position}",
                    f"the topic {topic} has position {heading.position}",
                )


def _apart(es: str, en: str) -> Finding:
    return wrong(
        "history",
        f"{es}, y ese hecho no está en la bitácora",
        f"{en}, and that fact is not in the log",
        mend_es=_ES,
        mend_en=_EN,
    )
