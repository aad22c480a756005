"""The rules of the register of norms and official tools, one sentence each."""

from datetime import date
from typing import Any

import pytest

from services.referral.register import DECIDER, stream_of
from services.referral.register_commands import (
    Cite,
    CorrectEntry,
    RegisterEntry,
    WithdrawCitation,
    WithdrawEntry,
)
from services.referral.register_entry import (
    Citation,
    CitationMade,
    CitationWithdrawn,
    Element,
    EntryCorrected,
    EntryRegistered,
    EntryWithdrawn,
    Listed,
    NotEntered,
    Provenance,
    Withdrawn,
    place,
)
from services.referral.register_refusals import (
    CitationNotYours,
    ElementCited,
    ElementTwice,
    EntryAlreadyRegistered,
    EntryIsWithdrawn,
    EntryNotRegistered,
    NoSuchElement,
    NotTheRegistersSteward,
    NotWritable,
    NotYoursToCite,
    ValidityBackwards,
)
from shared.kernel.decider import Actor, Command
from shared.kernel.free_text import LooksPersonal
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.times import MAIN
from shared.kernel.value import fields_of, replace
from tests.personas import ADMINISTRATOR, AT, OFFICE, OPERATOR, STEWARD
from tests.spec import rules

given = rules(DECIDER)
GUIDE = "guia-elementos-esenciales"
ITS_ADMINISTRATOR = Actor("oficina-laboral-chih", "administrator", "subject-7")
INFORMS, COORDINATES = (
    Element("informacion", "Información en su lengua"),
    Element("coordinacion", "Coordinación entre instituciones"),
)
DESCRIPTION: dict[str, Any] = {
    "kind": "guide",
    "name": "Guía de elementos esenciales",
    "level": "federal",
    "subdivision": None,
    "article": "Capítulo II",
    "valid_from": date(2026, 1, 1),
    "valid_until": date(2027, 1, 1),
    "provenance": Provenance("official-website", "https://example.org/guia.pdf?n=56751278"),
    "programmes": ("mx-labour-protection",),
    "elements": (INFORMS, COORDINATES),
}
REGISTER = RegisterEntry(by=STEWARD, at=AT, entry_id=GUIDE, **DESCRIPTION)
CORRECT = CorrectEntry(by=STEWARD, at=AT, **DESCRIPTION)
WITHDRAW = WithdrawEntry(by=STEWARD, at=AT, reason="replaced", replaced_by="guia-dos")
CITE = Cite(by=STEWARD, at=AT, citing_kind="step", citing="paso-tres", element="informacion")
UNCITE = WithdrawCitation(
    by=STEWARD, at=AT, citing_kind="step", citing="paso-tres", element="informacion"
)
REGISTERED = EntryRegistered(entry_id=GUIDE, **DESCRIPTION)
WITHDRAWN = EntryWithdrawn(GUIDE, "replaced", "guia-dos")
CITED = CitationMade(GUIDE, "informacion", "step", "paso-tres", "canaliza")
UNCITED = CitationWithdrawn(GUIDE, "informacion", "step", "paso-tres")


@pytest.mark.parametrize("by", [STEWARD, OPERATOR])
def test_a_steward_and_the_operator_keep_the_register(by: Actor) -> None:
    given().when(replace(REGISTER, by=by)).then(REGISTERED)
    given(REGISTERED).when(replace(WITHDRAW, by=by)).then(WITHDRAWN)


@pytest.mark.parametrize("command", [REGISTER, CORRECT, WITHDRAW])
@pytest.mark.parametrize("by", [OFFICE, ADMINISTRATOR])
def test_nobody_else_does(command: Command, by: Actor) -> None:
    given(REGISTERED).when(replace(command, by=by)).refused(NotTheRegistersSteward)


def test_what_is_not_registered_is_neither_corrected_nor_withdrawn_nor_cited() -> None:
    for command in (CORRECT, WITHDRAW, CITE, UNCITE):
        given().when(command).refused(EntryNotRegistered)


