"""What the fields of a command hold, declared at the fields: code lists, texts and limits.

A field declares it in its annotation: ``reason: Annotated[str, Coded("hold_reasons")]``. The check
of every code, and the fields of HTTP bodies, OpenAPI and forms, are derived from that.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from shared.kernel.coded_fields import canonical, not_known
from shared.kernel.codes import known, list_names
from shared.kernel.decider import Command
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.text import Text
from shared.kernel.value import Value, defaults_of, hints_of, replace

V = TypeVar("V", bound=Value)


class Coded(Value):
    """The field holds a code of this list; a tuple holds a set of them.

    or_name: a request may also write a name, from which the service makes the code.
    """

    list_name: str
    or_name: bool = False


class Described(Value):
    """What the field means, for the person who fills it in, and its limits.

    least, most: how many characters, or how many entries of a tuple. pattern: a regular expression
    that the whole text matches.
    """

    text: Text
    least: int | None = None
    most: int | None = None
    pattern: str | None = None


class AttributeOf(Value):
    """The field keeps an attribute of the code in another field, as its list had it at the time.

    field: that other field. name: the attribute, such as the ``class`` of a reason.
    """

    field: str
    name: str


class ByImportOnly(Value):
    """Only an import sets the field, which is False otherwise: no body and no form asks for it."""


class FieldError(TypeError):
    """A field is declared in a way that cannot be checked. Raised when the program loads."""


class CommandField(Value):
    """One field of a command, as a form or an HTTP body asks for it.

    type: without annotations; it includes ``None`` if the field may be empty. entry: the type of
    one entry, without ``None``. many: whether it holds a tuple of entries. default: the value if it
    is left out, None if ``required``. code_list: of its codes. or_name: see ``Coded``. fields: of
    ``entry``, if that is a value.
    """

    name: str
    type: Any
    entry: Any
    required: bool
    default: Any
    code_list: str | None
    or_name: bool
    many: bool
    described: Described | None
    fields: tuple["CommandField", ...]

    @property
    def optional(self) -> bool:
        """Whether the field may be empty."""
        return NoneType in members(self.type)

    @property
    def text(self) -> Text | None:
        """What the field means; None if it is not declared."""
        return self.described.text if self.described else None


class _Shape(Value):
    """A field's type taken apart."""

    bare: Any
    notes: tuple[Any, ...]
    many: bool

    def note(self, kind: type[V]) -> V | None:
        return next((note for note in self.notes if isinstance(note, kind)), None)


class CodedField(Value):
    """A field with codes in it.

    list_name: of the codes; None if they are in fields of the value that it holds.
    """

    name: str
    list_name: str | None
    many: bool


def codes_not_known(value: Value, within: str = "") -> CodeNotKnown | None:
    """Refuse the first code that its list does not have, also in nested values.

    within: the prefix of the field's name in the refusal, such as ``details.``.
    """
    for field in coded_fields(type(value)):
        held = getattr(value, field.name)
        if held is None:
            continue
        for each in held if field.many else (held,):
            if field.list_name is None:
                refused = codes_not_known(each, f"{within}{field.name}.")
            elif not known(field.list_name, each):
                refused = not_known(f"{within}{field.name}", field.list_name, each)
            else:
                continue
            if refused:
                return refused
    return None


def canonical_codes(value: V) -> V:
    """Return the value with each set of codes sorted, each once, also in nested values."""
    changed = {}
    for field in coded_fields(type(value)):
        held = getattr(value, field.name)
        written = _canonical(field, held)
        if written != held:
            changed[field.name] = written
    return replace(value, **changed) if changed else value


def title_of(kind: type) -> Text | None:
    """Return a command's ``title``, None if it has none.

    One with a field of that name calls its own ``heading``.
    """
    return _text_of(kind, "heading") or _text_of(kind, "title")


def description_of(kind: type) -> Text | None:
    """Return a command's ``description``, None if its title says enough."""
    return _text_of(kind, "description")


@cache
def fields_of_command(kind: type[Command]) -> tuple[CommandField, ...]:
    """Describe a command's own fields in their order, without the common ``by`` and ``at``.

    Nor are there those that only an import sets. Raises FieldError if one is declared in a way that
    cannot be checked.
    """
    unasked = {name for name, hint in hints_of(kind).items() if note_of(hint, ByImportOnly)}
    unasked |= {*Command.__struct_fields__}
    return tuple(field for field in _described(kind) if field.name not in unasked)


