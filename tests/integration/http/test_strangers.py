"""A stranger cannot tell a case from none: not by an answer, not by what is counted, by no moment.

Whole answers are compared (status, headers, body) and what the metrics say of them, for a case that
exists and one that does not: each route about a case, in each role, on each version that may be
named, now and in the future. And nobody names a case by what anybody can know of it.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.followup import custody as custody_heard
from services.intake import parties, previews
from services.referral import directory
from shared.kernel.clock import now
from shared.kernel.folios import stream_of as stream_of_folio
from shared.kernel.ids import derived_id, new_id
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER, STEWARD, SUPERVISOR
from shared.telemetry.metrics import REGISTRY
from tests.integration.http.agreement_scope import OVERRIDES
from tests.integration.http.api_client import (
    CASE,
    CORRECTION,
    OWN,
    PARTY,
    STRANGER,
    ApiClient,
    Scenario,
)
from tests.integration.http.scope_table import ABOUT_A_CASE, ABOUT_OTHERS, TABLE, Row

pytestmark = pytest.mark.integration

ROLES = (CASEWORKER, ADMINISTRATOR, STEWARD)
COUNTED = ("canaliza_command", "canaliza_refused")
COUNTS_REQUESTS = {"ratelimit"}
"""What is left of the caller's own requests: less with each."""
STREAMS = {"intake": "case_id", "referral": "case_id", "followup": "referral_id"}


@dataclass(frozen=True)
class Whole:
    """All that somebody gets to know of an answer. counted: what the metrics have more of."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    counted: Mapping[Any, float]


def _name(row: Row) -> str:
    return " ".join(row.route)


def counted() -> Counter[Any]:
    """What is counted of commands and refusals, but for how long they took."""
    return Counter(
        {
            (sample.name, *sorted(sample.labels.items())): sample.value
            for family in REGISTRY.collect()
            if family.name.startswith(COUNTED)
            for sample in family.samples
            if sample.name.endswith(("_total", "_count"))
        }
    )


def whole(
    api: ApiClient,
    row: Row,
    scenario: Scenario,
    who: tuple[str, ...],
    asked: tuple[str | None, Mapping[str, str]] = (None, {}),
) -> Whole:
    """Send a row's request. asked: the version in If-Match, and what else the body says."""
    version, more = asked
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    body = row.request_body()
    before = counted()
    answer = api.send(
        who,
        row.method,
        scenario.path(row.service, row.template) + row.query,
        body if body is None else {**body, **more},
        headers,
    )
    told = {name: value for name, value in answer.headers.items() if name not in COUNTS_REQUESTS}
    return Whole(answer.status_code, told, answer.content, counted() - before)


def versions_of(api: ApiClient, row: Row, there: Scenario) -> list[str | None]:
    """None, none that there is, the very one, and one that is still to come."""
    if row.method == "GET":
        return [None]
    stream = UUID(getattr(there, STREAMS[row.service]))
    facts = api.running.services[row.service].log.recorder.select_stream(stream, 0)
    assert facts
    return [None, "0", str(len(facts)), "99"]


@pytest.mark.parametrize("row", ABOUT_A_CASE, ids=_name)
def test_a_stranger_gets_one_and_the_same_answer_whether_there_is_a_case_or_none(
    api: ApiClient, row: Row
) -> None:
    there, nowhere = row.stage(api), Scenario(str(new_id()), str(new_id()))
    future = {"happened_at": (now() + timedelta(days=365)).isoformat()}
    for version in versions_of(api, row, there):
        for moment in ({}, future) if row.method == "POST" else ({},):
            for role in ROLES:
                who = (STRANGER, role)
                exists = whole(api, row, there, who, (version, moment))
                missing = whole(api, row, nowhere, who, (version, moment))
                assert exists == missing, (version, moment, role)
                assert exists.status in {403, 404}
                assert "etag" not in exists.headers


