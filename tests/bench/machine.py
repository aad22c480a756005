"""What the figures were taken on, under keys that begin with ``machine_``."""

import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psutil

from shared.kernel.clock import now

Machine = Mapping[str, str | float]
_MB = 1024 * 1024


def describe(folder: Path, postgres: str) -> Machine:
    """The machine as it is now. folder: where the servers' files are. postgres: its version."""
    return {
        "machine_when": now().isoformat(timespec="seconds"),
        "machine_commit": _commit(),
        "machine_cpu": _cpu(),
        "machine_cores": os.cpu_count() or 0,
        "machine_memory_mb": psutil.virtual_memory().total // _MB,
        "machine_busy_before": round(os.getloadavg()[0], 2),
        "machine_system": platform.platform(),
        "machine_filesystem": _filesystem(folder),
        "machine_python": platform.python_version(),
        "machine_postgresql": postgres,
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def _filesystem(folder: Path) -> str:
    """The kind of the file system that holds the folder: a figure on tmpfs says nothing."""
    kinds = {part.mountpoint: part.fstype for part in psutil.disk_partitions(all=True)}
    at = folder.resolve()
    return next((kinds[str(way)] for way in (at, *at.parents) if str(way) in kinds), "unknown")


def _commit() -> str:
    words = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
