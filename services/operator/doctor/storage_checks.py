"""Checks of the database: server, schemas, logins, logs, and what waits for the operator."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from services.installation import ALL, DATABASE
from services.intake.wiring import VAULT_MIGRATIONS
from services.operator.doctor.findings import Finding, fine, one_or_each, warning, wrong
from shared.identity.tokens import SCHEMA as IDENTITY
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import Clock
from shared.kernel.text import Text
from shared.maintenance.inspection import Inspection
from shared.maintenance.shadow_tables import lease_of
from shared.messaging.consumer import TOO_MANY_PARKED
from shared.postgres.database import OUTAGES, DatabaseAddress
from shared.postgres.migrations import Migration, SchemaNotKnown, migrations_of
from shared.service.settings import VAULT, Settings, role_of

_SET_THE_FIRST_SECRET = Text(
    "ponga el secreto con el que se empezó (CANALIZA_INSTALLATION_SECRET; modo incorporado:"
    " installation.secret en la carpeta), del respaldo; si se perdió, lo que se repita se hará dos"
    " veces (docs/operations.md)",
    "set the secret that it was begun with (CANALIZA_INSTALLATION_SECRET; embedded mode:"
    " installation.secret in the folder), from the backup; if it is lost, what is repeated will be"
    " done twice (docs/operations.md)",
)
CLOCKS_APART = timedelta(seconds=2)
FIRST_YEAR = 2026
SOON = timedelta(days=7)


def server_checks(inspection: Inspection, clock: Clock) -> list[Finding]:
    """Check the server and its schemas."""
    server = inspection.version()
    return [
        fine(
            "database", Text(f"responde, PostgreSQL {server}", f"it answers, PostgreSQL {server}")
        ),
        _clock(inspection, clock),
        *_schemas(inspection),
    ]


def log_checks(inspection: Inspection, addresses: Iterable[DatabaseAddress]) -> list[Finding]:
    """Check who can log in, what the roles may do, and whether the logs are whole."""
    names = [definition.name for definition in ALL]
    return [
        *one_or_each("logins", Text("todos entran", "all get in"), map(_login, addresses)),
        *one_or_each(
            "append-only",
            Text("nadie puede cambiar un hecho", "nobody can change a fact"),
            (_append_only(inspection, name) for name in names),
        ),
        *one_or_each(
            "positions",
            Text("sin huecos en las cuatro bitácoras", "no gap in the four logs"),
            (_positions(inspection, name) for name in names),
        ),
    ]


def secret_check(inspection: Inspection, settings: Settings) -> Finding:
    """Check that the installation's secret is the one that its logs were begun with."""
    proofs = {definition.name: inspection.proof(definition.name) for definition in ALL}
    begun = [name for name, proof in proofs.items() if proof is not None]
    if settings.installation_secret is None:
        return wrong(
            "secret",
            Text("falta el secreto de la instalación", "the installation's secret is missing"),
            mend=_SET_THE_FIRST_SECRET,
        )
    mine = settings.secret().proof
    others = ", ".join(name for name in begun if proofs[name] != mine)
    if others:
        return wrong(
            "secret",
            Text(
                f"se empezaron con otro secreto: {others}",
                f"begun with another secret: {others}",
            ),
            mend=_SET_THE_FIRST_SECRET,
        )
    return fine("secret", Text("es el de siempre", "it is the one it was begun with"))


def operator_checks(inspection: Inspection, admin: str, clock: Clock) -> list[Finding]:
    """Check what waits for a person: parked messages, an unfinished rebuild, expiring tokens."""
    return [
        _parked(inspection, [definition.name for definition in ALL]),
        _rebuilding(inspection),
        _tokens(admin, clock),
    ]


