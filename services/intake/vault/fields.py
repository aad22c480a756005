"""Which fields the vault has of a person: what each means, its category of data, and its limits.

Everything is optional, and a field that is not there is ``None``: nobody is asked for all of it.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Annotated, Final

from services.intake.vault import numbers
from services.intake.vault.personal import Personal
from shared.kernel.codes import known
from shared.kernel.fields import Coded, Described, note_of
from shared.kernel.free_text import is_one_line
from shared.kernel.text import Text
from shared.kernel.value import Value, hints_of

CATEGORIES: Final = "data_categories"


class Category(Value):
    """The category of data that a field belongs to, of the list ``data_categories``."""

    code: str


class Form(Value):
    """How a text is written. expected: that, in words.

    cleaned: gives the one way in which it is kept, so that the same is always sealed, and committed
    to, as the same. fits: whether a cleaned text is of this form.
    """

    expected: Text
    fits: Callable[[str], bool]
    cleaned: Callable[[str], str] = str.strip


def _is_written(text: str) -> bool:
    """Whether a text of several lines has something, and no controls but tabs and line breaks."""
    visible = text.replace("\n", " ").replace("\t", " ")
    return visible.isprintable() and bool(visible.strip())


LINE = Form(
    Text("una línea con letras o cifras", "one line with letters or digits"),
    is_one_line,
    lambda text: " ".join(text.split()),
)
LINES = Form(
    Text("un texto sin caracteres de control", "a text without control characters"),
    _is_written,
    lambda text: text.replace("\r\n", "\n").strip(),
)
_CURP = Form(
    Text("una CURP de 18 caracteres, con su dígito", "a CURP of 18 characters, with its digit"),
    numbers.is_curp,
    numbers.compact,
)
_CUI = Form(
    Text("un CUI de 13 cifras, con su dígito", "a CUI of 13 digits, with its check digit"),
    numbers.is_cui,
    numbers.compact,
)
_RFC = Form(
    Text("un RFC de persona, de 13 caracteres", "the RFC of a person, of 13 characters"),
    numbers.is_rfc,
    numbers.compact,
)
_NUMBER = Form(
    Text("letras y cifras, 4 o más", "letters and digits, 4 or more"),
    numbers.is_document,
    numbers.compact,
)
_PHONE = Form(
    Text("un teléfono con su país, como +526141234567", "a number with its country: +526141234567"),
    numbers.is_phone,
    numbers.dialled,
)
_EMAIL = Form(Text("un correo electrónico", "an e-mail address"), numbers.is_email)
_IDENTITY, _CONTACT = Category("identity"), Category("contact")
_MIGRATORY, _FAMILY = Category("migratory-status"), Category("family")


class Passport(Personal):
    """A passport, by who issued it."""

    country: Annotated[str, Coded("nationalities")]
    number: Annotated[str, _NUMBER, Described(Text("El número.", "The number."), most=20)]


class Address(Personal, omit_defaults=True):
    """Where somebody can be found or written to. subdivision: ISO 3166-2, where we know those."""

    country: Annotated[str, Coded("nationalities")]
    lines: Annotated[
        str, LINES, Described(Text("Calle, número y demás.", "Street, number and more."), most=300)
    ]
    subdivision: Annotated[str | None, Coded("subdivisions")] = None
    municipality: Annotated[str | None, Coded("municipalities")] = None
    postal_code: Annotated[
        str | None, LINE, Described(Text("El código postal.", "The postal code."), most=12)
    ] = None


class Relative(Personal, omit_defaults=True):
    """Somebody to be told, or a dependant: who they are to the person, and how to reach them."""

    name: Annotated[str, LINE, Described(Text("El nombre.", "The name."), most=200)]
    is_to_them: Annotated[
        str, LINE, Described(Text("Qué es de la persona.", "What they are to them."), most=60)
    ]
    phone: Annotated[
        str | None, _PHONE, Described(Text("El teléfono.", "The telephone."), most=16)
    ] = None


class PersonFields(Personal, omit_defaults=True):
    """What is known of who a person is. A list that is empty: there is none of it."""

    given_names: Annotated[
        str | None, _IDENTITY, LINE, Described(Text("Nombres.", "Given names."), most=100)
    ] = None
    first_surname: Annotated[
        str | None, _IDENTITY, LINE, Described(Text("Primer apellido.", "First surname."), most=100)
    ] = None
    second_surname: Annotated[
        str | None,
        _IDENTITY,
        LINE,
        Described(Text("Segundo apellido.", "Second surname."), most=100),
    ] = None
    chosen_name: Annotated[
        str | None,
        _IDENTITY,
        LINE,
        Described(Text("Cómo quiere que le llamen.", "What they want to be called."), most=100),
    ] = None
    birth_date: Annotated[
        date | None, _IDENTITY, Described(Text("Fecha de nacimiento.", "Date of birth."))
    ] = None
    birth_place: Annotated[
        str | None,
        _IDENTITY,
        LINE,
        Described(Text("Lugar de nacimiento.", "Place of birth."), most=200),
    ] = None
    curp: Annotated[
        str | None, _IDENTITY, _CURP, Described(Text("CURP (México).", "CURP (Mexico)."), most=18)
    ] = None
    cui: Annotated[
        str | None,
        _IDENTITY,
        _CUI,
        Described(Text("CUI (Guatemala).", "CUI (Guatemala)."), most=13),
    ] = None
    rfc: Annotated[
        str | None, _IDENTITY, _RFC, Described(Text("RFC (México).", "RFC (Mexico)."), most=13)
    ] = None
    social_security_number: Annotated[
        str | None,
        _IDENTITY,
        _NUMBER,
        Described(Text("Número de seguridad social.", "Social security number."), most=20),
    ] = None
    passports: Annotated[
        tuple[Passport, ...] | None, _IDENTITY, Described(Text("Pasaportes.", "Passports."), most=5)
    ] = None
    consular_registration: Annotated[
        str | None,
        _IDENTITY,
        _NUMBER,
        Described(Text("Matrícula consular.", "Consular registration."), most=30),
    ] = None
    migratory_documents: Annotated[
        tuple[str, ...] | None,
        _MIGRATORY,
        _NUMBER,
        Described(Text("Números de sus documentos migratorios.", "Migratory documents."), most=5),
    ] = None
    phones: Annotated[
        tuple[str, ...] | None,
        _CONTACT,
        _PHONE,
        Described(Text("Teléfonos, primero el preferido.", "Telephones, preferred first."), most=5),
    ] = None
    emails: Annotated[
        tuple[str, ...] | None,
        _CONTACT,
        _EMAIL,
        Described(Text("Correos electrónicos.", "E-mail addresses."), most=5),
    ] = None
    addresses: Annotated[
        tuple[Address, ...] | None,
        _CONTACT,
        Described(Text("Domicilios, primero el actual.", "Addresses, current first."), most=5),
    ] = None
    languages: Annotated[
        tuple[str, ...] | None,
        _CONTACT,
        Coded("languages"),
        Described(Text("Lenguas, primero la preferida.", "Languages, preferred first."), most=10),
    ] = None
    contact_advice: Annotated[
        str | None,
        _CONTACT,
        LINES,
        Described(
            Text("Cuándo y cómo es seguro llamarle.", "When and how a call is safe."), most=500
        ),
    ] = None
    relatives: Annotated[
        tuple[Relative, ...] | None,
        _FAMILY,
        Described(Text("Familiares y dependientes.", "Relatives and dependants."), most=20),
    ] = None
    work_history: Annotated[
        str | None,
        Category("labour-history"),
        LINES,
        Described(
            Text("Dónde y para quién trabajó.", "Where and for whom they worked."), most=4000
        ),
    ] = None
    health: Annotated[
        str | None,
        Category("health"),
        LINES,
        Described(Text("Salud y discapacidad.", "Health and disability."), most=4000),
    ] = None
    account: Annotated[
        str | None,
        Category("victimisation"),
        LINES,
        Described(Text("Lo que contó, una vez.", "What they told, once."), most=20_000),
    ] = None


class PersonField(Value):
    """One field of a person. category: a code of ``data_categories``. text: what it means."""

    name: str
    category: str
    text: Text


def _fields() -> Iterator[PersonField]:
    for name, hint in hints_of(PersonFields).items():
        category, described = note_of(hint, Category), note_of(hint, Described)
        if category is None or described is None or not known(CATEGORIES, category.code):
            raise TypeError(f"PersonFields.{name} has no category, or no words")
        yield PersonField(name, category.code, described.text)


FIELDS: Final = {field.name: field for field in _fields()}
"""Every field by its name, in the order in which people are asked for them."""


def in_categories(categories: Collection[str]) -> tuple[str, ...]:
    """Return the names of the fields of these categories of data."""
    return tuple(field.name for field in FIELDS.values() if field.category in categories)
