"""The institutions of the demonstration. None of them exists."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from services.referral import directory
from shared.kernel.decider import Actor
from shared.kernel.ids import InstallationSecret
from shared.kernel.roles import OPERATOR
from shared.service.command_client import KeyedCommand

PROGRAMME, SUBDIVISION = "mx-labour-protection", "MX-CHH"
OFFICE, COMMISSION = "stps-chihuahua", "cedh-chihuahua"
ZONE = timezone(timedelta(hours=-6))
FIRST_DAY = datetime(2026, 1, 12, 9, 0, tzinfo=ZONE)
LAST_DAY = FIRST_DAY + timedelta(days=730)
SUBJECT = "demo"
INSTITUTIONS: Mapping[str, tuple[str, str]] = {
    OFFICE: ("Secretaría del Trabajo, Chihuahua (demostración)", "labour-office"),
    "ccl-chihuahua": ("Centro de Conciliación Laboral (demostración)", "conciliation-centre"),
    "cedh-chihuahua": ("Comisión de Derechos Humanos (demostración)", "human-rights-commission"),
    "fge-chihuahua": ("Fiscalía General del Estado (demostración)", "prosecutor"),
    "ceave-chihuahua": ("Comisión de Atención a Víctimas (demostración)", "victims-commission"),
    "sne-chihuahua": ("Servicio Nacional de Empleo (demostración)", "employment-service"),
    "inspeccion-juarez": ("Inspección del Trabajo, Juárez (demostración)", "labour-inspectorate"),
    "albergue-juarez": ("Albergue para migrantes, Juárez (demostración)", "shelter"),
    "ong-derechos": ("Organización por los derechos laborales (demostración)", "ngo"),
    "consulado-juarez": ("Consulado, Ciudad Juárez (demostración)", "consulate"),
    "oim-juarez": ("OIM, oficina Ciudad Juárez (demostración)", "iom"),
    "maquila-norte": ("Empresa maquiladora del norte (demostración)", "company"),
}
_OPERATOR = Actor("operator", OPERATOR, SUBJECT)


def institutions(secret: InstallationSecret) -> list[KeyedCommand]:
    """Each is registered, and has a way to answer for as long as the stories last."""
    return [
        KeyedCommand("referral", directory.DECIDER, stream, command, code, f"demo-{key}", secret)
        for code, (name, kind) in INSTITUTIONS.items()
        for stream in [directory.stream_of(code)]
        for key, command in (
            (
                code,
                directory.RegisterInstitution(
                    by=_OPERATOR,
                    at=FIRST_DAY,
                    institution=code,
                    name=name,
                    kind=kind,
                    subdivision=SUBDIVISION,
                    programmes=(PROGRAMME,),
                ),
            ),
            (
                f"{code}-reachable",
                directory.MakeReachable(by=_OPERATOR, at=FIRST_DAY, until=LAST_DAY),
            ),
        )
    ]
