"""What a reason says: of a rank and of an exclusion, in both languages, with what the entry states.

Each is a sentence about one service; what is in braces comes from its entry.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from services.reporting.searching.offers import Offer
from shared.kernel import codes
from shared.kernel.service_values import EligibilityRule
from shared.kernel.text import Text

CRITERIA: Mapping[str, Text] = {
    "capacity": Text("disponibilidad", "room"),
    "agreement": Text("convenio", "agreement"),
    "hours": Text("horario", "hours"),
    "place": Text("cercanía", "nearness"),
    "eligibility": Text("a quién atiende", "whom it serves"),
    "population": Text("población", "population"),
    "language": Text("lengua", "language"),
    "freshness": Text("vigencia de la ficha", "freshness of the entry"),
    "funding": Text("financiamiento", "funding"),
    "cost": Text("costo", "cost"),
    "name": Text("el nombre: en lo demás son iguales", "the name: in all else they are equal"),
}
"""What services are compared by."""

RANKS: Mapping[str, Text] = {
    "has-capacity": Text(
        "Tiene lugar{free}, según dijo el {stated_on}.",
        "Has room{free}, as it said on {stated_on}.",
    ),
    "capacity-to-assess": Text(
        "Hay que valorar si tiene lugar: pregunte antes.",
        "Whether it has room has to be assessed: ask first.",
    ),
    "capacity-not-stated": Text(
        "No ha dicho si tiene lugar: pregunte antes.", "It has not said whether it has room: ask."
    ),
    "waiting-list": Text(
        "Tiene lista de espera, según dijo el {stated_on}.",
        "Has a waiting list, as it said on {stated_on}.",
    ),
    "agreement-in-force": Text(
        "Hay un convenio vigente con quien canaliza.",
        "There is an agreement in force with whoever refers.",
    ),
    "agreement-not-needed": Text("No hace falta un convenio.", "No agreement is needed."),
    "open": Text(
        "Está abierto en el momento pedido; si no se pidió ninguno, ahora.",
        "It is open at the moment asked about; if there is none, now.",
    ),
    "hours-not-stated": Text("No dice su horario: pregunte.", "It states no hours: ask."),
    "closed-now": Text("Está cerrado a esa hora.", "It is closed at that time."),
    "in-municipality": Text("Atiende ese municipio.", "Serves that municipality."),
    "in-region": Text("Atiende la región del municipio.", "Serves the municipality's region."),
    "in-subdivision": Text("Atiende toda la entidad.", "Serves the whole subdivision."),
    "everywhere": Text("Atiende venga de donde venga.", "Serves wherever the person comes from."),
    "elsewhere": Text(
        "No dice de dónde recibe, y su institución está en otra entidad: confirme antes.",
        "It does not say from where it takes people, and its institution is in another"
        " subdivision: confirm first.",
    ),
    "in-part": Text(
        "Atiende parte de la entidad: confirme el municipio.",
        "Serves a part of the subdivision: confirm the municipality.",
    ),
    "made-for": Text("Es para un caso como este.", "It is for a case like this."),
    "for-anybody": Text("Atiende a cualquier persona.", "Serves anybody."),
    "to-confirm": Text(
        "Confirme antes si procede: depende de {depends}.",
        "Confirm first whether it may be used: it depends on {depends}.",
    ),
    "for-population": Text("Está dirigido a esa población.", "It is meant for that population."),
    "for-all-populations": Text("Está dirigido a cualquiera.", "It is meant for everybody."),
    "speaks": Text("Atiende en esa lengua.", "Serves in that language."),
    "language-not-stated": Text(
        "No dice en qué lenguas atiende: pregunte.", "It does not state its languages: ask."
    ),
    "fresh": Text("Ficha confirmada el {assured_on}.", "Entry confirmed on {assured_on}."),
    "stale": Text(
        "Ficha vencida: se confirmó el {assured_on}.", "Stale entry: confirmed on {assured_on}."
    ),
    "never-assured": Text("Nadie ha confirmado la ficha.", "Nobody has confirmed the entry."),
    "funded": Text("Su financiamiento no ha terminado.", "Its funding has not ended."),
    "funding-ended": Text(
        "Su financiamiento terminó el {funded_until}: confirme que sigue.",
        "Its funding ended on {funded_until}: confirm that it goes on.",
    ),
    "free": Text("Es gratuito.", "It is free."),
    "costs": Text("Cuesta {cost}.", "It costs {cost}."),
    "cost-not-stated": Text("No dice cuánto cuesta.", "It does not state its cost."),
}
"""What is true of a service in a criterion, by code."""
TACIT = frozenset({"funded", "for-all-populations", "agreement-not-needed"})
"""What goes without saying: people are not told, programs are."""

EXCLUSIONS: Mapping[str, Text] = {
    "institution-not-active": Text(
        "Su institución está suspendida o cerrada.", "Its institution is suspended or closed."
    ),
    "institution-cannot-answer": Text(
        "Su institución no tiene con qué responder: pida que se le dé acceso.",
        "Its institution has no way to answer: ask that it be given access.",
    ),
    "service-suspended": Text("El servicio está suspendido.", "The service is suspended."),
    "own-service": Text(
        "Es de la propia institución: no se canaliza a sí misma.",
        "It is the institution's own: nobody refers to themselves.",
    ),
    "other-programme": Text(
        "No participa en el programa.", "It does not take part in the programme."
    ),
    "other-place": Text("No atiende ese lugar.", "It does not serve that place."),
    "other-language": Text("Atiende solo en {languages}.", "Serves in {languages} only."),
    "other-population": Text(
        "Está dirigido a otra población: {populations}.",
        "It is meant for another population: {populations}.",
    ),
    "not-eligible": Text("{rules}", "{rules}"),
    "full": Text(
        "No tiene lugar, según dijo el {stated_on}.", "It has no room, as it said on {stated_on}."
    ),
    "cannot-wait": Text(
        "Tiene lista de espera, y es una emergencia.",
        "It has a waiting list, and this is an emergency.",
    ),
    "closed-then": Text("Está cerrado a esa hora.", "It is closed at that time."),
    "no-agreement": Text(
        "Falta un convenio vigente con quien canaliza: fírmelo, renuévelo, o que otra persona lo"
        " autorice en el caso.",
        "There is no agreement in force with whoever refers: sign or renew one, or have a second"
        " person override it on the case.",
    ),
    "outside-the-consent": Text(
        "El consentimiento no llega a su institución: pídalo antes a la persona.",
        "The consent does not extend to its institution: ask the person first.",
    ),
    "consent-over": Text(
        "El consentimiento ya terminó: pídalo de nuevo a la persona.",
        "The consent has ended: ask the person for it again.",
    ),
    "asked-before": Text(
        "Ya se le pidió: nómbrela otra vez solo si algo cambió.",
        "It was asked already: name it again only if something has changed.",
    ),
}
"""Why a service cannot serve, by code."""

_ONLY = Text("Por {attribute}, atiende solo: {codes}.", "By {attribute}, it serves only: {codes}.")
_NOT = Text("Por {attribute}, no atiende: {codes}.", "By {attribute}, it does not serve: {codes}.")
_ATTRIBUTES = "eligibility_attributes"


def of_rank(code: str, offer: Offer, lang: str) -> str:
    """Say what is true of a service in a criterion."""
    return RANKS[code].in_(lang).format_map(_Stated(offer, None, lang))


def of_exclusion(code: str, about: str | None, offer: Offer, lang: str) -> str:
    """Say why a service cannot serve. about: the attribute of the case, for ``not-eligible``."""
    return EXCLUSIONS[code].in_(lang).format_map(_Stated(offer, about, lang))


def of_all(code: str, about: str | None, lang: str) -> str:
    """Say for several services together why they cannot serve, without what each entry states."""
    sentence = EXCLUSIONS[code].in_(lang)
    if about is not None:
        return _SUMMED["not-eligible"].in_(lang).format(codes.label(_ATTRIBUTES, about, lang))
    return _SUMMED[code].in_(lang) if code in _SUMMED else sentence


_SUMMED: Mapping[str, Text] = {
    "not-eligible": Text(
        "No atienden un caso así, por: {0}.", "They do not serve such a case, by: {0}."
    ),
    "other-language": Text("No atienden en esa lengua.", "They do not serve in that language."),
    "other-population": Text("Están dirigidos a otra población.", "They are meant for others."),
    "full": Text("No tienen lugar.", "They have no room."),
    "service-suspended": Text("Están suspendidos.", "They are suspended."),
    "other-programme": Text(
        "No participan en el programa.", "They do not take part in the programme."
    ),
    "other-place": Text("No atienden ese lugar.", "They do not serve that place."),
    "closed-then": Text("Están cerrados a esa hora.", "They are closed at that time."),
    "cannot-wait": Text(
        "Tienen lista de espera, y es una emergencia.",
        "They have a waiting list, and this is an emergency.",
    ),
}


class _Stated(dict[str, str]):
    """What an entry states, each looked up when a sentence has it in braces."""

    def __init__(self, offer: Offer, about: str | None, lang: str) -> None:
        super().__init__()
        self._offer, self._about, self._lang = offer, about, lang

    def __missing__(self, name: str) -> str:
        return _STATED[name](self._offer, self._about, self._lang)


def _free(offer: Offer, _: str | None, lang: str) -> str:
    capacity = offer.capacity
    if capacity is None or capacity.places_free is None:
        return ""
    return f": {capacity.places_free} {_label('capacity_units', capacity.unit, lang).lower()}"


def _cost(offer: Offer, _: str | None, __: str) -> str:
    cost = offer.cost
    return f"{cost.amount:,f} {cost.currency or ''}".strip() if cost else "—"


def _depends(offer: Offer, _: str | None, lang: str) -> str:
    return _labels(_ATTRIBUTES, dict.fromkeys(rule.attribute for rule in offer.eligibility), lang)


def _rules(offer: Offer, about: str | None, lang: str) -> str:
    return " ".join(_rule(rule, lang) for rule in offer.eligibility if rule.attribute == about)


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"


_STATED: Mapping[str, Callable[[Offer, str | None, str], str]] = {
    "stated_on": lambda offer, *_: _day(offer.capacity.stated_on if offer.capacity else None),
    "free": _free,
    "assured_on": lambda offer, *_: _day(offer.assured_on),
    "funded_until": lambda offer, *_: _day(offer.funded_until),
    "cost": _cost,
    "languages": lambda offer, _, lang: _labels("languages", offer.languages, lang),
    "populations": lambda offer, _, lang: _labels("populations", offer.populations, lang),
    "depends": _depends,
    "rules": _rules,
}
"""What sentences have in braces, from the entry."""


def _rule(rule: EligibilityRule, lang: str) -> str:
    of = str(codes.code(_ATTRIBUTES, rule.attribute).extra["list"])
    text, those = (_ONLY, rule.is_one_of) if rule.is_one_of else (_NOT, rule.is_none_of)
    attribute = codes.label(_ATTRIBUTES, rule.attribute, lang).lower()
    return text.in_(lang).format(attribute=attribute, codes=_labels(of, those, lang))


def _labels(code_list: str, those: Iterable[str], lang: str) -> str:
    return ", ".join(_label(code_list, each, lang) for each in those) or "—"


def _label(code_list: str, code: str, lang: str) -> str:
    return codes.label(code_list, code, lang) if codes.known(code_list, code) else code
