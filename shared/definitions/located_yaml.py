"""YAML with the line of every key, so that a flaw can be located."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from shared.definitions.flaw import Flaw
from shared.kernel.text import Text

KeyPath = tuple[str | int, ...]
"""The keys and list indexes that lead to a node, from the top."""


class NotYaml(Exception):
    """The text is not YAML as definitions use it; ``flaw`` has the line of the mistake."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.expected.es)
        self.flaw = flaw


@dataclass(frozen=True)
class LocatedYaml:
    """A document: its content, and the line (from 1) of each of its keys and list entries."""

    content: Any
    lines: dict[KeyPath, int]

    def flaw(self, path: KeyPath, expected: Text) -> Flaw:
        """Return a flaw at the line of this node, or of the nearest node around it that has one."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Flaw(self.lines.get(known, 1), dotted(path), expected)


def dotted(path: KeyPath) -> str:
    """Return a path as text: ``outcomes[2].when.status``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


class _Loader(yaml.SafeLoader):
    """Reads scalars as YAML 1.2 does: only true and false are booleans, and a date is text.

    In YAML 1.1 the key ``on`` and the value ``yes`` are both true.
    """


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", "true|false", "tf"),
    ("null", "null|~|", ["n", "~", ""]),
    ("int", "-?[0-9]+", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )


def read_located(text: str) -> LocatedYaml:
    """Read one YAML document.

    Raises NotYaml, also for a repeated key, ``&``, ``*``, ``!`` and more than DEEPEST levels.
    """
    try:
        depth = 0
        for token in yaml.scan(text, Loader=_Loader):
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            if reason := _TOO_DEEP if depth > DEEPEST else _not_allowed(token):
                raise NotYaml(Flaw(token.start_mark.line + 1, "", reason))
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise NotYaml(Flaw(1, "", _EMPTY))
        return LocatedYaml(loader.construct_document(node), dict(_lines(node, ())))
    except yaml.MarkedYAMLError as error:
        position = error.problem_mark or error.context_mark
        raise NotYaml(Flaw(position.line + 1 if position else 1, "", _NOT_YAML)) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise NotYaml(Flaw(1, "", _NOT_YAML)) from None


DEEPEST = 50
"""Levels of a definition. No rule needs as many, and whatever reads them calls itself for each."""
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def _not_allowed(token: yaml.Token) -> Text | None:
    match token:
        case yaml.AnchorToken() | yaml.AliasToken() | yaml.TagToken():
            return _NO_SIGNS
        case yaml.ScalarToken(value=text) if not text.isascii() and _HALF_A_PAIR.search(text):
            return _NOT_YAML  # no file, terminal or database can hold it
        case _:
            return None


def _lines(node: yaml.Node, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise NotYaml(Flaw(line, dotted((*path, name)), _TWICE))
            seen.add(name)
            yield from _lines(value, (*path, name))
            yield (*path, name), line
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*path, index))


_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_NOT_YAML = Text(
    "aquí el texto deja de ser YAML; revise sangrías, comillas y dos puntos",
    "the text stops being YAML here; look at indents, quotes and colons",
)
_EMPTY = Text("el archivo está vacío", "the file is empty")
_TOO_DEEP = Text(
    "hay demasiados niveles, uno dentro de otro; ponga menos",
    "there are too many levels, one inside another; use fewer",
)
_TWICE = Text("la clave está dos veces; deje una", "the key is there twice; leave one")
_NO_SIGNS = Text(
    "aquí no se usan &, * ni !; escriba el valor, entre comillas si empieza así",
    "no &, * or ! is used here; write the value, quoted if it begins so",
)
