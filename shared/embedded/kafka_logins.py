"""Who may log in to the embedded broker: one user a service, an administrator, the broker itself.

Their passwords are made once, in ``secret/kafka.json`` (mode 0600), and stand in no argument and no
log. The broker's settings hold its own: that file is readable by the servers' user alone.
"""

import json
import secrets
from collections.abc import Mapping

from shared.embedded.folder import DataFolder
from shared.kernel.broker_users import ADMINISTRATOR, SCRAM, SERVICES, user_of

WHO = (ADMINISTRATOR, *SERVICES)
"""Each is the user ``user_of(WHO)``."""
_BROKER = "broker"
_FILE = "secret/kafka.json"

# Controller and broker are one process; its controller's listener knows no user but the broker, and
# SCRAM cannot be used there, since its users are what the controller keeps.
_LISTENERS = """\
listener.security.protocol.map=BROKER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
sasl.mechanism.inter.broker.protocol={mechanism}
sasl.mechanism.controller.protocol=PLAIN
listener.name.broker.sasl.enabled.mechanisms={mechanism}
listener.name.broker.{lower}.sasl.jaas.config={scram} required username="{broker}" \
password="{password}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={plain} required username="{broker}" \
password="{password}" user_{broker}="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{broker};User:{administrator}
"""


def passwords(folder: DataFolder) -> dict[str, str]:
    """Return the passwords by who has them; empty if none were made yet."""
    try:
        kept = json.loads(folder.read(_FILE) or "{}")
    except json.JSONDecodeError:
        return {}
    return {str(who): str(password) for who, password in kept.items()}


def make_passwords(folder: DataFolder) -> dict[str, str]:
    """Make the passwords."""
    made = {who: secrets.token_urlsafe(24) for who in (*WHO, _BROKER)}
    folder.write(_FILE, json.dumps(made))
    return made


def listener_settings(made: Mapping[str, str]) -> str:
    """Return the broker's settings about who may log in, and who may do anything. Secret."""
    module = "org.apache.kafka.common.security"
    return _LISTENERS.format(
        mechanism=SCRAM,
        lower=SCRAM.lower(),
        scram=f"{module}.scram.ScramLoginModule",
        plain=f"{module}.plain.PlainLoginModule",
        broker=_BROKER,
        administrator=user_of(ADMINISTRATOR),
        password=made[_BROKER],
    )


def scram_arguments(made: Mapping[str, str]) -> list[str]:
    """Return what tells the formatting program of the users. Secret."""
    users = {who if who == _BROKER else user_of(who): made[who] for who in made}
    return [
        word
        for name, password in users.items()
        for word in ("--add-scram", f"{SCRAM}=[name={name},password={password}]")
    ]
