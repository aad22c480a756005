"""What every contract is made of: a frozen struct, its name for ever, its fields' meaning.

A reader ignores fields that it does not know, so that a contract may grow under it. What a contract
has grown by is not written where it says nothing, so that a fact of which there is no more to say
keeps its bytes: ``canaliza rebuild --check`` compares them with those that were published before.
"""

from datetime import datetime
from functools import cache
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

PREFIX = "mx.canaliza"


class Contract(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A published fact's ``data``. Every field was chosen; none says who a person is."""


def type_name(service: str, name: str, version: int) -> str:
    """Name a contract on the wire, as in ``mx.canaliza.intake.case-registered.v1``."""
    return f"{PREFIX}.{service}.{name}.v{version}"


@cache
def name_of(type_: str) -> str:
    """Return a fact's name, as in ``case-registered``, from its type on the wire."""
    return type_.split(".")[3]


def coded(code_list: str, description: str) -> Meta:
    """Say of a field which committed code list its value stands in."""
    return Meta(description=description, extra_json_schema={"x-code-list": code_list})


# Codes are open strings on the wire: a list grows without a new version of what mentions it.
CaseId = Annotated[UUID, Meta(description="The case")]
ReferralId = Annotated[UUID, Meta(description="The referral")]
InstitutionCode = Annotated[str, Meta(description="An institution's code in the directory")]
Programme = Annotated[str, coded("programmes", "The programme")]
Subdivision = Annotated[str, coded("subdivisions", "ISO 3166-2 code")]
Kind = Annotated[str, coded("referral_kinds", "share: custody stays; transfer: it moves")]
ServiceKind = Annotated[str, coded("service_kinds", "A kind of service")]
Topic = Annotated[str, coded("information_topics", "What information is about")]
Outcome = Annotated[str, coded("outcome_kinds", "What came of it")]
OutcomeClass = Annotated[str, Meta(description="favourable, unfavourable or neutral, as of then")]
Moment = Annotated[datetime, Meta(tz=True, description="With the wall clock's offset there")]
Changed = Annotated[tuple[str, ...], Meta(description="Names of the values that changed")]