def _clock(inspection: Inspection, clock: Clock) -> Finding:
    before = clock()
    server = inspection.clock()
    after = clock()
    apart = max(before - server, server - after, timedelta(0))
    mend_es, mend_en = "sincronice el reloj (NTP)", "synchronise the clock (NTP)"
    if before.year < FIRST_YEAR or server.year < FIRST_YEAR:
        es, en = f"el reloj dice {before:%Y-%m-%d}", f"the clock says {before:%Y-%m-%d}"
        return wrong("clock", Text(es, en), mend=Text(mend_es, mend_en))
    if apart > CLOCKS_APART:
        seconds = f"{apart.total_seconds():.1f} s"
        es = f"{seconds} entre este reloj y el de la base"
        en = f"{seconds} between this clock and the database's"
        return warning("clock", Text(es, en), mend=Text(mend_es, mend_en))
    return fine("clock", Text("coincide con el de la base", "agrees with the database's"))


def _schemas(inspection: Inspection) -> list[Finding]:
    known: list[tuple[str, Sequence[Migration]]] = [(p.name, p.all_migrations) for p in ALL]
    known.append((VAULT, VAULT_MIGRATIONS))
    known.append((IDENTITY, migrations_of("shared.identity", "identity")))

    def look(name: str, steps: Sequence[Migration]) -> Finding | None:
        try:
            inspection.check_schema(name, steps)
        except SchemaNotKnown as problem:
            return wrong("schema", problem.text)
        return None

    es, en = f"{len(known)} al día en la base {DATABASE}", f"{len(known)} up to date in {DATABASE}"
    return one_or_each("schema", Text(es, en), (look(*each) for each in known))


def _login(address: DatabaseAddress) -> Finding | None:
    try:
        with address.connection():
            return None
    except OUTAGES:
        return wrong(
            "logins",
            Text(
                f"{address.schema}: el usuario {address.user} no puede entrar",
                f"{address.schema}: user {address.user} cannot get in",
            ),
            mend=Text(
                "corra canaliza migrate con las contraseñas que usan los servicios",
                "run canaliza migrate with the passwords that the services use",
            ),
        )


def _append_only(inspection: Inspection, name: str) -> Finding | None:
    roles = [role_of(definition.name, inspection.database) for definition in ALL]
    rights = inspection.rights_to_change(name, roles)
    guards = inspection.guards_missing(name)
    if not rights and not guards:
        return None
    listed = [f"{role}: {right} {name}.{table}" for role, right, table in rights]
    listed += [f"{name}.{table}: trigger" for table in guards]
    revoke = "; ".join(
        f"REVOKE {right} ON {name}.{table} FROM {role}" for role, right, table in rights
    )
    back = "; ".join(
        f"ALTER TABLE {name}.{table} ENABLE TRIGGER {table}_append_only" for table in guards
    )
    mend = "; ".join(filter(None, (revoke, back)))
    return wrong(
        "append-only",
        Text(
            f"los hechos se podrían cambiar ({', '.join(listed)})",
            f"facts could be changed ({', '.join(listed)})",
        ),
        mend=Text(f"{mend}; y averigüe quién lo permitió", f"{mend}; and find out who allowed it"),
    )


def _positions(inspection: Inspection, name: str) -> Finding | None:
    found = inspection.positions(name)
    if found.contiguous:
        return None
    return wrong(
        "positions",
        Text(
            f"{name}: {found.count} hechos, última posición {found.last}, cabeza {found.head}",
            f"{name}: {found.count} facts, last position {found.last}, head {found.head}",
        ),
        mend=Text(
            "alguien tocó la bitácora: detenga los servicios y restaure un respaldo",
            "somebody touched the log: stop the services and restore a backup",
        ),
    )


