"""How the command line tells who can serve, who cannot, and what is stale."""

import pytest

from services.operator.cli import language
from services.operator.cli.search_tables import print_found, print_stale
from services.reporting.searching.answer import found_out, stale_out
from services.reporting.searching.question import ServiceSearch
from services.reporting.searching.search import Part, search
from tests.unit.reporting.searching.directories import NOON, index_of, offer, stated

_INDEX = index_of(
    offer("00000000-0000-4000-8000-000000000001", capacity=stated("has-capacity", 3)),
    offer("00000000-0000-4000-8000-000000000002"),
    offer("00000000-0000-4000-8000-000000000003", capacity=stated("none")),
)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "es",
            (
                "Pueden atender: 2.",
                "3 camas",
                "id: 00000000-0000-4000-8000-000000000003",
                "por: disponibilidad.",
                "No pueden: 1.",
            ),
        ),
        ("en", ("Can serve: 2.", "3 beds", "Behind by: room.", "Cannot: 1.")),
    ],
)
def test_both_lists_are_told_with_their_reasons(
    capsys: pytest.CaptureFixture[str], lang: str, said: tuple[str, ...]
) -> None:
    language.speak(lang)
    wanted = ServiceSearch()
    asked = wanted.asked(NOON, None)
    print_found(found_out(_INDEX, asked, search(_INDEX, asked), wanted, {}))
    out = capsys.readouterr().out
    assert all(each in out for each in said), out
    language.speak("es")


def test_stale_entries_are_told_and_how_many_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    language.speak("es")
    print_stale(stale_out(_INDEX, NOON, None, Part(0, 2), {}))
    told = capsys.readouterr()
    assert "casa" in told.out
    assert "Son 4 en total" in told.err
    print_stale(stale_out(index_of(), NOON, "nadie", Part(), {}))
    assert "Ninguna ficha está vencida." in capsys.readouterr().err


def test_where_nothing_is_found_a_next_step_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    language.speak("es")
    wanted = ServiceSearch(text="zzzz")
    asked = wanted.asked(NOON, None)
    print_found(found_out(_INDEX, asked, search(_INDEX, asked), wanted, {}))
    assert "Busque con menos palabras" in capsys.readouterr().err
