"""The Kafka topics of an installation, as its settings want them, and who may use them."""

from services.installation import ALL, own_broker
from services.operator.publishing import PUBLISHING
from shared.embedded.supervisor import Supervisor
from shared.kernel.broker_users import ADMINISTRATOR
from shared.messaging.access import RightSeen, ServiceUser, ensure_access
from shared.messaging.topics import Topic, ensure
from shared.service.settings import Settings


def ensure_topics(settings: Settings) -> list[Topic]:
    """Create the topics that are missing and check all. Raises TopicDiffers, KafkaTrouble."""
    return ensure(
        settings.kafka(ADMINISTRATOR),
        PUBLISHING,
        settings.kafka_partitions,
        settings.kafka_replication,
    )


def ensure_rights(
    settings: Settings, *, dry_run: bool = False, revoke: bool = False
) -> list[RightSeen]:
    """Give each service its rights in the cluster; see ``ensure_access``. Raises KafkaTrouble."""
    wanted = [
        ServiceUser(
            parts.name,
            settings.kafka_user(parts.name),
            parts.reader.sources if parts.reader else (),
            parts.name in PUBLISHING,
        )
        for parts in ALL
    ]
    return ensure_access(settings.kafka(ADMINISTRATOR), wanted, dry_run=dry_run, revoke=revoke)


def on_own_broker(settings: Settings, supervisor: Supervisor) -> Settings:
    """Start the folder's broker with its topics and rights; return the settings that reach it."""
    supervisor.kafka()
    reached = settings.model_copy(update=own_broker(supervisor.data))
    ensure_topics(reached)
    ensure_rights(reached)
    return reached
