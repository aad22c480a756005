"""The doctor's look at whether logs, readers and topics tell one history."""

from collections.abc import Iterator

from services.installation import ALL
from services.operator.doctor.findings import Finding, Surroundings, one_or_each, warning, wrong
from services.operator.publishing import PUBLISHING
from shared.kernel.text import Text
from shared.maintenance.inspection import Inspection

_ES = "restaure los cuatro servicios al mismo momento: docs/operations.md"
_EN = "restore all four services to the same moment: docs/operations.md"


def one_history(inspection: Inspection, around: Surroundings) -> list[Finding]:
    """Each reader's last fact is in its source's log, each topic's last one in its publisher's.

    Topics are looked at where there are any and their broker is known.
    """
    if around.settings.bus == "kafka" and around.settings.kafka_bootstrap:
        es, en = "bitácoras, lectores y temas cuentan", "logs, readers and topics tell"
        topics = _topics(inspection, around)
    else:
        es, en, topics = "bitácoras y lectores cuentan", "logs and readers tell", iter(())
    found = [*_readers(inspection), *topics]
    return one_or_each("history", Text(f"{es} lo mismo", f"{en} the same"), found)


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
    from shared.messaging.cluster import KafkaTrouble
    from shared.messaging.inspection import told_last
    from shared.messaging.topics import topic_of

    for source in PUBLISHING:
        topic = topic_of(source, around.settings.kafka_prefix)
        try:
            told = told_last(around.settings.kafka(), source)
        except KafkaTrouble as no:
            yield warning(
                "history",
                Text(
                    f"no se pudo leer el tema {topic}: nada se sabe de su historia",
                    f"the topic {topic} could not be read: nothing is known of its history",
                ),
                mend=no.text,
            )
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
        Text(f"{es}, y ese hecho no está en la bitácora", f"{en}, and that fact is not in the log"),
        mend=Text(_ES, _EN),
    )
