"""The eight institutions that act, and what each is good at."""

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
