"""``canaliza consent record``: a person consented, as the custodian is said to record it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.coded_options import coded, date_of, day
from services.operator.cli.consent_acts import (
    EXAMPLE,
    acting_for,
    carried_out,
    intake_of,
    several,
    told,
)
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option
from shared.kernel.text import Text, UserError

_PERSON = "2f1c0a52-7f0e-4e0a-9d0c-000000000002"
_RECORDED = Text("queda registrado", "is on record")
_NO_CASE = Text(
    "No hay tal caso. Revise el id; lo dice «canaliza history FOLIO --json».",
    "There is no such case. Check the id; “canaliza history FOLIO --json” tells it.",
)


def register_record(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Registra que una persona consintió, a nombre de quien responde por el caso. De lo"
                " firmado solo queda su SHA-256: guarde el archivo. Por quien representa a la"
                " persona se registra en la API.",
                "Records that a person consented, on behalf of whoever has custody of the case. Of"
                " what was signed only its SHA-256 stays: keep the file. Through a guardian it is"
                " recorded over the API.",
            )
        ),
        epilog=example(
            f"canaliza consent record {EXAMPLE} --person {_PERSON} --recipient albergue-juarez"
            " --category identity --category contact --until 2027-05-03 --evidence firma.pdf",
        ),
    )
    def record(
        case: Annotated[
            UUID, typer.Argument(metavar="ID", help=say(Text("Id del caso.", "The case's id.")))
        ],
        person: Annotated[
            UUID, typer.Option(help=say(Text("Id de la persona.", "The person's id.")))
        ],
        until: Annotated[datetime, day(Text("Su último día.", "Its last day."))],
        recipient: Annotated[
            list[str] | None,
            several(Text("Quién puede tenerlos: su clave.", "Who may: its code."), "--recipient"),
        ] = None,
        kind: Annotated[
            list[str] | None,
            several(
                Text("Toda institución de esta clase.", "All of this kind."),
                "--kind",
                "institution_kinds",
            ),
        ] = None,
        category: Annotated[
            list[str] | None,
            several(Text("Qué datos.", "Which data."), "--category", "data_categories"),
        ] = None,
        service: Annotated[
            list[str] | None,
            several(
                Text("Para qué servicios.", "For what services."), "--service", "service_kinds"
            ),
        ] = None,
        purpose: Annotated[
            str, coded("consent_purposes", Text("Para qué finalidad.", "For which purpose."))
        ] = "referral",
        since: Annotated[
            datetime | None,
            day(
                Text("Su primer día; sin ella: hoy.", "Its first day; without it: today."), "--from"
            ),
        ] = None,
        spoken: Annotated[
            str,
            coded("languages", Text("En qué se le explicó.", "In what it was explained."), "--in"),
        ] = "spa",
        evidence: Annotated[
            Path | None,
            typer.Option(
                exists=True,
                dir_okay=False,
                help=say(Text("Lo firmado o grabado.", "What was signed or recorded.")),
            ),
        ] = None,
        witness: Annotated[
            UUID | None,
            typer.Option(
                help=say(Text("Id de quien fue testigo, si fue de palabra.", "A witness's id."))
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        said = {
            "recipients": recipient,
            "kinds": kind,
            "categories": category,
            "services": service,
            "valid_from": date_of(since),
            "valid_until": date_of(until),
        }
        shown = {"language": spoken, "evidence": evidence, "witness": witness}
        _record((case, person, purpose), said, shown, data, as_json=as_json)


def _record(
    about: tuple[UUID, UUID, str],
    said: dict[str, Any],
    shown: dict[str, Any],
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    from services.intake import case as cases
    from services.intake.consent.commands import RecordConsent
    from shared.kernel.clock import now
    from shared.kernel.consenting.terms import ConsentTerms
    from shared.kernel.freshness import day_in
    from shared.kernel.ids import new_id

    case_id, person, purpose = about
    at = now()
    with intake_of(data) as intake:
        of_case = cases.described(intake.log.read(cases.DECIDER, case_id).state)
        if of_case is None:
            raise UserError(_NO_CASE, 1)
        begins = said["valid_from"] or day_in(of_case.subdivision, at)
        lists = {n: tuple(said[n] or ()) for n in ("recipients", "kinds", "categories", "services")}
        command = RecordConsent(
            by=acting_for(of_case.custody.custodian),
            at=at,
            consent_id=new_id(),
            case_id=case_id,
            person=person,
            purpose=purpose,
            terms=ConsentTerms(**lists, valid_from=begins, valid_until=said["valid_until"]),
            manner=_manner(**shown),
        )
        names = carried_out(intake, command.consent_id, case_id, command)
    told(command.consent_id, names, _RECORDED, as_json=as_json)


def _manner(language: str, evidence: Path | None, witness: UUID | None) -> Any:
    """Return how it was given: in writing, or orally before a witness."""
    import hashlib

    from services.intake.consent.manner import WITH_WITNESS, WRITTEN, ConsentManner
    from shared.kernel.documents import DocumentRef
    from shared.kernel.ids import derived_id

    if evidence is None:
        return ConsentManner(
            language=language, mode=WITH_WITNESS if witness else WRITTEN, witness=witness
        )
    digest = hashlib.sha256(evidence.read_bytes()).hexdigest()
    kept = DocumentRef(derived_id("evidence", digest), digest)
    mode = WITH_WITNESS if witness else WRITTEN
    return ConsentManner(language=language, mode=mode, evidence=kept, witness=witness)
