"""How to be refused over HTTP: for every refusal there is, a request that meets it.

Or the reason why no request can: a door that is shut before, an id that nobody can choose.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.intake import case, details
from services.intake import refusals as of_intake
from services.referral import directory_refusals as directory
from services.referral import refusals as of_referral
from services.reporting import axes
from services.reporting import refusals as of_reporting
from shared.identity import caller, oidc_claims, scope
from shared.kernel import free_text, life, limits, refusals, times
from shared.kernel.ids import new_id
from shared.kernel.roles import ADMINISTRATOR, AUDITOR, CASEWORKER, MONITOR, STEWARD
from shared.messaging import parked_message
from shared.web import codelists, paging
from tests.integration.http.agreement_provocations import OF_AGREEMENTS
from tests.integration.http.answering_provocations import OF_ANSWERS
from tests.integration.http.api_client import (
    CASE,
    CORRECTION,
    OWN,
    PARTY,
    REFERRAL,
    STRANGER,
    TOPICS,
    WITHDRAW,
    ApiClient,
    Scenario,
    Who,
)
from tests.integration.http.consent_provocations import OF_CONSENT
from tests.integration.http.document_provocations import OF_DOCUMENTS
from tests.integration.http.follow_up_provocations import (
    FOLLOW_UPS,
    FOLLOWED_NOT_NOW,
    follow,
)
from tests.integration.http.gathering_provocations import GATHERINGS
from tests.integration.http.link_provocations import LINKS
from tests.integration.http.prepared import (
    acknowledged,
    contradicted,
    crowded,
    declined,
    declined_and_passed_on,
    elsewhere,
    rejected,
    shared_with_both,
    suspended,
    void,
    withdrawn,
)
from tests.integration.http.register_provocations import REGISTER
from tests.integration.http.requesting_provocations import OF_ASKING
from tests.integration.http.sent import Provocation, Sent
from tests.integration.http.service_provocations import SERVICES
from tests.integration.http.token_provocations import KEEPING
from tests.integration.http.undertaking_provocations import UNDERTAKINGS

_OWN, _PARTY = (OWN, CASEWORKER), (PARTY, CASEWORKER)
_OVERSEER = (STRANGER, CASEWORKER, MONITOR)  # sees every case, so hears of each as it is
_KEEPER, _STEWARD = (PARTY, ADMINISTRATOR), (OWN, STEWARD)
_NOWHERE = Scenario(str(new_id()), str(new_id()))
_ID = "nobody chooses this id: it is derived from the key"
_DOOR = "the door's own check of the field comes first"
_OPERATOR_HANDS_ON = "cases are handed on from the command line, not over HTTP"
_OPERATOR = "parked messages are resolved on the command line, not over HTTP"
_DONE = {"outcome": "payment"}
_REVOKED = {"reason": "consent-withdrawn"}
DESCRIBED = {"name": "Otro Nombre", "kind": "shelter"}


def _register(**otherwise: Any) -> Provocation:
    return lambda _: Sent(_OWN, "/intake/cases", {**CASE, **otherwise})


def _correct(who: Who, scenario: Callable[[ApiClient], Scenario], **headers: str) -> Provocation:
    return lambda api: Sent(
        who, f"/intake/cases/{scenario(api).case_id}/corrections", CORRECTION, headers
    )


def _propose(who: Who, scenario: Callable[[ApiClient], Scenario]) -> Provocation:
    return lambda api: Sent(
        who, f"/intake/cases/{scenario(api).case_id}/correction-proposals", CORRECTION
    )


def _decide(scenario: Callable[[ApiClient], Scenario]) -> Provocation:
    path = "/cases/{case_id}/proposals/{proposal_id}/adoption"
    return lambda api: Sent(_OWN, scenario(api).path("intake", path), {})


def _refer(who: Who, scenario: Callable[[ApiClient], Scenario], **otherwise: Any) -> Provocation:
    return lambda api: Sent(
        who, f"/referral/cases/{scenario(api).case_id}/referrals", {**REFERRAL, **otherwise}
    )


def _answer(
    who: Who, scenario: Callable[[ApiClient], Scenario], which: str, body: Any
) -> Provocation:
    return lambda api: Sent(who, f"{api.of(scenario(api))}/{which}", body)


def _look(path: str, who: Who = (STRANGER, MONITOR)) -> Provocation:
    return lambda _: Sent(who, path)


def _nowhere(_: ApiClient) -> Scenario:
    return _NOWHERE


def _of_the_case(
    which: str, scenario: Callable[[ApiClient], Scenario], who: Who = _OWN, **body: str
) -> Provocation:
    return lambda api: Sent(who, f"/referral/cases/{scenario(api).case_id}/{which}", body)


def _made_again(**otherwise: Any) -> Provocation:
    """PARTY, which has custody now, refers once more what fell."""

    def provoke(api: ApiClient) -> Sent:
        fallen = api.superseded()
        body = {**REFERRAL, "to": STRANGER, "replaces": fallen.referral_id, **otherwise}
        return Sent(_PARTY, f"/referral/cases/{fallen.case_id}/referrals", body)

    return provoke


def _made_again_twice(api: ApiClient) -> Sent:
    sent = _made_again()(api)
    assert api.send(sent.who, "POST", sent.path, sent.body).status_code == 201
    return sent


def _another_under_its_key(api: ApiClient) -> Sent:
    key = {"Idempotency-Key": str(new_id())}
    assert api.send(_OWN, "POST", "/intake/cases", CASE, key).status_code == 201
    return Sent(_OWN, "/intake/cases", {**CASE, "channel": "hotline"}, key)


def _listed_otherwise(_: ApiClient) -> Sent:
    return Sent(_STEWARD, "/referral/institutions", {"institution": PARTY, **DESCRIBED})


def _correct_entry(name: str) -> Provocation:
    return lambda _: Sent(
        _KEEPER, f"/referral/institutions/{PARTY}/corrections", {**DESCRIBED, "name": name}
    )


def _suspended_when_closed(api: ApiClient) -> Sent:
    closed = api.stands(api.listed(), "closure", {"reason": "ceased"})
    path = f"/referral/institutions/{closed.institution}/suspension"
    return Sent(_STEWARD, path, {"reason": "other"})


def _refer_to(prepare: Callable[[ApiClient], Scenario]) -> Provocation:
    return lambda api: _refer(_OWN, ApiClient.registered, to=prepare(api).institution)(api)


HOW: Mapping[type[refusals.Refusal], tuple[int, Provocation] | str] = {
    # any service
    oidc_claims.NotAssigned: "takes an identity provider: tests/oidc/test_services.py has it",
    caller.NotIdentified: (401, _look("/reporting/cases", None)),
    caller.RoleNeeded: (403, lambda _: Sent((OWN, AUDITOR), "/intake/cases", CASE)),
    caller.PurposeNotYours: (
        403,
        lambda _: Sent(_OWN, "/reporting/cases", None, {"Canaliza-Purpose": "audit"}),
    ),
    scope.NoSuchCase: (404, _look(f"/intake/cases/{_NOWHERE.case_id}")),
    codelists.NoSuchList: (404, _look("/intake/code-lists/nothing", None)),
    paging.CursorNotOurs: (422, _look("/reporting/cases?cursor=bm9uZQ")),
    refusals.CodeNotKnown: (422, _register(details={"sector": "maquila"})),
    refusals.MayMeanSeveral: (
        422,
        _register(subdivision="MX-OAX", municipality="San Juan Mixtepec"),
    ),
    limits.BeyondLimits: _DOOR,
    refusals.InTheFuture: (422, _register(happened_at="2999-01-01T00:00:00-06:00")),
    times.BeforeWhatItAnswers: (
        422,
        _answer(
            _PARTY, ApiClient.referred, "acceptance", {"happened_at": "2026-03-01T08:00:00-06:00"}
        ),
    ),
    refusals.VersionMoved: (412, _correct(_OWN, ApiClient.registered, **{"If-Match": '"7"'})),
    refusals.KeyUsedForAnother: (422, _another_under_its_key),
    refusals.LostTheRace: "needs other processes that write at the same time",
    refusals.ReactionOnly: "no route gives such a command",
    # a life of which the table says who may do what, and when
    life.NotYours: (403, _answer(_PARTY, ApiClient.referred, "withdrawal", WITHDRAW)),
    life.NotNow: (409, _answer(_PARTY, acknowledged, "acknowledgement", {})),
    # intake
    case.CaseNotRegistered: (404, _correct(_OVERSEER, _nowhere)),
    case.CaseAlreadyRegistered: _ID,
    case.CaseIsInError: (409, _correct(_OWN, void)),
    of_intake.NotTheCustodian: (403, _correct(_PARTY, ApiClient.accepted)),
    of_intake.CustodianDecides: (409, _propose(_OWN, ApiClient.registered)),
    of_intake.NotAParty: (403, _propose(_OVERSEER, ApiClient.registered)),
    of_intake.ProposalNotFound: (404, _decide(ApiClient.registered)),
    of_intake.ProposalAlreadyDecided: (409, _decide(rejected)),
    of_intake.ProposalNoLongerFits: (409, _decide(contradicted)),
    case.FolioNotReadable: "it begins with the subdivision, whose code was checked",
    details.SubdivisionOutsideProgramme: (422, _register(programme="gt-returned-migrants")),
    details.MunicipalityOutsideSubdivision: (422, _register(municipality="14039")),
    details.OffsetMissing: _DOOR,
    details.OpenedAfterDescription: (422, _register(opened_at="2026-03-02T10:20:01-06:00")),
    # the directory
    directory.InstitutionNotRegistered: (404, _look("/referral/institutions/nobody-here")),
    directory.InstitutionAlreadyRegistered: (409, _listed_otherwise),
    directory.InstitutionIsClosed: (409, _suspended_when_closed),
    directory.NameTaken: (409, _correct_entry("Institución " + OWN)),
    directory.NotYourInstitution: (
        403,
        lambda _: Sent(
            (OWN, ADMINISTRATOR), f"/referral/institutions/{PARTY}/corrections", DESCRIBED
        ),
    ),
    directory.NotASteward: _DOOR,
    directory.NotTheOperator: "no route gives such a command",
    free_text.LooksPersonal: (422, _correct_entry("Juan Pérez, tel. 614 123 4567")),
    directory.NotAnAdministrator: _DOOR,
    directory.InstitutionCodeNotReadable: _DOOR,
    directory.NameNotUsable: (
        422,
        lambda _: Sent(
            _KEEPER, f"/referral/institutions/{PARTY}/corrections", {**DESCRIBED, "name": " x "}
        ),
    ),
    **KEEPING,
    **UNDERTAKINGS,
    **SERVICES,
    **REGISTER,
    **GATHERINGS,
    **OF_DOCUMENTS,
    **OF_AGREEMENTS,
    **OF_CONSENT,
    **LINKS,
    **OF_ANSWERS,
    **OF_ASKING,
    # referrals
    of_referral.CaseNotTakenUp: (404, _refer(_OVERSEER, _nowhere)),
    of_referral.CaseIsInError: (409, _refer(_OWN, void)),
    of_referral.ReferredToItself: (422, _refer(_OWN, ApiClient.registered, to=OWN)),
    of_referral.AddresseeNotRegistered: (404, _refer(_OWN, ApiClient.registered, to="nobody-here")),
    of_referral.AddresseeNotActive: (409, _refer_to(suspended)),
    of_referral.AddresseeUnreachable: (409, _refer_to(ApiClient.listed)),
    of_referral.ProgrammeNotServed: (409, _refer_to(elsewhere)),
    of_referral.CustodyElsewhere: _OPERATOR_HANDS_ON,
    of_referral.CustodianAnswers: _OPERATOR_HANDS_ON,
    of_referral.NothingNamed: _DOOR,
    of_referral.TransferAlreadyOpen: (
        409,
        _refer(_OWN, lambda api: api.referred(kind="transfer"), kind="transfer", to=STRANGER),
    ),
    of_referral.TooManyReferrals: (409, _refer(_OWN, crowded)),
    of_referral.AlreadyReferredThere: (409, _refer(_OWN, ApiClient.referred)),
    of_referral.ReferralNotFound: (
        404,
        _answer(
            _OWN,
            lambda api: Scenario(api.registered().case_id, _NOWHERE.referral_id),
            "withdrawal",
            WITHDRAW,
        ),
    ),
    of_referral.NotTheAddressee: (
        403,
        _answer(_PARTY, shared_with_both, "acceptance", {}),
    ),
    of_referral.NobodyDecidesTheirOwn: (403, _answer(_OWN, ApiClient.referred, "acceptance", {})),
    of_referral.InformationNotAwaited: (
        409,
        _answer(_OWN, ApiClient.referred, "information-answers", TOPICS),
    ),
    of_referral.TopicNotAwaited: (
        422,
        _answer(
            _OWN, ApiClient.information_requested, "information-answers", {"topics": ["payslips"]}
        ),
    ),
    of_referral.CaseIsClosed: (409, _refer(_OWN, ApiClient.case_closed)),
    of_referral.CaseIsNotClosed: (
        409,
        _of_the_case("reopening", ApiClient.registered, reason="new-facts"),
    ),
    of_referral.ReferralUndecided: (
        409,
        _of_the_case("closure", ApiClient.referred, outcome="placement"),
    ),
    of_referral.NotSuperseded: (
        422,
        _refer(_OWN, ApiClient.registered, replaces=_NOWHERE.referral_id),
    ),
    of_referral.ReplacedWasToAnother: (422, _made_again(to=OWN)),
    of_referral.AlreadyReplaced: (409, _made_again_twice),
    of_referral.TransferNotRevoked: (
        409,
        _answer(_PARTY, lambda api: api.accepted(kind="transfer"), "revocation", _REVOKED),
    ),
    of_referral.TopicNotAnswered: (
        422,
        _answer(
            _OWN,
            ApiClient.information_requested,
            "information-answers/entry-in-error",
            {**TOPICS, "reason": "other"},
        ),
    ),
    of_referral.OfferLapsed: (
        409,
        _answer(_PARTY, declined_and_passed_on, "decline/entry-in-error", {"reason": "other"}),
    ),
    **FOLLOW_UPS,
    # reporting
    of_reporting.FolioMistyped: (422, _look("/reporting/cases/CHH-FQ1-968-951-J/history")),
    axes.NotAMoment: (422, _look("/reporting/cases/CHH-FQ1-968-951-H/history?as_known=ayer")),
    axes.NotADayOrMoment: (422, _look("/reporting/cases?as_of=intake:0")),
    axes.PositionsUnclear: (422, _look("/reporting/cases?as_known=intake:1,intake:2")),
    of_reporting.NoSuchInstitution: (
        404,
        _look("/reporting/institutions/nobody-here/holdings"),
    ),
    of_reporting.FolioNotUnique: "a case claims its folio: only older logs have two alike",
    # operators
    parked_message.NoSuchMessage: _OPERATOR,
    parked_message.MessageResolved: _OPERATOR,
    parked_message.DiscardNeedsReason: _OPERATOR,
    parked_message.AnotherComesFirst: _OPERATOR,
    parked_message.StillNotProjectable: _OPERATOR,
    parked_message.StillUnreadable: _OPERATOR,
}
"""Each refusal: its status and how to meet it, or why it cannot be met over HTTP."""

NOT_YOURS: Mapping[str, Provocation] = {
    "Responsable del caso": _refer(_PARTY, ApiClient.accepted, to=STRANGER),
    "Remitente": _answer(_PARTY, ApiClient.referred, "withdrawal", WITHDRAW),
    "Quien da seguimiento": follow("closure", _DONE, who=_OWN),
}
"""Who would have had to ask, as the caller hears it, and how to ask as somebody else."""

_RATE, _CLOSE_LOOP = "Calificar a la otra institución", "Dar por concluida"
_DECIDE = (
    "Poner en lista de espera, Aceptar, Rechazar, Sugerir otra institución,"
    " Cancelar a petición de la persona"
)
NOT_NOW: Mapping[tuple[str, str], Provocation] = {
    ("Recibida", f"Pedir información, {_DECIDE}"): _answer(
        _PARTY, acknowledged, "acknowledgement", {}
    ),
    ("En espera de información", _DECIDE): _answer(
        _PARTY, ApiClient.information_requested, "information-requests", TOPICS
    ),
    ("Aceptada", _RATE): _answer(_PARTY, ApiClient.accepted, "acceptance", {}),
    ("No aceptada", f"Corregir el motivo del rechazo, Anular el rechazo, {_RATE}"): _answer(
        _PARTY, declined, "acceptance", {}
    ),
    ("Retirada", f"{_RATE}, {_CLOSE_LOOP}"): _answer(_OWN, withdrawn, "withdrawal", WITHDRAW),
    ("Cerrada", f"Revocar, {_RATE}, {_CLOSE_LOOP}"): _answer(
        _OWN, ApiClient.closed, "withdrawal", WITHDRAW
    ),
    (
        "Sin efecto: la responsabilidad del caso pasó a otra institución",
        f"{_RATE}, {_CLOSE_LOOP}",
    ): _answer(_OWN, ApiClient.superseded, "withdrawal", WITHDRAW),
    ("Revocada", f"{_RATE}, {_CLOSE_LOOP}"): _answer(
        _OWN, ApiClient.revoked, "revocation", _REVOKED
    ),
    **FOLLOWED_NOT_NOW,
}
"""In which status, and what the caller may do instead, and how to ask for something else in it."""
