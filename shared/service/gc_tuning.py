"""Tuning of the garbage collector for a long-running process."""

import gc

_NEW, _YOUNG, _MIDDLE = 20_000, 20, 100


def freeze_heap() -> None:
    """Freeze the objects loaded at start, and raise the thresholds of the garbage collector.

    Call it once, when all is loaded and before the work begins. What is loaded by then stays, so it
    need not be scanned again; later objects are scanned less often, since states and commands under
    way live long and hold no cycles. With Python's defaults one answer in a hundred took a tenth of
    a second, and an import spent a third of its time collecting (measured: docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW, _YOUNG, _MIDDLE)
