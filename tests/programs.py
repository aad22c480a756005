"""Programs that no lock can bring: deploy/ci-packages.txt says which package has them."""

import os
import shutil
import socket
from pathlib import Path

import pytest


def program(name: str) -> str:
    """Where a program is; a test without it is skipped, but never in CI."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    return found or missing(name)


def debians_postgres() -> Path:
    """The folder of the newest PostgreSQL that Debian brought."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: float(p.parts[-3])
    )
    return found[-1].parent if found else Path(missing("pg_createcluster"))


def missing(name: str) -> str:
    words = f"{name} is not here: sh deploy/ci-packages.sh"
    if os.environ.get("CI"):
        raise AssertionError(words)
    pytest.skip(words)


def is_listening(port: int) -> bool:
    with socket.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex(("127.0.0.1", port)) == 0
