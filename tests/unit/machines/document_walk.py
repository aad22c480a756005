"""A walk over a document: added once, erased once, by who may."""

from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import document
from shared.eventstore.codec import Vocabulary
from shared.kernel import documents, free_text
from shared.kernel.codes import codes
from shared.kernel.decider import Actor
from tests.personas import COMMISSION, OFFICE, OPERATOR, STEWARD
from tests.unit.machines.commands import coded, mostly, wrong
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk

_ID = UUID("00000000-0000-4000-8000-0000000000d1")
_OWN = Actor(OFFICE.institution, "administrator", "subject-7")
_AUDITOR = Actor("oim", "auditor", "subject-8")
_FIELDS = document.DocumentAdded.__struct_fields__


class DocumentWalk(Walk):
    """It stays what it was added as, and once erased it is erased."""

    service = "referral"
    decider = document.DECIDER
    speaks = (document, documents, free_text)
    elsewhere = frozenset({"BytesNotThere", "DocumentNotKept"})  # said by the store and the door
    vocabulary = Vocabulary(document.FACTS)
    times = 2
    often: ClassVar[Any] = {document.AddDocument: 5}
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([STEWARD, STEWARD, OPERATOR, _OWN, _OWN, OFFICE, _AUDITOR]),
        "EraseDocument.by": st.sampled_from([STEWARD, _OWN, *[COMMISSION] * 6]),
        "document_id": st.just(_ID),
        "digest": st.sampled_from(["ab" * 32, "ab" * 32, "cd" * 32]),
        "size": st.integers(1, 3),
        "media_type": coded("document_types"),
        "purpose": coded("document_purposes"),
        "about_kind": coded("document_subjects"),
        "about_id": mostly(
            st.sampled_from([OFFICE.institution, COMMISSION.institution, str(_ID)]),
            wrong | st.just("juan-614-123-4567"),
        ),
        "reason": coded("erasure_reasons"),
    }

    def __init__(self) -> None:
        super().__init__()
        self.added: dict[str, Any] = {}
        self.because = ""

    @override
    def audit(self, command: Any, fact: Any) -> None:
        if isinstance(fact, document.DocumentAdded):
            assert not self.added, "added twice"
            assert command.by.role != "auditor", "who looks changes something"
            assert fact.institution == command.by.institution, "another's name"
            assert fact.purpose in codes("document_purposes"), "an unknown code"
            assert "614" not in fact.about_id, "a telephone"
            self.added = {name: getattr(fact, name) for name in _FIELDS}
            return
        assert self.added, "erased before it was added"
        assert not self.because, "erased twice"
        owner = command.by.institution == self.added["institution"]
        assert owner or command.by.role in {"steward", "operator"}, "not theirs to erase"
        self.because = fact.reason

    @override
    def agrees(self) -> None:
        if isinstance(self.state, document.NotAdded):
            assert not self.added, "a document was forgotten"
            return
        assert {name: getattr(self.state, name) for name in _FIELDS} == self.added
        erased = self.state.because if isinstance(self.state, document.Erased) else ""
        assert erased == self.because, "erased otherwise"
