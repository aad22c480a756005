"""The page of lives, made from their tables. ``python -m tests.contracts.lives`` writes it anew."""

from pathlib import Path
from typing import Any

from services.followup import life
from services.referral.life import LIFE as REFERRAL
from shared.kernel.life import Life

PAGE = Path(__file__).parents[2] / "docs" / "lives.md"
LIVES: dict[str, tuple[str, Life[Any]]] = {
    "Canalización · Referral": ("services/referral/life.py", REFERRAL),
    "Seguimiento · Follow-up": ("services/followup/life.py", life.LIFE),
}
"""Each life by its heading, with the file in which its table stands."""
_HEAD = """\
# Vidas · Lives

Quién puede hacer qué en cada situación, y la situación que sigue. Los diagramas salen de las mismas
tablas con que el sistema decide; una prueba los compara.

Who may do what in each status, and the status after it. The diagrams are made from the very tables
by which the system decides; a test compares them. Write this page anew with
`python -m tests.contracts.lives`.

Desde que se acepta, el seguimiento decide: lo que ahí se hace lo oye su canalización, que no toma
de nadie más esas situaciones.

From its acceptance on the follow-up decides: its referral hears what is done there, and takes those
statuses from nobody else.
"""


def page() -> str:
    """Write the whole page, as of today's tables."""
    return "\n".join([_HEAD, *(_section(each, *LIVES[each]) for each in LIVES)])


def _section(heading: str, file: str, life: Life[Any]) -> str:
    drawn = "\n".join(f"```mermaid\n{life.diagram(lang)}```\n" for lang in ("es", "en"))
    return f"## {heading}\n\n[`{file}`](../{file})\n\n{drawn}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
