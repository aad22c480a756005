"""Checks that a contract only grew, which its readers and writers rely on.

A reader of the old schema must be able to read what is written today, and a reader of today what
was written before. So a published version may only get more optional fields. Its key stays as well:
with another one, messages would change partitions and could overtake each other.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

# Keywords for people, which may change.
_REMARKS = frozenset({"title", "description", "$id", "$schema", "$defs", "x-code-list"})


def broken_promises(old: dict[str, Schema], new: dict[str, Schema]) -> list[str]:
    """Return a line for each promise of the published schemas that today's break; none is well."""
    lines = [f"{name}: no longer published" for name in sorted(old.keys() - new.keys())]
    for name in sorted(old.keys() & new.keys()):
        lines += [
            f"{name}: {line}" for line in _changes(_inlined(old[name]), _inlined(new[name]), "$")
        ]
    return lines


def _changes(old: Schema, new: Schema, path: str) -> Iterator[str]:
    yield from _plain_changes(old, new, path)
    yield from _field_changes(old, new, path)
    for each in ("items", "additionalProperties"):
        if isinstance(old.get(each), dict) and isinstance(new.get(each), dict):
            yield from _changes(old[each], new[each], f"{path}[]")
    before, after = _alternatives(old), _alternatives(new)
    if len(before) != len(after):
        yield f"{path}: takes other types"
    for one, other in zip(before, after, strict=False):
        yield from _changes(one, other, path)


def _plain_changes(old: Schema, new: Schema, path: str) -> Iterator[str]:
    """Compare the keywords with a plain value: type, format, enum, limits, default."""
    structural = {"properties", "required", "items", "additionalProperties", "anyOf"}
    for keyword in sorted((old.keys() | new.keys()) - structural - _REMARKS):
        if _sorted(old.get(keyword)) != _sorted(new.get(keyword)):
            yield f"{path}: {keyword} changed"


def _field_changes(old: Schema, new: Schema, path: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    must, must_now = set(old.get("required", ())), set(new.get("required", ()))
    for name in before:
        if name not in after:
            yield f"{path}.{name}: removed"
            continue
        if (name in must) != (name in must_now):
            yield f"{path}.{name}: became {'required' if name in must_now else 'optional'}"
        yield from _changes(before[name], after[name], f"{path}.{name}")
    for name in sorted(must_now - before.keys()):
        yield f"{path}.{name}: new, and required"


def _alternatives(schema: Schema) -> list[Schema]:
    """Return the alternatives of a value, always in the same order."""
    return sorted(schema.get("anyOf", ()), key=lambda each: str(each.get("type")))


def _sorted(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, list) else value


def _inlined(schema: Schema) -> Schema:
    """Replace each reference by its definition, so that the definition's name does not matter."""
    definitions = schema.get("$defs", {})

    def resolve(part: Any) -> Any:
        if isinstance(part, list):
            return [resolve(each) for each in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            target = definitions[part["$ref"].rpartition("/")[2]]
            return resolve({**target, **{k: v for k, v in part.items() if k != "$ref"}})
        return {key: value if key == "$defs" else resolve(value) for key, value in part.items()}

    resolved: Schema = resolve(schema)
    return resolved
