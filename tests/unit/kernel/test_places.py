"""Places: the lists of two countries, and how people write them."""

import difflib
import subprocess
import sys
import tracemalloc
import unicodedata
from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel import codes, places
from shared.kernel.codes import Code
from shared.kernel.refusals import CodeNotKnown, MayMeanSeveral, Refused
from tests.embedded_processes import REPOSITORY

MUNICIPALITIES = codes.codes("municipalities")
SUBDIVISIONS = codes.codes("subdivisions")

ON_THE_BORDER = {
    ("MX-COA", "America/Matamoros"): "Acuña, Allende, Guerrero, Hidalgo, Jiménez, Morelos, Nava,"
    " Ocampo, Piedras Negras, Villa Unión, Zaragoza",
    ("MX-NLE", "America/Matamoros"): "Anáhuac",
    ("MX-TAM", "America/Matamoros"): "Nuevo Laredo, Guerrero, Mier, Miguel Alemán, Camargo,"
    " Gustavo Díaz Ordaz, Reynosa, Río Bravo, Valle Hermoso, Matamoros",
    ("MX-CHH", "America/Ciudad_Juarez"): "Janos, Ascensión, Juárez, Guadalupe, Práxedis G Guerrero",
    ("MX-CHH", "America/Ojinaga"): "Coyame del Sotol, Ojinaga, Manuel Benavides",
    ("MX-NAY", "America/Bahia_Banderas"): "Bahía de Banderas",
}
"""The municipalities that have a clock of their own, named as tzdata's comments name them."""


def of_country(country: str) -> list[Code]:
    return [
        entry
        for entry in MUNICIPALITIES.values()
        if SUBDIVISIONS[str(entry.extra["subdivision"])].extra["country"] == country
    ]


# --- the lists ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "subdivisions", "municipalities"), [("MX", 32, 2478), ("GT", 22, 340)]
)
def test_every_subdivision_and_municipality_of_a_country_is_listed(
    country: str, subdivisions: int, municipalities: int
) -> None:
    of_it = [code for code, one in SUBDIVISIONS.items() if one.extra["country"] == country]
    assert len(of_it) == subdivisions
    assert len(of_country(country)) == municipalities
    assert {one.extra["subdivision"] for one in of_country(country)} == set(of_it)


@pytest.mark.parametrize(
    ("subdivision", "how_many"), [("MX-CHH", 67), ("MX-JAL", 125), ("MX-OAX", 570), ("GT-13", 33)]
)
def test_a_subdivision_has_all_its_municipalities(subdivision: str, how_many: int) -> None:
    assert len(places.municipalities_of(subdivision)) == how_many


def test_a_municipalitys_code_begins_with_its_subdivisions_number() -> None:
    for code, one in MUNICIPALITIES.items():
        subdivision = SUBDIVISIONS[str(one.extra["subdivision"])]
        assert code[:2] == subdivision.extra["number"]
        assert len(code) == {"MX": 5, "GT": 4}[str(subdivision.extra["country"])]


def test_no_two_municipalities_of_a_subdivision_have_one_label() -> None:
    labels = {(one.es, one.extra["subdivision"]) for one in MUNICIPALITIES.values()}
    assert len(labels) == len(MUNICIPALITIES)


@pytest.mark.parametrize("code", ["0104", "0311", "1211", "1615", "0208"])
def test_small_words_in_a_name_are_small_and_a_name_within_it_is_not(code: str) -> None:
    assert MUNICIPALITIES[code].es in {
        "San José del Golfo",
        "Santa María de Jesús",
        "San Rafael Pie de la Cuesta",
        "Fray Bartolomé de las Casas",
        "San Antonio La Paz",
    }


# --- subdivisions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("KS", "US-KS"),
        ("US-KS", "US-KS"),
        (" us-wy ", "US-WY"),
        ("CHH", "MX-CHH"),
        ("Kansas", "US-KS"),
        ("ciudad de mexico", "MX-CMX"),
        ("D.F.", "MX-CMX"),
        ("Mexico City", "MX-CMX"),
        ("COAHUILA", "MX-COA"),
        ("Michoacan", "MX-MIC"),
        ("Quiche", "GT-14"),
        ("Edo. de México", "MX-MEX"),
        ("EDO MEX", "MX-MEX"),
    ],
)
def test_a_state_is_understood_as_people_write_it(written: str, meant: str) -> None:
    assert places.resolve_subdivision(written) == meant


def test_every_state_is_understood_by_its_short_code() -> None:
    for state in SUBDIVISIONS:
        assert places.resolve_subdivision(state.partition("-")[2]) == state


def test_an_unknown_state_is_refused_with_the_nearest_by_code_and_name() -> None:
    with pytest.raises(Refused) as refused:
        places.resolve_subdivision("Kanzas")
    refusal = refused.value.refusal
    assert isinstance(refusal, CodeNotKnown)
    assert refusal.closest.startswith("US-KS Kansas")


