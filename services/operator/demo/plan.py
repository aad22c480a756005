"""The commands of one made-up case, as they are submitted."""

from dataclasses import dataclass, field
from uuid import UUID

from services.intake import case
from services.operator.demo.silence import Case
from shared.kernel.ids import InstallationSecret
from shared.service.command_client import KeyedCommand


@dataclass
class Plan:
    """The commands of one case, service by service, in order."""

    case_id: UUID
    registration: case.RegisterCase
    secret: InstallationSecret
    after: list[KeyedCommand] = field(default_factory=list)
    referrals: list[KeyedCommand] = field(default_factory=list)
    followups: list[KeyedCommand] = field(default_factory=list)
    closings: list[KeyedCommand] = field(default_factory=list)

    @property
    def waits(self) -> Case:
        """Its case, and who has registered it."""
        return Case(self.case_id, self.registration.by.institution)

    @property
    def first(self) -> KeyedCommand:
        """Its registration."""
        name = str(self.case_id)
        return KeyedCommand(
            "intake",
            case.DECIDER,
            self.case_id,
            self.registration,
            name,
            f"demo-{name}",
            self.secret,
        )
