"""Whether a contract only grew: what readers of last month and writers of last month rely on.

A reader of the old schema must still read what is written today, and a reader of today what was
written then. So the one thing that may happen to a published version is an optional field more. Its
key stays as well: another one would send messages another way and let them overtake each other.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

# What tells people something and binds nobody.
_REMARKS = frozenset({"title", "description", "$id", "$schema", "$defs", "x-code-list"})


def broken_promises(old: dict[str, Schema], new: dict[str, Schema]) -> list[str]:
    """List, a line each, what today's schemas take back of the published ones; none is well."""
    lines = [f"{name}: no longer published" for name in sorted(old.keys() - new.keys())]
    for name in sorted(old.keys() & new.keys()):
        lines += [f"{name}: {line}" for line in _changes(_whole(old[name]), _whole(new[name]), "$")]
    return lines


def _changes(old: Schema, new: Schema, path: str) -> Iterator[str]:
    yield from _plain_changes(old, new, path)
    yield from _field_changes(old, new, path)
    for each in ("items", "additionalProperties"):
        if isinstance(old.get(each), dict) and isinstance(new.get(each), dict):
            yield from _changes(old[each], new[each], f"{path}[]")
    before, after = _ways(old), _ways(new)
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


def _ways(schema: Schema) -> list[Schema]:
    """List the alternatives of a value, always in the same order."""
    return sorted(schema.get("anyOf", ()), key=lambda way: str(way.get("type")))


def _sorted(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, list) else value


def _whole(schema: Schema) -> Schema:
    """Put each definition where it is referred to, so that its name does not matter."""
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

    whole: Schema = resolve(schema)
    return whole
