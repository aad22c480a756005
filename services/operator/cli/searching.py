"""``canaliza directory search|stale``: who can serve a case, and whose entries nobody confirms."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.operator.cli.coded_options import coded, known_in
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option, print_json
from services.operator.cli.search_tables import print_found, print_stale
from services.operator.cli.whose import require_institutions
from shared.kernel.refusals import Refused
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.reporting.answers import CaseRow
    from services.reporting.searching.question import ServiceSearch
    from shared.eventstore.log import Log
    from shared.service.service import Service

_MOST = 200


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the directory, in the language in use."""
    _register_search(group)
    _register_stale(group)


def _register_search(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Busca quién puede atender: en orden, con el motivo de cada lugar y de cada"
                " exclusión. Lo que no se dice no se pregunta, y lo que no se sabe no excluye.",
                "Finds who can serve: ranked, with the reason for each place and each exclusion."
                " What is not said is not asked, and what is not known excludes nobody.",
            )
        ),
        epilog=example(
            "canaliza directory search --kind shelter --subdivision CHH --urgency emergency",
            "canaliza directory search albergue juarez --language hat --sex female",
            "canaliza directory search --case CHH-FQ1-968-951-H --sender stps-chihuahua --json",
        ),
    )
    def search(
        words: Annotated[
            list[str] | None,
            typer.Argument(
                metavar=say(Text("PALABRAS", "WORDS")),
                help=say(Text("Del nombre; sin acentos vale.", "Of the name; accents aside.")),
            ),
        ] = None,
        case: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text("Folio o id: su perfil y lugar.", "Folio or id: its profile and place.")
                )
            ),
        ] = None,
        programme: Annotated[
            str | None, coded("programmes", Text("Programa.", "Programme."))
        ] = None,
        subdivision: Annotated[
            str | None,
            typer.Option(help=say(Text("Entidad: CHH, Jalisco.", "Subdivision: CHH, Jalisco."))),
        ] = None,
        municipality: Annotated[
            str | None,
            typer.Option(help=say(Text("Municipio: clave o nombre.", "Municipality: code, name."))),
        ] = None,
        urgency: Annotated[str, coded("priorities", Text("Qué tan pronto.", "How soon."))] = (
            "normal"
        ),
        kind: Annotated[
            list[str] | None, coded("service_kinds", Text("Clase.", "Kind of service."))
        ] = None,
        population: Annotated[
            list[str] | None, coded("populations", Text("Población.", "Population."))
        ] = None,
        spoken: Annotated[
            list[str] | None,
            typer.Option(
                "--language",
                help=say(Text("Lengua. De languages.", "Language. Of languages.")),
                callback=known_in("languages"),
            ),
        ] = None,
        age_band: Annotated[str | None, coded("age_bands", Text("Edad.", "Age."))] = None,
        sex: Annotated[str | None, coded("sexes", Text("Sexo.", "Sex."))] = None,
        nationality: Annotated[
            str | None, coded("nationalities", Text("Nacionalidad.", "Nationality."))
        ] = None,
        migratory_condition: Annotated[
            str | None,
            coded("migratory_conditions", Text("Condición migratoria.", "Migratory condition.")),
        ] = None,
        sector: Annotated[str | None, coded("sectors", Text("Sector.", "Sector."))] = None,
        occupation: Annotated[
            str | None, coded("occupations", Text("Ocupación.", "Occupation."))
        ] = None,
        violation: Annotated[
            list[str] | None, coded("violation_kinds", Text("Violación.", "Violation."))
        ] = None,
        open_at: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text(
                        "Solo lo abierto entonces: 2026-05-04T20:00-06:00.",
                        "Only what is open then: 2026-05-04T20:00-06:00.",
                    )
                )
            ),
        ] = None,
        sender: Annotated[
            str | None,
            typer.Option(
                help=say(Text("Quién canalizaría: sus convenios.", "Who would refer: agreements."))
            ),
        ] = None,
        institution: Annotated[
            str | None,
            typer.Option(help=say(Text("Solo los de esta.", "Only those of this one."))),
        ] = None,
        limit: Annotated[
            int,
            typer.Option(
                min=1, max=_MOST, help=say(Text("Cuántos de cada lista.", "Of each list."))
            ),
        ] = 20,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        wanted = _question(
            text=" ".join(words or ()),
            programme=programme,
            subdivision=subdivision,
            municipality=municipality,
            urgency=urgency,
            kinds=kind or [],
            populations=population or [],
            languages=spoken or [],
            open_at=open_at,
            sender=sender,
            institution=institution,
            limit=limit,
            excluded_limit=limit,
            profile={
                "age_band": age_band,
                "sex": sex,
                "nationality": nationality,
                "migratory_condition": migratory_condition,
                "sector": sector,
                "occupation": occupation,
                "violations": violation or [],
            },
        )
        _search(data, case, wanted, as_json=as_json)