def test_the_same_entry_is_registered_once() -> None:
    given(REGISTERED).when(REGISTER).then_nothing_new()
    given(REGISTERED).when(replace(REGISTER, level="state")).refused(EntryAlreadyRegistered)


def test_a_correction_says_what_changed() -> None:
    given(REGISTERED).when(CORRECT).then_nothing_new()
    corrected = EntryCorrected(
        entry_id=GUIDE, **DESCRIPTION | {"article": None}, changed=("article",)
    )
    given(REGISTERED).when(replace(CORRECT, article=None)).then(corrected)
    given(REGISTERED, corrected).remembers(
        Listed(entry_id=GUIDE, **{**DESCRIPTION, "article": None})
    )


def test_a_withdrawn_entry_stays_as_it_is() -> None:
    gone = given(REGISTERED, CITED, WITHDRAWN)
    for command in (REGISTER, CORRECT, CITE):
        gone.when(command).refused(EntryIsWithdrawn)
    gone.when(WITHDRAW).then_nothing_new()
    gone.when(UNCITE).then(UNCITED)
    cited = {Citation("informacion", "step", "paso-tres"): "canaliza"}
    gone.remembers(Withdrawn(**fields_of(REGISTERED), citations=cited))


def test_texts_are_recorded_in_one_way() -> None:
    written = replace(
        REGISTER, name="Gui\u0301a", elements=(Element("informacion", "Informacio\u0301n"),)
    )
    given().when(replace(written, programmes=("mecal", "mecal"), article=None)).then(
        replace(
            REGISTERED,
            name="Guía",
            elements=(Element("informacion", "Información"),),
            programmes=("mecal",),
            article=None,
        )
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"entry_id": "Guía"}, "entry_id"),
        ({"name": " Guía"}, "name"),
        ({"name": "G" * 201}, "name"),
        ({"article": "\u3164"}, "article"),
        ({"provenance": Provenance(link="http://example.org")}, "provenance.link"),
        ({"elements": (Element("Á", "Acceso"),)}, "elements.element"),
        ({"elements": (Element("acceso", " "),)}, "elements.name"),
    ],
)
def test_what_is_not_written_as_it_must_be_is_refused(fields: dict[str, Any], field: str) -> None:
    given().when(replace(REGISTER, **fields)).refused(NotWritable, field=field)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"entry_id": "guia-614-123-4567"}, "entry_id"),
        ({"name": "Guía, tel. 614 123 4567"}, "name"),
        ({"article": "PELJ900101HCHRPN09"}, "article"),
        ({"provenance": Provenance(link="https://example.org/a@b.mx")}, "provenance.link"),
        ({"elements": (Element("acceso", "juana@example.org"),)}, "elements.name"),
    ],
)
def test_nothing_of_a_person_is_recorded(fields: dict[str, Any], field: str) -> None:
    given().when(replace(REGISTER, **fields)).refused(LooksPersonal, field=field)


def test_codes_are_those_of_their_lists() -> None:
    given().when(replace(REGISTER, kind="rumour")).refused(CodeNotKnown, field="kind")
    unknown = Provenance("hearsay")
    given().when(replace(REGISTER, provenance=unknown)).refused(
        CodeNotKnown, field="provenance.source"
    )
    given(REGISTERED).when(replace(WITHDRAW, reason="x")).refused(CodeNotKnown, field="reason")
    given(REGISTERED).when(replace(CITE, citing_kind="x")).refused(
        CodeNotKnown, field="citing_kind"
    )


def test_each_element_has_a_code_of_its_own() -> None:
    given().when(replace(REGISTER, elements=(INFORMS, INFORMS))).refused(
        ElementTwice, field="elements"
    )


def test_what_is_valid_does_not_end_before_it_begins() -> None:
    backwards = replace(REGISTER, valid_until=date(2025, 12, 31))
    given().when(backwards).refused(ValidityBackwards, field="valid_until")
    for command in (
        replace(REGISTER, valid_until=date(2026, 1, 1)),
        replace(REGISTER, valid_from=None),
        replace(REGISTER, valid_until=None),
    ):
        given().when(command).then(
            replace(REGISTERED, valid_from=command.valid_from, valid_until=command.valid_until)
        )


