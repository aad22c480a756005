"""How long the random walks and the fuzzing go on: the same each time in CI, at random in a soak.

``make soak STEPS=N`` sets ``CANALIZA_SOAK_STEPS``: that many steps for each state machine, and as
many times more examples of everything else as N is more than what CI takes.
"""

import os

from hypothesis import HealthCheck, Verbosity, settings

IN_CI = 5_000
"""Steps of each state machine in CI."""
LONG = 50
"""Steps of one walk."""
STEPS = int(os.environ.get("CANALIZA_SOAK_STEPS", IN_CI))
SOAKING = "CANALIZA_SOAK_STEPS" in os.environ

settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    stateful_step_count=LONG,
    suppress_health_check=list(HealthCheck),  # a slow machine is no defect of what it draws
)
settings.register_profile(
    "soak",
    settings.get_profile("ci"),
    derandomize=False,
    print_blob=True,
    verbosity=Verbosity.normal,
)


def tries(in_ci: int) -> settings:
    """That many examples in CI, and more in proportion in a soak."""
    profile = settings.get_profile("soak" if SOAKING else "ci")
    return settings(profile, max_examples=max(1, in_ci * STEPS // IN_CI))
