"""The register of norms and official tools: who enters what, and what cites it.

Stewards keep the entries. What answers an entry, or an element of one, is said by the administrator
of the institution that it belongs to, or by a steward.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, assert_never
from uuid import UUID

from services.referral.naming import code_not_usable, name_not_usable
from services.referral.register_commands import (
    CITING,
    CitationCommand,
    Cite,
    CorrectEntry,
    EntryCommand,
    RegisterCommand,
    RegisterEntry,
    WithdrawCitation,
    WithdrawEntry,
)
from services.referral.register_entry import (
    ENTRY_CODE,
    LINK,
    LONGEST_ARTICLE,
    LONGEST_NAME,
    Citation,
    CitationMade,
    CitationWithdrawn,
    Element,
    Entry,
    EntryCorrected,
    EntryRegistered,
    EntryWithdrawn,
    Listed,
    NotEntered,
    Withdrawn,
    evolve,
    place,
)
from services.referral.register_refusals import (
    CitationNotYours,
    ElementCited,
    ElementTwice,
    EntryAlreadyRegistered,
    EntryIsWithdrawn,
    EntryNotRegistered,
    NoSuchElement,
    NotTheRegistersSteward,
    NotWritable,
    NotYoursToCite,
    ValidityBackwards,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Decider, Decision
from shared.kernel.fields import codes_not_known
from shared.kernel.free_text import PHONE, looks_personal, normal, personal
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.value import fields_of, replace

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""How the id of a service or an agreement is written: its digits are nobody's telephone."""


@lru_cache(maxsize=1024)
def stream_of(entry_id: str) -> UUID:
    """Return the id of the stream of the entry with this id."""
    return derived_id("entry", entry_id)


# --- decide ---------------------------------------------------------------------------------


def decide(command: RegisterCommand, state: Entry) -> Decision:
    return _not_theirs(command) or _decided(command, state)


def _decided(command: RegisterCommand, state: Entry) -> Decision:
    if isinstance(command, RegisterEntry):
        return _registration(command, state)
    if isinstance(state, NotEntered):
        return EntryNotRegistered()
    match command:
        case CorrectEntry():
            return _correction(command, state)
        case WithdrawEntry():
            return _withdrawal(command, state)
        case Cite():
            return _citation(command, state)
        case WithdrawCitation():
            return _withdrawn_citation(command, state)
        case _:
            assert_never(command)


def _registration(command: RegisterEntry, state: Entry) -> Decision:
    """Return one fact; none if the same description is registered already."""
    wanted = _described(command, command.entry_id)
    if isinstance(state, NotEntered):
        return (
            _code_not_usable("entry_id", command.entry_id)
            or _invalid(command)
            or (EntryRegistered(**wanted),)
        )
    if isinstance(state, Withdrawn):
        return EntryIsWithdrawn()
    return () if wanted.items() <= fields_of(state).items() else EntryAlreadyRegistered()


def _correction(command: CorrectEntry, state: Listed | Withdrawn) -> Decision:
    """Return one fact; none if nothing changes."""
    if isinstance(state, Withdrawn):
        return EntryIsWithdrawn()
    after, before = _described(command, state.entry_id), fields_of(state)
    changed = tuple(name for name, value in after.items() if value != before[name])
    return (
        _invalid(command)
        or _cited_element_gone(command, state)
        or ((EntryCorrected(**after, changed=changed),) if changed else ())
    )


def _withdrawal(command: WithdrawEntry, state: Listed | Withdrawn) -> Decision:
    """Return one fact; none if it was withdrawn before."""
    refused = codes_not_known(command) or _link_not_usable(command.replaced_by)
    if refused or isinstance(state, Withdrawn):
        return refused or ()
    return (EntryWithdrawn(state.entry_id, command.reason, command.replaced_by),)


def _citation(command: Cite, state: Listed | Withdrawn) -> Decision:
    """Return one fact; none if that is said already."""
    if isinstance(state, Withdrawn):
        return EntryIsWithdrawn()
    refused = (
        codes_not_known(command)
        or _citing_not_usable(command.citing)
        or _no_element(command, state)
    )
    if refused or _cited(command) in state.citations:
        return refused or ()
    fact = CitationMade(state.entry_id, *_cited(command), command.by.institution)
    return (fact,)


