"""What institutions have arranged among themselves, read from YAML into commands of a steward.

Norms and what cites them, regions, profiles, networks, commissions and agreements. The same file
gives the same commands under the same keys, so bringing it in again adds nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.operator.programmes.files import FOLDER
from services.referral import (
    agreement_terms,
    agreements,
    commission,
    describing,
    directory,
    network,
    quorum,
    region,
    register,
    register_commands,
)
from services.referral.register_entry import Element, Provenance
from shared.definitions.checks import Checks
from shared.definitions.kind import DefinitionKind
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.ids import InstallationSecret
from shared.service.command_client import KeyedCommand

Content = Mapping[str, Any]
_AGREEMENT = "agreement"
_PARTS = ("norms", "regions", "profiles", "networks", "commissions", "agreements", "citations")


@dataclass(frozen=True, slots=True)
class Arrangements:
    """A file's content, which conforms to its schema. file: its name without the ending."""

    file: str
    content: Content

    def institutions(self) -> Iterator[str]:
        """Yield the codes of the institutions that it names."""
        yield from self.content.get("profiles", {})
        for each in self.content.get("networks", {}).values():
            yield from each["members"]
        for each in self.content.get("commissions", {}).values():
            yield from (each["secretariat"], *each["members"])
        for each in self.content.get("agreements", {}).values():
            yield from each["parties"]

    def commands(
        self, by: Actor, at: datetime, secret: InstallationSecret
    ) -> Iterator[KeyedCommand]:
        """Yield the commands, in the order in which they are to be carried out."""
        arranging = _Arranging(self.content, {"by": by, "at": at, "received_at": at}, secret)
        for part in _PARTS:
            for order in getattr(arranging, part)():
                key = f"arranged-{self.file}-{part}-{order.key}"
                yield KeyedCommand(
                    "referral", order.decider, order.stream, order.command, order.about, key, secret
                )


def _build(content: dict[str, Any], checks: Checks) -> Content:
    """Check that nothing is cited that the file itself does not describe, where it says which."""
    norms = content.get("norms", {})
    for n, each in enumerate(content.get("citations", ())):
        if checks.one_of(("citations", n, "entry"), each["entry"], norms) and "element" in each:
            elements = norms[each["entry"]].get("elements", {})
            checks.one_of(("citations", n, "element"), each["element"], elements)
    return content


ARRANGEMENTS: DefinitionKind[Content] = DefinitionKind(FOLDER / "arrangements.schema.json", _build)


def read(path: Path) -> Arrangements:
    """Read a file. Raises DefinitionNotUsable with every flaw of it."""
    return Arrangements(path.stem, ARRANGEMENTS.load(str(path)))


@dataclass(frozen=True, slots=True)
class _Order:
    """A command for a stream. about: the key of its messages. key: unlike any other of its part."""

    decider: Decider[Any]
    stream: UUID
    about: str
    command: Command
    key: str


