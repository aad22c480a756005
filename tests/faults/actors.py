"""The eight institutions that act, one that answers by links, and two that only read."""

from types import MappingProxyType

ADMINISTRATION = "canaliza-admin"
INSTITUTIONS = (
    "stps-chihuahua",
    "procuraduria-juarez",
    "centro-conciliacion-chih",
    "comision-ddhh-chih",
    "albergue-juarez",
    "consulado-gt-juarez",
    "empleo-chihuahua",
    "fiscalia-chihuahua",
)
KINDS = MappingProxyType(
    dict(
        zip(
            INSTITUTIONS,
            (
                "labour-office",
                "labour-office",
                "conciliation-centre",
                "human-rights-commission",
                "shelter",
                "consulate",
                "employment-service",
                "prosecutor",
            ),
            strict=True,
        )
    )
)
WITHOUT_ACCOUNT = "parroquia-san-judas"
"""In the directory, and without a token: it answers by links."""
STRANGER, AUDITOR = "maquila-norte", "contraloria-estatal"
"""Two that only read: one that no case concerns, and one that sees every case."""
ROLES = MappingProxyType(
    {**dict.fromkeys((*INSTITUTIONS, STRANGER), ("caseworker",)), AUDITOR: ("auditor",)}
)
"""With which roles each reads."""