def _withdrawn_citation(command: WithdrawCitation, state: Listed | Withdrawn) -> Decision:
    """Return one fact; none if nobody says so."""
    by = state.citations.get(_cited(command))
    if by is None:
        return ()
    if command.by.role == ADMINISTRATOR and command.by.institution != by:
        return CitationNotYours(institution=by)
    return (CitationWithdrawn(state.entry_id, *_cited(command)),)


def _cited(command: CitationCommand) -> Citation:
    return Citation(command.element, command.citing_kind, command.citing)


def _described(command: EntryCommand, entry_id: str) -> dict[str, Any]:
    """Return what a command says of an entry, as it is recorded."""
    article = command.article
    return {
        "entry_id": entry_id,
        "kind": command.kind,
        "name": normal(command.name),
        "level": command.level,
        "subdivision": command.subdivision,
        "article": None if article is None else normal(article),
        "valid_from": command.valid_from,
        "valid_until": command.valid_until,
        "provenance": command.provenance,
        "programmes": canonical(command.programmes),
        "elements": tuple(replace(each, name=normal(each.name)) for each in command.elements),
        "texts": command.texts,
    }


# --- rules ----------------------------------------------------------------------------------


def _not_theirs(command: RegisterCommand) -> Refusal | None:
    """Refuse a command to whoever has no role for it."""
    role = command.by.role
    if isinstance(command, Cite | WithdrawCitation):
        return None if role in {OPERATOR, STEWARD, ADMINISTRATOR} else NotYoursToCite()
    return None if role in {OPERATOR, STEWARD} else NotTheRegistersSteward()


def _invalid(command: EntryCommand) -> Refusal | None:
    return (
        codes_not_known(command)
        or _first(_texts_not_usable(command))
        or _first(_elements_not_usable(command.elements))
        or _backwards(command)
    )


def _texts_not_usable(command: EntryCommand) -> Iterator[Refusal | None]:
    yield _line_not_usable("name", command.name, LONGEST_NAME)
    if command.article is not None:
        yield _line_not_usable("article", command.article, LONGEST_ARTICLE)
    if command.provenance.link is not None:
        yield _address_not_usable(command.provenance.link)


def _elements_not_usable(elements: tuple[Element, ...]) -> Iterator[Refusal | None]:
    for each in elements:
        yield _code_not_usable("elements.element", each.element)
        yield _line_not_usable("elements.name", each.name, LONGEST_NAME)
    codes = {each.element for each in elements}
    yield None if len(codes) == len(elements) else ElementTwice(field="elements")


def _first(refusals: Iterable[Refusal | None]) -> Refusal | None:
    return next((each for each in refusals if each is not None), None)


def _code_not_usable(field: str, code: str) -> Refusal | None:
    return code_not_usable(field, code, ENTRY_CODE, NotWritable)


def _citing_not_usable(citing: str) -> Refusal | None:
    if not re.fullmatch(CITING, citing):
        return NotWritable(field="citing")
    return None if ID.fullmatch(citing) else personal("citing", citing)


def _link_not_usable(entry_id: str | None) -> Refusal | None:
    return None if entry_id is None else _code_not_usable("replaced_by", entry_id)


def _line_not_usable(field: str, line: str, most: int) -> Refusal | None:
    return name_not_usable(field, line, most, NotWritable)


def _address_not_usable(link: str) -> Refusal | None:
    """Refuse what is no public address; its digits are a document's number, not a telephone's."""
    if not re.fullmatch(LINK, link):
        return NotWritable(field="provenance.link")
    return None if looks_personal(link) in {None, PHONE} else personal("provenance.link", link)


def _backwards(command: EntryCommand) -> Refusal | None:
    begins, ends = command.valid_from, command.valid_until
    backwards = begins is not None and ends is not None and ends < begins
    return ValidityBackwards(field="valid_until") if backwards else None


def _no_element(command: Cite, state: Listed) -> Refusal | None:
    if state.has(command.element):
        return None
    return NoSuchElement("element", ", ".join(each.element for each in state.elements))


def _cited_element_gone(command: CorrectEntry, state: Listed) -> Refusal | None:
    """Refuse to take out an element that something cites."""
    kept = {each.element for each in command.elements}
    cited = {each.element for each in state.citations if each.element is not None}
    gone = sorted(cited - kept)
    return ElementCited(element=gone[0]) if gone else None


DECIDER: Decider[Entry] = Decider(nothing=NotEntered(), decide=decide, evolve=evolve, place=place)
