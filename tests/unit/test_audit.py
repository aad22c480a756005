"""The audit of the locks: a package that nobody looked at is never called sound."""

import json
from typing import Any

import pytest

from deploy.audit import NOT_AUDITED, WEAK, Found, conclude, read

SOUND = {"name": "fastapi", "version": "1.0", "vulns": []}
FLAWED = {
    "name": "idna",
    "version": "3.6",
    "vulns": [{"id": "PYSEC-2024-60", "fix_versions": ["3.7"], "aliases": [], "description": "x"}],
}
UNKNOWN = {"name": "attrs", "skip_reason": "Dependency not found on PyPI"}


def asked(*packages: dict[str, Any]) -> Found:
    """What is made of an answer about these packages."""
    return read("production.txt", json.dumps({"dependencies": packages, "fixes": []}), "")


def test_sound_packages_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert conclude([asked(SOUND), asked(SOUND)]) == 0
    assert capsys.readouterr().out == "auditados / audited: 2; debilidades / weaknesses: 0\n"


def test_a_known_weakness_is_named_with_the_version_that_mends_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert conclude([asked(SOUND, FLAWED, UNKNOWN)]) == WEAK
    assert "production.txt: idna 3.6: PYSEC-2024-60 -> 3.7\n" in capsys.readouterr().out


def test_packages_that_nobody_looked_at_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert conclude([asked(SOUND, UNKNOWN)]) == NOT_AUDITED
    assert "could NOT audit: 1 (attrs)" in capsys.readouterr().out


def test_without_an_answer_nothing_was_audited(capsys: pytest.CaptureFixture[str]) -> None:
    found = read("production.txt", "", "Traceback\nConnectionError: no route to host\n")
    assert conclude([found]) == NOT_AUDITED
    assert "production.txt: ConnectionError: no route to host" in capsys.readouterr().out


def test_an_audit_of_nothing_is_none() -> None:
    assert conclude([asked()]) == NOT_AUDITED
