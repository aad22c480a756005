"""``canaliza institution``: what an institution is, and through whom it answers."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.carrying_out import carry_out
from services.operator.cli.coded_options import coded
from services.operator.cli.language import example, language, say
from services.operator.cli.output import data_option, json_option, print_json, print_line
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.reporting.gatherings import FocalPoint, InstitutionProfile, Stake, TakesPart
    from shared.kernel.decider import Command

_BOTH = Text("Dé --document y --digest juntos.", "Give --document and --digest together.")
_KINDS = {"network": Text("red", "network"), "commission": Text("comisión", "commission")}
_PROGRAMME = Text("En qué programa.", "In which programme.")


def register(group: typer.Typer) -> None:
    """Add the commands to the group ``institution``, in the language in use."""
    _register_showing(group)
    _register_describing(group)
    _register_answering(group)


def _code() -> Any:
    return typer.Argument(
        metavar=say(Text("CLAVE", "CODE")),
        help=say(Text("Clave en el directorio.", "Code in the directory.")),
    )


def _register_showing(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Muestra qué es una institución, sus enlaces, y en qué redes y comisiones está.",
                "Shows what an institution is, its focal points, and in which networks and "
                "commissions it is.",
            )
        ),
        epilog=example(
            "canaliza institution show cedh-chihuahua",
            "canaliza institution show cedh-chihuahua --json",
        ),
    )
    def show(
        code: Annotated[str, _code()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import operators_installation
        from services.operator.connecting import connected
        from services.reporting.gatherings import Gatherings
        from services.reporting.refusals import NoSuchInstitution

        with (
            operators_installation(data, must_exist=True) as installation,
            connected(installation, "reporting") as (reporting,),
        ):
            found = Gatherings(reporting.log).profile(code)
        if found is None:
            raise UserError(NoSuchInstitution().full_text)
        if as_json:
            print_json(asdict(found))
        else:
            _print(found)


def _print(found: "InstitutionProfile") -> None:
    print_line(f"{found.name} ({found.institution})")
    lines = [
        (Text("situación", "status"), _said("institution_statuses", found.status)),
        (Text("clase", "kind"), _said("institution_kinds", found.kind)),
        (Text("nivel", "level"), _said("institution_levels", found.level)),
        (Text("sector", "sector"), _said("institution_sectors", found.sector)),
        (
            Text("ámbito", "jurisdiction"),
            ", ".join(_said("subdivisions", each) for each in found.jurisdiction) or "—",
        ),
        (Text("municipio", "municipality"), _said("municipalities", found.municipality)),
        (Text("mandato", "mandate"), ", ".join(found.mandate) or "—"),
        (Text("documento", "document"), found.document_id or "—"),
        (Text("validada", "validated"), _validated(found)),
        *((Text("enlace", "focal point"), _point(point)) for point in found.focal_points),
        *((Text("interés / influencia", "interest / influence"), _stake(s)) for s in found.stakes),
        *((_KINDS[each.kind], _part(each)) for each in found.takes_part),
    ]
    for name, value in lines:
        print_line(f"  {say(name)}: {value}")


def _said(list_name: str, code: str | None) -> str:
    from shared.kernel.codes import label

    return "—" if code is None else label(list_name, code, language())


def _point(point: "FocalPoint") -> str:
    role, channel = (
        _said("focal_point_roles", point.role),
        _said("contact_channels", point.channel),
    )
    return f"{_said('programmes', point.programme)}: {role}, {channel}"


def _stake(stake: "Stake") -> str:
    levels = " / ".join(_said("stake_levels", each) for each in (stake.interest, stake.influence))
    return f"{_said('programmes', stake.programme)}: {levels}"


def _part(part: "TakesPart") -> str:
    return f"{part.name} ({part.code}), {part.since.isoformat()}"


def _validated(found: "InstitutionProfile") -> str:
    if found.validated_on is None:
        return say(Text("nunca", "never"))
    overdue = say(Text(" (vencida)", " (stale)")) if found.stale else ""
    return f"{found.validated_on.isoformat()}{overdue}"


def _register_describing(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Dice qué es una institución, completa: lo que no se da queda sin decir.",
                "Says what an institution is, whole: what is not given is left unsaid.",
            )
        ),
        epilog=example(
            "canaliza institution describe cedh-chihuahua --level state --sector public "
            "--jurisdiction MX-CHH --municipality 08019 --mandate ley-cedh-chihuahua"
        ),
    )
    def describe(
        code: Annotated[str, _code()],
        level: Annotated[str, coded("institution_levels", Text("Su nivel.", "Its level."))],
        sector: Annotated[str, coded("institution_sectors", Text("Su sector.", "Its sector."))],
        jurisdiction: Annotated[
            list[str] | None,
            coded("subdivisions", Text("Dónde es competente; se repite.", "Where; repeated.")),
        ] = None,
        municipality: Annotated[
            str | None, coded("municipalities", Text("Dónde está.", "Where it is."))
        ] = None,
        mandate: Annotated[
            list[str] | None,
            typer.Option(
                help=say(
                    Text(
                        "Entrada del registro de normas; se repite.",
                        "An entry of the register of norms; repeated.",
                    )
                )
            ),
        ] = None,
        document: Annotated[
            UUID | None,
            typer.Option(
                help=say(
                    Text(
                        "Documento con domicilio y medios; con --digest.",
                        "Document with address and channels; with --digest.",
                    )
                )
            ),
        ] = None,
        digest: Annotated[
            str | None, typer.Option(help=say(Text("Su SHA-256.", "Its SHA-256.")))
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.describing import DescribeInstitution
        from shared.kernel.clock import now
        from shared.kernel.documents import DocumentRef

        if (document is None) != (digest is None):
            both = Text(
                "Dé --document y --digest juntos.", "Give --document and --digest together."
            )
            raise UserError(both, 2)
        command = DescribeInstitution(
            by=OPERATOR,
            at=now(),
            level=level,
            sector=sector,
            jurisdiction=tuple(jurisdiction or ()),
            municipality=municipality,
            mandate=tuple(mandate or ()),
            texts=DocumentRef(document, digest) if document and digest else None,
        )
        _say(code, command, Text("descrita", "described"), data, as_json=as_json)


def _register_answering(group: typer.Typer) -> None:
    @group.command(
        "focal-point",
        help=say(
            Text(
                "Dice con qué función y por qué medio responde en un programa; sin --channel, que "
                "ya no responde con ella.",
                "Says through which function and by which channel it answers in a programme; "
                "without --channel, that it no longer does.",
            )
        ),
        epilog=example(
            "canaliza institution focal-point cedh-chihuahua --programme mx-trafficking "
            "--role liaison --channel letter"
        ),
    )
    def focal_point(
        code: Annotated[str, _code()],
        programme: Annotated[str, coded("programmes", _PROGRAMME)],
        role: Annotated[str, coded("focal_point_roles", Text("La función.", "The function."))],
        channel: Annotated[
            str | None, coded("contact_channels", Text("Por qué medio.", "By which channel."))
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.describing import NameFocalPoint, RemoveFocalPoint
        from shared.kernel.clock import now

        at = now()
        if channel is None:
            gone = RemoveFocalPoint(by=OPERATOR, at=at, programme=programme, role=role)
            _say(code, gone, Text("enlace quitado", "removed"), data, as_json=as_json)
            return
        named = NameFocalPoint(by=OPERATOR, at=at, programme=programme, role=role, channel=channel)
        _say(code, named, Text("enlace nombrado", "named"), data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Dice el interés y la influencia de una institución en un programa.",
                "States an institution's interest and influence in a programme.",
            )
        ),
        epilog=example(
            "canaliza institution stake cedh-chihuahua --programme mx-trafficking "
            "--interest high --influence medium"
        ),
    )
    def stake(
        code: Annotated[str, _code()],
        programme: Annotated[str, coded("programmes", _PROGRAMME)],
        interest: Annotated[str, coded("stake_levels", Text("Su interés.", "Its interest."))],
        influence: Annotated[str, coded("stake_levels", Text("Su influencia.", "Its influence."))],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.describing import StateStake
        from shared.kernel.clock import now

        command = StateStake(
            by=OPERATOR, at=now(), programme=programme, interest=interest, influence=influence
        )
        _say(code, command, Text("dicho", "stated"), data, as_json=as_json)


def _say(code: str, command: "Command", done: Text, data: Path | None, *, as_json: bool) -> None:
    from services.referral import directory

    carry_out(directory.DECIDER, directory.stream_of, code, command, done, data, as_json=as_json)
