"""How long the random walks and the fuzzing go on, in steps of each state machine.

``make test`` takes few of them and ``make verify`` more, the same ones each time; ``make soak
STEPS=N`` takes as many as it is told to, at random. Of everything else that is made up there are
more examples or fewer in proportion.
"""

import os

from hypothesis import HealthCheck, Verbosity, settings

QUICK = 1_000
"""Steps of each state machine in ``make test``."""
VERIFIED = 5_000
"""Steps of each state machine in ``make verify``."""
LONG = 50
"""Steps of one walk."""
STEPS = int(os.environ.get("TEST_CANALIZA_STEPS", QUICK))
SOAKING = STEPS > VERIFIED

settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    stateful_step_count=LONG,
    suppress_health_check=list(HealthCheck),  # a slow machine is no defect of what it draws
)
settings.register_profile(
    "soak",
    settings.get_profile("repeatable"),
    derandomize=False,
    print_blob=True,
    verbosity=Verbosity.normal,
)


def tries(verified: int) -> settings:
    """That many examples in ``make verify``, and in proportion fewer or more elsewhere."""
    profile = settings.get_profile("soak" if SOAKING else "repeatable")
    return settings(profile, max_examples=max(1, verified * STEPS // VERIFIED))