@pytest.mark.parametrize(("country", "meant"), [("MX", "MX-CHH"), ("GT", "GT-08"), ("US", None)])
def test_within_a_country_a_state_is_understood_by_its_number(
    country: str, meant: str | None
) -> None:
    found = (meant,) if meant else ()
    assert places.subdivisions_meant("08", country) == found
    assert places.subdivisions_meant("8", country) == found
    assert places.subdivisions_meant("8") == ()


def test_a_short_code_of_two_countries_is_refused_with_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    states = {
        code: Code(code, name, name, MappingProxyType({"country": code[:2]}))
        for code, name in [("MX-AA", "Una"), ("GT-AA", "Otra"), ("GT-BB", "Tercera")]
    }
    monkeypatch.setattr(places, "codes", lambda _: states)
    places._subdivisions.cache_clear()
    try:
        with pytest.raises(Refused) as refused:
            places.resolve_subdivision("aa")
        assert refused.value.refusal == MayMeanSeveral(
            field="subdivision", code_list="subdivisions", candidates="MX-AA Una, GT-AA Otra"
        )
        assert places.resolve_subdivision("bb") == "GT-BB"
    finally:
        places._subdivisions.cache_clear()


# --- municipalities -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "subdivision", "meant"),
    [
        ("Juárez", "MX-CHH", "08037"),
        ("JUAREZ", "MX-NLE", "19031"),
        ("  jua\u0301rez ", "MX-CHH", "08037"),
        ("Gustavo\u00a0A.  Madero", "MX-CMX", "09005"),
        ("gustavo a madero", "MX-CMX", "09005"),
        ("08037", "MX-CHH", "08037"),
        ("8037", "MX-CHH", "08037"),
        ("037", "MX-CHH", "08037"),
        ("37", "MX-CHH", "08037"),
        ("Rosario", "MX-CHH", "08056"),
        ("San Juan Mixtepec -Dto. 26 -", "MX-OAX", "20209"),
        ("quetzaltenango", "GT-09", "0901"),
        ("101", "GT-01", "0101"),
        ("01", "GT-01", "0101"),
        ("Gral. Escobedo", "MX-NLE", "19021"),
        ("Dr. Arroyo", "MX-NLE", "19014"),
        ("Pto. Vallarta", "MX-JAL", "14067"),
        ("Sta. Catarina", "MX-NLE", "19048"),
        ("Doctor Belisario Domínguez", "MX-CHH", "08022"),
    ],
)
def test_a_municipality_is_understood_within_its_subdivision(
    written: str, subdivision: str, meant: str
) -> None:
    assert places.looked_up(written, subdivision) == ((meant,), ())


@pytest.mark.parametrize(
    ("written", "subdivision", "candidates"),
    [
        ("Juárez", None, ("08037", "07048", "05015", "16046", "19031")),
        ("San Juan Mixtepec", "MX-OAX", ("20208", "20209")),
        ("san pedro mixtepec", "MX-OAX", ("20318", "20319")),
    ],
)
def test_a_name_that_several_municipalities_have_means_all_of_them(
    written: str, subdivision: str | None, candidates: tuple[str, ...]
) -> None:
    assert places.looked_up(written, subdivision) == (candidates, ())


@pytest.mark.parametrize(
    ("written", "subdivision"),
    [("Tijuana", "MX-CHH"), ("02004", "MX-CHH"), ("", "MX-CHH"), ("-", None), ("37", None)],
)
def test_what_is_no_municipality_there_means_none(written: str, subdivision: str | None) -> None:
    assert places.looked_up(written, subdivision).meant == ()


@pytest.mark.parametrize(
    ("written", "subdivision", "near"),
    [
        ("Ciudad Juarez", "MX-CHH", ("08037",)),
        ("Guachochy", "MX-CHH", ("08027",)),
        ("san juan mistepec", "MX-OAX", ("20208", "20209")),
        ("O8037", "MX-CHH", ("08037",)),
        ("08099", "MX-CHH", ()),
        ("Juárez", "MX-XXX", ()),
        ("zzzz", None, ()),
        ("ecatepec", "MX-MEX", ("15033",)),
        ("Tlaquepaque", "MX-JAL", ("14098",)),
        ("Cd. Nezahualcóyotl", "MX-MEX", ("15058",)),
        ("Nezahualcoyotl, Edo. de México", "MX-MEX", ("15058",)),
    ],
)
def test_what_means_none_is_told_with_the_nearest_of_its_subdivision(
    written: str, subdivision: str | None, near: tuple[str, ...]
) -> None:
    meant, found = places.looked_up(written, subdivision)
    assert (meant, found[: len(near) or None]) == ((), near)
    assert len(found) <= 3


def test_a_subdivision_that_there_is_not_has_no_municipalities() -> None:
    assert places.municipalities_meant("Juárez", "MX-XXX") == ()


ANY_MUNICIPALITY = st.sampled_from(sorted(MUNICIPALITIES))
CASES = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])
Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS = st.sampled_from(get_args(Form))
BLANKS = st.sampled_from([" ", "  ", "\u00a0", "\t", "\u2009", "\ufeff "])


