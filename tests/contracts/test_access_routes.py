"""The names that the access log has of what was asked are for ever: history is looked up by them.

They are those of functions, so to rename one changes what is written from then on.
"""

from pathlib import Path

from fastapi.routing import iter_route_contexts

from services.console.site import ROUTES
from services.installation import ALL

NAMES = Path(__file__).parent / "golden" / "access-routes.txt"
_OPERATOR = {
    "operator.consent-show",
    "operator.directory-search",
    "operator.document-show",
    "operator.history",
    "operator.referral-link",
    "operator.token-create",
    "operator.token-revoke",
}


def names() -> set[str]:
    """Every name that ``route_of`` can give, and the operator's."""
    found = {f"pages.{_name(r.endpoint)}" for r in ROUTES}
    for service in ALL:
        contexts = iter_route_contexts(service.router.routes)
        found |= {f"{service.name}.{_name(each.endpoint)}" for each in contexts}
    return found | _OPERATOR


def _name(endpoint: object) -> str:
    return str(getattr(endpoint, "__name__", "unknown")).lstrip("_")


def test_every_name_in_the_access_log_is_one_that_stays() -> None:
    kept = NAMES.read_text(encoding="utf-8").split()
    assert kept == sorted(set(kept))
    assert names() == set(kept), "add what is new; what was renamed must keep its name"
