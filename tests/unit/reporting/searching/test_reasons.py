"""Each reason is a sentence in both languages, with what the entry states."""

from datetime import date
from decimal import Decimal

import pytest

from services.reporting.searching import reasons
from services.reporting.searching.index import indexed
from services.reporting.searching.search import Part, search
from shared.kernel.service_values import Cost, EligibilityRule
from tests.made_directory import NOW, made_directory
from tests.unit.reporting.searching.directories import asking, index_of, offer, stated
from tests.unit.reporting.searching.test_index import ASKED


def test_every_reason_that_is_given_is_a_sentence_in_both_languages() -> None:
    index = indexed(made_directory(300))
    for asked in (ASKED, asking(), asking(urgency="emergency", populations=("women",), at=NOW)):
        found = search(index, asked, Part(0, 300), Part(0, 300))
        for lang in ("es", "en"):
            said = [
                *(
                    reasons.of_rank(code, s.offer, lang)
                    for s in found.first
                    for _, code in s.placed.said
                ),
                *(
                    reasons.of_exclusion(code, about, e.offer, lang)
                    for e in found.first_excluded
                    for code, about in e.reasons
                ),
                *(reasons.of_all(code, about, lang) for code, about, _ in found.by_reason),
            ]
            assert all(each.endswith(".") and "{" not in each for each in said)
        for each in found.first:
            names = {name for name, _ in each.placed.said} | {each.placed.decided_by or "name"}
            assert names <= reasons.CRITERIA.keys()


def test_both_languages_say_everything() -> None:
    for words in (reasons.CRITERIA, reasons.RANKS, reasons.EXCLUSIONS):
        assert all(word.es and word.en for word in words.values())


@pytest.mark.parametrize(
    ("code", "lang", "sentence"),
    [
        ("has-capacity", "es", "Tiene lugar: 3 camas, según dijo el 2026-05-04."),
        ("has-capacity", "en", "Has room: 3 beds, as it said on 2026-05-04."),
        ("costs", "es", "Cuesta 1,250.50 MXN."),
        ("fresh", "en", "Entry confirmed on 2026-04-01."),
        ("to-confirm", "es", "Confirme antes si procede: depende de Sexo."),
        ("funding-ended", "es", "Su financiamiento terminó el 2026-04-30: confirme que sigue."),
    ],
)
def test_a_rank_says_what_the_entry_states(code: str, lang: str, sentence: str) -> None:
    it = offer(
        "A",
        capacity=stated("has-capacity", 3),
        cost=Cost(Decimal("1250.50"), "MXN"),
        assured_on=date(2026, 4, 1),
        eligibility=(EligibilityRule("sex", ("female",)),),
        funded_until=date(2026, 4, 30),
    )
    assert reasons.of_rank(code, it, lang) == sentence


def test_an_exclusion_says_whom_the_service_is_for() -> None:
    rules = (
        EligibilityRule("sex", ("female",)),
        EligibilityRule("sex", (), ("male",)),
        EligibilityRule("age-band", ("x",)),
    )
    it = index_of(offer("A", eligibility=rules)).services[0]
    said = reasons.of_exclusion("not-eligible", "sex", it, "es")
    assert said == "Por sexo, atiende solo: Mujer. Por sexo, no atiende: Hombre."
    assert reasons.of_exclusion("not-eligible", "age-band", it, "en").endswith("only: x.")
    assert reasons.of_exclusion("full", None, it, "es") == "No tiene lugar, según dijo el —."