def _parked(inspection: Inspection, names: Sequence[str]) -> Finding:
    found = {name: inspection.parked(name) for name in names}
    waiting = {name: parked for name, parked in found.items() if parked.count}
    if not waiting:
        return fine("parked", Text("ningún mensaje apartado", "no message is parked"))
    listed = ", ".join(
        f"{name}: {p.count} ({p.since:%Y-%m-%d %H:%M})" for name, p in waiting.items()
    )
    forged = ", ".join(f"{name}: {p.forged}" for name, p in waiting.items() if p.forged)
    if forged:
        return _not_authentic(listed, forged)
    stopped = [name for name, p in waiting.items() if p.lines >= TOO_MANY_PARKED]
    if stopped:
        return _reader_stopped(listed, ", ".join(stopped))
    failed = ", ".join(f"{name}: {p.failed}" for name, p in waiting.items() if p.failed)
    if failed:
        return wrong(
            "parked",
            Text(
                f"mensajes apartados: {listed}; en algunos falló canaliza misma ({failed})",
                f"parked messages: {listed}; on some canaliza itself failed ({failed})",
            ),
            mend=Text(
                "avise con su registro (message_not_projectable); con la versión que lo corrija,"
                " canaliza parked replay; o discard, con su razón",
                "report it with its log (message_not_projectable); with the version that mends it,"
                " canaliza parked replay; or discard, with a reason",
            ),
        )
    return wrong(
        "parked",
        Text(f"mensajes apartados: {listed}", f"parked messages: {listed}"),
        mend=Text(
            "vea canaliza parked list; luego replay o discard",
            "see canaliza parked list; then replay or discard",
        ),
    )


def _not_authentic(listed: str, forged: str) -> Finding:
    """Say that somebody writes into the topics, or that keys differ, and how to tell which."""
    return wrong(
        "parked",
        Text(
            f"mensajes apartados: {listed}; en algunos no vale el sello ({forged})",
            f"parked messages: {listed}; the seal of some does not hold ({forged})",
        ),
        mend=Text(
            "si CANALIZA_MESSAGE_KEYS difiere entre servicios, póngalo igual y reinicie; si no,"
            " alguien escribió en el tema: vea canaliza kafka access; luego canaliza parked discard"
            " --not-authentic",
            "if CANALIZA_MESSAGE_KEYS differs between services, set it alike and restart; if not,"
            " somebody wrote into the topic: see canaliza kafka access; then canaliza parked"
            " discard --not-authentic",
        ),
    )


def _reader_stopped(listed: str, readers: str) -> Finding:
    """Say that so many wait that it cannot be the messages, and what to do."""
    return wrong(
        "parked",
        Text(
            f"mensajes apartados: {listed}; son tantos que {readers} ya no lee",
            f"parked messages: {listed}; so many that {readers} has stopped reading",
        ),
        mend=Text(
            "casi siempre un servicio se actualizó antes que sus lectores: actualícelos y luego"
            " canaliza parked replay; vuelve a leer en cuanto esperan menos de cien",
            "usually a service was upgraded before its readers: upgrade those, then canaliza"
            " parked replay; it reads again as soon as fewer than a hundred wait",
        ),
    )


def _rebuilding(inspection: Inspection) -> Finding:
    if not inspection.has_shadows("reporting"):
        return fine("rebuild", Text("ninguna a medias", "none is half done"))
    if inspection.held([lease_of("reporting")]):
        return fine("rebuild", Text("una trabaja", "one is at work"))
    return warning(
        "rebuild",
        Text(
            "una quedó a medias y ocupa disco; los informes siguen como estaban",
            "one was broken off and takes disk space; the reports are as they were",
        ),
        mend=Text(
            "corra canaliza rebuild reporting: sigue donde quedó",
            "run canaliza rebuild reporting: it goes on where it was",
        ),
    )


def _tokens(admin: str, clock: Clock) -> Finding:
    moment = clock()
    in_force = [t for t in TokenOffice(admin).all() if t.status(moment) == "in-force"]
    create_es, create_en = "cree otro: canaliza token create", "make one: canaliza token create"
    if not in_force:
        es, en = "ninguno vigente: nadie puede llamar", "none in force: nobody can call"
        return warning("tokens", Text(es, en), mend=Text(create_es, create_en))
    # One that was made for a day or so was never meant to last, so its end is no news.
    lasting = [t for t in in_force if t.created_at and t.expires_at - t.created_at >= SOON]
    soon = [token.id for token in lasting if token.expires_at < moment + SOON]
    if soon:
        listed = ", ".join(soon[:3]) + ("…" if len(soon) > len(soon[:3]) else "")
        es, en = f"vencen pronto: {listed}", f"they expire soon: {listed}"
        return warning("tokens", Text(es, en), mend=Text(create_es, create_en))
    return fine("tokens", Text(f"{len(in_force)} vigentes", f"{len(in_force)} in force"))
