"""What the operator records of commitments, proposals and joint activities on the command line."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.carrying_out import carry_out, referral_of
from services.operator.cli.coded_options import coded, date_of, day
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.kernel.documents import DocumentRef

EXAMPLE = "2f1c0a52-7f0e-4e0a-9d0c-000000000002"
_DONE = Text("queda registrado", "is on record")
_WHY = Text("El motivo, como código.", "Why, as a code.")


def which(what: Text) -> Any:
    return typer.Argument(metavar="ID", help=say(what))


def _owner() -> Any:
    text = Text("Clave de la institución a la que le toca.", "Code of the institution whose it is.")
    return typer.Option(help=say(text))


def _document() -> Any:
    text = Text("Id de un documento de «canaliza document».", "Id of a document, as in “document”.")
    return typer.Option(help=say(text))


_PROGRAMME = Text("En qué programa.", "In which programme.")
_PLACE = Text("Dónde; sin ella: en todo el país.", "Where; else in the whole country.")


def register_commitment_acts(group: typer.Typer) -> None:
    """Add what is recorded of commitments."""

    @group.command(
        help=say(Text("Registra un compromiso.", "Records a commitment.")),
        epilog=example(
            "canaliza commitment make --owner sne-jalisco --programme mx-labour-network"
            " --kind offer-vacancies --due 2027-03-31"
        ),
    )
    def make(
        owner: Annotated[str, _owner()],
        programme: Annotated[str, coded("programmes", _PROGRAMME)],
        kind: Annotated[str, coded("commitment_kinds", Text("A qué.", "What to."))],
        due: Annotated[datetime, day(Text("El último día.", "The last day."))],
        subdivision: Annotated[str | None, coded("subdivisions", _PLACE)] = None,
        document: Annotated[UUID | None, _document()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.commitment_decisions import MakeCommitment
        from shared.kernel.ids import new_id

        made = new_id()
        command = MakeCommitment(
            **_by_operator(),
            commitment_id=made,
            owner=owner,
            programme=programme,
            kind=kind,
            subdivision=subdivision,
            due_on=due.date(),
            texts=_named(document, data),
        )
        _commitment(made, command, data, as_json=as_json)

    @group.command(
        "put-off",
        help=say(Text("Da otro plazo a un compromiso.", "Gives a commitment another day.")),
        epilog=example(f"canaliza commitment put-off {EXAMPLE} --due 2027-06-30"),
    )
    def put_off(
        commitment: Annotated[UUID, which(Text("El compromiso.", "The commitment."))],
        due: Annotated[datetime, day(Text("El último día.", "The last day."))],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.commitment_decisions import PutOffCommitment

        command = PutOffCommitment(**_by_operator(), due_on=due.date())
        _commitment(commitment, command, data, as_json=as_json)

    @group.command(
        help=say(Text("Dice que un compromiso se cumplió.", "Says that a commitment was kept.")),
        epilog=example(f"canaliza commitment keep {EXAMPLE} --on 2027-03-15"),
    )
    def keep(
        commitment: Annotated[UUID, which(Text("El compromiso.", "The commitment."))],
        on: Annotated[datetime, day(Text("El día en que se cumplió.", "The day it was kept."))],
        document: Annotated[UUID | None, _document()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.commitment_decisions import KeepCommitment

        shown = _named(document, data)
        command = KeepCommitment(**_by_operator(), kept_on=on.date(), evidence=shown)
        _commitment(commitment, command, data, as_json=as_json)

    @group.command(
        help=say(Text("Retira un compromiso.", "Withdraws a commitment.")),
        epilog=example(f"canaliza commitment withdraw {EXAMPLE} --reason no-resources"),
    )
    def withdraw(
        commitment: Annotated[UUID, which(Text("El compromiso.", "The commitment."))],
        reason: Annotated[str, coded("undertaking_reasons", _WHY)],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.commitment_decisions import WithdrawCommitment

        command = WithdrawCommitment(**_by_operator(), reason=reason)
        _commitment(commitment, command, data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Vuelve a pendiente lo que se dijo cumplido o retirado por error.",
                "Opens again what was said to be kept or withdrawn in error.",
            )
        ),
        epilog=example(f"canaliza commitment reopen {EXAMPLE} --reason did-not-happen"),
    )
    def reopen(
        commitment: Annotated[UUID, which(Text("El compromiso.", "The commitment."))],
        reason: Annotated[str, coded("error_reasons", _WHY)],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.commitment_decisions import ReopenCommitment

        command = ReopenCommitment(**_by_operator(), reason=reason)
        _commitment(commitment, command, data, as_json=as_json)


def register_proposal_acts(group: typer.Typer) -> None:
    """Add what is recorded of proposals. Institutions discuss them themselves, over HTTP."""

    @group.command(
        help=say(Text("Registra lo que una institución propone.", "Records what one proposes.")),
        epilog=example(
            "canaliza proposal make --owner sne-jalisco --programme mx-labour-network"
            " --topic training"
        ),
    )
    def make(
        owner: Annotated[str, _owner()],
        programme: Annotated[str, coded("programmes", _PROGRAMME)],
        topic: Annotated[str, coded("proposal_topics", Text("Sobre qué.", "What about."))],
        decide_by: Annotated[
            datetime | None, day(Text("Para cuándo se decide.", "By when to decide."))
        ] = None,
        document: Annotated[UUID | None, _document()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.proposal import MakeProposal
        from shared.kernel.ids import new_id

        made, by = new_id(), date_of(decide_by)
        words: dict[str, Any] = {"topic": topic, "decide_by": by, "texts": _named(document, data)}
        command = MakeProposal(
            **_by_operator(), proposal_id=made, owner=owner, programme=programme, **words
        )
        _proposal(made, command, data, as_json=as_json)

    @group.command(
        help=say(Text("Dice cómo se decidió una propuesta.", "Says how one was decided.")),
        epilog=example(f"canaliza proposal decide {EXAMPLE} --decision adopted"),
    )
    def decide(
        proposal: Annotated[UUID, which(Text("La propuesta.", "The proposal."))],
        decision: Annotated[str, coded("proposal_decisions", Text("Cómo.", "How."))],
        document: Annotated[UUID | None, _document()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.proposal import DecideProposal

        texts = _named(document, data)
        command = DecideProposal(**_by_operator(), decision=decision, texts=texts)
        _proposal(proposal, command, data, as_json=as_json)

    @group.command(
        help=say(Text("Retira una propuesta.", "Withdraws a proposal.")),
        epilog=example(f"canaliza proposal withdraw {EXAMPLE} --reason no-longer-needed"),
    )
    def withdraw(
        proposal: Annotated[UUID, which(Text("La propuesta.", "The proposal."))],
        reason: Annotated[str, coded("undertaking_reasons", _WHY)],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.proposal import WithdrawProposal

        command = WithdrawProposal(**_by_operator(), reason=reason)
        _proposal(proposal, command, data, as_json=as_json)


def _by_operator() -> dict[str, Any]:
    from services.operator.cli.access import OPERATOR
    from shared.kernel.clock import now

    return {"by": OPERATOR, "at": now()}


def _named(document: UUID | None, data: Path | None) -> "DocumentRef | None":
    """Return how facts name a document, with the digest that it was added with."""
    return None if document is None else document_ref(document, data)


def document_ref(document: UUID, data: Path | None) -> "DocumentRef":
    """Return how facts name a document. Raises UserError if there is none."""
    from services.referral import document as documents
    from shared.kernel.documents import DocumentRef, NoSuchDocument

    with referral_of(data, must_exist=True) as referral:
        stream = documents.stream_of(document)
        held = referral.log.read(documents.DECIDER, stream).state
    if not isinstance(held, documents.Held):
        raise UserError(NoSuchDocument().full_text)
    return DocumentRef(document, held.digest)


def _commitment(which: UUID, command: Any, data: Path | None, *, as_json: bool) -> None:
    from services.referral import commitment, commitment_decisions

    decider, code = commitment_decisions.DECIDER, str(which)
    stream = commitment.stream_of(which)
    carry_out(decider, lambda _: stream, code, command, _DONE, data, as_json=as_json)


def _proposal(which: UUID, command: Any, data: Path | None, *, as_json: bool) -> None:
    from services.referral import proposal

    stream = proposal.stream_of(which)
    carry_out(proposal.DECIDER, lambda _: stream, str(which), command, _DONE, data, as_json=as_json)
