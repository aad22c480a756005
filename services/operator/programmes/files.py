"""Where the files of the programmes are: beside the source, or in the installed package."""

from pathlib import Path

_BESIDE = Path(__file__).parents[3] / "deploy/programmes"
_WITHIN = Path(__file__).parent / "shipped"
FOLDER = _BESIDE if _BESIDE.is_dir() else _WITHIN


def directory_of(programme: str) -> Path:
    """Return the folder with a programme's directory."""
    return FOLDER / programme / "directory"