@pytest.mark.parametrize("row", ABOUT_OTHERS, ids=_name)
def test_nor_can_one_tell_what_else_is_kept_from_strangers(api: ApiClient, row: Row) -> None:
    there, nowhere = row.stage(api), Scenario(str(new_id()), str(new_id()))
    unseen = [who for who, status in row.cells().items() if status == 404]
    assert {where for where, _ in filter(None, unseen)} >= {STRANGER}
    for who in filter(None, unseen):
        exists, missing = (whole(api, row, scenario, who) for scenario in (there, nowhere))
        assert exists == missing, who
        assert exists.status == 404


def test_nor_is_a_case_told_from_none_by_a_decision_of_another_s_supervisor(api: ApiClient) -> None:
    (row,) = (row for row in TABLE if row.template == OVERRIDES)
    there, nowhere = row.stage(api), Scenario(str(new_id()), str(new_id()))
    for version in ("0", "1", "99", None):
        exists, missing = (
            whole(api, row, scenario, (STRANGER, SUPERVISOR), (version, {}))
            for scenario in (there, nowhere)
        )
        assert exists == missing, version
        assert exists.status == 404


@pytest.mark.parametrize("ended", ["in_error", "case_closed", "revoked", "declined", "informed"])
def test_nor_does_it_matter_what_has_become_of_the_case(api: ApiClient, ended: str) -> None:
    there, nowhere = getattr(api, ended)(), Scenario(str(new_id()), str(new_id()))
    for row in ABOUT_A_CASE:
        exists, missing = (
            whole(api, row, scenario, (STRANGER, CASEWORKER)) for scenario in (there, nowhere)
        )
        assert exists == missing, row.route
        assert exists.status == 404


def test_what_a_party_may_not_do_is_counted_as_it_is_told(api: ApiClient) -> None:
    scenario, before = api.referred(), counted()
    answer = api.send((PARTY, CASEWORKER), "POST", f"{api.of(scenario)}/withdrawal", _WITHDRAWN)
    assert answer.json()["code"] == "not-yours"
    told = ("canaliza_commands_total", ("answer", "forbidden"), ("service", "referral"))
    assert (counted() - before)[told] == 1


def test_a_party_is_told_that_a_moment_is_still_to_come(api: ApiClient) -> None:
    scenario = api.referred()
    future = {"happened_at": (now() + timedelta(days=365)).isoformat()}
    for who in (OWN, PARTY):
        body = {**_WITHDRAWN, **future}
        answer = api.send((who, CASEWORKER), "POST", f"{api.of(scenario)}/withdrawal", body)
        assert answer.json()["code"] == "in-the-future"


def test_what_a_stranger_reads_of_its_own_requests_does_not_tell_either(api: ApiClient) -> None:
    there, nowhere = api.referred(), Scenario(str(new_id()), str(new_id()))
    who = (STRANGER, CASEWORKER)
    for row in ABOUT_A_CASE:
        noted = []
        for scenario in (there, nowhere):
            api.send(who, row.method, scenario.path(row.service, row.template), row.request_body())
            (line,) = api.send(who, "GET", "/reporting/accesses?limit=1").json()["items"]
            asked = {line.pop("case_id"), line.pop("referral_id")} - {None}
            assert asked <= {scenario.case_id, scenario.referral_id}
            del line["at"]
            noted.append(line)
        assert noted[0] == noted[1], row.route
        assert noted[0]["outcome"] == "no-such-case"