@cache
def coded_fields(kind: type[Value]) -> tuple[CodedField, ...]:
    """Find the fields with codes in them. Raises FieldError if one cannot be checked."""
    return tuple(_coded(kind))


def list_of(kind: type[Value], name: str) -> str | None:
    """Return the code list of a field of this type, None if it is not coded."""
    return next((field.list_name for field in coded_fields(kind) if field.name == name), None)


def note_of(hint: Any, kind: type[V]) -> V | None:
    """Return the note of this kind in a field's annotation, None if there is none."""
    return _shape(hint).note(kind)


def bare_type(hint: Any) -> Any:
    """Return a type without annotations, at any depth of unions and tuples."""
    arguments = tuple(map(bare_type, get_args(hint)))
    origin = get_origin(hint)
    if origin is Annotated:
        return bare_type(hint.__origin__)
    if origin in {Union, UnionType}:
        return Union[arguments]  # noqa: UP007 - made of types that are known at run time only
    return origin[arguments] if origin and arguments else hint


def members(union: Any) -> tuple[Any, ...]:
    """Return the types of a union or tuple, nested ones included, or the one type."""
    if isinstance(union, tuple):
        return tuple(kind for each in union for kind in members(each))
    if get_origin(union) in {Union, UnionType}:
        return tuple(kind for each in get_args(union) for kind in members(each))
    return (union,)


def kebab(name: str) -> str:
    """Write a class's name as codes are written: ``CaseRegistered`` is ``case-registered``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def stored_names(facts: Any) -> dict[str, type]:
    """Return a union's facts by the name under which each is stored, which is its class's."""
    return {kebab(kind.__name__): kind for kind in members(facts)}


def _text_of(kind: type, name: str) -> Text | None:
    text = getattr(kind, name, None)
    return text if isinstance(text, Text) else None


def _described(kind: type[Value]) -> Iterator[CommandField]:
    defaults: Mapping[str, Any] = defaults_of(kind)
    for name, hint in hints_of(kind).items():
        shape = _shape(hint)
        nested = shape.bare if _is_value(shape.bare) else None
        coded = shape.note(Coded)
        yield CommandField(
            name=name,
            type=bare_type(hint),
            entry=bare_type(shape.bare),
            required=name not in defaults,
            default=defaults.get(name),
            code_list=list_of(kind, name),
            or_name=coded is not None and coded.or_name,
            many=shape.many,
            described=shape.note(Described),
            fields=tuple(_described(nested)) if nested else (),
        )


def _coded(kind: type[Value]) -> Iterator[CodedField]:
    for name, hint in hints_of(kind).items():
        shape = _shape(hint)
        if coded := shape.note(Coded):
            if shape.bare is not str:
                raise FieldError(f"{kind.__name__}.{name}: a code is a str")
            if coded.list_name not in list_names():
                raise FieldError(f"{kind.__name__}.{name}: no such code list: {coded.list_name}")
            yield CodedField(name, coded.list_name, shape.many)
        elif _is_value(shape.bare) and coded_fields(shape.bare):
            yield CodedField(name, None, shape.many)
        elif _hides_a_code(hint):
            raise FieldError(f"{kind.__name__}.{name}: its codes are where nothing checks them")


def _shape(hint: Any) -> _Shape:
    """Take ``Annotated``, an optional and a tuple apart, in any order of nesting."""
    notes: tuple[Any, ...] = ()
    many = False
    while True:
        arguments = get_args(hint)
        if get_origin(hint) is Annotated:
            hint, notes = arguments[0], (*notes, *arguments[1:])
        elif get_origin(hint) in {Union, UnionType} and len({*arguments} - {NoneType}) == 1:
            (hint,) = {*arguments} - {NoneType}
        elif get_origin(hint) is tuple and arguments[1:] == (...,) and not many:
            hint, many = arguments[0], True
        else:
            return _Shape(hint, notes, many)


def _hides_a_code(hint: Any) -> bool:
    if get_origin(hint) is Annotated and any(isinstance(n, Coded) for n in hint.__metadata__):
        return True
    return any(map(_hides_a_code, get_args(hint))) or (_is_value(hint) and bool(coded_fields(hint)))


def _is_value(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Value)


def _canonical(field: CodedField, held: Any) -> Any:
    if held is None:
        return None
    if field.list_name is not None:
        return canonical(held) if field.many else held
    return tuple(map(canonical_codes, held)) if field.many else canonical_codes(held)
