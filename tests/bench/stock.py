"""What the stock library gives: its decorated aggregate, its application, behind FastAPI.

Written as the documentation of ``eventsourcing`` 9.5 and of FastAPI show it: plain functions as
endpoints (FastAPI runs them in its threads), one ``save`` for each request, the library's own
PostgreSQL recorder with its own settings. The rules and the check of the token are ours, told
again; keys of idempotency are not looked at, which is to the stock's advantage.
"""

import hashlib
import os
import sys
from typing import Annotated, Any
from uuid import UUID, uuid5

import psycopg
import uvicorn
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from fastapi import Depends, FastAPI, Header, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.requests import Request

from shared.service.door import listen


class No(Exception):
    """A rule's no."""


class Case(Aggregate):
    """Who answers for a case, and its referrals."""

    @event("Registered")
    def __init__(self, custodian: str, programme: str, subdivision: str) -> None:
        self.custodian = custodian
        self.programme = programme
        self.state = subdivision
        self.referrals: dict[UUID, dict[str, Any]] = {}

    def refer(self, by: str, identity: UUID, to: str, services: list[str]) -> None:
        if by != self.custodian or to == by:
            raise No
        if any(r["stands"] in {"requested", "acknowledged"} for r in self.referrals.values()):
            raise No
        self._requested(identity, by, to, services)

    def acknowledge(self, by: str, referral_id: UUID) -> None:
        if self._open_to(by, referral_id)["stands"] != "requested":
            raise No
        self._acknowledged(referral_id)

    def accept(self, by: str, referral_id: UUID) -> None:
        self._open_to(by, referral_id)
        self._accepted(referral_id, by)

    def _open_to(self, by: str, referral_id: UUID) -> dict[str, Any]:
        found = self.referrals.get(referral_id)
        if found is None or found["to"] != by or found["stands"] == "accepted":
            raise No
        return found

    @event("ReferralRequested")
    def _requested(self, referral_id: UUID, by: str, to: str, services: list[str]) -> None:
        self.referrals[referral_id] = {
            "by": by,
            "to": to,
            "services": services,
            "stands": "requested",
        }

    @event("ReferralAcknowledged")
    def _acknowledged(self, referral_id: UUID) -> None:
        self.referrals[referral_id]["stands"] = "acknowledged"

    @event("ReferralAccepted")
    def _accepted(self, referral_id: UUID, custodian: str) -> None:
        self.referrals[referral_id]["stands"] = "accepted"
        self.custodian = custodian


class Referrals(Application[UUID]):
    """Loads, calls the aggregate, saves."""

    def register(self, custodian: str, programme: str, subdivision: str) -> Case:
        case = Case(custodian, programme, subdivision)
        self.save(case)
        return case

    def refer(
        self, case_id: UUID, by: str, referral_id: UUID, to: str, services: list[str]
    ) -> Case:
        return self._carry_out(case_id, "refer", by, referral_id, to, services)

    def acknowledge(self, case_id: UUID, by: str, referral_id: UUID) -> Case:
        return self._carry_out(case_id, "acknowledge", by, referral_id)

    def accept(self, case_id: UUID, by: str, referral_id: UUID) -> Case:
        return self._carry_out(case_id, "accept", by, referral_id)

    def _carry_out(self, case_id: UUID, method: str, *arguments: Any) -> Case:
        found: Case = self.repository.get(case_id)
        getattr(found, method)(*arguments)
        self.save(found)
        return found


class CaseIn(BaseModel):
    programme: str
    subdivision: str
    channel: str


class ReferralIn(BaseModel):
    to: str
    kind: str
    services: list[str]


class ReceiptOut(BaseModel):
    stream: UUID
    version: int


_BEARER = HTTPBearer()


def institution(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials, Depends(_BEARER)]
) -> str:
    """Who calls: one look into the tokens' table as it was at the start."""
    hashed = hashlib.sha256(credentials.credentials.encode()).digest()
    known: dict[bytes, str] = request.app.state.tokens
    if hashed not in known:
        raise HTTPException(401)
    return known[hashed]


By = Annotated[str, Depends(institution)]
Key = Annotated[str, Header(alias="Idempotency-Key")]
api = FastAPI()


@api.exception_handler(No)
@api.exception_handler(AggregateNotFoundError)
def refused(request: Request, error: Exception) -> Response:
    del request, error
    return Response(status_code=409)


@api.post("/cases", status_code=201)
def register(request: Request, by: By, body: CaseIn) -> ReceiptOut:
    return _receipt(request.app.state.referrals.register(by, body.programme, body.subdivision))


@api.post("/cases/{case_id}/referrals", status_code=201)
def refer(  # noqa: PLR0913, PLR0917 - what FastAPI is to find in the request
    request: Request, response: Response, by: By, key: Key, case_id: UUID, body: ReferralIn
) -> ReceiptOut:
    referral_id = uuid5(case_id, key)
    found = request.app.state.referrals.refer(case_id, by, referral_id, body.to, body.services)
    response.headers["Location"] = f"/cases/{case_id}/referrals/{referral_id}"
    return _receipt(found)


@api.post("/cases/{case_id}/referrals/{referral_id}/acknowledgement")
def acknowledge(request: Request, by: By, case_id: UUID, referral_id: UUID) -> ReceiptOut:
    return _receipt(request.app.state.referrals.acknowledge(case_id, by, referral_id))


@api.post("/cases/{case_id}/referrals/{referral_id}/acceptance")
def accept(request: Request, by: By, case_id: UUID, referral_id: UUID) -> ReceiptOut:
    return _receipt(request.app.state.referrals.accept(case_id, by, referral_id))


def _receipt(case: Case) -> ReceiptOut:
    return ReceiptOut(stream=case.id, version=case.version)


def main() -> None:
    """Serve on a free port, as ``shared.service.run`` does for ours; POSTGRES_… say where to."""
    with psycopg.connect(os.environ["STOCK_TOKENS"]) as conn:
        rows = conn.execute("SELECT hash, institution FROM identity.tokens").fetchall()
    api.state.tokens = {bytes(hashed): named for hashed, named in rows}
    api.state.referrals = Referrals()
    with listen("127.0.0.1", 0) as sock:
        sys.stdout.write(f"stock: http://127.0.0.1:{sock.getsockname()[1]}/\n")
        sys.stdout.flush()
        config = uvicorn.Config(api, log_config=None, access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