@dataclass(frozen=True, slots=True)
class _Arranging:
    """Makes the commands of each part. now: who gives them, and when."""

    content: Content
    now: Mapping[str, Any]
    secret: InstallationSecret

    def norms(self) -> Iterator[_Order]:
        for entry_id, said in self._part("norms"):
            elements = said.get("elements", {})
            command = register_commands.RegisterEntry(
                **self.now,
                entry_id=entry_id,
                programmes=(self.content["programme"],),
                provenance=Provenance(said.get("source", "unknown"), said.get("link")),
                elements=tuple(Element(code, name) for code, name in elements.items()),
                valid_from=_day(said, "valid_from"),
                valid_until=_day(said, "valid_until"),
                **_only(said, "kind", "name", "level", "subdivision", "article"),
            )
            yield self._of_entry(entry_id, command, entry_id)

    def citations(self) -> Iterator[_Order]:
        for said in self.content.get("citations", ()):
            kind, citing = said["kind"], said["citing"]
            command = register_commands.Cite(
                **self.now,
                citing_kind=kind,
                citing=str(self._agreement_id(citing)) if kind == _AGREEMENT else citing,
                element=said.get("element"),
            )
            yield self._of_entry(
                said["entry"], command, f"{said['entry']}-{said.get('element')}-{kind}-{citing}"
            )

    def regions(self) -> Iterator[_Order]:
        for code, said in self._part("regions"):
            command = region.DefineRegion(
                **self.now,
                region=code,
                name=said["name"],
                subdivision=self.content["subdivision"],
                municipalities=tuple(said["municipalities"]),
            )
            yield _Order(region.DECIDER, region.stream_of(code), code, command, code)

    def profiles(self) -> Iterator[_Order]:
        for code, said in self._part("profiles"):
            stream, programme = directory.stream_of(code), self.content["programme"]
            stake = describing.StateStake(
                **self.now, programme=programme, **_only(said, "interest", "influence")
            )
            yield _Order(directory.DECIDER, stream, code, stake, f"{code}-stake")
            if "focal_point" in said:
                named = describing.NameFocalPoint(
                    **self.now, programme=programme, **said["focal_point"]
                )
                yield _Order(directory.DECIDER, stream, code, named, f"{code}-focal-point")

    def networks(self) -> Iterator[_Order]:
        for code, said in self._part("networks"):
            stream = network.stream_of(code)
            formed = network.FormNetwork(
                **self.now, network=code, name=said["name"], programme=self.content["programme"]
            )
            yield _Order(network.DECIDER, stream, code, formed, code)
            for member in said["members"]:
                joined = network.JoinNetwork(**self.now, institution=member, since=self._today)
                yield _Order(network.DECIDER, stream, code, joined, f"{code}-{member}")

    def commissions(self) -> Iterator[_Order]:
        for code, said in self._part("commissions"):
            stream = commission.stream_of(code)
            formed = commission.FormCommission(
                **self.now,
                commission=code,
                subdivision=self.content["subdivision"],
                programme=self.content["programme"],
                quorum=quorum.Quorum(**said["quorum"]),
                **_only(said, "name", "secretariat"),
            )
            yield _Order(commission.DECIDER, stream, code, formed, code)
            for member in said["members"]:
                seated = commission.SeatMember(**self.now, institution=member, since=self._today)
                yield _Order(commission.DECIDER, stream, code, seated, f"{code}-{member}")

    def agreements(self) -> Iterator[_Order]:
        for code, said in self._part("agreements"):
            agreement_id = self._agreement_id(code)
            stream, about = agreements.stream_of(agreement_id), str(agreement_id)
            drafted = agreement_terms.DraftAgreement(
                **self.now,
                agreement_id=agreement_id,
                programme=self.content["programme"],
                parties=tuple(said["parties"]),
                services=tuple(said.get("services", ())),
                data_categories=tuple(said.get("data_categories", ())),
                valid_from=date.fromisoformat(said["valid_from"]),
                valid_until=_day(said, "valid_until"),
                **_only(said, "kind", "title"),
            )
            yield _Order(agreements.DECIDER, stream, about, drafted, code)
            for party in said["parties"]:
                signed = agreements.SignAgreement(
                    **self.now,
                    institution=party,
                    signed_on=date.fromisoformat(said["signed_on"]),
                    signatory_role=said["signatory_role"],
                )
                yield _Order(agreements.DECIDER, stream, about, signed, f"{code}-{party}")

    @property
    def _today(self) -> date:
        at: datetime = self.now["at"]
        return at.date()

    def _part(self, name: str) -> Iterator[tuple[str, Content]]:
        yield from self.content.get(name, {}).items()

    def _agreement_id(self, code: str) -> UUID:
        return self.secret.id_of("arranged-agreement", code)

    @staticmethod
    def _of_entry(entry_id: str, command: Command, key: str) -> _Order:
        return _Order(register.DECIDER, register.stream_of(entry_id), entry_id, command, key)


def _only(said: Content, *names: str) -> dict[str, Any]:
    return {name: said[name] for name in names if name in said}


def _day(said: Content, name: str) -> date | None:
    return date.fromisoformat(said[name]) if name in said else None
