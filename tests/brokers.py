"""How tests log in to a broker of ours: as its administrator, or as the services do.

The passwords of the brokers that this run started are in TEST_CANALIZA_BROKERS, as JSON by address,
so that programs which a test starts find them too. A broker that is not known there is reached
without a login.
"""

import json
import os
from typing import Any

from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from shared.kernel.broker_users import ADMINISTRATOR, user_of
from shared.messaging.cluster import administration
from shared.messaging.kafka_settings import KafkaLogin, KafkaSettings
from shared.messaging.seals import Seals
from shared.messaging.topic_names import topic_of
from shared.service.settings import Settings

_BROKERS = "TEST_CANALIZA_BROKERS"
MESSAGE_KEYS = "what-the-messages-of-the-tests-are-sealed-with"
SEALS = Seals([MESSAGE_KEYS])


def know(bootstrap: str, passwords: dict[str, str]) -> None:
    """Remember a broker's users, for this process and those that it starts."""
    known = json.loads(os.environ.get(_BROKERS, "{}"))
    os.environ[_BROKERS] = json.dumps({**known, bootstrap: passwords})


def passwords_at(bootstrap: str) -> dict[str, str]:
    """The passwords of a broker's users; none if nobody logs in there."""
    return dict(json.loads(os.environ.get(_BROKERS, "{}")).get(bootstrap, {}))


def login_at(bootstrap: str, who: str = ADMINISTRATOR) -> KafkaLogin:
    """How somebody logs in."""
    known = passwords_at(bootstrap)
    if not known:
        return KafkaLogin()
    return KafkaLogin("SASL_PLAINTEXT", username=user_of(who), password=known[who])


def client_at(bootstrap: str, who: str = ADMINISTRATOR) -> dict[str, Any]:
    """What a plain client of Kafka is made with."""
    return {"bootstrap_servers": bootstrap, **login_at(bootstrap, who).client}


def kafka_at(bootstrap: str, prefix: str, session: float = 10.0) -> KafkaSettings:
    """The administrator's way to topics and groups of this prefix."""
    return KafkaSettings(bootstrap, session, prefix, login_at(bootstrap), SEALS)


def settings_at(bootstrap: str | None) -> dict[str, Any]:
    """What Settings say of a broker; each service logs in as itself."""
    known = passwords_at(bootstrap or "")
    said: dict[str, Any] = {
        "kafka_bootstrap": bootstrap or "localhost:9092",
        "message_keys": MESSAGE_KEYS,
    }
    if known:
        said |= {"kafka_security_protocol": "SASL_PLAINTEXT", "kafka_sasl_passwords": known}
    return said


def environment_at(bootstrap: str) -> dict[str, str]:
    """The same as an operator's environment, with every service's password."""
    known = passwords_at(bootstrap)
    said = {"CANALIZA_KAFKA_BOOTSTRAP": bootstrap, "CANALIZA_MESSAGE_KEYS": MESSAGE_KEYS}
    if known:
        said |= {
            "CANALIZA_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "CANALIZA_KAFKA_SASL_PASSWORDS": json.dumps(known),
        }
    return said


def allow(settings: Settings, user: str, source: str) -> None:
    """Let somebody write a service's topic, as the cluster's administrator may."""
    topic = ResourcePattern(ResourceType.TOPIC, topic_of(source, settings.kafka_prefix))
    acl = ACL(f"User:{user}", "*", ACLOperation.WRITE, ACLPermissionType.ALLOW, topic)
    with administration(kafka_at(settings.kafka_bootstrap, settings.kafka_prefix)) as client:
        assert not client.create_acls([acl])["failed"]
