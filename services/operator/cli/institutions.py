"""``canaliza institution``: the directory, and what an institution holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.operator.cli import profiles
from services.operator.cli.carrying_out import answer_of, told
from services.operator.cli.language import example, language, say
from services.operator.cli.output import (
    aside,
    bar,
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
)
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.operator.hand_on import HandedOn
    from services.reporting.answers import CaseRow, Held
    from services.reporting.views import Reports
    from shared.kernel.decider import Command
    from shared.kernel.refusals import Refusal
    from shared.service.service import Service

_SHOWN_AT_ONCE = 500


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "El directorio: quién participa, y qué tiene.",
                "The directory: who takes part, and what each holds.",
            )
        ),
        epilog=example("canaliza institution holdings cedh-chihuahua"),
    )
    app.add_typer(group, name="institution")
    _register_entering(group)
    _register_standing(group)
    _register_holdings(group)
    profiles.register(group)


def _code() -> Any:
    return typer.Argument(
        metavar=say(Text("CLAVE", "CODE")),
        help=say(Text("Clave en el directorio.", "Code in the directory.")),
    )


def _reason() -> Any:
    return typer.Option(
        help=say(
            Text("Código de la lista suspension_reasons.", "Code of the list suspension_reasons.")
        )
    )


def _register_entering(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Registra una institución. Para que pueda responder: canaliza token create.",
                "Registers an institution. So that it can answer: canaliza token create.",
            )
        ),
        epilog=example(
            'canaliza institution register cedh-chihuahua --name "Comisión de Derechos Humanos" '
            "--kind human-rights-commission --subdivision MX-CHH"
        ),
    )
    def register(
        code: Annotated[str, _code()],
        name: Annotated[str, typer.Option(help=say(Text("Su nombre.", "Its name.")))],
        kind: Annotated[
            str, typer.Option(help=say(Text("De institution_kinds.", "Of institution_kinds.")))
        ],
        subdivision: Annotated[
            str | None,
            typer.Option(help=say(Text("ISO 3166-2; sin ella: todas.", "ISO 3166-2; else all."))),
        ] = None,
        programme: Annotated[
            list[str] | None,
            typer.Option(
                help=say(Text("De programmes; sin él: todos.", "Of programmes; else all."))
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.directory import RegisterInstitution
        from shared.kernel.clock import now

        command = RegisterInstitution(
            by=OPERATOR,
            at=now(),
            institution=code,
            name=name,
            kind=kind,
            subdivision=subdivision,
            programmes=tuple(programme or ()),
        )
        done = Text("registrada", "registered")
        _carry_out(code, lambda: command, done, data, as_json=as_json)


def _register_standing(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Suspende una institución: desde ahora no se le canaliza nada.",
                "Suspends an institution: nothing is referred to it from now on.",
            )
        ),
        epilog=example("canaliza institution suspend cedh-chihuahua --reason no-capacity"),
    )
    def suspend(
        code: Annotated[str, _code()],
        reason: Annotated[str, _reason()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        done = Text("suspendida", "suspended")
        _carry_out(code, lambda: _standing("suspend", reason), done, data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Cierra una institución; lo que tiene se traspasa con «hand-on».",
                "Closes an institution; what it holds is handed on with “hand-on”.",
            )
        ),
        epilog=example("canaliza institution close cedh-chihuahua --reason ceased"),
    )
    def close(
        code: Annotated[str, _code()],
        reason: Annotated[str, _reason()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        done = Text("cerrada", "closed")
        _carry_out(code, lambda: _standing("close", reason), done, data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Reactiva una institución suspendida o cerrada.",
                "Reactivates an institution that is suspended or closed.",
            )
        ),
        epilog=example("canaliza institution reactivate cedh-chihuahua"),
    )
    def reactivate(
        code: Annotated[str, _code()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        done = Text("reactivada", "reactivated")
        _carry_out(code, lambda: _standing("reactivate"), done, data, as_json=as_json)


def _register_holdings(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Lista los casos por los que una institución responde.",
                "Lists the cases that an institution answers for.",
            )
        ),
        epilog=example("canaliza institution holdings cedh-chihuahua --json"),
    )
    def holdings(
        code: Annotated[str, _code()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _holdings(code, data, as_json=as_json)

    @group.command(
        "hand-on",
        help=say(
            Text(
                "Traspasa a otra institución los casos de una que está suspendida o cerrada, o no "
                "tiene con qué responder. Interrumpido, se repite.",
                "Hands the cases of an institution that is suspended or closed, or cannot answer, "
                "on to another. Interrupted, it is given again.",
            )
        ),
        epilog=example(
            "canaliza institution hand-on cedh-chihuahua --to stps-chihuahua --dry-run",
            "canaliza institution hand-on cedh-chihuahua --to stps-chihuahua",
        ),
    )
    def hand_on(
        code: Annotated[str, _code()],
        to: Annotated[
            str, typer.Option(help=say(Text("Quién los recibe.", "Which one gets them.")))
        ],
        dry_run: Annotated[
            bool,
            typer.Option(
                "--dry-run", help=say(Text("Solo lo prueba.", "Only decides, records nothing."))
            ),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _hand_on(code, to, data, trial=dry_run, as_json=as_json)


def _standing(what: str, reason: str = "") -> "Command":
    from services.operator.cli.access import OPERATOR
    from services.referral import directory
    from shared.kernel.clock import now

    match what:
        case "suspend":
            return directory.SuspendInstitution(by=OPERATOR, at=now(), reason=reason)
        case "close":
            return directory.CloseInstitution(by=OPERATOR, at=now(), reason=reason)
        case _:
            return directory.ReactivateInstitution(by=OPERATOR, at=now())


def _carry_out(
    code: str, command: "Callable[[], Command]", done: Text, data: Path | None, *, as_json: bool
) -> None:
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.referral import directory
    from services.referral.reach import tell_reach
    from shared.kernel.refusals import Refusal

    with (
        operators_installation(data) as installation,
        connected(installation, "referral") as (referral,),
    ):
        stream = directory.stream_of(code)
        answer = answer_of(referral, directory.DECIDER, stream, code, command())
        if isinstance(answer, Refusal):
            raise _refused(answer)
        tell_reach(referral, installation.tokens().all(), {code})  # it may have had tokens before
    told("institution", code, answer.names, done, as_json=as_json)


def _refused(answer: "Refusal") -> UserError:
    return UserError(answer.full_text)


@contextmanager
def _referral_and_reports(data: Path | None) -> "Iterator[tuple[Service, Reports]]":
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.reporting.views import Reports

    with (
        operators_installation(data, must_exist=True) as installation,
        connected(installation, "referral", "reporting") as (referral, reporting),
    ):
        yield referral, Reports(reporting.log, reporting.secret)


def _require(found: "Held | None") -> "Held":
    from services.reporting.refusals import NoSuchInstitution

    if found is None:
        raise _refused(NoSuchInstitution())
    return found


def _holdings(code: str, data: Path | None, *, as_json: bool) -> None:
    with _referral_and_reports(data) as (_, reports):
        page = held = _require(reports.held(code, _SHOWN_AT_ONCE))
        cases = list(page.cases)
        while len(page.cases) == _SHOWN_AT_ONCE:
            page = _require(reports.held(code, _SHOWN_AT_ONCE, cases[-1].after))
            cases += page.cases
    if as_json:
        print_json(
            {
                "institution": code,
                "status": held.institution.status,
                "reachable": held.institution.reachable,
                "reachable_until": held.institution.reachable_until,
                "takes_part": held.takes_part,
                "waiting": held.waiting,
                "cases": [_public(case) for case in cases],
            }
        )
        return
    columns = say(
        Text(
            "folio fuente programa entidad desde id", "folio source programme subdivision since id"
        )
    )
    if cases:  # else the summary says that there is none
        print_table(
            columns.split(),
            [
                (c.folio, c.source_key, c.programme, c.subdivision, c.registered_at, c.case_id)
                for c in cases
            ],
        )
    _print_summary(held, len(cases))


def _print_summary(held: "Held", count: int) -> None:
    from shared.kernel.codes import label

    status = label("institution_statuses", held.institution.status, language()).lower()
    answers = (
        Text("participa", "takes part")
        if held.takes_part
        else Text(
            "no participa o no tiene con qué responder", "does not take part, or cannot answer"
        )
    )
    print_line(
        say(
            Text(
                f"{held.institution.name}: {status}, {answers.es}; responde por {count} casos, y "
                f"{held.waiting} canalizaciones esperan su respuesta.",
                f"{held.institution.name}: {status}, {answers.en}; it answers for {count} cases, "
                f"and {held.waiting} referrals wait for its answer.",
            )
        )
    )


def _hand_on(code: str, to: str, data: Path | None, *, trial: bool, as_json: bool) -> None:
    from services.operator.cli.access import OPERATOR
    from services.operator.hand_on import hand_on
    from shared.telemetry import logs

    logs.set_up("WARNING")
    done: list[HandedOn] = []
    with _referral_and_reports(data) as (referral, reports):
        _require(reports.held(code, 1))
        with bar(say(Text("traspaso", "handing on"))) as show:
            for one in hand_on(referral, reports, code, to, OPERATOR, trial=trial):
                done.append(one)
                show(len(done), None)
    moved = [one for one in done if one.refusal is None]
    stays = [one for one in done if one.refusal is not None]
    if as_json:
        print_json(
            {
                "from": code,
                "to": to,
                "dry_run": trial,
                "handed_on": [_public(one.case) for one in moved],
                "refused": [
                    {**_public(one.case), "code": one.refusal.code} for one in stays if one.refusal
                ],
            }
        )
    else:
        _print_handed_on(moved, stays, to, trial=trial)
    if stays:
        raise typer.Exit(1)


def _print_handed_on(
    moved: "list[HandedOn]", stays: "list[HandedOn]", to: str, *, trial: bool
) -> None:
    for one in stays:
        if one.refusal is not None:
            sentence = one.refusal.sentence(language())
            aside(Text(f"{one.case.folio}: {sentence}", f"{one.case.folio}: {sentence}"))
    count = len(moved)
    print_line(
        say(
            Text(f"{count} casos pasarían a {to}.", f"{count} cases would go to {to}.")
            if trial
            else Text(f"{count} casos pasaron a {to}.", f"{count} cases went to {to}.")
        )
    )


def _public(case: "CaseRow") -> dict[str, object]:
    return {name: getattr(case, name) for name in ("case_id", "folio", "source_key", "programme")}
