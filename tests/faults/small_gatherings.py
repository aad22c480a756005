"""What the small run says of a network, a region and a commission; and all is well."""

from typing import TYPE_CHECKING, Any

from tests.faults.small_world import OFFICE, STRANGER, named

if TYPE_CHECKING:
    from tests.faults.small_story import Writer

_KEEPER = "canaliza-admin"
NETWORK, REGION, CIE = "red-frontera", "frontera-norte", "cie-chihuahua"


def gatherings(writer: "Writer") -> None:
    """The shelter was in the office's network for a time, and is in its commission."""
    of: dict[str, Any] = {"network": NETWORK, "institution": STRANGER, "since": "2026-04-01"}
    formed = {"network": NETWORK, "name": "Red", "programme": "mecal"}
    joining = {**of, "agreement_id": None, "institution_version": 2}
    _told(writer, NETWORK, "network-formed", formed)
    _told(writer, NETWORK, "network-joined", joining)
    _told(writer, NETWORK, "network-left", {**of, "until": "2026-04-30"}, STRANGER, "administrator")
    defined = {"region": REGION, "name": "Norte", "subdivision": "MX-CHH"}
    _told(writer, REGION, "region-defined", {**defined, "municipalities": ["08037"]})
    commission = {
        "commission": CIE,
        "name": "CIE",
        "subdivision": "MX-CHH",
        "programme": "mx-trafficking",
        "secretariat": OFFICE,
        "secretariat_version": 2,
        "quorum": {"rule": "majority"},
    }
    seat = {"commission": CIE, "institution": STRANGER, "since": "2026-04-01"}
    _told(writer, CIE, "commission-formed", commission)
    seated = {**seat, "institution_version": 2}
    _told(writer, CIE, "member-seated", seated, OFFICE, "administrator")


def _told(  # noqa: PLR0913, PLR0917 - who says what of what
    writer: "Writer",
    about: str,
    name: str,
    payload: dict[str, Any],
    institution: str = _KEEPER,
    role: str = "steward",
) -> None:
    stream = named(f"gathering {about}")
    writer.done("referral", stream, about, institution, (name, payload), unheard=True, role=role)
