"""The static files of the pages, at addresses that change with their content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from services.console.rendering import HERE

FOLDER = HERE / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, read once. address: with its hash, so that a browser may keep it for ever."""

    address: str
    media_type: str
    content: bytes


def _read() -> Mapping[str, Asset]:
    found = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            found[path.name] = Asset(f"/pages/{path.name}?v={digest}", _TYPES[path.suffix], content)
    return found


ASSETS = _read()
"""The files by name."""
