"""What a fact says, in a reader's language: on the pages and at the command line alike.

What a field means is read from the published contract itself: a field with a code list shows that
list's label, whatever is published later.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

import msgspec

from services.reporting import moments
from services.reporting.field_names import CLOCKS, CONSENTS, DIRECTORY, WITHIN_A_CLOCK
from services.reporting.history import INSTITUTIONS, REPLACES, SEVERAL, Fact, replaced_id
from shared.contracts import CONTRACTS
from shared.kernel import codes
from shared.kernel.text import Text

NOT_SHOWN = frozenset(
    {
        *("case_id", "referral_id", "by", "folio", "source_key", REPLACES),
        *("outcome_class", "reason_class", "measures", "currency"),
        *("correction_id", "entry_id", "proposal_id", "custody_version", "received_at", "link_id"),
        "consent_id",
        *WITHIN_A_CLOCK,
    }
)
"""Fields that a reader has seen already, or cannot use: they are shown in the JSON only."""
_REPLACES, _REPLACED_BY = (
    Text("sustituye a", "replaces"),
    Text("ya no cuenta; lo sustituye", "counts no more; replaced by"),
)
_IMPORTED, _LEGAL_BASIS = (
    Text("importado con", "imported with"),
    Text("base legal", "legal basis"),
)
_YES = Text("sí", "yes")


class Naming(Protocol):
    """Knows institutions' names, as a history does."""

    def name_of(self, institution: str) -> str:
        """Return an institution's name, or its code if that is all that is known."""


_MOMENTS = frozenset(
    {"opened_at", "expires_at", "until", "due_at", "next_at", "scheduled_for"}
    | {"ask_again_at", "notify_by"}
)
_LISTS = {"clock": "clocks", "basis": "consent_bases"}
"""The code lists of fields that their contract takes from the kernel's own values."""
_FIELDS: Mapping[str, Text] = {
    "custodian": Text("responde", "answers for it"),
    "consent": Text("consentimiento", "consent"),
    "basis": Text("en qué descansa", "basis"),
    "recipients": Text("instituciones", "institutions"),
    "origin": Text("origen", "origin"),
    "alternatives": Text("alternativas", "alternatives"),
    "consent_until": Text("consentimiento hasta", "consent until"),
    "request_id": Text("solicitud", "request"),
    "granted": Text("canalización concedida", "granted referral"),
    "institutions": Text("instituciones avisadas", "institutions told"),
    "previous_custodian": Text("respondía", "answered before"),
    "institution": Text("institución", "institution"),
    "sender": Text("de", "from"),
    "addressee": Text("a", "to"),
    "addressee_version": Text("versión de la destinataria", "addressee version"),
    "case_version": Text("versión del caso", "case version"),
    "custodian_version": Text("versión de la responsable", "custodian version"),
    "previous_version": Text("versión de la anterior", "previous custodian version"),
    "until": Text("hasta", "until"),
    "programme": Text("programa", "programme"),
    "programmes": Text("programas", "programmes"),
    "subdivision": Text("entidad federativa o departamento", "subdivision"),
    "municipality": Text("municipio", "municipality"),
    "channel": Text("medio", "by way of"),
    "opened_at": Text("apertura", "opened"),
    "age_band": Text("edad", "age"),
    "sex": Text("sexo", "sex"),
    "nationality": Text("nacionalidad", "nationality"),
    "migratory_condition": Text("condición migratoria", "migratory condition"),
    "sector": Text("sector", "sector"),
    "occupation": Text("ocupación", "occupation"),
    "violations": Text("violaciones", "violations"),
    "changed": Text("cambió", "changed"),
    "proposed": Text("propuesto", "proposed"),
    "reason": Text("motivo", "reason"),
    "kind": Text("tipo", "kind"),
    "services": Text("servicios", "services"),
    "service": Text("servicio", "service"),
    "priority": Text("prioridad", "priority"),
    "topics": Text("temas", "topics"),
    "awaited": Text("temas que faltan", "topics still awaited"),
    "expected_on": Text("se espera lugar el", "room expected on"),
    "coordinator": Text("coordina", "coordinator"),
    "rules_version": Text("versión de las reglas", "version of the rules"),
    "suggested": Text("sugiere a", "suggested"),
    "suggested_version": Text("versión de la sugerida", "version of the suggested one"),
    "counterpart": Text("a quién califica", "who is rated"),
    "timeliness": Text("puntualidad", "timeliness"),
    "effort": Text("empeño", "effort"),
    "person_told": Text("aviso a la persona", "whether the person was told"),
    "outcome": Text("resultado", "outcome"),
    "amount": Text("importe", "amount"),
    "on": Text("el", "on"),
    "undated": Text("sin fecha conocida", "on an unknown date"),
    **DIRECTORY,
    **CLOCKS,
    **CONSENTS,
}


