"""Check that logs, readers and topics agree on one history."""

from collections.abc import Iterator

from services.installation import ALL
from services.operator.doctor.findings import Finding, Surroundings, one_or_each, warning, wrong
from services.operator.publishing import PUBLISHING
from shared.kernel.broker_users import ADMINISTRATOR
from shared.kernel.text import Text
from shared.maintenance.inspection import Inspection

_ES = "restaure los cuatro servicios al mismo momento: docs/operations.md"
_EN = "restore all four services to the same moment: docs/operations.md"


def one_history(inspection: Inspection, around: Surroundings) -> list[Finding]:
    """Check that each reader's last fact is in the log of its source, and each topic's likewise.

    Topics are checked if the bus is Kafka and its broker is known.
    """
    if around.settings.bus == "kafka" and around.settings.kafka_bootstrap:
        es, en = "bitácoras, lectores y temas cuentan", "logs, readers and topics tell"
        topics = _topics(inspection, around)
    else:
        es, en, topics = "bitácoras y lectores cuentan", "logs and readers tell", iter(())
    found = [*_readers(inspection), *topics]
    return one_or_each("history", Text(f"{es} lo mismo", f"{en} the same"), found)


def _readers(inspection: Inspection) -> Iterator[Finding]:
    for definition in ALL:
        sources = definition.reader.sources if definition.reader else ()
        for reader in inspection.reader_positions(definition.name):
            if reader.source not in sources or not reader.position:
                continue
            mark = inspection.mark_at(reader.source, reader.position)
            if mark is None or (reader.mark and reader.mark != mark):
                yield _apart(
                    f"{definition.name} leyó en {reader.source} la posición {reader.position}",
                    f"{definition.name} read position {reader.position} of {reader.source}",
                )


def _topics(inspection: Inspection, around: Surroundings) -> Iterator[Finding]:
    from shared.messaging.cluster import KafkaTrouble
    from shared.messaging.inspection import last_facts
    from shared.messaging.topic_names import topic_of

    for source in PUBLISHING:
        topic = topic_of(source, around.settings.kafka_prefix)
        try:
            facts = last_facts(around.settings.kafka(ADMINISTRATOR), source)
        except KafkaTrouble as error:
            yield warning(
                "history",
                Text(
                    f"no se pudo leer el tema {topic}: nada se sabe de su historia",
                    f"the topic {topic} could not be read: nothing is known of its history",
                ),
                mend=error.text,
            )
            continue
        for fact in facts:
            if inspection.mark_at(source, fact.position) != fact.mark:
                yield _apart(
                    f"el tema {topic} tiene la posición {fact.position}",
                    f"the topic {topic} has position {fact.position}",
                )


def _apart(es: str, en: str) -> Finding:
    return wrong(
        "history",
        Text(f"{es}, y ese hecho no está en la bitácora", f"{en}, and that fact is not in the log"),
        mend=Text(_ES, _EN),
    )
