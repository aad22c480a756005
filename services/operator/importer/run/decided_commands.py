"""Commands on what is recorded already, each decided here before any of them is sent.

Each is sent with the version of its stream at which it was decided, so that it is refused if
anybody else has changed the case since; and under a key with that version, so that the same change
can be made again after it was undone.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.followup import life as followup_life
from services.intake import case as intake
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.three_way_merge import Merging
from services.referral import custody
from shared.kernel.decider import Command, Decider
from shared.kernel.ids import InstallationSecret
from shared.kernel.refusals import Refusal
from shared.service.command_client import KeyedCommand

ByService = Mapping[str, list[KeyedCommand]]


class RuleRefuses(Exception):
    """A rule would refuse one of the commands."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def decided_commands(merging: Merging, deciding: Deciding) -> ByService:
    """Return the commands for each service, in order. Raises RuleRefuses."""
    record, secret = merging.record, merging.importer.secret
    case_id = record.registered[0].stream
    about = str(case_id)
    decided = _Decided(deciding, about, secret)
    return {
        "intake": decided.on(
            "intake", intake.DECIDER, case_id, [f.fact for f in record.registered], merging.intake
        ),
        # What is corrected at intake may relocate the case at referral meanwhile.
        "referral": decided.on(
            "referral",
            custody.DECIDER,
            case_id,
            [f.fact for f in record.held],
            merging.referral,
            moves=bool(merging.intake),
        ),
        "followup": [
            keyed
            for referral, commands in merging.followup.items()
            for keyed in decided.on(
                "followup",
                followup_life.DECIDER,
                referral,
                [f.fact for f in record.followed[referral]],
                commands,
            )
        ]
        + merging.as_given,
    }


class _Decided:
    """Decides commands about one case in memory."""

    def __init__(self, deciding: Deciding, about: str, secret: InstallationSecret) -> None:
        self._deciding = deciding
        self._about = about
        self._secret = secret

    def on(  # noqa: PLR0913 - a stream, and what is to happen there
        self,
        service: str,
        decider: Decider[Any],
        stream: UUID,
        facts: list[object],
        commands: list[Command],
        *,
        moves: bool = False,
    ) -> list[KeyedCommand]:
        """Return a stream's commands. moves: reactions may be recorded there meanwhile."""
        state, version, keyed = decider.fold(facts), len(facts), []
        for command in commands:
            decision = self._deciding.decide(decider, command, state)
            if isinstance(decision, Refusal):
                raise RuleRefuses(decision)
            if decision:
                key = f"import:{stream}:{version}:{type(command).__name__}"
                expected = None if moves else version
                keyed.append(
                    KeyedCommand(
                        *(service, decider, stream, command, self._about, key, self._secret),
                        expected,
                    )
                )
            state, version = decider.fold(decision, state), version + len(decision)
        return keyed
