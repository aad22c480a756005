"""The directories that come with the programmes: whole, of known codes, and decided as written."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from services.operator.demo.directory import (
    arranged,
    arrangements,
    as_demonstrated,
    organizations,
    refreshed,
)
from services.operator.demo.institutions import FIRST_DAY, INSTITUTIONS, institutions
from services.operator.programmes.arrangements import ARRANGEMENTS, read
from services.operator.programmes.files import directory_of
from services.referral import directory
from shared.definitions.flaw import DefinitionNotUsable
from shared.kernel.decider import Claim, Decider, Known
from shared.kernel.free_text import looks_personal
from shared.service.command_client import KeyedCommand
from tests.installation_secret import SECRET
from tests.personas import OPERATOR

PROGRAMME = "mx-labour-protection"
CITES = """
programme: mx-labour-protection
norms:
  guia-uno: {kind: guide, name: Guía, level: federal, elements: {informacion: Información}}
citations:
  - {entry: guia-dos, kind: step, citing: paso-uno}
  - {entry: guia-uno, element: otro, kind: step, citing: paso-uno}
"""


def codes() -> set[str]:
    """The codes of all institutions of the files."""
    return {
        str(one["identifier"])
        for records in organizations().values()
        for record in records
        for one in record["organization_identifiers"]
    }


def registered() -> Iterator[KeyedCommand]:
    """The institutions, as the import would register them."""
    yield from institutions(SECRET)
    for code in sorted(codes() - INSTITUTIONS.keys()):
        command = directory.RegisterInstitution(
            by=OPERATOR, at=FIRST_DAY, institution=code, name=f"Institución {code}", kind="other"
        )
        stream = directory.stream_of(code)
        yield KeyedCommand("referral", directory.DECIDER, stream, command, code, code, SECRET)


class Streams:
    """The states of streams, as decided one command after another."""

    def __init__(self) -> None:
        self._states: dict[UUID, Known] = {}

    def of(self, decider: Decider[Any], stream: UUID) -> Known:
        return self._states.get(stream, Known(0, decider.nothing))

    def decide(self, keyed: KeyedCommand) -> Any:
        """Decide a command, and fold what follows, here and beside."""
        decider, before = keyed.decider, self.of(keyed.decider, keyed.stream)
        leans = decider.leans_on(keyed.command, before.state) if decider.leans_on else {}
        known: Mapping[str, Known] = {
            name: self.of(*lean) for name, lean in leans.items() if not isinstance(lean, Claim)
        }
        decision = decider.decide_with(keyed.command, before.state, known)
        for fact in decision if isinstance(decision, tuple) else ():
            self._follow(keyed, fact)
        return decision

    def _follow(self, keyed: KeyedCommand, fact: Any) -> None:
        before = self.of(keyed.decider, keyed.stream)
        for other in keyed.decider.beside(before.state, fact) if keyed.decider.beside else ():
            self._fold(other.decider, other.stream, other.fact)
        self._fold(keyed.decider, keyed.stream, fact)

    def _fold(self, decider: Decider[Any], stream: UUID, fact: Any) -> None:
        known = self.of(decider, stream)
        self._states[stream] = Known(known.version + 1, decider.evolve(known.state, fact))


def test_every_arrangement_is_decided_as_it_is_written() -> None:
    streams = Streams()
    for keyed in [*registered(), *arranged(SECRET)]:
        decision = streams.decide(keyed)
        assert isinstance(decision, tuple), f"{keyed.key}: {decision}"
        assert decision, f"{keyed.key} says nothing new"


def test_no_two_commands_have_one_key() -> None:
    keys = [keyed.key for keyed in arranged(SECRET)]
    assert len(set(keys)) == len(keys)


def test_most_services_are_vouched_for_when_the_demonstration_begins() -> None:
    services = sum(len(record["services"]) for each in organizations().values() for record in each)
    refreshing = refreshed(SECRET, FIRST_DAY)
    streams = {keyed.stream for keyed in refreshing}
    assert services * 0.7 < len(streams) < services
    assert len({keyed.key for keyed in refreshing}) == len(refreshing) == 2 * len(streams)


def test_every_institution_that_is_named_is_in_the_directory() -> None:
    named = {code for each in arrangements() for code in each.institutions()}
    cited = {
        one["citing"]
        for each in arrangements()
        for one in each.content.get("citations", ())
        if one["kind"] == "institution"
    }
    assert named | cited <= codes()


def test_both_states_have_a_commission_networks_agreements_and_room() -> None:
    for state in ("chihuahua", "jalisco"):
        content = read(directory_of(PROGRAMME) / f"{state}.yaml").content
        assert len(content["commissions"]) == 1
        assert len(content["networks"]) >= 2
        assert len(content["agreements"]) >= 2
        services = [one for record in organizations()[state] for one in record["services"]]
        assert len(services) >= 20
        assert all(one["capacities"] for one in services)


def test_made_up_cases_stand_with_institutions_whose_names_say_so() -> None:
    names = {
        record["organization_identifiers"][0]["identifier"]: record["name"]
        for records in organizations().values()
        for record in records
    }
    assert names.keys() >= INSTITUTIONS.keys()
    assert all("(demostración)" in names[code] for code in INSTITUTIONS)
    unknown: dict[str, Any] = {"name": "Otra"}
    assert as_demonstrated(unknown) == unknown


def test_what_a_file_cites_and_does_not_have_is_named_with_its_line() -> None:
    with pytest.raises(DefinitionNotUsable) as refused:
        ARRANGEMENTS.read(CITES, "directory.yaml")
    assert [flaw.key for flaw in refused.value.flaws] == [
        "citations[0].entry",
        "citations[1].element",
    ]


def test_nothing_in_the_files_looks_like_a_persons() -> None:
    for records in organizations().values():
        for record in records:
            for one in [record, *record["services"]]:
                assert looks_personal(f"{one['name']} {one['description']}") is None


def _terms(content: Any) -> Iterator[tuple[str, str]]:
    """Yield each term's id and all of it."""
    parts = content.values() if isinstance(content, dict) else content
    if isinstance(content, dict) and "taxonomy_term" in content:
        yield content["taxonomy_term"]["id"], repr(content["taxonomy_term"])
    for part in parts if isinstance(content, dict | list) else ():
        if isinstance(part, dict | list):
            yield from _terms(part)


def test_no_two_terms_of_a_directory_have_one_id() -> None:
    """In CSV each is a row of its own, found by its id."""
    terms = set(_terms(list(organizations().values())))
    assert terms
    assert len(terms) == len({one for one, _ in terms})
