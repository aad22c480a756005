"""Whether institutions can answer, and their own keeping of tokens, for the composition root."""

from services.referral.reach import BY_PROVIDER, reach_of, tell_reach
from services.referral.token_keeping import Keeper

__all__ = ["BY_PROVIDER", "Keeper", "reach_of", "tell_reach"]
