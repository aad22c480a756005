"""What TLS costs: reads of one case over TLS, over the same reads in plain HTTP."""

from contextlib import ExitStack

from tests.bench.access import CASES, READS, SECONDS
from tests.bench.figures import Measured, ratios
from tests.bench.handing import Handing
from tests.bench.stage import Stage, progress
from tests.certificates import Authority


def measure(stage: Stage) -> Measured:
    """The same clients and cases, in turns; connections are kept, as institutions keep theirs."""
    seconds = stage.effort.seconds(SECONDS)
    authority = Authority(stage.folder, "bench-authority")
    over_tls: list[float] = []
    plainly: list[float] = []
    with ExitStack() as stack:
        plain = stack.enter_context(stage.service("referral"))
        sealed = stack.enter_context(stage.service("referral", tls=authority))
        with stage.service("intake") as intake:
            handing = Handing.prepared(stage, plain, intake, CASES)
        ways = ((plain, plainly, None), (sealed, over_tls, authority.file))
        for service, _, file in ways:
            handing.reads(service, READS, 1.0, file)  # both have the states in memory now
        for number in range(1, stage.effort.more_rounds + 1):
            for service, found, file in ways:
                done = handing.reads(service, READS, seconds, file)
                found.append(done.accepted / done.seconds)
            progress(f"wire: round {number}: TLS {over_tls[-1]:,.0f}, plain {plainly[-1]:,.0f}")
    return {"tls_to_plain": ratios(over_tls, plainly)}
