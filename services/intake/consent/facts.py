"""What can happen to a consent: the facts of its own stream.

All of them are published, so that whoever keeps what was disclosed can judge by them, and so
that a recall follows from what was taken back. What stays here is said at each.
"""

from datetime import datetime
from uuid import UUID

from services.intake.consent.manner import ConsentManner
from shared.kernel.consenting.terms import ConsentTerms, Cut
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value


def stream_of(consent_id: UUID) -> UUID:
    """Return the id of a consent's own stream."""
    return derived_id("consent", str(consent_id))


class ConsentRecorded(Value):
    """A person consented; ``institution`` obtained it and says so.

    purpose: of the list ``consent_purposes``; each has a consent of its own. person: their id in
    the vault. subdivision: by whose days it counts. expires_at: the moment after its last day.
    ask_again_at: the moment from which a person who was a minor is to be asked; None: never, or it
    expires first. case_version: of the case, then.

    Published: purpose, terms, language, mode, both moments, and the evidence's digest. Not
    published: the ids of person, guardian and witness, since each recipient knows a person by an id
    of its own; the assessment; and the version of the case.
    """

    consent_id: UUID
    case_id: UUID
    person: UUID
    institution: str
    subdivision: str
    purpose: str
    terms: ConsentTerms
    manner: ConsentManner
    version: int
    expires_at: datetime
    ask_again_at: datetime | None
    case_version: int


class ConsentNarrowed(Value):
    """The person consents to less from here on; what was taken back before stays taken back.

    Published like ``ConsentRecorded``: whoever holds what is no longer covered has to give it up.
    """

    consent_id: UUID
    version: int
    institution: str
    terms: ConsentTerms
    manner: ConsentManner
    expires_at: datetime
    ask_again_at: datetime | None
    case_version: int
    parties_version: int


class ConsentRenewed(Value):
    """The person was asked again and consents to this, in full; it replaces all before it.

    Published like ``ConsentRecorded``.
    """

    consent_id: UUID
    version: int
    institution: str
    terms: ConsentTerms
    manner: ConsentManner
    expires_at: datetime
    ask_again_at: datetime | None
    case_version: int


class ConsentWithdrawn(Value):
    """The person took it back, as a whole. reason: of ``consent_withdrawal_reasons``.

    institution: whom the person told. Published, but for the reason, which is between the person
    and whoever heard it, and the versions of intake's own log: from here every holder has to stop,
    erase and attest.
    """

    consent_id: UUID
    version: int
    institution: str
    reason: str
    case_version: int
    parties_version: int


class ConsentPartlyWithdrawn(Value):
    """The person took back a part: from some recipients, or some of the data, or both.

    Published like ``ConsentWithdrawn``, with the part.
    """

    consent_id: UUID
    version: int
    institution: str
    part: Cut
    reason: str
    case_version: int
    parties_version: int


class ConsentExpired(Value):
    """Its last day is over (a clock's). Published, so that nothing new leans on it."""

    consent_id: UUID
    version: int


class PersonToBeAskedAgain(Value):
    """The person came of age, and a guardian's word no longer serves (a clock's).

    Published, so that nothing new leans on it until the person was asked.
    """

    consent_id: UUID
    version: int


class ConsentEnteredInError(Value):
    """It was never given like that. reason: of ``error_reasons``. Published: holders must erase."""

    consent_id: UUID
    version: int
    entry_id: UUID
    reason: str
    case_version: int


NewVersion = ConsentNarrowed | ConsentRenewed
LaterFact = (
    NewVersion
    | ConsentWithdrawn
    | ConsentPartlyWithdrawn
    | ConsentExpired
    | PersonToBeAskedAgain
    | ConsentEnteredInError
)
ConsentFact = ConsentRecorded | LaterFact

FACTS = stored_names(ConsentFact)
