"""An agreement as a letter: in two languages, the same for the same agreement."""

from datetime import date
from uuid import UUID

from services.referral.agreement import (
    Agreement,
    AgreementRenewed,
    AgreementResumed,
    AgreementSuspended,
    AgreementTerminated,
)
from services.referral.agreements import DECIDER
from services.referral.letter import letter
from shared.kernel.codes import label
from shared.kernel.documents import DocumentRef
from shared.kernel.value import replace
from tests.agreement_facts import AGREEMENT, DRAFTED, SIGNED
from tests.personas import COMMISSION, OFFICE

NAMES = {
    OFFICE.institution: "Oficina Laboral de Chihuahua",
    COMMISSION.institution: "Comisión *Estatal* | DDHH",
}
TEXTS = DocumentRef(UUID("00000000-0000-4000-8000-0000000000d0"), "0" * 64)
SPANISH = """\
# Carta de intención: Carta de intención para la atención laboral

Convenio `00000000-0000-4000-8000-0000000000a1`, versión 3 (términos 1).

## Partes

- Comisión \\*Estatal\\* \\| DDHH
- Oficina Laboral de Chihuahua

## Objeto

Las instituciones Comisión \\*Estatal\\* \\| DDHH y Oficina Laboral de Chihuahua acuerdan \
canalizarse casos y trabajar juntas en el programa «{programme}».

## Servicios

- Orientación y asesoría jurídica

## Datos que se comparten

- Datos codificados del caso

## Vigencia

Desde el 15 de enero de 2026 hasta el 31 de diciembre de 2026. Rige desde el 20 de enero de 2026, \
cuando lo firmó la última parte.

## Firmas

| Institución | Cargo | Fecha |
|---|---|---|
| Comisión \\*Estatal\\* \\| DDHH | Persona delegada | 20 de enero de 2026 |
| Oficina Laboral de Chihuahua | Titular de la institución | 10 de enero de 2026 |
"""


def stands(*facts: object) -> Agreement:
    state = DECIDER.fold(facts)
    assert isinstance(state, Agreement)
    return state


def test_the_letter_says_all_that_was_agreed() -> None:
    whole = letter(stands(*SIGNED), 3, NAMES)
    assert whole == SPANISH.replace("{programme}", label("programmes", "mx-labour-protection"))
    assert letter(stands(*SIGNED), 3, NAMES) == whole


def test_the_letter_is_written_in_english_too() -> None:
    english = letter(stands(*SIGNED), 3, NAMES, "en")
    assert "# Letter of intent: Carta de intención" in english
    assert "From 15 January 2026 to 31 December 2026." in english
    assert "| Institution | Role | Date |" in english


def test_what_is_missing_is_said() -> None:
    bare = replace(DRAFTED, services=(), data_categories=(), valid_until=None, texts=TEXTS)
    text = letter(stands(bare), 1, {})
    assert "- oficina-laboral-chih\n" in text
    assert f"| {OFFICE.institution} | — | falta su firma |" in text
    assert "Todos los que las partes ofrecen." in text
    assert "Ninguna categoría de datos" in text
    assert "Desde el 15 de enero de 2026, hasta que se termine." in text
    assert text.endswith(f"está en el documento `{TEXTS.document_id}` (SHA-256 `{'0' * 64}`).\n")


def test_the_days_on_which_it_was_not_in_force_are_said() -> None:
    suspended = AgreementSuspended(AGREEMENT, OFFICE.institution, "breach", date(2026, 3, 1))
    resumed = AgreementResumed(AGREEMENT, date(2026, 3, 9))
    over = AgreementTerminated(AGREEMENT, OFFICE.institution, "breach", date(2026, 5, 4))
    paused = letter(stands(*SIGNED, suspended), 4, NAMES)
    assert "No rige desde el 1 de marzo de 2026: está suspendido." in paused
    ended = letter(stands(*SIGNED, suspended, resumed, over), 6, NAMES)
    assert "No rigió desde el 1 de marzo de 2026 hasta antes del 9 de marzo de 2026." in ended
    assert "Terminó el 4 de mayo de 2026." in ended
    late = AgreementRenewed(AGREEMENT, date(2028, 1, 1), date(2027, 2, 1), None)
    assert "hasta el 1 de enero de 2028" in letter(stands(*SIGNED, late), 4, NAMES)
