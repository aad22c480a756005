"""Good bytes gone wrong: cut, spliced, and with what parsers stumble over put anywhere."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

DEEP = 100_000
SNIPPETS: tuple[bytes, ...] = (
    b"", b"null", b"true", b"0", b"-0", b"1e999", b"-1e-999", b"NaN", b"Infinity", b"[]", b"{}",
    b'""', b'"', b"\\", b",", b":", b"[", b"]", b"{", b"}", b" ", b"\n", b"\x00", b"\xff",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\\u0000", b"\\ud800",
    b"\\udc00\\ud800",
    b"9" * 19, b"9223372036854775808", b"9" * 5_000, b"1." + b"3" * 500, b'"a":1,"a":2,',
    b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"2026-02-30T00:00:00Z",
    b"2026-01-01T00:00:00+14:01", b"2026-01-01T00:00:00+16:00", b"2026-01-01T00:00:00-23:59",
    b"2026-05-04T24:00:00Z", b"2026-05-04T21:30:60Z", b"2026-05-04", b"1777952400",
)  # fmt: skip
"""What is put in somewhere else's stead."""

_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([snippet.decode("latin-1") for snippet in SNIPPETS])
    | st.sampled_from(["\0", "\ud800", "x" * 5_000])
)
anything: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
"""Whatever JSON can say, and some of what it cannot."""


def spliced(originals: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """One of these with a few pieces of it exchanged, left out or doubled."""
    return st.integers(0, len(originals) - 1).flatmap(lambda n: _spliced(originals[n]))


@st.composite
def _spliced(draw: st.DrawFn, raw: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from([*SNIPPETS, raw[start:end] * 2]) | st.binary(max_size=4))
        raw = raw[:start] + piece + raw[end:]
    return raw


@st.composite
def altered(draw: st.DrawFn, document: Any) -> Any:
    """The same document with one part of it changed, left out, or added to."""
    if isinstance(document, dict) and document and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(document)))
        match draw(st.integers(0, 5)):
            case 0:
                return {n: value for n, value in document.items() if n != name}
            case 1:
                return {**document, draw(st.text(max_size=5)): draw(anything)}
            case _:
                return {**document, name: draw(altered(document[name]))}
    if isinstance(document, list) and document and draw(st.integers(0, 3)):
        index = draw(st.integers(0, len(document) - 1))
        return [*document[:index], draw(altered(document[index])), *document[index + 1 :]]
    return draw(anything)


def written(document: Any) -> bytes:
    """JSON as a careless program writes it: NaN, lone surrogates and all."""
    return json.dumps(document).encode()


MONSTERS: dict[str, bytes] = {
    "nothing": b"",
    "a megabyte of brackets": b"[" * 1_000_000,
    "a deep object": b'{"data":' * DEEP + b"1" + b"}" * DEEP,
    "a deep field that nobody knows": b'{"more":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "a megabyte of digits": b"9" * 1_000_000,
    "a megabyte of one text": b'"' + b"a" * 1_000_000 + b'"',
    "a megabyte of escapes": b'"' + rb"\u0041" * 170_000 + b'"',
    "a megabyte of the same key": b"{" + b'"type":"x",' * 90_000 + b'"type":"x"}',
    "no number": b"NaN",
    "no text": b'"\xff\xfe"',
    "half a pair": rb'"\ud800"',
    "a mark of order": b"\xef\xbb\xbf{}",
    "another encoding": '{"type":"x"}'.encode("utf-16"),
}
"""Bytes that are hard to read, by name."""
