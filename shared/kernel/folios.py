"""Folios: a case's number that a person can read out, type in again, and get wrong.

Written ``CHH-2BM-TEJ-RK9-4``: a prefix, nine characters of Crockford's base 32 (0-9 and A-Z without
I, L, O and U), and a check character. The check is ISO/IEC 7064, MOD 37-2, over prefix and body:
it finds any single wrong character and any two neighbours that were swapped. Body and check come
from the case's id, so that no numbers are assigned: 3 * 10^13 folios for each prefix. The rare id
whose first folio is taken gets its next one (``candidates``; decision 35).

Whoever types a folio is forgiven case, blanks, hyphens, O for 0, and I or L for 1. Folios of the
older form (``CHH-2BMT-EJRK-9``), whose check did not cover the prefix, stay readable.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from operator import mul
from uuid import UUID

from shared.kernel.ids import derived_id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing in it is taken for something else in it."""
BODY = 9
"""How many characters stand between prefix and check."""
_ISO_7064 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_WORTH = {character: worth for worth, character in enumerate(_ISO_7064)}
_SHIFTS = range(0, 5 * BODY, 5)
_WEIGHTS = [2 ** (BODY - place) for place in range(BODY)]
_WORTHS = [_WORTH[character] for character in ALPHABET]
_CHECKED = [each if each in ALPHABET else None for each in _ISO_7064]
"""By check value; None for the five that would be confused, or cannot be read out."""
_CONFUSED = str.maketrans("OIL", "011")
_NOT_WRITTEN = re.compile(r"[\s\-\u2010-\u2015._]+")
_KEY = re.compile(r"[0-9A-Z]{3,40}", re.ASCII)
_OLDER = "23456789ABCDEFGHJKMNPQRSTVWXY"
_OLDER_GROUPS = [4, 4, 1]


def candidates(case_id: UUID, prefix: str) -> Iterator[tuple[str, UUID]]:
    """Yield the folios that a case may get, each with its stream; it gets the first free one.

    Always the same ones for the same case, without end. prefix: capitals, digits and hyphens.
    """
    before = _of_prefix(prefix)
    attempts = count()
    while True:
        attempt = next(attempts)
        digest = blake2b(case_id.bytes, digest_size=8, salt=attempt.to_bytes(8, "big")).digest()
        number = int.from_bytes(digest, "big")
        digits = [(number >> shift) & 31 for shift in _SHIFTS]
        check = _CHECKED[
            (1 - before - sum(map(mul, map(_WORTHS.__getitem__, digits), _WEIGHTS))) % 37
        ]
        if check is not None:
            body = "".join(map(ALPHABET.__getitem__, digits))
            folio = f"{prefix}-{body[:3]}-{body[3:6]}-{body[6:]}-{check}"
            yield folio, stream_of(folio)


@lru_cache(maxsize=1024)
def stream_of(folio: str) -> UUID:
    """Return the id of the stream that says whose folio it is."""
    return derived_id("folio", key_of(folio))


def key_of(written: str) -> str:
    """Return what is the same for all ways to write one folio: capitals without separators."""
    return _NOT_WRITTEN.sub("", unicodedata.normalize("NFKC", written)).upper().translate(_CONFUSED)


def is_well_written(written: str) -> bool:
    """Whether its check character is right, which shows that nothing was mistyped."""
    key = key_of(written)
    if not _KEY.fullmatch(key):
        return False
    groups = [len(part) for part in _NOT_WRITTEN.split(written.strip())]
    if groups[-3:] == _OLDER_GROUPS:
        return _older_check(key)
    right = len(key) > BODY and (_sum(key[:-1]) + _WORTH[key[-1]]) % 37 == 1
    return right or (len(groups) == 1 and _older_check(key))


def _sum(characters: str) -> int:
    """Return ISO/IEC 7064's sum, by the radix 2 of MOD 37-2."""
    before = 0
    for character in characters:
        before = (before + _WORTH[character]) * 2 % 37
    return before


@lru_cache(maxsize=256)
def _of_prefix(prefix: str) -> int:
    """Return what a prefix adds to the sum when a body follows."""
    shift: int = 2**BODY
    return _sum(key_of(prefix)) * shift


def _older_check(key: str) -> bool:
    """Whether the check character of the older form is right: it covers the eight before it."""
    body = key[-9:-1]
    if len(body) != 8 or any(c not in _OLDER for c in key[-9:]):  # noqa: PLR2004 - eight characters
        return False
    weighted = sum((place + 2) * _OLDER.index(c) for place, c in enumerate(body))
    return _OLDER[weighted % len(_OLDER)] == key[-1]
