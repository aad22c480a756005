"""Which requests have a long body: files, each within the limit that the settings set.

Everything else is a command: codes, ids, amounts and dates (``fast_path.LONGEST_BODY``).
"""

from typing import Final

from shared.documents.document import MOST_MIB

_MIB: Final = 1024 * 1024
_AROUND: Final = 64 * 1024
"""Bytes of a request beside the file, at the most."""
ADDRESSES: Final = ("/documents", "/directory/imports")
"""How the addresses end that files are sent to."""
LONGEST_UPLOAD: Final = MOST_MIB * _MIB
"""Bytes that no setting lets a file have more of."""
SLOWEST: Final = 64 * 1024
"""Bytes a second that a client must send at least, on average, once it has had its half minute."""


def is_upload(method: str, path: str) -> bool:
    """Whether a request sends a file. path: without its query."""
    return method == "POST" and path.endswith(ADDRESSES)


def longest_request(most_mib: int) -> int:
    """Return the bytes of the longest request that sends a file of so many MiB."""
    return most_mib * _MIB + _AROUND


def seconds_for(most_mib: int) -> float:
    """Return how long the largest file may take beyond what any body may."""
    return most_mib * _MIB / SLOWEST
