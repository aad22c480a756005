"""What the documents name is there: files by their path, tests by their name."""

import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md")])
OURS = ("deploy", "docs", "services", "shared", "tests")
PATH = re.compile(rf"`((?:{'|'.join(OURS)})/[\w./-]+)`")
TEST = re.compile(r"`((?:[\w-]+/)*test_\w+\.py)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def missing(page: Path, text: str) -> list[str]:
    """What a page names and nobody finds: from the root, among the tests, or from the page."""
    tests = {str(path.relative_to(ROOT)) for path in ROOT.glob("tests/**/test_*.py")}
    named = (name for name in PATH.findall(text) if not (ROOT / name).exists())
    known = {path[at:] for path in tests for at in _starts(path)}
    unknown = (name for name in TEST.findall(text) if name not in known)
    broken = (f"{to}#{at}" for to, at in LINK.findall(text) if not _leads(page, text, to, at))
    return sorted({*chain(named, unknown, broken)})


def _leads(page: Path, text: str, to: str, at: str) -> bool:
    """Whether a link leads to a file, and to a heading there if it names one."""
    there = page.parent / to if to else page
    if not at:
        return there.exists()
    if to:
        text = there.read_text(encoding="utf-8") if there.is_file() else ""
    return at in {_anchor(heading) for heading in HEADING.findall(text)}


def _anchor(heading: str) -> str:
    """How a heading is linked to, as GitHub does it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _starts(path: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("/", path))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_document_names_is_there(page: Path) -> None:
    assert missing(page, page.read_text(encoding="utf-8")) == []


def test_what_is_not_there_is_named() -> None:
    text = (
        "`tests/unit/test_documents.py` `unit/test_documents.py` `shared/web` [all](security.md)"
        " `tests/unit/test_none.py` `none/test_documents.py` `shared/none.py` [none](none.md#a)"
        " [here](#a-heading) [nowhere](#none) [there](reliability.md#none)\n# A heading!"
    )
    assert missing(ROOT / "docs/security.md", text) == [
        "#none",
        "none.md#a",
        "none/test_documents.py",
        "reliability.md#none",
        "shared/none.py",
        "tests/unit/test_none.py",
    ]
