"""Who gets which answer on the routes of profiles, networks, regions and commissions.

Rows of ``scope_table``. PARTY is a member of the network and the commission's secretariat.
"""

from typing import Any

from tests.integration.http.api_client import OWN, PARTY

ANYBODY = "200 200 200 200 200 | 200 200 200 200 200 | 200 200 200 200 200"
STEWARDS = "403 403 200 403 403 | 403 403 200 403 403 | 403 403 200 403 403"
FORMS = STEWARDS.replace("200", "201")
ITS_OWN = "403 403 200 403 403 | 403 200 200 403 403 | 403 403 200 403 403"
LOOKED_LONG_AGO = "403 403 403 403 403 | 403 409 403 403 403 | 403 403 403 403 403"
NETWORK = {"network": "red-de-prueba", "name": "Red de prueba", "programme": "mecal"}
REGION = {"name": "Norte", "subdivision": "MX-CHH", "municipalities": ["08037"]}
COMMISSION = {
    "name": "Comisión de prueba",
    "subdivision": "MX-CHH",
    "programme": "mecal",
    "secretariat": PARTY,
    "quorum": {"rule": "majority"},
}
JOINS = {"institution": OWN, "since": "2026-03-02"}
LEAVES = {"institution": PARTY, "until": "2026-03-03"}
_INSTITUTION, _NETWORK = "/institutions/{institution}", "/networks/{network}"
_REGION, _COMMISSION = "/regions/{region}", "/commissions/{commission}"

GATHERINGS: list[tuple[Any, ...]] = [
    ("GET", f"{_INSTITUTION}/profile", "gathered", ANYBODY),
    ("POST", f"{_INSTITUTION}/description", "gathered", ITS_OWN),
    ("POST", f"{_INSTITUTION}/focal-points", "gathered", ITS_OWN),
    ("POST", f"{_INSTITUTION}/focal-points/removal", "gathered", ITS_OWN),
    ("POST", f"{_INSTITUTION}/stakes", "gathered", STEWARDS),
    ("POST", f"{_INSTITUTION}/validation", "gathered", LOOKED_LONG_AGO, {"version": 0}),
    ("GET", _NETWORK, "gathered", ANYBODY),
    ("POST", "/networks", "gathered", FORMS, NETWORK),
    ("POST", f"{_NETWORK}/members", "gathered", STEWARDS, JOINS),
    ("POST", f"{_NETWORK}/members/departure", "gathered", ITS_OWN, LEAVES),
    ("GET", _REGION, "gathered", ANYBODY),
    ("POST", "/regions", "gathered", FORMS, {**REGION, "region": "region-de-prueba"}),
    ("POST", f"{_REGION}/redefinition", "gathered", STEWARDS, REGION),
    ("GET", _COMMISSION, "gathered", ANYBODY),
    ("POST", "/commissions", "gathered", FORMS, {**COMMISSION, "commission": "cie-de-prueba"}),
    ("POST", f"{_COMMISSION}/reform", "gathered", STEWARDS, COMMISSION),
    ("POST", f"{_COMMISSION}/members", "gathered", ITS_OWN, JOINS),
    ("POST", f"{_COMMISSION}/members/departure", "gathered", ITS_OWN, LEAVES),
]
"""Method, address, scenario, answers, and the body if its schema does not say enough."""
LISTED: list[tuple[Any, ...]] = [
    ("GET", _INSTITUTION, "referred", ANYBODY),
    ("GET", "/networks", "referred", ANYBODY),
    ("GET", "/regions", "referred", ANYBODY),
    ("GET", "/commissions", "referred", ANYBODY),
]
"""The same of reporting."""
