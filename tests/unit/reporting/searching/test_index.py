"""The index finds what a look at every service finds, and stays right as the directory changes."""

from dataclasses import replace
from random import Random
from typing import Any

from msgspec.structs import replace as with_values

from services.reporting.searching.asked import Asked
from services.reporting.searching.exclusions import exclusions_of
from services.reporting.searching.index import Index, indexed
from services.reporting.searching.offers import Directory, Offer
from services.reporting.searching.search import Part, search
from tests.made_directory import NOW, made_directory
from tests.unit.reporting.searching.directories import index_of, names, offer

PROFILE = {"age-band": ("18-29",), "sex": ("female",), "violations": ("harassment", "unpaid-wages")}
ASKED = Asked(
    at=NOW,
    profile=PROFILE,
    programme="mecal",
    subdivision="MX-CHH",
    languages=("hat",),
    open_at=NOW,
    sender="institution-1",
)
_LOOKED_AT = frozenset(
    {"institution-not-active", "institution-cannot-answer", "other-programme", "other-place"}
    | {"not-eligible"}
)


def _answer(index: Index, asked: Asked = ASKED) -> Any:
    return search(index, asked, Part(0, 10_000), Part(0, 10_000))


def test_it_excludes_exactly_whom_a_look_at_each_service_excludes() -> None:
    directory = made_directory(400)
    index = indexed(directory)
    for code, about, those in exclusions_of(index, ASKED):
        if code not in _LOOKED_AT:
            continue
        found = {index.services[n].service_id for n in index.in_order(those)}
        assert found == set(_by_looking(directory, code, about)), code


def _by_looking(directory: Directory, code: str, about: str | None) -> list[str]:
    return [
        each.service_id
        for each in directory.offers.values()
        if each.status != "withdrawn" and _looks(directory, each, code, about)
    ]


def _looks(directory: Directory, it: Offer, code: str, about: str | None) -> bool:
    provider = directory.providers[it.institution]
    until = provider.reachable_until
    match code:
        case "institution-not-active":
            return provider.status != "active"
        case "institution-cannot-answer":
            answers = provider.reachable and (until is None or until > NOW)
            return provider.status == "active" and not answers
        case "other-programme":
            return not all(
                "mecal" in (them or ["mecal"]) for them in (it.programmes, provider.programmes)
            )
        case "other-place":
            places = {*it.municipalities}.union(*(directory.regions[each] for each in it.regions))
            stated = bool(it.subdivisions or places)
            there = "MX-CHH" in it.subdivisions or any(place[:2] == "08" for place in places)
            return stated and not there
        case "not-eligible":
            codes = {*PROFILE[about or ""]}
            return any(
                (rule.is_one_of and not codes & {*rule.is_one_of}) or codes & {*rule.is_none_of}
                for rule in it.eligibility
                if rule.attribute == about
            )
        case _:
            raise AssertionError(code)


def test_after_any_changes_it_answers_as_a_new_one_would() -> None:
    directory, chance = made_directory(120), Random(3)  # noqa: S311 - the same each time
    index = indexed(directory)
    other = list(made_directory(120, seed=4).offers.values())
    for _ in range(10):
        offers = dict(directory.offers)
        changed = chance.sample(sorted(offers), 3)
        gone, replaced, again = changed
        del offers[gone]
        offers[replaced] = with_values(chance.choice(other), service_id=replaced)
        new = f"new-{chance.randint(0, 20)}"
        offers[new] = with_values(chance.choice(other), service_id=new)
        directory = replace(directory, offers=offers)
        index = index.changed(directory, [*changed, new])
        assert again in offers
        fresh = _answer(indexed(directory))
        mended = _answer(index)
        assert [each.offer for each in mended.first] == [each.offer for each in fresh.first]
        assert mended.first_excluded == fresh.first_excluded
        assert mended.by_reason == fresh.by_reason


def test_who_holds_an_index_is_not_disturbed_by_its_change() -> None:
    before = index_of(offer("A"), offer("B"))
    left = replace(before.directory, offers={"B": offer("B", capacity=None)})
    after = before.changed(left, ["A"])
    assert names(search(before, Asked(at=NOW))) == ["A", "B"]
    assert names(search(after, Asked(at=NOW))) == ["B"]
