"""The register of norms and tools as it is now, and which of its elements nothing answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting import queries
from shared.eventstore.log import Log
from shared.eventstore.snapshot import snapshot
from shared.kernel.codes import codes

CITING_KINDS = "citing_kinds"
_COLUMNS = (
    "SELECT n.entry_id, n.name, n.kind, n.level, n.subdivision, n.article, n.valid_from,"
    " n.valid_until, n.source, n.link, n.programmes, n.elements, n.element_names, n.document_id,"
    " n.withdrawn, n.replaced_by, ARRAY(SELECT c.element FROM reporting.norm_citations c"
    "  WHERE c.entry_id = n.entry_id AND c.cited) AS answered"
    " FROM reporting.norms n WHERE n.name IS NOT NULL"
)
_LIST = (
    f"{_COLUMNS} AND n.entry_id > %(after)s"
    " AND (%(kind)s::text IS NULL OR n.kind = %(kind)s)"
    " AND (%(level)s::text IS NULL OR n.level = %(level)s)"
    " AND (%(subdivision)s::text IS NULL OR n.subdivision = %(subdivision)s)"
    " AND (%(programme)s::text IS NULL OR %(programme)s = ANY(n.programmes)"
    "  OR n.programmes = '{}')"
    " ORDER BY n.entry_id LIMIT %(limit)s"
)
_ONE = f"{_COLUMNS} AND n.entry_id = %(entry)s"
_CITATIONS = (
    "SELECT c.element, c.citing_kind, c.citing, min(c.institution),"
    " max(CASE c.citing_kind WHEN 'institution' THEN i.name WHEN 'service' THEN s.name"
    "  WHEN 'agreement' THEN a.title END)"
    " FROM (SELECT element, citing_kind, citing, institution FROM reporting.norm_citations"
    "   WHERE entry_id = %(entry)s AND cited"
    "  UNION ALL SELECT '', 'institution', institution, institution FROM reporting.profiles"
    "   WHERE %(entry)s = ANY(mandate)"
    "  UNION ALL SELECT '', 'service', service_id::text, institution FROM reporting.services"
    "   WHERE %(entry)s = ANY(entries)) c"
    " LEFT JOIN reporting.institutions i ON i.code = c.citing"
    " LEFT JOIN reporting.services s ON s.service_id::text = c.citing"
    " LEFT JOIN reporting.agreements a ON a.agreement_id::text = c.citing"
    "  AND (%(only)s::text IS NULL OR %(only)s = ANY(a.parties))"
    " GROUP BY c.element, c.citing_kind, c.citing ORDER BY c.citing_kind, c.citing"
)
"""What was said to answer an entry; and as a whole it is cited by mandates and services."""


@dataclass(frozen=True, slots=True)
class NormRow:
    """An entry of the register.

    valid_from, valid_until: None: not known, no end. elements: how many it has; unanswered: how
    many of them nothing cites. withdrawn: why it is not to be cited any more; None: it is listed.
    document_id: of what people wrote of it.
    """

    entry_id: str
    name: str
    kind: str
    level: str
    subdivision: str | None
    article: str | None
    valid_from: date | None
    valid_until: date | None
    source: str
    link: str | None
    programmes: Sequence[str]
    elements: int
    unanswered: int
    document_id: str | None
    withdrawn: str | None
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """What answers an entry or an element: its kind, its code or id, and its name if it has one.

    institution: who said so.
    """

    citing_kind: str
    citing: str
    name: str | None
    institution: str


@dataclass(frozen=True, slots=True)
class ElementLine:
    """A line of the matrix: an element, and what answers it, by kind in the list's order."""

    element: str
    name: str
    citations: Sequence[Citation]

    def of(self, citing_kind: str) -> Sequence[Citation]:
        """Return the citations in one cell of the matrix."""
        return [each for each in self.citations if each.citing_kind == citing_kind]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who answers which element of an entry.

    whole: what cites the entry without naming an element. unanswered: the elements that nothing
    answers. citing_kinds: the columns.
    """

    entry: NormRow
    citing_kinds: Sequence[str]
    lines: Sequence[ElementLine]
    whole: Sequence[Citation]
    unanswered: Sequence[str]


class Norms:
    """Reads the register. Each answer comes from one snapshot of the database."""

    def __init__(self, log: Log) -> None:
        """Read over the connections of reporting's own log."""
        self._log = log

    def listed(  # noqa: PLR0913 - each is a filter of its own
        self,
        limit: int,
        after: str = "",
        *,
        kind: str | None = None,
        level: str | None = None,
        subdivision: str | None = None,
        programme: str | None = None,
    ) -> list[NormRow]:
        """List the entries, by id. after: the last id of the page before. Filters: None: all."""
        params = {
            "after": after,
            "limit": limit,
            "kind": kind,
            "level": level,
            "subdivision": subdivision,
            "programme": programme,
        }
        with snapshot(self._log, queries.GATE) as run_query:
            return [_row(found) for found in run_query(_LIST, params)]

    def matrix(self, entry_id: str, only_institution: str | None = None) -> Matrix | None:
        """Return who answers which element of an entry; None if there is none here.

        only_institution: agreements are named only if it is a party; None: all are.
        """
        with snapshot(self._log, queries.GATE) as run_query:
            found = run_query(_ONE, {"entry": entry_id})
            if not found:
                return None
            cited = run_query(_CITATIONS, {"entry": entry_id, "only": only_institution})
        return _matrix(found[0], cited)


def _row(found: tuple[Any, ...]) -> NormRow:
    entry_id, name, kind, level, subdivision, article, valid_from, valid_until = found[:8]
    source, link, programmes, elements, _, document_id, withdrawn, replaced_by, answered = found[8:]
    return NormRow(
        entry_id=entry_id,
        name=name,
        kind=kind,
        level=level,
        subdivision=subdivision,
        article=article,
        valid_from=valid_from,
        valid_until=valid_until,
        source=source,
        link=link,
        programmes=programmes,
        elements=len(elements),
        unanswered=len({*elements} - {*answered}),
        document_id=document_id and str(document_id),
        withdrawn=withdrawn,
        replaced_by=replaced_by,
    )


def _matrix(found: tuple[Any, ...], cited: Sequence[tuple[Any, ...]]) -> Matrix:
    by_element: dict[str, list[Citation]] = {}
    for element, citing_kind, citing, institution, name in cited:
        one = Citation(citing_kind, citing, name, institution)
        by_element.setdefault(element, []).append(one)
    elements, names = found[11], found[12]
    lines = [
        ElementLine(element, name, by_element.get(element, []))
        for element, name in zip(elements, names, strict=True)
    ]
    return Matrix(
        entry=_row(found),
        citing_kinds=list(codes(CITING_KINDS)),
        lines=lines,
        whole=by_element.get("", []),
        unanswered=[line.element for line in lines if not line.citations],
    )
