"""Definitions as data: YAML files with a schema, and errors that name file, line and key.

What differs between installations (how a file's columns become cases; later routes, forms,
programmes and indicators) is a definition, not a program. A new kind of definition is a JSON Schema
and a function that builds a value from a document that conforms to it::

    from shared.definitions.checks import Checks
    from shared.definitions.kind import DefinitionKind

    def build(content: dict[str, Any], checks: Checks) -> Route:
        checks.one_of(("first",), content["first"], content["steps"])
        return Route(content["name"], content["first"], tuple(content["steps"]))

    ROUTES = DefinitionKind(HERE / "route.schema.json", build, shipped=HERE / "routes")
    route = ROUTES.load("labour-complaint")  # or a path; raises DefinitionNotUsable

What each part does:
- ``located_yaml`` reads YAML and keeps the line of each key;
- ``schema`` compares it with the schema; beside JSON Schema's keywords it knows ``codeList`` (the
  text is a code of that list), ``codeListName`` (the text names a list) and ``expected`` (what
  people are shown, in both languages, if the schema's own keywords would not explain it well);
- ``checks`` is for what no schema can express: that one part of the document fits another;
- ``flaw`` has the flaw, and the error that carries all flaws of a file, sorted by line.

Promises: every flaw is reported at once, at its line, in both languages, with what was expected and
the nearest known key, code or name; any text leads to a value or a DefinitionNotUsable.
"""
