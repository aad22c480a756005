"""What the access log costs: reads of one case with it, over the same reads without."""

from contextlib import ExitStack

from tests.bench.figures import Measured, Unusable, median, ratios
from tests.bench.handing import Handing
from tests.bench.stage import Stage, progress

SECONDS = 4
CASES, READS = 64, 5_000
_WITHOUT = ("-m", "tests.bench.without_access_log", "--port", "0")


def measure(stage: Stage) -> Measured:
    """Reads by as many clients as there are for commands, in turns."""
    seconds = stage.effort.seconds(SECONDS)
    with_log: list[float] = []
    without: list[float] = []
    with ExitStack() as stack:
        ours = stack.enter_context(stage.service("referral"))
        none = stack.enter_context(stage.service("referral", _WITHOUT))
        with stage.service("intake") as intake:
            handing = Handing.prepared(stage, ours, intake, CASES)
        for service in (ours, none):
            handing.reads(service, READS, 1.0)  # both have the states in memory now
        before = _lines(stage)
        for number in range(1, stage.effort.more_rounds + 1):
            for service, found in ((ours, with_log), (none, without)):
                done = handing.reads(service, READS, seconds)
                found.append(done.accepted / done.seconds)
            progress(f"access: round {number}: {with_log[-1]:,.0f}, none {without[-1]:,.0f}")
        if _lines(stage) <= before:
            raise Unusable("nothing was written into the access log")
    return {"reads_per_s": median(with_log), "access_log_to_none": ratios(with_log, without)}


def _lines(stage: Stage) -> int:
    """How much the access log has."""
    return int(stage.query("SELECT coalesce(sum(times), 0) FROM identity.access")[0][0])
