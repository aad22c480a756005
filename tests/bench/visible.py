"""How soon a fact that was accepted is seen in reporting: the standard mode, over Kafka."""

from contextlib import ExitStack

from shared.service.settings import SERVICES
from tests.bench.figures import Measured, median, percentile
from tests.bench.handing import Handing
from tests.bench.http import carried
from tests.bench.stage import Stage, progress

SECONDS = 4.0
SHARE = 0.2
_WARM_SECONDS = 4.0


def measure(stage: Stage) -> Measured:
    """Commands at a fifth of http_commands_per_s; when each fact was seen in reporting."""
    per_second = SHARE * carried(stage)
    rounds, seconds = stage.effort.more_rounds, stage.effort.seconds(SECONDS)
    warm = stage.effort.seconds(_WARM_SECONDS)
    middle, slowest = [], []
    with ExitStack() as stack:
        at = {name: stack.enter_context(stage.service(name)) for name in SERVICES}
        cases = Handing.cases_for(per_second, warm + rounds * seconds, rounds)
        progress(f"visible: {per_second:,.0f} commands a second; cases are registered")
        handing = Handing.prepared(stage, at["referral"], at["intake"], cases)
        admin = stage.installation.admin
        stage.all_read()
        handing.pace(at["referral"], per_second, warm, admin)
        for number in range(1, rounds + 1):
            taken = handing.pace(at["referral"], per_second, seconds, admin).visible_ms
            middle.append(percentile(taken, 0.50))
            slowest.append(percentile(taken, 0.99))
            progress(
                f"visible: round {number} of {rounds}: {len(taken):,} facts,"
                f" p50 {middle[-1]:.1f} ms, p99 {slowest[-1]:.1f} ms"
            )
    return {"visible_p50_ms": median(middle), "visible_p99_ms": median(slowest)}
