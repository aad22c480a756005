"""A case's municipality as people write it: the door makes a code of it, or says what it may mean.

The rules know codes only. What is written much like a name is looked for here, where it holds up
nobody else's command.
"""

from shared.kernel.codes import known
from shared.kernel.places import (
    MUNICIPALITIES,
    SUBDIVISIONS,
    looked_up,
    municipalities_meant,
    named,
)
from shared.kernel.refusals import CodeNotKnown, MayMeanSeveral, Refusal


def municipality_written(written: str | None, subdivision: str) -> str | None:
    """Return the code of the municipality that a name means there; anything else as it is."""
    if written is None or known(MUNICIPALITIES, written):
        return written
    meant = municipalities_meant(written, subdivision)
    return meant[0] if len(meant) == 1 else written


def no_one_municipality(written: str, subdivision: str) -> Refusal | None:
    """Refuse what is no code, with what it may mean in the subdivision, or is written like it.

    None if there is no such subdivision: the rules refuse that one.
    """
    if not known(SUBDIVISIONS, subdivision):
        return None
    meant, near = looked_up(written, subdivision)
    if meant:
        return MayMeanSeveral(
            field="municipality", code_list=MUNICIPALITIES, candidates=named(meant)
        )
    return CodeNotKnown(field="municipality", code_list=MUNICIPALITIES, closest=named(near))
