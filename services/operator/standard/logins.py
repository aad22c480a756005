"""What a service's environment says of the cluster: its own login, and no other."""

from shared.service.settings import Settings


def login_environment(settings: Settings, name: str) -> dict[str, str]:
    """Return a service's own login to the cluster, and what its messages are sealed with."""
    login, keys = settings.kafka(name).login, settings.message_keys
    said = {
        "KAFKA_SECURITY_PROTOCOL": login.protocol,
        "KAFKA_SASL_MECHANISM": login.mechanism,
        "KAFKA_SASL_USERNAME": login.username,
        "KAFKA_SASL_PASSWORD": login.password,
        "KAFKA_SSL_CAFILE": login.certificate_authority,
        "KAFKA_SSL_CERTFILE": login.certificate,
        "KAFKA_SSL_KEYFILE": login.private_key,
        "MESSAGE_KEYS": keys.get_secret_value() if keys else "",
    }
    return {f"CANALIZA_{what}": value for what, value in said.items() if value}
