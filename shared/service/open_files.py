"""How many files and connections this process may have open."""

import resource

_ENOUGH = 1024 * 1024
"""Where the system says "without limit": more than any process here ever opens."""


def raise_limit() -> int:
    """Raise this process's limit of open files to the most that the system lets it; return it.

    The usual limit is 1,024, which a thousand idle connections reach.
    """
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if most == resource.RLIM_INFINITY else most
    if now in (resource.RLIM_INFINITY, wanted):
        return wanted
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    except (ValueError, OSError):  # macOS says "without limit" and takes less
        return now
    return wanted
