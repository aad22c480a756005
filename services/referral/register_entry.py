"""An entry of the register of norms and official tools: what can happen to it, and its status.

A law, a protocol, a screening form, a guide, a programme that exists or a route as it works today.
Steps, findings, services and mandates cite entries by id; a guide has elements, each of which is
cited by its own code, so that what nothing answers can be listed.
"""

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Annotated, ClassVar, NamedTuple, assert_never

from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described, stored_names
from shared.kernel.text import Text
from shared.kernel.times import Place
from shared.kernel.value import Value, fields_of, replace

ENTRY_CODE = "[a-z0-9-]{3,40}"
"""How an entry's id is written, and an element's code: as a regular expression."""
LINK = r"https://[!-~]{3,190}"
"""How a public address is written."""
LONGEST_NAME, LONGEST_ARTICLE, MOST_ELEMENTS = 200, 120, 100


class Element(Value):
    """An element of a guide or protocol that a route is expected to answer."""

    element: Annotated[
        str,
        Described(
            Text("Su clave dentro de la ficha.", "Its code within the entry."), pattern=ENTRY_CODE
        ),
    ]
    name: Annotated[
        str,
        Described(
            Text("Cómo se llama el elemento.", "What the element is called."),
            least=1,
            most=LONGEST_NAME,
        ),
    ]


class Provenance(Value):
    """Where what is registered comes from. link: its public address; None: it has none."""

    source: Annotated[
        str,
        Coded("entry_sources"),
        Described(Text("De dónde sale.", "Where it comes from.")),
    ] = "unknown"
    link: Annotated[
        str | None,
        Described(
            Text("Dirección pública (https).", "Public address (https)."),
            most=200,
            pattern=LINK,
        ),
    ] = None
    consulted_on: Annotated[
        date | None, Described(Text("Cuándo se consultó.", "When it was looked up."))
    ] = None


# --- facts ----------------------------------------------------------------------------------


class EntryRegistered(Value):
    """A norm, an official tool, a programme or an as-is route was entered in the register.

    texts: the document with what people wrote of it; None: there is none.
    """

    entry_id: str
    kind: str
    name: str
    level: str
    subdivision: str | None
    article: str | None
    valid_from: date | None
    valid_until: date | None
    provenance: Provenance
    programmes: tuple[str, ...]
    elements: tuple[Element, ...]
    texts: DocumentRef | None = None


class EntryCorrected(Value):
    """An entry was described again: its values now, and the names of those that changed."""

    entry_id: str
    kind: str
    name: str
    level: str
    subdivision: str | None
    article: str | None
    valid_from: date | None
    valid_until: date | None
    provenance: Provenance
    programmes: tuple[str, ...]
    elements: tuple[Element, ...]
    changed: tuple[str, ...]
    texts: DocumentRef | None = None


class EntryWithdrawn(Value):
    """The entry is not to be cited any more. replaced_by: the entry to cite instead."""

    entry_id: str
    reason: str
    replaced_by: str | None


class CitationMade(Value):
    """Something answers an entry, or one element of it (None: the entry as a whole).

    citing: what cites it, of the kind. institution: who said so.
    """

    entry_id: str
    element: str | None
    citing_kind: str
    citing: str
    institution: str


class CitationWithdrawn(Value):
    """It does not answer the entry, or the element, any more."""

    entry_id: str
    element: str | None
    citing_kind: str
    citing: str


EntryFact = EntryRegistered | EntryCorrected | EntryWithdrawn | CitationMade | CitationWithdrawn

FACTS = stored_names(EntryFact)

# --- states ---------------------------------------------------------------------------------


class Citation(NamedTuple):
    """What cites which element; an element of None is the entry as a whole."""

    element: str | None
    citing_kind: str
    citing: str


class NotEntered(Value):
    """The register has nothing under this id."""


class Entered(Value):
    """An entry as it was described last. citations: who made each; ``status``: a subclass's."""

    entry_id: str
    kind: str
    name: str
    level: str
    subdivision: str | None
    article: str | None
    valid_from: date | None
    valid_until: date | None
    provenance: Provenance
    programmes: tuple[str, ...]
    elements: tuple[Element, ...]
    texts: DocumentRef | None = None
    citations: Mapping[Citation, str] = {}
    status: ClassVar[str]

    def has(self, element: str | None) -> bool:
        """Whether it can be cited like that: as a whole, or by one of its elements."""
        return element is None or any(each.element == element for each in self.elements)


class Listed(Entered):
    """It can be cited."""

    status: ClassVar[str] = "listed"


class Withdrawn(Entered):
    """It is not to be cited any more; what cited it stands as it did."""

    status: ClassVar[str] = "withdrawn"


Entry = NotEntered | Listed | Withdrawn

# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Entry, fact: EntryFact) -> Entry:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, EntryRegistered):
        return Listed(**fields_of(fact))
    return _go_on(state, fact) if isinstance(state, Listed | Withdrawn) else state


def _go_on(
    state: Listed | Withdrawn,
    fact: EntryCorrected | EntryWithdrawn | CitationMade | CitationWithdrawn,
) -> Entry:
    match fact:
        case EntryCorrected():
            described = fields_of(fact)
            del described["changed"]
            return replace(state, **described)
        case EntryWithdrawn():
            return Withdrawn(**fields_of(state))
        case CitationMade():
            return replace(state, citations={**state.citations, _citation(fact): fact.institution})
        case CitationWithdrawn():
            kept = {each: by for each, by in state.citations.items() if each != _citation(fact)}
            return replace(state, citations=kept)
        case _:
            assert_never(fact)


def place(fact: EntryFact) -> Place:
    """Return a fact's place: each citation stands on a line of its own, beside the description."""
    line: Hashable = _citation(fact) if isinstance(fact, CitationMade | CitationWithdrawn) else None
    return Place(line=line)


def _citation(fact: CitationMade | CitationWithdrawn) -> Citation:
    return Citation(fact.element, fact.citing_kind, fact.citing)
