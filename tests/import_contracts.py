"""A kind of import contract that import-linter does not bring: name what may be imported.

Its own contracts forbid what they list. "Only the standard library and the kernel" would then be a
list of everything else, and a package added tomorrow would be allowed until somebody lists it.
"""

import sys
from typing import Any, ClassVar

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules
from typing_extensions import override


class OnlyContract(Contract):
    """The `modules` import the standard library, each other, and what `may_import` names.

    `unless` takes modules out again, so that a new file is pure until somebody says it is not.
    Direct imports count; what an allowed module imports is that module's own contract.
    Options are expressions and may have wildcards.
    """

    type_name = "only"

    modules: ClassVar[Any] = fields.ListField(subfield=fields.ModuleExpressionField())
    unless: ClassVar[Any] = fields.ListField(
        subfield=fields.ModuleExpressionField(), required=False
    )
    may_import: ClassVar[Any] = fields.ListField(
        subfield=fields.ModuleExpressionField(), required=False
    )

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find every import that goes further."""
        named = _names(graph, self.modules)
        guarded = named - _names(graph, self.unless or ())
        allowed = guarded | _names(graph, self.may_import or ())
        further = [
            f"{module} -> {imported}"
            for module in guarded
            for imported in graph.find_modules_directly_imported_by(module)
            if imported not in allowed and imported.partition(".")[0] not in sys.stdlib_module_names
        ]
        return ContractCheck(kept=not further, metadata={"further": sorted(further)})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that goes further."""
        for line in check.metadata["further"]:
            output.print_error(f"- {line}", bold=False)
        output.new_line()


def _names(graph: ImportGraph, expressions: Any) -> set[str]:
    found = module_expressions_to_modules(graph, expressions, as_packages=True)
    return {module.name for module in found if module.name in graph.modules}