def test_as_much_is_read_for_a_stranger_of_a_case_that_exists_as_of_none(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long an answer takes follows from how often the log is asked."""
    there, nowhere = api.proposed(), Scenario(str(new_id()), str(new_id()))
    for row in ABOUT_A_CASE:
        if row.service == "reporting":
            continue
        asked = []
        for scenario in (there, nowhere):
            recorder = api.running.services[row.service].log.recorder
            reads: list[UUID] = []
            with monkeypatch.context() as patch:
                patch.setattr(recorder, "select_stream", noting(recorder.select_stream, reads))
                path = scenario.path(row.service, row.template)
                api.send((STRANGER, CASEWORKER), row.method, path, row.request_body())
            asked.append(len(reads))
        assert asked[0] == asked[1] > 0, row.route


def noting(read: Callable[[UUID, int], Any], reads: list[UUID]) -> Callable[[UUID, int], Any]:
    """The same, which notes each stream that is read."""

    def noted(stream: UUID, known: int) -> Any:
        reads.append(stream)
        return read(stream, known)

    return noted


def test_what_is_kept_beside_a_case_has_no_address(api: ApiClient) -> None:
    """Anybody can derive these ids: from a case's id, a folio, an institution's code."""
    scenario = api.accepted()
    folio = api.get(OWN, f"/intake/cases/{scenario.case_id}").json()["folio"]
    case_id, referral_id = UUID(scenario.case_id), UUID(scenario.referral_id)
    beside = {
        "intake": (
            parties.stream_of(case_id),
            previews.stream_of(referral_id),
            stream_of_folio(folio),
        ),
        "referral": (directory.stream_of(PARTY),),
        "followup": (custody_heard.stream_of(case_id),),
    }
    for service, streams in beside.items():
        recorder = api.running.services[service].log.recorder
        rows = [row for row in ABOUT_A_CASE if row.service == service]
        for stream in streams:
            for row in rows:
                for who in (OWN, PARTY, STRANGER):
                    answers = [
                        whole(api, row, Scenario(str(one), str(one)), (who, CASEWORKER))
                        for one in (stream, derived_id(str(new_id())))
                    ]
                    assert answers[0] == answers[1], row.route
                    assert answers[0].status == 404
        if service == "followup":
            continue
        assert recorder.select_existing(streams) == set(streams)


def test_nobody_tells_a_new_cases_id_from_its_institution_and_key(api: ApiClient) -> None:
    key = {"Idempotency-Key": "WC-2026-0001"}
    answer = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)
    made = UUID(answer.json()["stream"])
    command = derived_id("command", "intake", OWN, key["Idempotency-Key"])
    assert made != derived_id("case", str(command))
    assert made.version == 8


def test_nor_the_name_of_a_token_that_an_administrator_makes(api: ApiClient) -> None:
    key = {"Idempotency-Key": f"token-{new_id()}"}
    path = f"/referral/institutions/{PARTY}/tokens"
    body = {"roles": [CASEWORKER]}
    made = api.send((PARTY, ADMINISTRATOR), "POST", path, body, key).json()
    told = derived_id("token", PARTY, made["made_by"], key["Idempotency-Key"])
    assert made["token"] != f"token-{told.hex[:12]}"
    again = api.send((PARTY, ADMINISTRATOR), "POST", path, body, key)
    assert (again.status_code, made["token"] in again.text) == (409, True)


def test_two_clients_of_one_institution_may_come_upon_the_same_key(api: ApiClient) -> None:
    key = {"Idempotency-Key": f"file-{new_id()}"}
    one = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)
    other = api.send((OWN, CASEWORKER, STEWARD), "POST", "/intake/cases", CASE, key)
    assert (one.status_code, other.status_code) == (201, 201)
    assert one.json()["stream"] != other.json()["stream"]


def test_a_person_repeats_a_command_with_another_token(api: ApiClient) -> None:
    office, until = api.running.tokens, now() + timedelta(hours=1)
    first, secret = office.create(OWN, (CASEWORKER,), until)
    _, renewed = office.create(OWN, (CASEWORKER,), until, first.subject)
    key = f"file-{new_id()}"
    answers = [
        api.running.client.post(
            "/intake/cases",
            json=CASE,
            headers={"Authorization": f"Bearer {one}", "Idempotency-Key": key},
        )
        for one in (secret, renewed)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_the_same_words_leave_another_mark_each_time(api: ApiClient) -> None:
    """A fingerprint that anybody can make for a body would say who has said what."""
    scenario, log = api.registered(), api.running.services["intake"].log
    path = f"/intake/cases/{scenario.case_id}/corrections"
    for _ in range(2):
        api.submit(OWN, path, CORRECTION)
    with log.database.cursor() as curs:
        marks = curs.execute("SELECT fingerprint FROM intake.commands").fetchall()
    assert len({bytes(row[0]) for row in marks}) == len(marks)


_WITHDRAWN = {"reason": "need-resolved"}
