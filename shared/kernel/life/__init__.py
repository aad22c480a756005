"""A life as one table of transitions, from which ``decide``, ``evolve`` and a diagram follow.

``table`` defines a row, ``machine`` decides by the rows, ``checks`` refuse to load a table that
contradicts itself.
"""

from shared.kernel.life.machine import Life
from shared.kernel.life.refusals import NotNow, NotYours
from shared.kernel.life.table import STAYS, LifeError, Relation, Transition

__all__ = ["STAYS", "Life", "LifeError", "NotNow", "NotYours", "Relation", "Transition"]
