"""What a test has brought to pass, as the paths name it."""

from dataclasses import dataclass

from shared.kernel.ids import new_id

OWN, PARTY, STRANGER = "oficina-laboral", "comision-ddhh", "albergue-lejano"
FIRST = 2
"""The number of a follow-up's first record."""


def code_like(begins: str) -> str:
    """A new code without digits: many in a row would look like a telephone number."""
    return f"{begins}-{new_id().hex.translate(str.maketrans('0123456789', 'ghijklmnop'))}"


@dataclass(frozen=True)
class Scenario:
    """A case, its referral and a proposal, as the paths name them."""

    case_id: str
    referral_id: str = str(new_id())
    proposal_id: str = str(new_id())
    institution: str = PARTY
    token: str = "token-" + "0" * 12
    undertaking_id: str = str(new_id())
    service_id: str = str(new_id())
    document_id: str = str(new_id())
    entry_id: str = "ley-de-nadie"
    agreement_id: str = str(new_id())
    network: str = "red-de-nadie"
    region: str = "region-de-nadie"
    commission: str = "cie-de-nadie"
    request_id: str = str(new_id())
    link_id: str = str(new_id())
    consent_id: str = str(new_id())
    override_id: str = str(new_id())

    def path(self, service: str, template: str) -> str:
        """A route's address in this scenario."""

        names = {
            "case_id": self.case_id,
            "referral_id": self.referral_id,
            "proposal_id": self.proposal_id,
            "institution": self.institution,
            "network": self.network,
            "region": self.region,
            "commission": self.commission,
            "name": "sexes",
            "subdivision": "MX-CHH",
            "replaces": self.referral_id if service == "referral" else str(FIRST),
            "request_id": self.request_id,
            "place": "MX-TLA",
            "token": self.token,
            "commitment_id": self.undertaking_id,
            "activity_id": self.undertaking_id,
            "service_id": self.service_id,
            "document_id": self.document_id,
            "entry_id": self.entry_id,
            "link_id": self.link_id,
            "consent_id": self.consent_id,
            "override_id": self.override_id,
            "agreement_id": self.agreement_id,
            "programme": "gt-returned-migrants",
        }
        return f"/{service}{template.format(**names)}"
