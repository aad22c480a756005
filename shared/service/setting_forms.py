"""What a setting must look like, for whoever gave one that cannot be used."""

from collections.abc import Mapping
from typing import Final

from shared.kernel.text import Text

_PORT = Text("un puerto, de 0 a 65535", "a port, from 0 to 65535")
_PEM = Text("un archivo PEM que se pueda leer", "a PEM file that can be read")
_PASSWORDS = Text(
    'contraseñas por servicio, en JSON: {"intake": "…", …}',
    'passwords by service, as JSON: {"intake": "…", …}',
)
_NOT_BLANK = Text("un texto que no esté vacío", "a text that is not blank")

EXPECTED: Final[Mapping[str, Text]] = {
    "settings": Text(
        "un archivo TOML que exista y se pueda leer", "a TOML file that is there and can be read"
    ),
    "database_port": _PORT,
    "database_passwords": _PASSWORDS,
    "database_sslmode": Text(
        "disable, allow, prefer, require, verify-ca o verify-full",
        "disable, allow, prefer, require, verify-ca or verify-full",
    ),
    "installation_secret": Text("32 bytes o más", "32 bytes or more"),
    "bus": Text("log o kafka", "log or kafka"),
    "kafka_prefix": Text(
        "de 1 a 40 letras minúsculas, cifras y guiones",
        "1 to 40 small letters, digits and hyphens",
    ),
    "kafka_partitions": Text("un número de 1 a 1000", "a number from 1 to 1000"),
    "kafka_replication": Text("un número de 1 a 7", "a number from 1 to 7"),
    "kafka_session_seconds": Text("segundos, 1 o más", "seconds, 1 or more"),
    "kafka_security_protocol": Text(
        "PLAINTEXT, SSL, SASL_PLAINTEXT o SASL_SSL", "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"
    ),
    "kafka_sasl_mechanism": Text("SCRAM-SHA-512 o SCRAM-SHA-256", "SCRAM-SHA-512 or SCRAM-SHA-256"),
    "kafka_sasl_password": Text(
        "la contraseña, porque el protocolo es SASL", "the password, because the protocol is SASL"
    ),
    "kafka_sasl_passwords": _PASSWORDS,
    "kafka_users": Text(
        'usuarios por servicio, en JSON: {"intake": "…"}',
        'users by service, as JSON: {"intake": "…"}',
    ),
    "kafka_ssl_cafile": _PEM,
    "kafka_ssl_certfile": Text(
        "un archivo PEM que se pueda leer, y en CANALIZA_KAFKA_SSL_KEYFILE su clave sin frase de"
        " paso",
        "a PEM file that can be read, and in CANALIZA_KAFKA_SSL_KEYFILE its key without a"
        " passphrase",
    ),
    "message_keys": Text(
        "secretos de 32 caracteres o más, con espacios entre ellos",
        "secrets of 32 characters or more, with blanks between them",
    ),
    "oidc_audience": _NOT_BLANK,
    "oidc_client_id": _NOT_BLANK,
    "port": _PORT,
    "metrics_port": _PORT,
    "requests_per_second": Text("un número, 1 o más", "a number, 1 or more"),
    "requests_at_once": Text("un número entero, 1 o más", "a whole number, 1 or more"),
    "document_mib": Text("un número entero de 1 a 100", "a whole number from 1 to 100"),
    "public_url": Text(
        "https://HOST[:PUERTO] y nada más (http:// solo con el nombre de esta misma máquina,"
        " localhost)",
        "https://HOST[:PORT] and nothing more (http:// with this machine's own name alone,"
        " localhost)",
    ),
    "trusted_proxy": Text(
        "direcciones IP o redes, con comas: 127.0.0.1,10.20.0.0/16",
        "IP addresses or networks, with commas: 127.0.0.1,10.20.0.0/16",
    ),
    "tls_certificate": Text(
        "el archivo del certificado; falta junto a los otros CANALIZA_TLS_…",
        "the certificate's file; it is missing beside the other CANALIZA_TLS_…",
    ),
    "tls_key": Text(
        "el archivo de la clave; falta junto a los otros CANALIZA_TLS_…",
        "the key's file; it is missing beside the other CANALIZA_TLS_…",
    ),
    "log_level": Text(
        "DEBUG, INFO, WARNING, ERROR o CRITICAL", "DEBUG, INFO, WARNING, ERROR or CRITICAL"
    ),
}
"""By field of Settings; a field that takes any text is not here. ``settings``: the file of them."""
