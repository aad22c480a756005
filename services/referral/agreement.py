"""An agreement between institutions: what can happen to it, and on which days it is in force.

Letters of intent, data-sharing agreements and collaboration guidelines have one life: drafted,
revised until it is signed, signed by each party, then renewed, suspended, resumed and terminated.
It is in force when all parties have signed what stands, on the days of its validity.

Each of its facts is noted in the index of each party (``agreement_index``), in the same append: so
a referral finds the agreement that it leans on without being told which.
"""

from collections.abc import Iterator
from datetime import date
from typing import assert_never
from uuid import UUID

from services.referral import agreement_index
from services.referral.validity import Validity
from shared.kernel.decider import Beside
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import stored_names
from shared.kernel.times import MAIN, Place
from shared.kernel.value import Value, fields_of, replace

# --- facts ----------------------------------------------------------------------------------


class AboutAgreement(Value):
    """A fact about one agreement."""

    agreement_id: UUID


class AgreementDrafted(AboutAgreement):
    """The terms of an agreement were written down; nobody has signed them.

    parties: institutions' codes. services: the kinds it is about, none: all. valid_until: the last
    day, None: until it is terminated. texts: the document with its words, if there is one.
    """

    kind: str
    title: str
    parties: tuple[str, ...]
    programme: str
    services: tuple[str, ...]
    data_categories: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    texts: DocumentRef | None


class AgreementRevised(AboutAgreement):
    """The terms as they are now; signatures of other terms count no more.

    terms: the number of these terms, from 1. changed: the names of the values that changed.
    """

    kind: str
    title: str
    parties: tuple[str, ...]
    programme: str
    services: tuple[str, ...]
    data_categories: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    texts: DocumentRef | None
    terms: int
    changed: tuple[str, ...]


class AgreementSigned(AboutAgreement):
    """A party signed. terms: the number of the terms that it signed.

    begins: the first day of validity, if all have signed now; None while signatures are missing.
    """

    institution: str
    signed_on: date
    signatory_role: str
    terms: int
    begins: date | None
    document: DocumentRef | None


class AgreementRenewed(AboutAgreement):
    """It has another last day; None: none. on: the day on which it was renewed."""

    valid_until: date | None
    on: date
    document: DocumentRef | None


class AgreementSuspended(AboutAgreement):
    """It is not in force from this day on, until it is resumed. institution: who suspended it."""

    institution: str
    reason: str
    on: date


class AgreementResumed(AboutAgreement):
    """It is in force again from this day on, as far as its validity says so."""

    on: date


class AgreementTerminated(AboutAgreement):
    """It is over from this day on. institution: who terminated it."""

    institution: str
    reason: str
    on: date


class AgreementExpiryAnnounced(AboutAgreement):
    """Its parties were told that it ends in so many days, or fewer: a step of 60, 30 and 7.

    valid_until: the last day that was announced.
    """

    days: int
    valid_until: date


OtherDays = AgreementRenewed | AgreementSuspended | AgreementResumed | AgreementTerminated
"""What changes the days on which it is in force."""
LaterFact = AgreementRevised | AgreementSigned | OtherDays | AgreementExpiryAnnounced
AgreementFact = AgreementDrafted | LaterFact

FACTS = stored_names(AgreementFact)

# --- states ---------------------------------------------------------------------------------


class NotDrafted(Value):
    """There is no such agreement."""


class Signature(Value):
    """A party's signature."""

    institution: str
    signed_on: date
    signatory_role: str
    document: DocumentRef | None


class Agreement(Value):
    """An agreement as it stands. version: the stream's. terms: the number of its terms, from 1.

    valid_until: the last day as drafted or renewed. signatures: of these terms, oldest first.
    suspended_by: who suspended it; None while it is not suspended. announced: the steps before its
    present last day of which the parties were told.
    """

    agreement_id: UUID
    kind: str
    title: str
    parties: tuple[str, ...]
    programme: str
    services: tuple[str, ...]
    data_categories: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    texts: DocumentRef | None
    validity: Validity
    version: int = 1
    terms: int = 1
    signatures: tuple[Signature, ...] = ()
    suspended_by: str | None = None
    announced: tuple[int, ...] = ()

    @property
    def is_signed(self) -> bool:
        """Whether all parties have signed."""
        return self.validity.begins is not None

    @property
    def is_over(self) -> bool:
        """Whether it was terminated."""
        return self.validity.terminated is not None

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The parties that have not signed."""
        signed = {signature.institution for signature in self.signatures}
        return tuple(party for party in self.parties if party not in signed)


AgreementState = NotDrafted | Agreement

# --- evolve ---------------------------------------------------------------------------------


def evolve(state: AgreementState, fact: AgreementFact) -> AgreementState:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    match fact:
        case AgreementDrafted():
            return Agreement(**fields_of(fact), validity=Validity(ends=fact.valid_until))
        case _ if isinstance(state, Agreement):
            return _go_on(replace(state, version=state.version + 1), fact)
        case _:
            return state


def _go_on(state: Agreement, fact: LaterFact) -> Agreement:
    match fact:
        case AgreementRevised():
            described = fields_of(fact)
            del described["changed"]
            validity = Validity(ends=fact.valid_until)
            return replace(state, **described, validity=validity, signatures=())
        case AgreementSigned():
            return _signed(state, fact)
        case AgreementExpiryAnnounced(days=days):
            return replace(state, announced=(*state.announced, days))
        case _:
            return _other_days(state, fact)


def _other_days(state: Agreement, fact: OtherDays) -> Agreement:
    """Return it in force on other days than before."""
    validity = state.validity
    match fact:
        case AgreementRenewed(valid_until=until, on=on):
            validity = validity.renewed(until, on)
            return replace(state, valid_until=until, validity=validity, announced=())
        case AgreementSuspended(institution=institution, on=on):
            return replace(state, validity=validity.paused(on), suspended_by=institution)
        case AgreementResumed(on=on):
            return replace(state, validity=validity.resumed(on), suspended_by=None)
        case AgreementTerminated(on=on):
            return replace(state, validity=validity.over(on))
        case _:
            assert_never(fact)


def _signed(state: Agreement, fact: AgreementSigned) -> Agreement:
    signature = Signature(fact.institution, fact.signed_on, fact.signatory_role, fact.document)
    validity = state.validity if fact.begins is None else state.validity.signed(fact.begins)
    return replace(state, signatures=(*state.signatures, signature), validity=validity)


# --- beside ---------------------------------------------------------------------------------


def beside(state: AgreementState, fact: AgreementFact) -> Iterator[Beside]:
    """Note in the index of each party how the agreement stands after the fact.

    A party of before that is none any more is noted without its days.
    """
    after = evolve(state, fact)
    if not isinstance(after, Agreement):
        return
    before = state.parties if isinstance(state, Agreement) else ()
    noted = agreement_index.AgreementNoted(
        agreement_id=after.agreement_id,
        version=after.version,
        parties=after.parties,
        programme=after.programme,
        services=after.services,
        validity=after.validity,
    )
    for party in dict.fromkeys((*after.parties, *before)):
        yield Beside(agreement_index.INDEX, agreement_index.stream_of(party), noted)


def place(fact: AgreementFact) -> Place:
    """Return a fact's place in the order of times: nothing answers an announcement."""
    return Place(aside=True) if isinstance(fact, AgreementExpiryAnnounced) else MAIN