def test_the_entry_that_replaces_another_is_named_by_its_id() -> None:
    given(REGISTERED).when(replace(WITHDRAW, replaced_by="Ñ")).refused(
        NotWritable, field="replaced_by"
    )
    given(REGISTERED).when(replace(WITHDRAW, reason="repealed", replaced_by=None)).then(
        EntryWithdrawn(GUIDE, "repealed", None)
    )


def test_what_answers_an_element_is_said_once() -> None:
    given(REGISTERED).when(CITE).then(CITED)
    given(REGISTERED, CITED).when(CITE).then_nothing_new()
    given(REGISTERED).when(replace(CITE, element=None)).then(replace(CITED, element=None))
    of_a_service = replace(CITE, citing="12345678-0000-4000-8000-000000000001")
    given(REGISTERED).when(of_a_service).then(replace(CITED, citing=of_a_service.citing))


def test_an_administrator_says_what_its_institution_answers() -> None:
    theirs = replace(CITED, institution=ITS_ADMINISTRATOR.institution)
    given(REGISTERED).when(replace(CITE, by=ITS_ADMINISTRATOR)).then(theirs)
    given(REGISTERED, theirs).when(replace(UNCITE, by=ITS_ADMINISTRATOR)).then(UNCITED)
    given(REGISTERED, theirs).when(replace(UNCITE, by=ADMINISTRATOR)).refused(
        CitationNotYours, institution=ITS_ADMINISTRATOR.institution
    )
    given(REGISTERED, theirs).when(UNCITE).then(UNCITED)
    for command in (CITE, UNCITE):
        given(REGISTERED).when(replace(command, by=OFFICE)).refused(NotYoursToCite)


def test_a_citation_that_nobody_made_is_not_withdrawn() -> None:
    given(REGISTERED).when(UNCITE).then_nothing_new()
    given(REGISTERED, CITED, UNCITED).when(UNCITE).then_nothing_new()
    given(REGISTERED, CITED, UNCITED).remembers(Listed(**fields_of(REGISTERED)))


def test_only_what_the_entry_has_is_cited() -> None:
    given(REGISTERED).when(replace(CITE, element="otro")).refused(
        NoSuchElement, field="element", elements="informacion, coordinacion"
    )
    given(replace(REGISTERED, elements=())).when(CITE).refused(NoSuchElement, elements="")
    given(REGISTERED).when(replace(CITE, citing="Paso 3")).refused(NotWritable, field="citing")
    given(REGISTERED).when(replace(CITE, citing="614-123-4567")).refused(
        LooksPersonal, field="citing"
    )


def test_an_element_that_something_cites_stays() -> None:
    without = replace(CORRECT, elements=(COORDINATES,))
    given(REGISTERED, CITED).when(without).refused(ElementCited, element="informacion")
    given(REGISTERED, replace(CITED, element=None)).when(without).then(
        EntryCorrected(
            entry_id=GUIDE, **DESCRIPTION | {"elements": (COORDINATES,)}, changed=("elements",)
        )
    )


def test_each_citation_stands_beside_the_description() -> None:
    assert place(REGISTERED) == MAIN == place(WITHDRAWN)
    assert place(CITED) == place(UNCITED) != MAIN
    assert place(replace(CITED, element=None)) != place(CITED)


def test_an_entry_has_a_stream_of_its_own() -> None:
    assert stream_of(GUIDE) == stream_of(GUIDE) != stream_of("guia-dos")


def test_an_entry_may_have_no_public_address() -> None:
    unknown = Provenance()
    given().when(replace(REGISTER, provenance=unknown)).then(
        replace(REGISTERED, provenance=unknown)
    )


def test_what_was_never_entered_is_changed_by_nothing() -> None:
    assert DECIDER.fold([CITED, WITHDRAWN]) == NotEntered()
