"""Whether institutions can answer, and their own keeping of tokens, for the composition root."""

from services.referral.reach import reach_of, tell_reach
from services.referral.token_keeping import Keeper

__all__ = ["Keeper", "reach_of", "tell_reach"]