def labelled(code_list: str, code: str | None, lang: str) -> str:
    """Return a code's label; the code itself if this version does not know it; a dash for None."""
    if code is None:
        return "—"
    return codes.label(code_list, code, lang) if codes.known(code_list, code) else code


def called(fact: Fact, lang: str) -> str:
    """Return the label of a fact's kind."""
    return labelled("fact_names", fact.name, lang)


def amount(exact: str, currency: str | None) -> str:
    """Write an amount for people: ``10,508,991.88 USD``. No digit is lost."""
    return f"{Decimal(exact):,f} {currency or ''}".rstrip()


def field_name(name: str, lang: str) -> str:
    """Return the label of a contract's field; a field without one keeps its name."""
    text = _FIELDS.get(name)
    return text.in_(lang) if text else name


def sentence_of(names: Naming, known: Mapping[str, Fact], fact: Fact, lang: str) -> str:
    """Return ``details`` in one line."""
    return " · ".join(f"{name}: {value}" for name, value in details(names, known, fact, lang))


@cache
def coded_fields(contract: str) -> Mapping[str, str]:
    """Return the code list of each coded field of a contract, nested fields included."""
    if contract not in CONTRACTS:
        return {}
    _, components = msgspec.json.schema_components([CONTRACTS[contract]])
    found = dict(_LISTS)
    for component in components.values():
        for name, schema in component.get("properties", {}).items():
            code_list = _find(schema)
            if code_list is not None:
                found[name] = code_list
    return found


def details(
    names: Naming, known: Mapping[str, Fact], fact: Fact, lang: str
) -> list[tuple[str, str]]:
    """Return what a fact states beyond its kind: pairs of a field's label and its value's.

    known: by id, among others the facts that it replaces or is replaced by.
    """
    return [
        *_labelled_fields(names, fact.data, coded_fields(fact.type), lang),
        *_replacements(known, fact, lang),
        *_source(fact, lang),
    ]


def _source(fact: Fact, lang: str) -> Iterator[tuple[str, str]]:
    """Say of imported history where it comes from, and on which basis it is kept."""
    if fact.imported is not None:
        yield _IMPORTED.in_(lang), fact.imported.mapping
        yield _LEGAL_BASIS.in_(lang), labelled("legal_bases", fact.imported.legal_basis, lang)


def _replacements(known: Mapping[str, Fact], fact: Fact, lang: str) -> Iterator[tuple[str, str]]:
    """Say which fact this one replaces, and which one replaces it."""
    others = {
        _REPLACES: replaced_id(fact) if REPLACES in fact.data else None,
        _REPLACED_BY: fact.replaced_by,
    }
    for text, other_id in others.items():
        if other_id is not None and (other := known.get(other_id)) is not None:
            at = moments.moment(other.happened_at, lang)
            yield text.in_(lang), f"{called(other, lang)} ({at})"


def _labelled_fields(
    names: Naming, stated: Mapping[str, Any], lists: Mapping[str, str], lang: str
) -> Iterator[tuple[str, str]]:
    for name, value in stated.items():
        if isinstance(value, Mapping):
            within = f"{field_name(name, lang)}, " if name in _FIELDS else ""
            for label, said in _labelled_fields(names, value, lists, lang):
                yield f"{within}{label}", said
        elif name not in NOT_SHOWN and value not in (None, "", [], ()):
            yield field_name(name, lang), _value(names, stated, name, lists.get(name), lang)


def _value(
    names: Naming, stated: Mapping[str, Any], name: str, code_list: str | None, lang: str
) -> str:
    value = stated[name]
    if value is True:
        return _YES.in_(lang)
    if isinstance(value, list | tuple):
        return ", ".join(_one(names, name, str(each), code_list, lang) for each in value)
    if name == "amount":
        return amount(str(value), stated.get("currency"))
    return _one(names, name, str(value), code_list, lang)


def _one(names: Naming, name: str, value: str, code_list: str | None, lang: str) -> str:
    if name == "changed":
        return field_name(value.rpartition(".")[2], lang)
    if code_list is not None:
        return labelled(code_list, value, lang)
    if name in INSTITUTIONS | SEVERAL:
        return names.name_of(value)
    if name in _MOMENTS:
        return moments.moment(datetime.fromisoformat(value), lang)
    return value


def _find(schema: object) -> str | None:
    if isinstance(schema, Mapping):
        if "x-code-list" in schema:
            return str(schema["x-code-list"])
        return next((found for each in schema.values() if (found := _find(each))), None)
    if isinstance(schema, list):
        return next((found for each in schema if (found := _find(each))), None)
    return None
