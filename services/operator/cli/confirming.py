"""What shows what it would change, and asks, before it changes what is recorded."""

from collections.abc import Callable

from services.operator.cli.output import confirmed, require_somebody_to_ask
from shared.kernel.text import Text


def shown_and_confirmed(run: Callable[..., int], *, as_json: bool) -> bool:
    """Show what would be, and ask whether to do it. Raises UserError if nobody can be asked."""
    require_somebody_to_ask(as_json=as_json)
    run(check=True)
    return confirmed(Text("¿Hacerlo?", "Do it?"))
