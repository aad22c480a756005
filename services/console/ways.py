"""The pages that whoever has signed in finds from the first one: each address and its name."""

from shared.kernel.text import Text

WAYS: tuple[tuple[str, Text], ...] = (
    ("/pendientes", Text("Lo que espera", "What waits")),
    ("/convenios", Text("Convenios", "Agreements")),
    ("/guias", Text("Normas y herramientas", "Norms and tools")),
)
