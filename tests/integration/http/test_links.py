"""An institution without an account answers by a link, over HTTP and nothing else."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.referral.link import subject_of
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from tests.integration.http.api_client import OWN, ApiClient
from tests.integration.http.link_scope import BY_LINK
from tests.integration.http.linked import (
    NOWHERE,
    SENDER,
    Linked,
    at,
    by_link,
    linked,
    opened,
    soon_over,
)

pytestmark = pytest.mark.integration

DECLINED = {"reason": "no-capacity"}
ASKED = {"topics": ["consent"]}
BODIES: Mapping[str, Any] = {
    "opening": {"code": "x"},
    "decline": DECLINED,
    "waitlisting": DECLINED,
    "information-request": ASKED,
}


@pytest.fixture(scope="module")
def one(api: ApiClient) -> Linked:
    """A referral that waits for its answer by a link."""
    return linked(api)


def test_a_link_opens_once_shows_what_is_asked_and_takes_an_answer(api: ApiClient) -> None:
    there = linked(api)
    issued = there.issue()
    assert issued["address"] == f"/enlace/{issued['link_id']}"
    session = opened(api, issued)
    assert there.status() == "acknowledged"
    shown = by_link(api, session, at(issued)).json()
    assert (shown["sender"], shown["addressee"]) == (OWN, there.addressee)
    assert shown["services"] == ["legal-advice"]
    assert shown["answers"] == ["accept", "decline", "ask", "wait"]
    asked = by_link(api, session, f"{at(issued)}/information-request", ASKED)
    assert asked.json()["names"] == ["information-requested"]
    api.submit(OWN, f"{there.path}/information-answers", ASKED)
    waits = by_link(api, session, f"{at(issued)}/waitlisting", DECLINED)
    assert waits.json()["names"] == ["referral-waitlisted"]
    key = str(new_id())
    accept = [by_link(api, session, f"{at(issued)}/acceptance", {}, key) for _ in range(2)]
    assert [answer.status_code for answer in accept] == [200, 200]
    assert accept[0].json() == accept[1].json()
    assert there.status() == "accepted"
    assert by_link(api, session, at(issued)).status_code == 404


def test_the_facts_are_the_addressees_by_the_link(api: ApiClient) -> None:
    there = linked(api)
    issued = there.issue()
    session = opened(api, issued)
    by_link(api, session, f"{at(issued)}/decline", DECLINED)
    stream = UUID(there.path.split("/")[3])
    facts = api.running.services["referral"].log.facts_of([stream])[stream]
    by = {fact.name: (fact.meta.institution, fact.meta.role, fact.meta.subject) for fact in facts}
    answered = (there.addressee, "link", subject_of(UUID(issued["link_id"])))
    for name in ("link-opened", "referral-acknowledged", "referral-declined"):
        assert by[name] == answered
    said = repr(facts)
    assert issued["secret"] not in said
    assert session not in said


def test_who_has_no_link_in_force_hears_the_same_whatever_the_reason(
    api: ApiClient, one: Linked
) -> None:
    used, withdrawn = one.issue(), linked(api)
    session = opened(api, used)
    gone = withdrawn.issue()
    api.submit(OWN, f"{withdrawn.path}/link/withdrawal")
    answers = [
        api.send(None, "POST", f"{at(used)}/opening", {"code": used["secret"]}),
        api.send(None, "POST", f"{at(gone)}/opening", {"code": gone["secret"]}),
        api.send(None, "POST", f"{at(gone)}/opening", {"code": "wrong"}),
        api.send(None, "POST", f"{NOWHERE}/opening", {"code": gone["secret"]}),
        by_link(api, session, at(gone)),
        by_link(api, session, NOWHERE),
        by_link(api, "wrong", at(used)),
        by_link(api, used["secret"], at(used)),
        api.send(None, "GET", at(used)),
        api.send(SENDER, "GET", at(used)),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_a_link_asked_for_anew_ends_the_one_before(api: ApiClient, one: Linked) -> None:
    before = one.issue()
    session = opened(api, before)
    after = one.issue()
    assert by_link(api, session, at(before)).status_code == 404
    assert by_link(api, opened(api, after), at(after)).status_code == 200


def test_every_route_of_a_link_answers_nobody_else(api: ApiClient) -> None:
    for method, template in sorted(BY_LINK):
        path = template.format(link_id=new_id())
        body = BODIES.get(path.rpartition("/")[2], {}) if method == "POST" else None
        for who in (None, SENDER):
            answer = api.send(who, method, path, body)
            assert (answer.status_code, answer.json()["code"]) == (404, "link-not-in-force")


def test_as_much_is_read_for_a_link_that_exists_as_for_none(
    api: ApiClient, one: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued, asked = one.issue(), []
    log = api.running.services["referral"].log
    read = log.read
    for path in (at(issued), NOWHERE):
        counted: list[object] = []
        monkeypatch.setattr(log, "read", lambda *a, c=counted: (c.append(a), read(*a))[1])
        assert api.send(None, "POST", f"{path}/opening", {"code": "wrong"}).status_code == 404
        asked.append(len(counted))
    assert asked[0] == asked[1] > 0


def test_who_looks_by_a_link_leaves_a_line_and_so_does_who_may_not(
    api: ApiClient, one: Linked
) -> None:
    since = now() - timedelta(seconds=1)
    issued = one.issue()
    by_link(api, opened(api, issued), at(issued))
    lines = api.get(OWN, "/reporting/accesses?limit=20").json()["items"]
    (seen,) = [
        line
        for line in lines
        if line["route"] == "referral.see_by_link"
        and line["subject"] == subject_of(UUID(issued["link_id"]))
    ]
    assert (seen["outcome"], seen["institution"]) == ("shown", one.addressee)
    assert seen["at"] >= since.isoformat()[:10]


def test_a_repeated_key_names_no_secret_twice(api: ApiClient, one: Linked) -> None:
    key, body = str(new_id()), {"expires_at": (now() + timedelta(days=1)).isoformat()}
    path, headers = f"{one.path}/link", {"Idempotency-Key": key}
    first, again = (api.send(SENDER, "POST", path, body, headers) for _ in range(2))
    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "link-issued-already")
    assert "secret" not in again.json()


def test_of_links_asked_for_at_once_one_works_and_the_others_say_that_it_took_their_place(
    api: ApiClient,
) -> None:
    there = linked(api)

    def issue(_: int) -> Any:
        return api.send(SENDER, "POST", f"{there.path}/link", soon_over())

    with ThreadPoolExecutor(6) as many:
        answers = list(many.map(issue, range(6)))
    given = [answer.json() for answer in answers if answer.status_code == 201]
    codes = {answer.json()["code"] for answer in answers if answer.status_code != 201}
    assert given
    assert codes <= {"link-replaced", "lost-the-race"}
    works = [
        api.send(None, "POST", f"{at(one)}/opening", {"code": one["secret"]}).status_code
        for one in given
    ]
    assert works.count(201) == 1


def test_a_key_whose_link_was_replaced_hears_so(api: ApiClient, one: Linked) -> None:
    key, body = str(new_id()), soon_over()
    path, headers = f"{one.path}/link", {"Idempotency-Key": key}
    assert api.send(SENDER, "POST", path, body, headers).status_code == 201
    one.issue()
    again = api.send(SENDER, "POST", path, body, headers)
    assert (again.status_code, again.json()["code"]) == (409, "link-replaced")
