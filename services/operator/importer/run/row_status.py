"""How far rows have come already, asked for many at once."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from uuid import UUID

from services.operator.importer.run.steps import Step, Steps
from shared.service.service import Service


class RowStatus(Enum):
    """What an earlier run, or this one before it was interrupted, made of a row."""

    NEW = "nothing of it is here"
    BEGUN = "its first steps were taken, its last was not"
    DONE = "all of it is here"
    DIFFERENT = "its case is here, and told otherwise"


def standings(services: Mapping[str, Service], many: Sequence[Steps]) -> list[RowStatus]:
    """How far each row has come: a query or two a service, however many rows."""
    carried_out = _carried_out(services, (one.last for one in many))
    unfinished = [one for one in many if one.last.id not in carried_out]
    carried_out |= _carried_out(services, (one.registering[0] for one in unfinished))
    unknown = [one.case for one in unfinished if one.registering[0].id not in carried_out]
    taken = present(services["intake"], unknown)
    return [_standing(one, carried_out, taken) for one in many]


def present(service: Service, streams: Iterable[UUID]) -> set[UUID]:
    """Those of these streams in which the service has recorded anything."""
    wanted = [(stream, 0) for stream in streams]
    return {row[1] for row in service.log.recorder.select_newer(wanted)} if wanted else set()


def _standing(one: Steps, carried_out: set[UUID], taken: set[UUID]) -> RowStatus:
    if one.last.id in carried_out:
        return RowStatus.DONE
    if one.registering[0].id in carried_out:
        return RowStatus.BEGUN
    return RowStatus.DIFFERENT if one.case in taken else RowStatus.NEW


def _carried_out(services: Mapping[str, Service], steps: Iterable[Step]) -> set[UUID]:
    wanted: dict[str, list[UUID]] = {}
    for step in steps:
        wanted.setdefault(step.service, []).append(step.id)
    return {
        done
        for service, ids in wanted.items()
        for done in services[service].log.recorder.select_commands(ids)
    }
