"""Whether a consent covers a disclosure: to whom, what for, which data, on which day."""

from datetime import date

from shared.kernel.coded_fields import canonical
from shared.kernel.codes import known
from shared.kernel.consenting.covering_refusals import (
    CategoriesOutsideTheConsent,
    ConsentBeginsLater,
    ConsentEnded,
    ConsentNotInForce,
    NoConsent,
    OtherPurpose,
    PersonCameOfAge,
    RecipientOutsideTheConsent,
    ServicesOutsideTheConsent,
    TakenBackFromRecipient,
)
from shared.kernel.consenting.standing import IN_FORCE, Standing
from shared.kernel.refusals import Refusal
from shared.kernel.value import Value


class Disclosure(Value):
    """What would be disclosed.

    recipient: the institution's code. kind: of the list ``institution_kinds``; None: not known, and
    then no consent by kind serves. purpose: of ``consent_purposes``. services: kinds of services;
    empty: none in particular, which a consent for certain services does not cover. categories: of
    ``data_categories``; one that names none is never covered.
    """

    recipient: str
    kind: str | None
    purpose: str
    services: tuple[str, ...]
    categories: tuple[str, ...]


def covers(consent: Standing | None, disclosure: Disclosure, on: date) -> Refusal | None:
    """Refuse a disclosure that the consent does not cover on a day; None: it does.

    consent: None: whoever judges knows of none. on: by the calendar of the case's place. It depends
    on the arguments alone, so that whoever folded the same facts comes to the same answer, and a
    clock that is late changes nothing.
    """
    if consent is None:
        return NoConsent("consent")
    if consent.status != IN_FORCE:
        return ConsentNotInForce("consent", consent.status)
    return (
        _not_on_that_day(consent, on)
        or _not_for_that(consent, disclosure)
        or _not_these_data(consent, disclosure)
    )


def _not_on_that_day(consent: Standing, on: date) -> Refusal | None:
    terms, of_age_from = consent.terms, consent.of_age_from
    if on < terms.valid_from:
        return ConsentBeginsLater("consent", terms.valid_from.isoformat())
    if on > terms.valid_until:
        return ConsentEnded("consent", terms.valid_until.isoformat())
    return PersonCameOfAge("consent") if of_age_from is not None and of_age_from <= on else None


def _not_for_that(consent: Standing, disclosure: Disclosure) -> Refusal | None:
    terms = consent.terms
    if disclosure.purpose != consent.purpose:
        return OtherPurpose("purpose")
    if disclosure.recipient not in terms.recipients and disclosure.kind not in terms.kinds:
        return RecipientOutsideTheConsent("recipient")
    if not terms.services:
        return None
    outside = {*disclosure.services} - {*terms.services}
    if outside or not disclosure.services:
        return ServicesOutsideTheConsent("services", _named("service_kinds", outside))
    return None


def _not_these_data(consent: Standing, disclosure: Disclosure) -> Refusal | None:
    wanted = {*disclosure.categories}
    outside = wanted - {*consent.terms.categories}
    if outside or not wanted:
        return CategoriesOutsideTheConsent("categories", _named("data_categories", outside))
    taken = {
        each
        for cut in consent.cuts
        if cut.concerns(disclosure.recipient, disclosure.kind)
        for each in cut.categories or wanted
    }
    if wanted & taken:
        return TakenBackFromRecipient("categories", _named("data_categories", wanted & taken))
    return None


def _named(list_name: str, codes: set[str]) -> str:
    """Name the codes; what is none is not repeated: somebody may have typed a name."""
    return ", ".join(canonical(each for each in codes if known(list_name, each)))
