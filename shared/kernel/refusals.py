"""Refusals: values with a code for machines and a sentence for people, in both languages.

A refusal is neither an exception nor a status number. ``shared.web.problems`` alone knows which
HTTP status belongs to which family.
"""

from collections.abc import Mapping
from typing import ClassVar

from shared.kernel.codes import codes
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of


class Refusal(Value):
    """Why a command is not carried out, as the caller may hear it.

    Every subclass has ``code`` and ``text``; its fields fill the text. family: of one of the four
    below, for figures, which do not tell one refusal from another.
    """

    family: ClassVar[str]
    code: ClassVar[str]
    text: ClassVar[Text]
    in_words: ClassVar[Mapping[str, str]] = {}
    """Fields whose codes the sentence says in words, each with its list."""
    text_without: ClassVar[tuple[str, Text] | None] = None
    """A field that may be empty, and what is said then instead of ``text``."""

    def sentence(self, lang: str = "es") -> str:
        """Return the refusal as a sentence: Spanish unless ``lang`` is ``en``."""
        return self.full_text.in_(lang)

    @property
    def full_text(self) -> Text:
        """The refusal as a sentence, in both languages."""
        said: dict[str, object] = {}
        for field, list_name in self.in_words.items():
            entry = codes(list_name)[getattr(self, field)]
            said[field] = Text(entry.es.lower(), entry.en.lower())
        return self.template.filled(**{**self.details(), **said})

    @property
    def template(self) -> Text:
        """The sentence that the values fill."""
        if self.text_without is not None:
            field, text = self.text_without
            if not getattr(self, field):
                return text
        return self.text

    def details(self) -> dict[str, object]:
        """Return the values that fill the sentence, by name: codes and ids, never personal data."""
        return fields_of(self)


class Refused(Exception):
    """Carries a refusal from where it is made to where the caller is answered."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the refusal; the message is its code."""
        super().__init__(refusal.code)
        self.refusal = refusal


class Forbidden(Refusal):
    """The caller may not do this."""

    family: ClassVar[str] = "forbidden"


class Missing(Refusal):
    """What the command is about does not exist, or is not known here yet."""

    family: ClassVar[str] = "missing"


class Conflicting(Refusal):
    """The command is not possible in this state, but was before or may be later."""

    family: ClassVar[str] = "conflicting"


class Invalid(Refusal):
    """The command can never be carried out as it is: ``field`` names what to correct."""

    field: str
    family: ClassVar[str] = "invalid"


class CodeNotKnown(Invalid):
    """A coded field holds a value that its code list does not have.

    The value is not kept: somebody may have typed a name into the wrong field. closest: empty if
    nothing is near, and the sentence then says no more.
    """

    code_list: str
    closest: str
    code: ClassVar[str] = "code-not-known"
    text: ClassVar[Text] = Text(
        "«{field}» no lleva un código de la lista «{code_list}». Parecidos, o los que hay:"
        " {closest}.",
        "“{field}” does not hold a code of the list “{code_list}”. Close to it, or all there are:"
        " {closest}.",
    )
    text_without: ClassVar[tuple[str, Text] | None] = (
        "closest",
        Text(
            "«{field}» no lleva un código de la lista «{code_list}».",
            "“{field}” does not hold a code of the list “{code_list}”.",
        ),
    )


class MayMeanSeveral(Invalid):
    """What was written fits several codes of its list."""

    code_list: str
    candidates: str
    code: ClassVar[str] = "may-mean-several"
    text: ClassVar[Text] = Text(
        "«{field}» puede ser varios de la lista «{code_list}»: {candidates}.",
        "“{field}” may be several of the list “{code_list}”: {candidates}.",
    )


class InTheFuture(Invalid):
    """A moment that should be past is later than now.

    at: that moment, for the program; the sentence does not repeat it.
    """

    at: str
    code: ClassVar[str] = "in-the-future"
    text: ClassVar[Text] = Text(
        "«{field}» indica un momento futuro. Indique cuándo ocurrió, con su zona.",
        "“{field}” says a moment that is still to come. Say when it happened, with its time zone.",
    )


class LostTheRace(Conflicting):
    """Others changed the same stream each time that this command was decided."""

    attempts: int
    changed: str
    code: ClassVar[str] = "lost-the-race"
    text: ClassVar[Text] = Text(
        "Otros cambios llegaron primero ({changed}) en {attempts} intentos. Lea el "
        "estado actual y decida de nuevo.",
        "Other changes came first ({changed}) in {attempts} attempts. Read the current "
        "state and decide again.",
    )


class VersionMoved(Conflicting):
    """If-Match named a version that is not the current one.

    expected: that version, for the program; the sentence does not repeat it.
    """

    expected: int
    current: int
    changed: str
    code: ClassVar[str] = "version-moved"
    text: ClassVar[Text] = Text(
        "La versión actual es {current}, no la de If-Match. Cambió: {changed}. Lea y "
        "decida de nuevo.",
        "The current version is {current}, not that of If-Match. Changed: {changed}. Read "
        "and decide again.",
    )


class KeyUsedForAnother(Conflicting):
    """The same Idempotency-Key came with a different command.

    done: the names of the facts that the first one led to; facts: their ids, by which a case's
    history says when. What it said is not known: of a command only a fingerprint is kept.
    """

    done: str
    facts: str
    code: ClassVar[str] = "key-used-for-another"
    text: ClassVar[Text] = Text(
        "Esa Idempotency-Key ya se usó para otra orden, que quedó así: {done} ({facts}). Use una "
        "clave nueva para una orden nueva; para repetir aquella, mándela idéntica.",
        "That Idempotency-Key was used for another command, which led to: {done} ({facts}). Use a "
        "new key for a new command; to repeat that one, send it exactly as it was.",
    )


class ReactionOnly(Forbidden):
    """The command follows from another service's fact; no institution may give it."""

    code: ClassVar[str] = "reaction-only"
    text: ClassVar[Text] = Text(
        "Esta orden es una reacción del sistema a un hecho; nadie más la da.",
        "This command is the system's reaction to a fact; nobody else gives it.",
    )
