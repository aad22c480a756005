"""A text for people, in both of the system's languages, and the error that carries one."""

from collections.abc import Iterable, Mapping, Sequence

from shared.kernel.value import Value


class Text(Value):
    """A text in Spanish and in English. Both may have placeholders, such as ``{field}``."""

    es: str
    en: str

    def in_(self, lang: str) -> str:
        """Return the English text if ``lang`` is ``en``, else the Spanish one."""
        return self.en if lang == "en" else self.es

    def filled(self, *values: object, **named: object) -> "Text":
        """Fill the placeholders of both languages; a Text as a value fills each in its language.

        Raises KeyError or IndexError if a placeholder has no value.
        """
        return Text(_filled(self.es, "es", values, named), _filled(self.en, "en", values, named))

    @property
    def both(self) -> str:
        """Both languages in one string, Spanish first, for OpenAPI and for logs."""
        return f"{self.es} / {self.en}"


class UserError(Exception):
    """Why a program cannot do what it was asked, for the person who asked.

    text: one sentence with the next step. It never has a secret, nor a value that somebody typed
    into a field about a person. code: the exit code, 2 if asking again does not help, because
    the request or what it is asked of must be corrected first, else 1.
    """

    def __init__(self, text: Text, code: int = 1) -> None:
        super().__init__(text.both)
        self.text = text
        self.code = code


def joined(texts: Sequence[Text], separator: str = ", ") -> Text:
    """Join texts, each language on its own."""
    return Text(
        separator.join(text.es for text in texts), separator.join(text.en for text in texts)
    )


def _filled(template: str, lang: str, values: Iterable[object], named: Mapping[str, object]) -> str:
    return template.format(
        *(_in(value, lang) for value in values),
        **{name: _in(value, lang) for name, value in named.items()},
    )


def _in(value: object, lang: str) -> object:
    return value.in_(lang) if isinstance(value, Text) else value
