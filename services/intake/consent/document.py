"""A consent as a document that a person can read, on paper or on a screen: the same bytes always.

It says what was consented to, in the words of the code lists, and how to take it back. It has
nobody's name: whoever hands it over knows whose it is, and the number at its end tells which one.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from services.intake.consent.states import Recorded
from shared.kernel.codes import label
from shared.kernel.consenting.standing import IN_FORCE, STATUSES
from shared.kernel.consenting.terms import Cut
from shared.kernel.text import Text
from shared.kernel.value import Value

_TITLE = Text("A qué consentí", "What I consented to")
_STANDS = Text("Cómo está", "How it stands")
_PURPOSE = Text("Para qué se usan mis datos", "What my data are used for")
_WHOM = Text("Quién puede tener mis datos", "Who may have my data")
_ALL_OF_KIND = Text("todas las instituciones de la clase: {kind}", "all institutions of: {kind}")
_WHAT = Text("Qué datos", "Which data")
_SERVICES = Text("Para qué servicios", "For which services")
_ANY_SERVICE = Text("los que hagan falta para ese fin", "whatever that purpose takes")
_DAYS = Text("Desde cuándo y hasta cuándo", "From when until when")
_FROM_TO = Text("del {first} al {last}, ese día incluido", "from {first} to {last}, that day too")
_HOW = Text("Cómo lo dije", "How I said so")
_IN_LANGUAGE = Text(
    "{mode}; se me explicó en: {language}", "{mode}; explained to me in: {language}"
)
_UNTIL_OF_AGE = Text(
    "Lo dijo quien me representa ({guardian}). Desde el {day} decido yo y se me preguntará.",
    "My guardian said so ({guardian}). From {day} on I decide, and I will be asked.",
)
_OF_A_GUARDIAN = Text(
    "Lo dijo quien me representa ({guardian}).", "My guardian said so ({guardian})."
)
_TAKEN = Text("Lo que ya retiré", "What I took back")
_CUT = Text("{data}, de {whom}", "{data}, from {whom}")
_ALL_DATA = Text("todos los datos", "all data")
_EVERYBODY = Text("todas las instituciones", "all institutions")
_BACK = Text("Puedo retirarlo cuando quiera", "I can take it back whenever I want")
_HOW_BACK = Text(
    "Basta decirlo a cualquier institución que atiende mi caso, sin dar motivo y sin que se me"
    " niegue la atención por eso. Quien tiene mis datos deja de usarlos, los borra y responde de"
    " haberlo hecho, salvo lo que una ley le obligue a guardar.",
    "I tell any institution that attends my case. I need not say why, and I am not refused"
    " attention for it. Whoever has my data stops using them, erases them and answers for having"
    " done so, but for what a law makes it keep.",
)
_NUMBER = Text(
    "Consentimiento {id}, versión {version}. Lo registró: {institution}.",
    "Consent {id}, version {version}. Recorded by: {institution}.",
)
_STYLE = (
    "body{{font-family:sans-serif;font-size:{size};line-height:1.5;max-width:40em;margin:2em auto;"
    "padding:0 1em;color:#000;background:#fff}}h1{{font-size:1.6em}}h2{{font-size:1.2em}}"
)
_NORMAL, _LARGE = "1rem", "1.75rem"


class Asked(Value):
    """How a document is wanted. lang: ``es`` or ``en``. large: in large print."""

    lang: str
    large: bool = False


def document(consent: Recorded, asked: Asked) -> str:
    """Write the consent as a page of HTML, complete in itself."""
    lang = asked.lang
    style = _STYLE.format(size=_LARGE if asked.large else _NORMAL)
    title = escape(_TITLE.in_(lang))
    parts = "\n".join(_sections(consent, lang))
    number = _NUMBER.filled(
        id=consent.consent_id, version=consent.version, institution=consent.institution
    ).in_(lang)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"{parts}\n<footer><p>{escape(number)}</p></footer>\n</body>\n</html>\n"
    )


def _sections(consent: Recorded, lang: str) -> Iterator[str]:
    terms = consent.terms
    if consent.status != IN_FORCE:
        yield _section(_STANDS, [label(STATUSES, consent.status, lang)], lang)
    yield _section(_PURPOSE, [label("consent_purposes", consent.purpose, lang)], lang)
    yield _section(_WHOM, _recipients(terms.recipients, terms.kinds, lang), lang)
    yield _section(_WHAT, _labels("data_categories", terms.categories, lang), lang)
    services = _labels("service_kinds", terms.services, lang) or [_ANY_SERVICE.in_(lang)]
    yield _section(_SERVICES, services, lang)
    days = _FROM_TO.filled(first=_day(terms.valid_from), last=_day(terms.valid_until))
    yield _section(_DAYS, [days.in_(lang)], lang)
    yield _section(_HOW, [*_manner(consent, lang)], lang)
    if consent.cuts:
        yield _section(_TAKEN, [_taken(cut, lang) for cut in consent.cuts], lang)
    yield _section(_BACK, [_HOW_BACK.in_(lang)], lang)


def _section(heading: Text, lines: Sequence[str], lang: str) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    body = f"<ul>{items}</ul>" if len(lines) > 1 else f"<p>{escape(lines[0])}</p>"
    return f"<h2>{escape(heading.in_(lang))}</h2>\n{body}"


def _labels(list_name: str, chosen: Sequence[str], lang: str) -> list[str]:
    return [label(list_name, each, lang) for each in chosen]


def _recipients(institutions: Sequence[str], kinds: Sequence[str], lang: str) -> list[str]:
    named = _labels("institution_kinds", kinds, lang)
    return [*institutions, *(_ALL_OF_KIND.filled(kind=each).in_(lang) for each in named)]


def _manner(consent: Recorded, lang: str) -> Iterator[str]:
    manner = consent.manner
    mode = label("consent_modes", manner.mode, lang)
    spoken = label("languages", manner.language, lang)
    yield _IN_LANGUAGE.filled(mode=mode, language=spoken).in_(lang)
    if manner.guardianship is None:
        return
    kind = label("guardian_kinds", manner.guardianship.kind, lang)
    of_age_from = manner.guardianship.of_age_from
    if of_age_from is None:
        yield _OF_A_GUARDIAN.filled(guardian=kind).in_(lang)
    else:
        yield _UNTIL_OF_AGE.filled(guardian=kind, day=_day(of_age_from)).in_(lang)


def _taken(cut: Cut, lang: str) -> str:
    data = ", ".join(_labels("data_categories", cut.categories, lang)) or _ALL_DATA.in_(lang)
    whom = ", ".join(_recipients(cut.recipients, cut.kinds, lang)) or _EVERYBODY.in_(lang)
    return _CUT.filled(data=data, whom=whom).in_(lang)


def _day(day: date) -> str:
    return day.isoformat()
