"""How a rule says no.

A value with a code for machines and a sentence for people, in both languages.

A refusal is a word, not an exception and not a status number. ``shared.web.problems`` alone knows
which HTTP status belongs to which family.
"""

from typing import ClassVar

from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of


class Refusal(Value):
    """A no that the caller may hear.

    Every subclass gives ``code`` and ``text``; its fields fill the text.
    """

    code: ClassVar[str]
    text: ClassVar[Text]

    def sentence(self, lang: str = "es") -> str:
        """The refusal in words: Spanish unless ``lang`` is ``en``."""
        return self.text.filled(**self.details()).in_(lang)

    def details(self) -> dict[str, object]:
        """The values the sentence is made of, by name: codes and ids, never personal data."""
        return fields_of(self)


class Refused(Exception):
    """Carries a refusal from wherever it was given to whoever answers the caller."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the refusal; the message is its code."""
        super().__init__(refusal.code)
        self.refusal = refusal


class Forbidden(Refusal):
    """The caller is not the one who may do this."""


class Missing(Refusal):
    """What the command speaks of does not exist, or is not known here yet."""


class Conflicting(Refusal):
    """The command was possible once, or would be later, but not in this state."""


class Invalid(Refusal):
    """The command could never be carried out as it stands: ``field`` names what to mend."""

    field: str


class CodeNotKnown(Invalid):
    """A coded field holds a value that its code list does not have.

    The value is not kept: somebody may have typed a name into the wrong field.
    """

    code_list: str
    closest: str
    code: ClassVar[str] = "code-not-known"
    text: ClassVar[Text] = Text(
        "«{field}» no lleva un código de la lista «{code_list}». Parecidos: {closest}.",
        "“{field}” does not hold a code of the list “{code_list}”. Close to it: {closest}.",
    )


class InTheFuture(Invalid):
    """Something is said to have happened later than now.

    at: what was said, for the program; the sentence does not repeat it.
    """

    at: str
    code: ClassVar[str] = "in-the-future"
    text: ClassVar[Text] = Text(
        "«{field}» indica un momento futuro. Indique cuándo ocurrió, con su zona.",
        "“{field}” says a moment that is still to come. Say when it happened, with its time zone.",
    )


class LostTheRace(Conflicting):
    """Others kept changing the same thing while this command was decided again and again."""

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
    """The same Idempotency-Key came with a different command."""

    code: ClassVar[str] = "key-used-for-another"
    text: ClassVar[Text] = Text(
        "Esa Idempotency-Key ya se usó para otra orden. Use una clave nueva para una orden nueva.",
        "That Idempotency-Key was used for another command. Use a new key for a new command.",
    )


class ReactionOnly(Forbidden):
    """The command follows from another service's fact; no institution gives it."""

    code: ClassVar[str] = "reaction-only"
    text: ClassVar[Text] = Text(
        "Esta orden es una reacción del sistema a un hecho; nadie más la da.",
        "This command is the system's reaction to a fact; nobody else gives it.",
    )
