"""The claims file: which institution and roles somebody has here who comes with a provider's token.

A committed YAML file, described by ``oidc_claims.schema.json``. What it does not name is refused:
an unknown institution, an unknown role, and roles that nobody may have at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from shared.definitions.checks import Checks
from shared.definitions.kind import DefinitionKind
from shared.identity.caller import audits_itself
from shared.kernel.free_text import looks_personal
from shared.kernel.refusals import Forbidden, Refused
from shared.kernel.roles import CASEWORKER
from shared.kernel.text import Text

_SCHEMA = Path(__file__).with_name("oidc_claims.schema.json")


class NotAssigned(Forbidden):
    """The provider vouches for the caller, whom the claims file gives no institution or no role."""

    code: ClassVar[str] = "not-assigned"
    text: ClassVar[Text] = Text(
        "Su proveedor de identidad le reconoce, pero aquí su cuenta no tiene asignada una "
        "institución, o sus roles son incompatibles. Pida a quien opera el sistema que revise su "
        "asignación.",
        "Your identity provider knows you, but here your account has no institution, or its roles "
        "exclude each other. Ask whoever runs the system to look at your assignment.",
    )


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who somebody is here."""

    institution: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _System:
    """A system that comes with client credentials. subject: its ``sub``."""

    subject: str
    assigned: Assigned


@dataclass(frozen=True, slots=True)
class _Mapped:
    """A claim whose values mean something here. path: the names that lead to it."""

    path: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def of(self, claims: Mapping[str, Any]) -> list[str]:
        """Return what the claim's values mean. Refuses a value that means nothing here."""
        found: Any = claims
        for name in self.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        said = found if isinstance(found, list) else [found]
        if not all(isinstance(one, str) for one in said):
            raise Refused(NotAssigned())
        wanted = [one for one in said if one not in self.ignored]
        if not wanted or any(one not in self.values for one in wanted):
            raise Refused(NotAssigned())
        return list(dict.fromkeys(self.values[one] for one in wanted))


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """What a provider's claims mean here."""

    institution: _Mapped
    roles: _Mapped
    systems: Mapping[str, _System]

    def assigned(self, client_id: str, subject: str, claims: Mapping[str, Any]) -> Assigned:
        """Return who comes with these verified claims. Refused unless the file says so.

        A system is who the file says it is, whatever its token says. Its client acts for nobody
        else: a token of a person that was issued to it is refused.
        """
        system = self.systems.get(client_id)
        if system is not None:
            if system.subject != subject:
                raise Refused(NotAssigned())
            return system.assigned
        institutions, roles = self.institution.of(claims), tuple(self.roles.of(claims))
        if len(institutions) != 1 or audits_itself(roles):
            raise Refused(NotAssigned())
        return Assigned(institutions[0], roles)

    def answering(self) -> frozenset[str]:
        """Return the institutions for which somebody can come as a caseworker, and so answer."""
        roles, systems = self.roles.values.values(), (s.assigned for s in self.systems.values())
        persons = self.institution.values.values() if CASEWORKER in roles else ()
        return frozenset((*persons, *(s.institution for s in systems if CASEWORKER in s.roles)))

    def institutions(self) -> frozenset[str]:
        """Return every institution that the file names."""
        systems = (s.assigned.institution for s in self.systems.values())
        return frozenset((*self.institution.values.values(), *systems))


def read_claims(path: Path) -> ClaimsFile:
    """Read a claims file. Raises DefinitionNotUsable, which names every flaw and its line."""
    return CLAIMS.load(str(path))


def _build(content: dict[str, Any], checks: Checks) -> ClaimsFile:
    persons, systems = content.get("persons"), content.get("systems", {})
    for client, system in systems.items():
        if audits_itself(system["roles"]):
            checks.note(("systems", client, "roles"), _AUDITS_ITSELF)
        _check_code(("systems", client, "institution"), system["institution"], checks)
    if persons is None:
        return ClaimsFile(_Mapped(), _Mapped(), _systems(systems))
    for value, code in persons["institution"]["codes"].items():
        _check_code(("persons", "institution", "codes", value), code, checks)
    for value in persons["roles"].get("ignored", ()):
        if value in persons["roles"]["names"]:
            checks.note(("persons", "roles", "ignored"), _BOTH)
    return ClaimsFile(
        _Mapped(_path(persons["institution"]), persons["institution"]["codes"]),
        _Mapped(
            _path(persons["roles"]),
            persons["roles"]["names"],
            frozenset(persons["roles"].get("ignored", ())),
        ),
        _systems(systems),
    )


def _check_code(path: tuple[str, ...], code: str, checks: Checks) -> None:
    if looks_personal(code):
        checks.note(path, _OF_A_PERSON)


def _path(claim: Mapping[str, Any]) -> tuple[str, ...]:
    named = claim["claim"]
    return (named,) if isinstance(named, str) else tuple(named)


def _systems(systems: Mapping[str, Any]) -> dict[str, _System]:
    return {
        client: _System(
            one.get("subject", client), Assigned(one["institution"], tuple(one["roles"]))
        )
        for client, one in systems.items()
    }


_AUDITS_ITSELF = Text(
    "nadie audita lo que puede hacer: auditor va solo, o con monitor",
    "nobody audits what they may do themselves: auditor goes alone, or with monitor",
)
_BOTH = Text(
    "un valor que significa un rol no se ignora", "a value that means a role is not ignored"
)
_OF_A_PERSON = Text(
    "eso parece de una persona; se esperaba la clave de una institución",
    "that seems to be a person's; expected an institution's code",
)

CLAIMS = DefinitionKind(_SCHEMA, _build)
