"""What every contract is made of: a frozen struct, a permanent name, fields with their meaning.

A reader ignores fields that it does not know, so that a contract may grow. Fields with default
values are not written, so that adding one leaves the bytes of older facts unchanged: ``canaliza
rebuild --check`` compares them with those that were published before.
"""

import re
import sys
from datetime import datetime
from enum import StrEnum
from itertools import chain
from types import ModuleType
from typing import Annotated, ClassVar, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta
from typing_extensions import override

from shared.kernel.fields import kebab
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.statuses import Status

PREFIX = "mx.canaliza"


class Key(StrEnum):
    """What a fact is about, and so the subject of its message.

    Messages with the same subject share a partition, arrive in order and wait for one another.
    """

    CASE = "case"
    INSTITUTION = "institution"
    SERVICE = "service"
    NETWORK = "network"
    REGION = "region"
    COMMISSION = "commission"
    AGREEMENT = "agreement"
    PROGRAMME = "programme"
    ENTRY = "entry"
    DOCUMENT = "document"
    PROPOSAL = "proposal"
    COMMITMENT = "commitment"
    ACTIVITY = "activity"
    ROUTE = "route"
    CALENDAR = "calendar"

    def matches(self, subject: str) -> bool:
        """Whether a subject is a key of this kind, in its only valid form."""
        return _FORMS[self].fullmatch(subject) is not None


ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The form of an id as a key. No person's name has it; an institution's code might."""
_CODE = re.compile(INSTITUTION_CODE)
_CODED = {
    Key.INSTITUTION,
    Key.NETWORK,
    Key.REGION,
    Key.COMMISSION,
    Key.PROGRAMME,
    Key.ENTRY,
    Key.CALENDAR,
}
"""What people name by a code that they choose once; everything else has an id."""
_FORMS = {key: _CODE if key in _CODED else ID for key in Key}
_ANY_FORM = re.compile("|".join(dict.fromkeys(form.pattern for form in _FORMS.values())))


def is_key(subject: str) -> bool:
    """Whether a subject is a key of some kind: one look at it, because each message is checked."""
    return _ANY_FORM.fullmatch(subject) is not None


class Contract(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A published fact's ``data``. Every field was chosen; none says who a person is.

    key: what such facts are about; a class that does not declare it raises TypeError. status: that
    of the referral or follow-up after such a fact; None if the fact does not change it. retired:
    such facts are no longer published, but old ones are read for ever.
    """

    key: ClassVar[Key]
    status: ClassVar[Status | None] = None
    retired: ClassVar[bool] = False

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not isinstance(getattr(cls, "key", None), Key):
            raise TypeError(f"{cls.__name__} does not declare its key")


class TypeName(NamedTuple):
    """The parts of a contract's name on the wire."""

    service: str
    name: str
    version: int


def type_name(service: str, name: str, version: int) -> str:
    """Return a contract's name on the wire, such as ``mx.canaliza.intake.case-registered.v1``."""
    return f"{PREFIX}.{service}.{name}.v{version}"


def contracts_in(module: str, *parts: ModuleType) -> dict[str, type[Contract]]:
    """Return the contracts of a service's module by their names on the wire.

    A contract is named after its class: ``CaseRegisteredV1`` of ``intake`` is
    ``mx.canaliza.intake.case-registered.v1``. Call this at the end of the module. parts: other
    modules with contracts of the same service.
    """
    service = module.rpartition(".")[2]
    found: dict[str, type[Contract]] = {}
    for kind in chain(vars(sys.modules[module]).values(), *(vars(p).values() for p in parts)):
        named = re.fullmatch(r"(\w+)V(\d+)", getattr(kind, "__name__", ""))
        if named and isinstance(kind, type) and issubclass(kind, Contract):
            found[type_name(service, kebab(named[1]), int(named[2]))] = kind
    return found


def parts_of(contract_type: str) -> TypeName:
    """Split a contract's name into its parts."""
    service, name, version = contract_type.removeprefix(f"{PREFIX}.").split(".")
    return TypeName(service, name, int(version.removeprefix("v")))


def coded(code_list: str, description: str) -> Meta:
    """Describe a field whose value is a code of the list."""
    return Meta(description=description, extra_json_schema={"x-code-list": code_list})


# Codes are open strings on the wire: a list grows without a new version of what mentions it.
CaseId = Annotated[UUID, Meta(description="The case")]
ReferralId = Annotated[UUID, Meta(description="The referral")]
InstitutionCode = Annotated[str, Meta(description="An institution's code in the directory")]
Programme = Annotated[str, coded("programmes", "The programme")]
Subdivision = Annotated[str, coded("subdivisions", "ISO 3166-2 code")]
Kind = Annotated[
    str, coded("referral_kinds", "share, assessment: custody stays; transfer: it moves")
]
ServiceKind = Annotated[str, coded("service_kinds", "A kind of service")]
Topic = Annotated[str, coded("information_topics", "What information is about")]
Outcome = Annotated[str, coded("outcome_kinds", "What came of it")]
OutcomeClass = Annotated[str, Meta(description="favourable, unfavourable or neutral, as of then")]
Moment = Annotated[datetime, Meta(tz=True, description="With the wall clock's offset there")]
ReceivedAt = Annotated[
    datetime, Meta(tz=True, description="When the service received the command, by its own clock")
]
Undated = Annotated[
    bool,
    Meta(description="It is not known when; it was by the time of the fact. Left out: it is known"),
]
CustodyVersion = Annotated[
    int,
    Meta(
        ge=0,
        description="Version of referral's stream at which custody came to whoever acted; 0: with"
        " the registration",
    ),
]
ProposalId = Annotated[UUID, Meta(description="The proposal")]
Changed = Annotated[tuple[str, ...], Meta(description="Names of the values that changed")]


class AboutReferral(Contract, frozen=True, kw_only=True):
    """What is published about one referral of a case, or about its follow-up."""

    key = Key.CASE
    referral_id: ReferralId
