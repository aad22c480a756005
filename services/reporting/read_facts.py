"""Reads the facts of a case from the history that reporting keeps."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

import msgspec

from services.reporting import history, queries
from services.reporting.declarations import there
from services.reporting.history import Fact, Imported, Placed
from services.reporting.telling import Brief, Facts, Line
from shared.contracts.contract import parts_of
from shared.eventstore.snapshot import RunQuery


def facts_of(run_query: RunQuery, case_id: UUID) -> Facts:
    """Read the lines of a case's facts, and how to read more of them."""
    lines, telling = [], {}
    rows = run_query(queries.LINES, {"key": str(case_id), "telling": list(history.TELLING)})
    for source, position, fact_id, recorded_at, causation, happened_at, kind, local, data in rows:
        lines.append(Line(fact_id, causation, happened_at, recorded_at, source, position))
        if kind is not None:
            name, happened = parts_of(kind).name, there(happened_at, local)
            telling[fact_id] = Brief(
                fact_id, name, source, happened, recorded_at, msgspec.json.decode(data)
            )

    def read(wanted: Sequence[Placed]) -> Iterator[Fact]:
        places = {
            "sources": [line.service for line in wanted],
            "positions": [line.position for line in wanted],
        }
        return map(fact_of, run_query(queries.FACTS, places))

    def names(codes: Collection[str]) -> Mapping[str, str]:
        return dict(run_query(queries.NAMES, {"codes": list(codes)}))

    return Facts(lines, telling, read, names)


def fact_of(row: tuple[Any, ...]) -> Fact:
    """Build a fact; what it follows from and what replaces it is told with the others."""
    source, position, fact_id, kind, happened_at, happened_local, recorded_at = row[:7]
    institution, role, subject, causation, mapping, file, legal_basis, data = row[7:]
    return Fact(
        id=fact_id,
        name=parts_of(kind).name,
        type=kind,
        service=source,
        position=position,
        institution=institution,
        role=role,
        subject=subject,
        happened_at=there(happened_at, happened_local),
        recorded_at=recorded_at.astimezone(UTC),
        causation=causation,
        follows=None,
        data=msgspec.json.decode(data),
        imported=Imported(mapping, legal_basis, file) if mapping else None,
    )
