"""A walk over an entry of the register of norms: described, cited, withdrawn."""

from datetime import date
from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import register, register_commands, register_entry, register_refusals
from shared.eventstore.codec import Vocabulary
from shared.kernel import free_text
from shared.kernel.codes import codes
from shared.kernel.decider import Actor
from tests.personas import ADMINISTRATOR, OFFICE, OPERATOR, STEWARD
from tests.unit.machines.commands import coded, mostly, several, wrong
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk

_OWN = Actor("oficina-1", "administrator", "subject-7")
_CODES = ("acceso", "traduccion", "denuncia")
_FIELDS = register_entry.EntryRegistered.__struct_fields__
_element = st.builds(
    register_entry.Element,
    element=mostly(st.sampled_from(_CODES), wrong),
    name=mostly(st.sampled_from(["Acceso a la justicia", "Traducción"]), wrong),
)
_provenance = st.builds(
    register_entry.Provenance,
    source=coded("entry_sources"),
    link=mostly(
        st.none() | st.just("https://www.example.org/ley?codigo=5675127&fecha=30/12/2022"),
        st.sampled_from(["ftp://example.org", "https://example.org/juana@example.org"]),
    ),
    consulted_on=st.none() | st.just(date(2026, 3, 2)),
)


class RegisterWalk(Walk):
    """An entry is entered once, is as it was described last, and keeps what is cited."""

    service = "referral"
    decider = register.DECIDER
    speaks = (register_refusals, free_text)
    vocabulary = Vocabulary(register_entry.FACTS)
    times = 2
    often: ClassVar[Any] = {
        register_commands.Cite: 4,
        register_commands.WithdrawCitation: 2,
        register_commands.CorrectEntry: 2,
    }
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([STEWARD] * 4 + [OPERATOR, _OWN, _OWN, ADMINISTRATOR, OFFICE]),
        "entry_id": mostly(st.just("guia-1"), wrong | st.just("guia-614-123-4567")),
        "name": mostly(
            st.sampled_from(["Guía de elementos esenciales", "Gui\u0301a"]),
            wrong | st.just("tel. 614 123 4567"),
        ),
        "article": st.none() | mostly(st.just("Art. 123, ap. A"), wrong),
        "valid_from": st.none() | st.just(date(2026, 1, 1)),
        "valid_until": st.none() | st.sampled_from([date(2027, 1, 1), date(2025, 1, 1)]),
        "provenance": _provenance,
        "programmes": several(coded("programmes")),
        "elements": st.lists(_element, max_size=3).map(tuple),
        "reason": coded("entry_withdrawal_reasons"),
        "replaced_by": st.none() | mostly(st.just("guia-2"), wrong),
        "citing": mostly(st.sampled_from(["oficina-1", "paso-3"]), wrong | st.just("614-123-4567")),
        "element": st.none() | mostly(st.sampled_from(_CODES), wrong),
        "WithdrawEntry.by": st.sampled_from([STEWARD, *[OFFICE] * 6]),
    }

    def __init__(self) -> None:
        super().__init__()
        self.described: dict[str, Any] = {}
        self.cited: dict[Any, str] = {}
        self.gone = False

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert not self.gone or isinstance(fact, register_entry.CitationWithdrawn), "it was gone"
        keepers = {"steward", "operator"}
        match fact:
            case register_entry.EntryRegistered() | register_entry.EntryCorrected():
                assert command.by.role in keepers, "not theirs to keep"
                self._described(fact)
            case register_entry.EntryWithdrawn():
                assert command.by.role in keepers, "not theirs to keep"
                assert self.described, "withdrawn before it was entered"
                self.gone = True
            case register_entry.CitationMade():
                assert command.by.role in {*keepers, "administrator"}, "not theirs to cite"
                assert fact.element in {None, *self._elements()}, "cites what is not there"
                assert self._of(fact) not in self.cited, "says that nothing changed"
                self.cited[self._of(fact)] = fact.institution
            case _:
                by = self.cited.pop(self._of(fact))
                assert command.by.role in keepers or command.by.institution == by, "another's"

    def _described(self, fact: Any) -> None:
        after = {name: getattr(fact, name) for name in _FIELDS}
        registers = isinstance(fact, register_entry.EntryRegistered)
        assert registers == (not self.described), "entered twice, or described before"
        assert fact.kind in codes("entry_kinds"), "an unknown code"
        assert fact.level in codes("norm_levels"), "an unknown code"
        assert "614" not in f"{fact.name}{fact.entry_id}", "a telephone"
        if not registers:
            different = {name for name in _FIELDS if after[name] != self.described[name]}
            assert set(fact.changed) == different != set(), "says that something else changed"
        self.described = after
        elements = self._elements()
        assert len(set(elements)) == len(elements), "two elements of one code"
        assert {element for element, *_ in self.cited} <= {None, *elements}, "what is cited is gone"

    def _elements(self) -> list[str]:
        return [each.element for each in self.described["elements"]]

    @staticmethod
    def _of(fact: Any) -> tuple[Any, ...]:
        return fact.element, fact.citing_kind, fact.citing

    @override
    def agrees(self) -> None:
        if isinstance(self.state, register_entry.NotEntered):
            assert not self.described, "an entry was forgotten"
            return
        assert {name: getattr(self.state, name) for name in _FIELDS} == self.described
        assert dict(self.state.citations) == self.cited, "cited otherwise"
        assert (self.state.status == "withdrawn") == self.gone, "another status"
