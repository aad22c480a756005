"""An agreement as a letter, in Markdown: the same bytes for the same agreement, in each language.

What the agreement says, with the parties' names and the labels of codes; what was written freely is
in its document, which the letter names. It does not say whether it is in force: that depends on the
day on which it is read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from services.referral.agreement import Agreement, Signature
from shared.kernel.codes import label
from shared.kernel.text import Text

_MONTHS = (
    Text("enero", "January"),
    Text("febrero", "February"),
    Text("marzo", "March"),
    Text("abril", "April"),
    Text("mayo", "May"),
    Text("junio", "June"),
    Text("julio", "July"),
    Text("agosto", "August"),
    Text("septiembre", "September"),
    Text("octubre", "October"),
    Text("noviembre", "November"),
    Text("diciembre", "December"),
)
_DAY = Text("{day} de {month} de {year}", "{day} {month} {year}")
_NUMBER = Text(
    "Convenio `{id}`, versión {version} (términos {terms}).",
    "Agreement `{id}`, version {version} (terms {terms}).",
)
_PARTIES = Text("Partes", "Parties")
_SUBJECT = Text("Objeto", "Subject")
_BETWEEN = Text(
    "Las instituciones {parties} acuerdan canalizarse casos y trabajar juntas en el programa"
    " «{programme}».",
    "The institutions {parties} agree to refer cases to each other and to work together in the"
    " programme “{programme}”.",
)
_AND = Text(" y ", " and ")
_SERVICES = Text("Servicios", "Services")
_ALL = Text("Todos los que las partes ofrecen.", "All that the parties offer.")
_DATA = Text("Datos que se comparten", "Data that are shared")
_NO_DATA = Text(
    "Ninguna categoría de datos, salvo lo que cada canalización lleva.",
    "No category of data, beyond what each referral carries.",
)
_VALIDITY = Text("Vigencia", "Validity")
_FROM = Text("Desde el {first} hasta el {last}.", "From {first} to {last}.")
_OPEN = Text("Desde el {first}, hasta que se termine.", "From {first}, until it is terminated.")
_BEGAN = Text(
    "Rige desde el {day}, cuando lo firmó la última parte.",
    "In force from {day} on, when the last party had signed.",
)
_PAUSED = Text("No rige desde el {day}: está suspendido.", "Not in force from {day}: suspended.")
_BETWEEN_DAYS = Text(
    "No rigió desde el {day} hasta antes del {until}.", "Not in force from {day} to before {until}."
)
_OVER = Text("Terminó el {day}.", "Terminated on {day}.")
_SIGNATURES = Text("Firmas", "Signatures")
_COLUMNS = Text("Institución | Cargo | Fecha", "Institution | Role | Date")
_MISSING = Text("falta su firma", "not signed yet")
_WORDS = Text(
    "El texto completo está en el documento `{id}` (SHA-256 `{digest}`).",
    "The full text is in document `{id}` (SHA-256 `{digest}`).",
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def letter(agreement: Agreement, version: int, names: Mapping[str, str], lang: str = "es") -> str:
    """Return the letter. version: of the agreement's stream. names: of its parties, by code.

    A party without a name is called by its code.
    """
    blocks = (
        f"# {label('agreement_kinds', agreement.kind, lang)}: {_plain(agreement.title)}",
        _NUMBER.filled(id=agreement.agreement_id, version=version, terms=agreement.terms).in_(lang),
        *_section(_PARTIES, _list(_name(each, names) for each in agreement.parties), lang),
        *_section(_SUBJECT, _subject(agreement, names, lang), lang),
        *_section(_SERVICES, _labels("service_kinds", agreement.services, _ALL, lang), lang),
        *_section(
            _DATA, _labels("data_categories", agreement.data_categories, _NO_DATA, lang), lang
        ),
        *_section(_VALIDITY, " ".join(_days(agreement, lang)), lang),
        *_section(_SIGNATURES, "\n".join(_signatures(agreement, names, lang)), lang),
        *_words(agreement, lang),
    )
    return "\n\n".join(blocks) + "\n"


def written(day: date, lang: str) -> str:
    """Write a day as a letter does."""
    month = _MONTHS[day.month - 1]
    return _DAY.filled(day=day.day, month=month, year=day.year).in_(lang)


def _section(heading: Text, body: str, lang: str) -> tuple[str, str]:
    return f"## {heading.in_(lang)}", body


def _subject(agreement: Agreement, names: Mapping[str, str], lang: str) -> str:
    *others, last = (_name(each, names) for each in agreement.parties)
    parties = f"{', '.join(others)}{_AND.in_(lang)}{last}"
    programme = label("programmes", agreement.programme, lang)
    return _BETWEEN.filled(parties=parties, programme=programme).in_(lang)


def _labels(list_name: str, codes: Iterable[str], otherwise: Text, lang: str) -> str:
    return _list(label(list_name, each, lang) for each in codes) or otherwise.in_(lang)


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _days(agreement: Agreement, lang: str) -> Iterator[str]:
    first, until = written(agreement.valid_from, lang), agreement.valid_until
    validity = agreement.validity
    if until is None:
        yield _OPEN.filled(first=first).in_(lang)
    else:
        yield _FROM.filled(first=first, last=written(until, lang)).in_(lang)
    if validity.begins is not None and validity.begins > agreement.valid_from:
        yield _BEGAN.filled(day=written(validity.begins, lang)).in_(lang)
    for pause in validity.pauses:
        since = written(pause.since, lang)
        if pause.until is None:
            yield _PAUSED.filled(day=since).in_(lang)
        else:
            yield _BETWEEN_DAYS.filled(day=since, until=written(pause.until, lang)).in_(lang)
    if validity.terminated is not None:
        yield _OVER.filled(day=written(validity.terminated, lang)).in_(lang)


def _signatures(agreement: Agreement, names: Mapping[str, str], lang: str) -> Iterator[str]:
    signed = {signature.institution: signature for signature in agreement.signatures}
    yield f"| {_COLUMNS.in_(lang)} |"
    yield "|---|---|---|"
    for party in agreement.parties:
        yield f"| {_name(party, names)} | {_signature(signed.get(party), lang)} |"


def _signature(signature: Signature | None, lang: str) -> str:
    if signature is None:
        return f"— | {_MISSING.in_(lang)}"
    role = label("signatory_roles", signature.signatory_role, lang)
    return f"{role} | {written(signature.signed_on, lang)}"


def _words(agreement: Agreement, lang: str) -> Iterator[str]:
    if agreement.texts is not None:
        texts = agreement.texts
        yield _WORDS.filled(id=texts.document_id, digest=texts.digest).in_(lang)


def _name(party: str, names: Mapping[str, str]) -> str:
    return _plain(names.get(party, party))


def _plain(text: str) -> str:
    """Return a text as Markdown shows it: what people write formats nothing."""
    return _SPECIAL.sub(r"\\\1", text)
