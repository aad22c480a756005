"""What is said of a referral afterwards: of each other, and that its loop is closed."""

from typing import Annotated

from shared.contracts.contract import AboutReferral, InstitutionCode, coded

PART_OF = "referral"

Rating = Annotated[str, coded("ratings", "How the counterpart dealt with it")]


class CounterpartRatedV1(AboutReferral, frozen=True, kw_only=True):
    """``institution`` said how ``counterpart``, the other one of the referral, dealt with it."""

    institution: InstitutionCode
    counterpart: InstitutionCode
    timeliness: Rating
    effort: Rating


class LoopClosedV1(AboutReferral, frozen=True, kw_only=True):
    """The sender is done with the referral, which has ended."""

    reason: Annotated[str, coded("loop_reasons", "With what the sender is done with it")]
    person_told: Annotated[str, coded("told", "Whether the person was told what came of it")]
