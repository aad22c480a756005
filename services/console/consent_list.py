"""The consents of a case, as its page lists them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.console.request_context import RequestContext, beside, source_of
from services.reporting.consents import ConsentRow
from shared.identity import scope
from shared.kernel.text import Text

WORDS: Mapping[str, Text] = {
    "consents": Text("Consentimientos", "Consents"),
    "purpose": Text("Para qué", "What for"),
    "for_whom": Text("Quién puede tener los datos", "Who may have the data"),
    "data": Text("Qué datos", "Which data"),
    "days": Text("Vale", "Holds"),
    "days_from_to": Text("del {} al {}", "from {} to {}"),
    "status": Text("Estado", "Status"),
    "in_part": Text("retirado en parte", "taken back in part"),
}


async def consents_of(context: RequestContext, case_id: UUID) -> Sequence[ConsentRow]:
    """Return the consents of a case, as far as the caller sees the case itself."""
    if context.caller is None:
        return ()
    only, consents = scope.limited_to(context.caller), source_of(context.request).consents
    return await beside(context.request, consents.of_case, case_id, only)


def consent_words(lang: str) -> Mapping[str, str]:
    """Return the words of the list in a language."""
    return {name: word.in_(lang) for name, word in WORDS.items()}
