"""How a rule says no.

A value with a code for machines and a sentence for people, in both languages.

A refusal is a word, not an exception and not a status number. ``shared.web.problems`` alone knows
which HTTP status belongs to which family.
"""

from typing import ClassVar

from shared.kernel.value import Value, fields_of


class Refusal(Value):
    """A no that the caller may hear.

    Every subclass gives ``code``, ``es`` and ``en``; its fields fill the sentence.
    """

    code: ClassVar[str]
    es: ClassVar[str]
    en: ClassVar[str]

    def sentence(self, lang: str = "es") -> str:
        """The refusal in words: Spanish unless ``lang`` is ``en``."""
        template = self.en if lang == "en" else self.es
        return template.format(**self.details())

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
    es: ClassVar[str] = (
        "«{field}» no lleva un código de la lista «{code_list}». Parecidos: {closest}."
    )
    en: ClassVar[str] = (
        "“{field}” does not hold a code of the list “{code_list}”. Close to it: {closest}."
    )


class InTheFuture(Invalid):
    """Something is said to have happened later than now.

    at: what was said, for the program; the sentence does not repeat it.
    """

    at: str
    code: ClassVar[str] = "in-the-future"
    es: ClassVar[str] = "«{field}» indica un momento futuro. Indique cuándo ocurrió, con su zona."
    en: ClassVar[str] = (
        "“{field}” says a moment that is still to come. Say when it happened, with its time zone."
    )


class LostTheRace(Conflicting):
    """Others kept changing the same thing while this command was decided again and again."""

    attempts: int
    changed: str
    code: ClassVar[str] = "lost-the-race"
    es: ClassVar[str] = (
        "Otros cambios llegaron primero ({changed}) en {attempts} intentos. Lea el "
        "estado actual y decida de nuevo."
    )
    en: ClassVar[str] = (
        "Other changes came first ({changed}) in {attempts} attempts. Read the current "
        "state and decide again."
    )


class VersionMoved(Conflicting):
    """If-Match named a version that is not the current one.

    expected: that version, for the program; the sentence does not repeat it.
    """

    expected: int
    current: int
    changed: str
    code: ClassVar[str] = "version-moved"
    es: ClassVar[str] = (
        "La versión actual es {current}, no la de If-Match. Cambió: {changed}. Lea y "
        "decida de nuevo."
    )
    en: ClassVar[str] = (
        "The current version is {current}, not that of If-Match. Changed: {changed}. Read "
        "and decide again."
    )


class KeyUsedForAnother(Conflicting):
    """The same Idempotency-Key came with a different command."""

    code: ClassVar[str] = "key-used-for-another"
    es: ClassVar[str] = (
        "Esa Idempotency-Key ya se usó para otra orden. Use una clave nueva para una orden nueva."
    )
    en: ClassVar[str] = (
        "That Idempotency-Key was used for another command. Use a new key for a new command."
    )


class ReactionOnly(Forbidden):
    """The command follows from another service's fact; no institution gives it."""

    code: ClassVar[str] = "reaction-only"
    es: ClassVar[str] = "Esta orden es una reacción del sistema a un hecho; nadie más la da."
    en: ClassVar[str] = "This command is the system's reaction to a fact; nobody else gives it."
