"""How often a long-running process looks through its memory for garbage."""

import gc

_NEW, _YOUNG, _MIDDLE = 20_000, 20, 100


def freeze_heap() -> None:
    """Call once all is loaded, before the work begins.

    What is loaded by then stays, so it is never looked at again; and what comes later is looked
    through less often, since states and commands on their way live long and hold no cycles. With
    Python's own settings one answer in a hundred took a tenth of a second, and an import spent a
    third of its time on this (measured: docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW, _YOUNG, _MIDDLE)
