"""A life as one table: transitions in, ``decide``, ``evolve`` and a diagram out.

``table`` says what a row is, ``machine`` decides by it, ``checks`` refuse to load a table that
contradicts itself.
"""

from shared.kernel.life.machine import Life
from shared.kernel.life.refusals import NotNow, NotYours
from shared.kernel.life.table import STAYS, LifeError, Relation, Transition

__all__ = ["STAYS", "Life", "LifeError", "NotNow", "NotYours", "Relation", "Transition"]
