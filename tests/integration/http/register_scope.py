"""Who gets which answer on the routes of the register of norms: rows of ``scope_table``.

Stewards keep it; an administrator says what its own institution answers; everybody reads it.
"""

from typing import Any

from tests.integration.http.api_client import GUIDE

ANYBODY = "200 200 200 200 200 | 200 200 200 200 200 | 200 200 200 200 200"
ENTERS = "403 403 201 403 403 | 403 403 201 403 403 | 403 403 201 403 403"
KEEPS = "403 403 200 403 403 | 403 403 200 403 403 | 403 403 200 403 403"
CITES = "403 200 200 403 403 | 403 200 200 403 403 | 403 200 200 403 403"
_ENTRY = "/register/{entry_id}"
_CITATION = {"citing_kind": "step", "citing": "paso-uno"}
_UNSAID = {"citing_kind": "step", "citing": "paso-dos"}

REGISTER: list[tuple[Any, ...]] = [
    ("GET", _ENTRY, "entered", ANYBODY),
    ("POST", "/register", "referred", ENTERS, {**GUIDE, "entry_id": "ley-de-prueba"}),
    ("POST", f"{_ENTRY}/corrections", "entered", KEEPS, {**GUIDE, "level": "state"}),
    ("POST", f"{_ENTRY}/withdrawal", "entered", KEEPS),
    ("POST", f"{_ENTRY}/citations", "entered", CITES, _CITATION),
    ("POST", f"{_ENTRY}/citations/withdrawal", "entered", CITES, _UNSAID),
]
"""Method, address, scenario, answers, and the body if its schema does not say enough."""
NORMS: list[tuple[Any, ...]] = [
    ("GET", "/register", "entered", ANYBODY),
    ("GET", f"{_ENTRY}/matrix", "entered", ANYBODY),
]
"""The same of reporting."""
