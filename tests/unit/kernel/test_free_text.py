"""What looks as if it held something of a person, and what does not."""

import time

import pytest

from shared.kernel.free_text import (
    CURP,
    EMAIL,
    PHONE,
    RFC,
    LooksPersonal,
    is_one_line,
    looks_personal,
    normal,
    personal,
    same_name,
)
from shared.kernel.text import Text

PERSONAL: dict[str, Text] = {
    "Juan Pérez López, CURP PELJ900101HCHRPN09, tel. 614 123 4567": CURP,
    "pelj900101hchrpn09": CURP,
    "PELJ-900101-HCHRPN-09": CURP,
    "juan-pelj900101hchrpn09": CURP,
    "RFC PELJ900101AB1": RFC,
    "pelj 900101 ab1": RFC,
    "juan-pelj900101ab1": RFC,
    "614 123 4567": PHONE,
    "(614) 123-4567": PHONE,
    "+52 1 614 123 4567": PHONE,
    "6141234567": PHONE,
    "614.123.45.67": PHONE,
    "614/123/4567": PHONE,
    "614–123–4567": PHONE,  # noqa: RUF001 - dashes as a word processor makes them
    "6 1 4 1 2 3 4 5 6 7": PHONE,
    "2423-1234": PHONE,
    "+502 2423 1234": PHONE,
    "６１４１２３４５６７": PHONE,  # noqa: RUF001 - digits of double width
    "juan-perez-lopez-614-123-4567": PHONE,
    "juan@correo.mx": EMAIL,
    "Contacto: juan@correo": EMAIL,
    "juan (arroba) correo.mx": EMAIL,
    "juan [at] correo": EMAIL,
}
NOT_PERSONAL = (
    "Artículo 123",
    "Casa 614",
    "Oficina Laboral de Chihuahua «Ñandú»",
    "Centro 24 horas, 7 días",
    "Movimiento 1910-2010",
    "Ley 1917 - 2017",
    "Casa del Migrante 2026-05-04",
    "Colectivo 8 de Marzo",
    "DIF 2021-2027",
    "Programa 2030",
    "Sección 22, CNTE",
    "Zona 3, edificio 12, piso 4",
    "Núm. 100, 200, 300",
    "San José 12345",
    "Grupo 911",
    "Instituto A&O",
    "ong-derechos",
    "us-wage-claims-ks",
    "Kansas Department of Labor",
)


@pytest.mark.parametrize(("text", "found"), PERSONAL.items())
def test_what_identifies_a_person_is_found(text: str, found: Text) -> None:
    assert looks_personal(text) == found
    refusal = personal("name", text)
    assert refusal == LooksPersonal(field="name", found=found)
    assert found.es in refusal.sentence("es")
    assert found.en in refusal.sentence("en")
    assert text not in refusal.sentence("es")


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_what_does_not_is_let_through(text: str) -> None:
    assert looks_personal(text) is None
    assert personal("name", text) is None


@pytest.mark.parametrize(
    "text",
    ["", "—", "\u3164", "\u2800", "Casa\u3164", "\u200b", "Ca\u200bsa", "x\ufe0f", " a", "a\nb"],
)
def test_a_line_can_be_seen(text: str) -> None:
    assert not is_one_line(text)


@pytest.mark.parametrize("text", ["Casa", "0", "Ñandú, A.C.", "移民之家"])
def test_words_of_any_script_are_a_line(text: str) -> None:
    assert is_one_line(text)


def test_one_name_is_one_however_it_is_written() -> None:
    written = (
        "Comisión de Derechos, A.C.",
        "COMISION  DE DERECHOS A C",
        "Comisio\u0301n de derechos ac",
    )
    assert len({same_name(each) for each in written}) == 1
    assert same_name("Comisión de Derechos") != same_name("Comisión de los Derechos")


def test_an_accent_is_written_in_one_form() -> None:
    assert normal("Comisio\u0301n") == "Comisión"


@pytest.mark.parametrize(
    "text",
    ["Tel. 614 123 4567", "contacto@casa.mx", "RFC CMG900101AB1", "Casa del Migrante"],
)
def test_what_an_institution_has_as_well_is_let_through_where_it_may_stand(text: str) -> None:
    assert looks_personal(text, contacts=False) is None


@pytest.mark.parametrize(
    ("text", "found"), [("PELJ900101HCHRPN09", CURP), ("RFC PELJ900101AB1", RFC)]
)
def test_what_only_a_person_has_is_found_everywhere(text: str, found: Text) -> None:
    assert personal("content", text, contacts=False) == LooksPersonal(field="content", found=found)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a ",
        "( ",
        "1",
        "1 2 ",
        "x(",
        "AAAA9",
        "a" + "\u0315\u0316" * 30,
        "Ñ\u0301",
        "@ ",
        "1.-",
    ],
)
def test_however_a_text_is_made_up_it_takes_as_long_as_it_is(piece: str) -> None:
    text = "é" + piece * (400_000 // len(piece))
    began = time.process_time()
    looks_personal(text)
    assert time.process_time() - began < 4


def test_many_marks_on_one_letter_hide_nothing() -> None:
    hidden = "é" * 1_000 + "\u0301" * 50_000 + " juan@correo.mx"
    assert looks_personal(hidden) == EMAIL