def _register_stale(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Lista las fichas que nadie ha confirmado en seis meses; primero las que nunca.",
                "Lists the entries that nobody vouched for within six months; never ones first.",
            )
        ),
        epilog=example("canaliza directory stale --institution casa-migrante --json"),
    )
    def stale(
        institution: Annotated[
            str | None,
            typer.Option(help=say(Text("Solo las de esta.", "Only those of this one."))),
        ] = None,
        limit: Annotated[
            int, typer.Option(min=1, max=10_000, help=say(Text("Cuántas.", "How many.")))
        ] = 200,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.reporting.searching.finder import Finder
        from services.reporting.searching.search import Part
        from shared.kernel.clock import now

        with _reporting(data) as reporting:
            require_institutions(reporting.log, institution)
            found = Finder(reporting.log).stale(now(), institution, Part(0, limit))
        if as_json:
            print_json(found.model_dump(mode="json"))
        else:
            print_stale(found)


def _question(**asked: Any) -> "ServiceSearch":
    """Make the question. Raises UserError (2) for what nobody could have meant."""
    from pydantic import ValidationError

    from services.reporting.searching.question import ServiceSearch

    try:
        return ServiceSearch.model_validate(asked)
    except ValidationError as error:
        wrong = ", ".join(f"--{_option(each)}" for each in error.errors())
        raise UserError(
            Text(f"No se entiende: {wrong}. Vea --help.", f"Not understood: {wrong}. See --help."),
            2,
        ) from None


def _option(error: Mapping[str, Any]) -> str:
    *_, name = (each for each in error["loc"] if isinstance(each, str))
    return name.replace("_", "-")


def _search(data: Path | None, case: str | None, wanted: "ServiceSearch", *, as_json: bool) -> None:
    from services.reporting.searching.finder import Finder
    from shared.kernel.clock import now

    with _reporting(data) as reporting:
        require_institutions(reporting.log, wanted.sender, wanted.institution)
        of_case = None if case is None else _case(reporting, case)
        try:
            found = Finder(reporting.log).find(wanted, now(), wanted.sender, of_case)
        except Refused as error:
            raise UserError(error.refusal.full_text, 2) from None
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        print_found(found)


def _case(reporting: "Service", written: str) -> "CaseRow":
    """Return a case; that the operator was shown it is in the access log first."""
    from services.reporting.telling import up_to
    from services.reporting.views import Reports

    reports = Reports(reporting.log, reporting.secret)
    try:
        told = reports.window(written, up_to(1, 1))
    except Refused as error:
        raise UserError(error.refusal.full_text, 2) from None
    row = reports.case(told.history.case_id, None) if told else None
    if row is None:
        raise UserError(Text("No hay tal caso.", "There is no such case."), 1)
    _write_shown(reporting.log, row)
    return row


def _write_shown(log: "Log", case: "CaseRow") -> None:
    from shared.identity.access_log import SHOWN, by_operator, write_with

    with log.database.connection() as conn:
        write_with(conn, by_operator(SHOWN, "directory-search", case_id=case.case_id))


@contextmanager
def _reporting(data: Path | None) -> "Iterator[Service]":
    from services.installation import open_installation
    from services.operator.connecting import connected

    with (
        open_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),
    ):
        yield reporting