@given(ANY_MUNICIPALITY, CASES, FORMS, BLANKS, st.sampled_from(["accents", "none"]))
def test_however_a_name_is_written_it_means_its_municipality(
    code: str, case: Callable[[str], str], form: Form, blank: str, accents: str
) -> None:
    one = MUNICIPALITIES[code]
    written = unicodedata.normalize(form, case(one.es))
    if accents == "none":
        marks = unicodedata.normalize("NFD", written)
        written = "".join(each for each in marks if not unicodedata.combining(each))
    written = blank + written.replace(" ", blank) + blank
    assert places.municipalities_meant(written, str(one.extra["subdivision"])) == (code,)
    assert code in places.municipalities_meant(written)


@given(ANY_MUNICIPALITY)
def test_a_code_that_lost_its_zeros_means_its_municipality(code: str) -> None:
    subdivision = str(MUNICIPALITIES[code].extra["subdivision"])
    for written in (code, code.lstrip("0"), code[2:], code[2:].lstrip("0")):
        assert places.municipalities_meant(written, subdivision) == (code,)


@given(st.text(), st.none() | st.sampled_from(sorted(SUBDIVISIONS)))
def test_any_text_means_codes_of_the_list_or_none(text: str, subdivision: str | None) -> None:
    meant, near = places.looked_up(text, subdivision)
    assert {*meant, *near} <= set(MUNICIPALITIES)
    assert set(places.subdivisions_meant(text)) <= set(SUBDIVISIONS)


# --- zones ----------------------------------------------------------------------------------


def test_a_municipality_has_its_own_zone_on_the_border_and_its_subdivisions_elsewhere() -> None:
    own = {
        (subdivision, *places.municipalities_meant(name, subdivision)): zone
        for (subdivision, zone), names in ON_THE_BORDER.items()
        for name in names.split(", ")
    }
    assert len(own) == 31
    for code, one in MUNICIPALITIES.items():
        subdivision = str(one.extra["subdivision"])
        expected = own.get((subdivision, code)) or places.zone_of(subdivision)
        assert places.place(code) == (code, one.es, one.en, subdivision, expected)


@pytest.mark.parametrize("month", [1, 7])
@pytest.mark.parametrize(
    ("subdivision", "municipality", "winter", "summer"),
    [
        ("MX-BCN", None, -8, -7),
        ("MX-BCS", None, -7, -7),
        ("MX-NAY", None, -7, -7),
        ("MX-NAY", "18020", -6, -6),
        ("MX-SIN", None, -7, -7),
        ("MX-SON", None, -7, -7),
        ("MX-ROO", None, -5, -5),
        ("MX-CMX", None, -6, -6),
        ("MX-CHH", None, -6, -6),
        ("MX-CHH", "08037", -7, -6),
        ("MX-CHH", "08052", -6, -5),
        ("MX-COA", "05025", -6, -5),
        ("MX-COA", "05030", -6, -6),
        ("MX-NLE", "19005", -6, -5),
        ("MX-TAM", "28032", -6, -5),
        ("MX-TAM", "28041", -6, -6),
        ("GT-01", "0101", -6, -6),
    ],
)
def test_the_clocks_are_those_of_the_law_of_2022(
    month: int, subdivision: str, municipality: str | None, winter: int, summer: int
) -> None:
    zone = ZoneInfo(str(places.zone_of(subdivision, municipality)))
    offset = datetime(2026, month, 15, 12, tzinfo=zone).utcoffset()
    assert offset is not None
    assert offset.total_seconds() / 3600 == (winter if month == 1 else summer)


def test_each_subdivision_of_both_countries_has_a_zone_and_no_other_has() -> None:
    for code, one in SUBDIVISIONS.items():
        zone = places.zone_of(code)
        assert (zone is None) == (one.extra["country"] == "US")
        assert zone is None or ZoneInfo(zone).key == zone


# --- what it costs --------------------------------------------------------------------------


def test_what_is_near_is_looked_for_once_among_few(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    compare = difflib.get_close_matches

    def counted(word: str, among: list[str], *, n: int, cutoff: float) -> list[str]:
        compared.append(len(among))
        return compare(word, among, n=n, cutoff=cutoff)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    for _ in range(3):
        assert places.looked_up("San Pedro y San Pablo Ayutal", "MX-OAX").near[0] == "20337"
    assert compared == [20]


def test_no_service_reads_the_municipalities_before_it_needs_them() -> None:
    program = (
        "import services.installation\n"
        "from shared.kernel import codes, places\n"
        "size = codes.code_list.cache_info().currsize\n"
        "codes.code_list('municipalities')\n"
        "assert codes.code_list.cache_info().currsize == size + 1, 'they had been read'\n"
        "assert places._municipalities.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True)


def test_the_municipalities_take_little_memory_once_they_are_read() -> None:
    read = codes.code_list.__wrapped__
    tracemalloc.start()
    try:
        whole = read("municipalities")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(whole.codes) == 2818
    assert kept < 1_200_000
