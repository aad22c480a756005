"""Withdrawing consent: all of it, from some recipients, some of the data, or both."""

from services.intake.consent.commands import WithdrawConsent
from services.intake.consent.facts import ConsentPartlyWithdrawn, ConsentWithdrawn
from services.intake.consent.refusals import NotInTheConsent
from services.intake.consent.states import Living
from services.intake.consent.terms_rules import not_institutions
from shared.kernel.coded_fields import canonical
from shared.kernel.consenting.terms import ConsentTerms, Cut
from shared.kernel.decider import Decision
from shared.kernel.fields import codes_not_known
from shared.kernel.refusals import Refusal

Versions = tuple[int, int]
"""Of the case, and of its parties."""


def taken_back(command: WithdrawConsent, state: Living, versions: Versions) -> Decision:
    """Return the fact that follows; none if that part was taken back before.

    Parts after which nothing is left are the whole.
    """
    part = Cut(
        recipients=canonical(command.recipients),
        kinds=canonical(command.kinds),
        categories=canonical(command.categories),
    )
    refused = (
        codes_not_known(command)
        or not_institutions("recipients", part.recipients)
        or _not_in_it(part, state.terms)
    )
    if refused:
        return refused
    case_version, parties_version = versions
    if part == Cut() or _nothing_left(state.terms, (*state.cuts, part)):
        return (
            ConsentWithdrawn(
                consent_id=state.consent_id,
                version=state.version,
                institution=command.by.institution,
                reason=command.reason,
                case_version=case_version,
                parties_version=parties_version,
            ),
        )
    if part in state.cuts:
        return ()
    return (
        ConsentPartlyWithdrawn(
            consent_id=state.consent_id,
            version=state.version,
            institution=command.by.institution,
            part=part,
            reason=command.reason,
            case_version=case_version,
            parties_version=parties_version,
        ),
    )


def _not_in_it(part: Cut, terms: ConsentTerms) -> Refusal | None:
    """Refuse a part that the consent does not have. By a kind, any institution may be in it."""
    if not terms.kinds and not {*part.recipients} <= {*terms.recipients}:
        return NotInTheConsent("recipients")
    if not {*part.kinds} <= {*terms.kinds}:
        return NotInTheConsent("kinds")
    return None if {*part.categories} <= {*terms.categories} else NotInTheConsent("categories")


def _nothing_left(terms: ConsentTerms, cuts: tuple[Cut, ...]) -> bool:
    """Whether each recipient, and each kind, has lost every category."""
    named = [[cut for cut in cuts if cut.concerns(each, None)] for each in terms.recipients]
    of_kinds = [[cut for cut in cuts if cut.from_all or each in cut.kinds] for each in terms.kinds]
    return all({*terms.categories} <= _lost(terms, own) for own in (*named, *of_kinds))


def _lost(terms: ConsentTerms, cuts: list[Cut]) -> set[str]:
    """Return the categories that cuts take; one that names none takes all."""
    return {code for cut in cuts for code in cut.categories or terms.categories}
