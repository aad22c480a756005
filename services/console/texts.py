"""The pages' own words, Spanish and English side by side. Labels of codes are in the code lists."""

from collections.abc import Mapping

from shared.kernel.text import Text

LANGUAGES: Mapping[str, str] = {"es": "Español", "en": "English"}

_TEXTS: Mapping[str, Text] = {
    # everywhere
    "skip": Text("Ir al contenido", "Skip to the content"),
    "home": Text("Inicio", "Home"),
    "sign_in": Text("Entrar", "Sign in"),
    "sign_out": Text("Salir", "Sign out"),
    "signed_in_as": Text("Sesión de", "Signed in for"),
    # home
    "headline": Text(
        "Quién responde por cada caso, y qué resultó",
        "Who answers for each case, and what came of it",
    ),
    "lead": Text(
        (
            "canaliza acompaña los casos que pasan de una institución a otra: en todo momento"
            " exactamente una responde, y cada paso queda registrado para siempre."
        ),
        (
            "canaliza follows cases that pass from one institution to another: at every moment"
            " exactly one answers for each, and every step is on record for ever."
        ),
    ),
    "report": Text("Informe con todas las cifras", "Report with all figures"),
    "cases": Text("casos", "cases"),
    "cases_one": Text("caso", "case"),
    "referrals": Text("canalizaciones", "referrals"),
    "referrals_one": Text("canalización", "referral"),
    "facts": Text("hechos registrados", "facts on record"),
    "facts_one": Text("hecho registrado", "fact on record"),
    "open_referrals": Text("sin respuesta aún", "unanswered yet"),
    "institutions_with_custody": Text(
        "instituciones con casos abiertos",
        "institutions with open cases",
    ),
    "institutions_with_custody_one": Text(
        "institución con casos abiertos",
        "institution with open cases",
    ),
    "custody_now": Text("Dónde está hoy cada caso", "Where each case is today"),
    "custody_meaning": Text(
        "Casos abiertos por institución que responde por ellos.",
        "Open cases by the institution that answers for them.",
    ),
    "institution": Text("Institución", "Institution"),
    "open_cases": Text("Casos abiertos", "Open cases"),
    "other_institutions": Text("otras instituciones", "other institutions"),
    "no_custody": Text("Aún no hay casos abiertos.", "There are no open cases yet."),
    "computed_from": Text(
        "Calculado hasta estas posiciones de las bitácoras",
        "Computed up to these positions of the logs",
    ),
    "services": Text("Qué está en marcha", "What is running"),
    "ready": Text("Listo", "Ready"),
    "not_ready": Text("No está listo", "Not ready"),
    "log_position": Text("Su bitácora", "Its log"),
    "reads": Text("Leído de", "Read of"),
    "position_of": Text("{0} / {1}", "{0} / {1}"),
    "messages_waiting": Text("Mensajes apartados", "Parked messages"),
    "documentation": Text("Documentación", "Documentation"),
    "health": Text("Salud", "Health"),
    "bus": Text("Entre servicios", "Between services"),
    "bus_log": Text("sus propias bitácoras, en PostgreSQL", "their own logs, in PostgreSQL"),
    "bus_kafka": Text("Apache Kafka", "Apache Kafka"),
    "database": Text("Base de datos", "Database"),
    "case_list": Text("Casos", "Cases"),
    "case_list_yours": Text(
        "Los casos que su institución ve, vio o tiene por responder.",
        "The cases that your institution sees, saw or has yet to answer about.",
    ),
    "case_list_all": Text("Todos los casos, por su rol.", "All cases, by your role."),
    "folio": Text("Folio", "Folio"),
    "programme": Text("Programa", "Programme"),
    "subdivision": Text("Entidad o departamento", "Subdivision"),
    "custodian": Text("Responde hoy", "Answers today"),
    "custodian_then": Text("Respondía entonces", "Answered then"),
    "opened": Text("Apertura", "Opened"),
    "open": Text("Abierto", "Open"),
    "closed": Text("Cerrado", "Closed"),
    "in_error": Text("Registrado por error", "Entered in error"),
    "status": Text("Situación", "Status"),
    "preview": Text("Vista previa", "Preview"),
    "seen_until": Text("Visto hasta el {0}", "Seen until {0}"),
    "newer": Text("Al principio", "Back to the first"),
    "older": Text("Más casos", "More cases"),
    "no_cases": Text(
        "No hay casos que su institución pueda ver todavía.",
        "There are no cases that your institution may see yet.",
    ),
    "who_asks": Text("¿Quién pregunta?", "Who is asking?"),
    "sign_in_why": Text(
        (
            "Sin entrar se ve solo si los servicios están en marcha. Cada caso lo ven las"
            " instituciones a las que corresponde; las cifras generales, solo quienes auditan o"
            " monitorean."
            " Entre con el token de su institución."
        ),
        (
            "Without signing in, one sees only whether the services run. Each case is seen by the"
            " institutions that it concerns; the overall figures, by auditors and monitors only."
            " Sign in with your institution's token."
        ),
    ),
    "token": Text("Token", "Token"),
    "token_hint": Text(
        "Empieza con cnz_. Lo crea quien administra su institución, o quien opera el sistema.",
        "Begins with cnz_. Whoever administers your institution, or runs the system, makes it.",
    ),
    "token_refused": Text(
        "Ese token no está vigente: revise que esté completo, o pida uno nuevo.",
        "That token is not in force: see that it is complete, or ask for a new one.",
    ),
    "sign_in_provider": Text(
        "Entrar con su cuenta institucional", "Sign in with your institution's account"
    ),
    "or_token": Text("O con un token", "Or with a token"),
    "signed_in": Text("Sesión iniciada", "Signed in"),
    "signed_out": Text("Sesión cerrada", "Signed out"),
    "go_on": Text("Continuar", "Go on"),
    "not_signed_in": Text("No se inició la sesión", "Not signed in"),
    "not_signed_in_more": Text(
        "El proveedor de identidad no confirmó quién entra, o pasó demasiado tiempo. Intente de"
        " nuevo.",
        "The identity provider did not confirm who signs in, or it took too long. Try again.",
    ),
    "sign_in_first": Text(
        "Este caso lo ven solo las instituciones a las que corresponde.",
        "This case is seen only by the institutions that it concerns.",
    ),
    "who_can_serve": Text("Quién puede atender", "Who can serve"),
    "what_we_hold": Text("Lo que mi institución tiene", "What my institution holds"),
    "answers_for": Text("Responde por estos casos", "It answers for these cases"),
    "holds_nothing": Text("No responde por ningún caso.", "It answers for no case."),
    "takes_part": Text("Se le pueden canalizar casos.", "Cases can be referred to it."),
    "takes_no_part": Text(
        "No se le puede canalizar nada: no está activa, o no tiene con qué responder.",
        "Nothing can be referred to it: it is not active, or has no way to answer.",
    ),
    "waiting_for_it": Text(
        "Canalizaciones que esperan su respuesta: {0}.",
        "Referrals that wait for its answer: {0}.",
    ),
    "hand_on_hint": Text(
        "Quien opera la plataforma traspasa sus casos; primero, en prueba:",
        "Whoever runs the platform hands its cases on; first as a trial:",
    ),
    "code": Text("CLAVE", "CODE"),
    "find": Text("Buscar por folio o número de la fuente", "Find by folio or source's number"),
    "source_key": Text("Número de la fuente", "Source's number"),
    "several_found": Text("Varias fuentes tienen ese número", "Several sources have that number"),
    "find_it": Text("Buscar", "Find"),
    # history
    "case": Text("Caso", "Case"),
    "timeline": Text("Línea de tiempo de la responsabilidad", "Timeline of custody"),
    "timeline_title": Text(
        "Línea de tiempo de la responsabilidad del caso {0}",
        "Timeline of the custody of case {0}",
    ),
    "timeline_desc": Text(
        "Del {0} al {1}, {2} instituciones: {3}. Las tablas que siguen dicen lo mismo en palabras.",
        "From {0} to {1}, {2} institutions: {3}. The tables below say the same in words.",
    ),
    "axis_note": Text(
        "El eje dice cuándo ocurrió cada cosa ({0}).",
        "The axis says when each thing happened ({0}).",
    ),
    "late_note": Text(
        "Registrado hasta {0} después de ocurrir.",
        "Recorded up to {0} after it happened.",
    ),
    "legend": Text("Leyenda", "Key"),
    "custody": Text("Responde por el caso", "Answers for the case"),
    "custody_goes_on": Text("Responde, y sigue", "Answers, and goes on"),
    "referral": Text("Canalización", "Referral"),
    "intake": Text("hecho de recepción", "fact of intake"),
    "referral_fact": Text("hecho de canalización", "fact of referral"),
    "followup": Text("hecho de seguimiento", "fact of follow-up"),
    "several": Text("varios hechos juntos", "several facts close together"),
    "late": Text("hueco: registrado más de 7 días después", "hollow: recorded over 7 days later"),
    "nothing_then": Text(
        "En ese momento no cuenta ningún hecho de este caso.",
        "At that moment no fact of this case counts.",
    ),
    "custody_periods": Text("Quién respondió por el caso", "Who answered for the case"),
    "since": Text("Desde", "From"),
    "until": Text("Hasta", "Until"),
    "lasted": Text("Duración", "Length"),
    "still": Text("sigue", "goes on"),
    "sender": Text("De", "From"),
    "addressee": Text("A", "To"),
    "requested": Text("Solicitada", "Requested"),
    "took": Text("Tardó", "Took"),
    "all_facts": Text("Todos los hechos, en orden", "All facts, in order"),
    "facts_in_order": Text("Los hechos, en orden", "The facts, in order"),
    "steps": Text("Otros hechos del caso", "Other facts of the case"),
    "some_facts": Text("Hechos {0} a {1} de {2}", "Facts {0} to {1} of {2}"),
    "first_facts": Text("Los primeros", "The first"),
    "earlier_facts": Text("Anteriores", "Earlier"),
    "later_facts": Text("Posteriores", "Later"),
    "last_facts": Text("Los últimos", "The latest"),
    "number": Text("Nº", "No."),
    "happened": Text("Ocurrió", "Happened"),
    "recorded": Text("Registrado", "Recorded"),
    "who": Text("Quién", "Who"),
    "what": Text("Qué", "What"),
    "followed_from": Text("A partir de", "Followed from"),
    "a_command": Text("una orden", "a command"),
    "by_the_system": Text("por reacción del sistema", "by reaction of the system"),
    "role": Text("rol: {0}", "role: {0}"),
    "later": Text("{0} después", "{0} later"),
    "as_of": Text("Ver el caso en otro momento", "See the case at another moment"),
    "as_of_label": Text("Lo que había ocurrido hasta", "What had happened by"),
    "as_known_label": Text("Lo que estaba registrado hasta", "What was recorded by"),
    "as_of_zone": Text(
        "Hora {0}, la del caso. Lo que se deja vacío es ahora.",
        "{0}, the case's time. What is left empty is now.",
    ),
    "as_of_show": Text("Ver", "Show"),
    "as_of_now": Text("Ver lo que se sabe hoy", "See what is known today"),
    "as_of_shown": Text(
        "Se muestra lo que había ocurrido hasta el {0}, con sus correcciones.",
        "This is what had happened by {0}, with its corrections.",
    ),
    "as_known_shown": Text(
        "Se muestra lo que estaba registrado hasta el {0}.",
        "This is what had been recorded by {0}.",
    ),
    "preview_shown": Text(
        "Su institución ve unos códigos del caso mientras responde; el caso, cuando acepte.",
        "Your institution sees a few codes of the case until it answers; once it accepts, all of"
        " it.",
    ),
    "past_shown": Text(
        "Su institución ve lo que se registró hasta el {0}, y qué resultó de lo que canalizó.",
        "Your institution sees what was recorded until {0}, and what came of what it handed over.",
    ),
    "moment_refused": Text(
        "Escriba fecha y hora, de 1900 en adelante, como 2026-03-01T09:30.",
        "Write a date and a time, from 1900 on, such as 2026-03-01T09:30.",
    ),
    "as_json": Text("Descargar estos hechos en JSON", "Download these facts as JSON"),
    "as_json_how": Text(
        "Lo mismo con su token, por la interfaz de programación:",
        "The same with your token, through the programming interface:",
    ),
    "as_json_pages": Text(
        "Viene por páginas: siga con el «next» de cada una.",
        "It comes in pages: go on with the “next” of each.",
    ),
    # tokens
    "tokens": Text("Tokens", "Tokens"),
    "tokens_meaning": Text(
        "Con qué entra cada persona de la institución. Quien la administra los crea y los revoca.",
        "What each person of the institution signs in with. Its administrator makes and revokes"
        " them.",
    ),
    "secret_once": Text(
        "Este es el secreto. Entréguelo ahora: no se mostrará otra vez.",
        "This is the secret. Hand it over now: it will not be shown again.",
    ),
    "make_token": Text("Crear un token", "Make a token"),
    "make_it": Text("Crear", "Make"),
    "token_roles": Text("Roles", "Roles"),
    "at_most_days": Text("{0} días a lo más", "{0} days at the most"),
    "token_days": Text("Días de vigencia", "Days in force"),
    "token_subject": Text(
        "De quién es, si ya tiene otro", "Whose it is, if that person has another"
    ),
    "no_role": Text("Roles: elija al menos uno.", "Roles: choose at least one."),
    "life_too_long": Text(
        "Días de vigencia: con esos roles, de 1 a {0}. Cree otro token antes de que venza.",
        "Days in force: with these roles, 1 to {0}. Make another token before it expires.",
    ),
    "nobody_of_yours": Text(
        "De quién es: nadie de su institución se llama así. Vea abajo la columna Persona, o déjelo"
        " vacío.",
        "Whose it is: nobody of your institution is called that. See the column Person below, or"
        " leave it empty.",
    ),
    "made_already": Text(
        "Este formulario ya creó {0}, y su secreto no se muestra otra vez. Si se perdió, revóquelo"
        " y cree otro.",
        "This form made {0} before, and its secret is not shown again. If it was lost, revoke it"
        " and make another.",
    ),
    "tokens_there": Text("Los que hay", "Those there are"),
    "no_tokens": Text("No hay ninguno.", "There are none."),
    "token_name": Text("Token", "Token"),
    "token_person": Text("Persona", "Person"),
    "token_expires": Text("Vence", "Expires"),
    "token_made_by": Text("Lo creó", "Made by"),
    "the_operator": Text("quien opera el sistema", "whoever runs the system"),
    "token_made": Text("Token creado", "Token made"),
    "token_in-force": Text("Vigente", "In force"),
    "token_expired": Text("Vencido", "Expired"),
    "token_revoked": Text("Revocado", "Revoked"),
    "revoke": Text("Revocar", "Revoke"),
    # roles
    "caseworker": Text("atención de casos", "casework"),
    "supervisor": Text("supervisión", "supervision"),
    "coordinator": Text("coordinación de ruta", "coordination of a route"),
    "delegate": Text("delegación en una comisión", "delegation to a commission"),
    "administrator": Text("administración", "administration"),
    "steward": Text("conducción de la plataforma", "stewardship of the platform"),
    "auditor": Text("auditoría", "audit"),
    "monitor": Text("monitoreo", "monitoring"),
    # documentation
    "api_of": Text("Interfaz de programación", "Programming interface"),
    "api_lead": Text(
        (
            "Cada orden y cada consulta de este servicio. Toda orden lleva Idempotency-Key: la"
            " misma clave recibe la misma respuesta. Un «no» es un documento problem+json"
            " (RFC 9457)."
        ),
        (
            "Every command and query of this service. Each command takes an Idempotency-Key: the"
            " same key gets the same answer. A no is a problem+json document (RFC 9457)."
        ),
    ),
    "raw": Text("OpenAPI en JSON", "OpenAPI as JSON"),
    "parameters": Text("Parámetros", "Parameters"),
    "body": Text("Cuerpo", "Body"),
    "responses": Text("Respuestas", "Responses"),
    "name": Text("Nombre", "Name"),
    "where": Text("Dónde", "Where"),
    "type": Text("Valor", "Value"),
    "meaning": Text("Qué es", "What it is"),
    "required": Text("obligatorio", "required"),
    "example": Text("Ejemplo", "Example"),
    "needs_token": Text("con token", "with a token"),
    "needs_none": Text("sin token", "without a token"),
    "in_path": Text("dirección", "path"),
    "in_query": Text("consulta", "query"),
    "in_header": Text("encabezado", "header"),
    "in_cookie": Text("cookie", "cookie"),
    # errors
    "not_found": Text("No existe esta dirección", "There is no such address"),
    "too_large_more": Text(
        "Envíe solo lo que se pide, como se lo dieron.", "Send what is asked for, and no more."
    ),
    "not_found_more": Text(
        "Revise la dirección, o vuelva al inicio.",
        "Check the address, or go back home.",
    ),
    "once_more": Text(
        "Vuelva al inicio e intente de nuevo.",
        "Go back home and try again.",
    ),
    "no_such_case": Text("No se encuentra", "Not found"),
    "not_allowed": Text("Eso no se puede hacer aquí", "That cannot be done here"),
    "foreign_form": Text(
        "Ese formulario no vino de esta página. Abra el inicio y entre desde ahí.",
        "That form did not come from this page. Open home and sign in from there.",
    ),
    "foreign_form_there": Text(
        "Ese formulario no vino de la dirección pública de estas páginas. Entre desde ella:",
        "That form did not come from the public address of these pages. Sign in from there:",
    ),
    "no_folio": Text("Eso no es un folio", "That is no folio"),
    "no_folio_more": Text(
        "Escriba el folio entero, como CHH-XXX-XXX-XXX-X, o el número de la fuente, como está ahí.",
        "Write the whole folio, such as CHH-XXX-XXX-XXX-X, or the source's number as it is there.",
    ),
    "too_many": Text("Son demasiadas peticiones", "Those are too many requests"),
    "too_many_more": Text(
        "Su institución pide más de lo que se le atiende a la vez. Espere un momento.",
        "Your institution asks for more than is served at a time. Wait a moment.",
    ),
    "not_valid": Text("Eso no se puede leer", "That cannot be read"),
    "too_large": Text("Eso es demasiado largo", "That is too long"),
    "away": Text("El almacén no responde", "The store does not answer"),
    "busy": Text("Hay demasiadas páginas pedidas a la vez", "Too many pages are asked for at once"),
    "away_more": Text(
        "Espere un momento y vuelva a cargar la página.",
        "Wait a moment and load the page again.",
    ),
    "broken": Text("Algo falló aquí", "Something failed here"),
    "broken_more": Text(
        "No es culpa suya. Quien opera el sistema lo verá en su bitácora.",
        "It is not your fault. Whoever runs the system will see it in its log.",
    ),
    "back": Text("Volver al inicio", "Back home"),
}


def text(key: str, lang: str) -> str:
    """Return one of the pages' texts. Raises KeyError: a template asks for what is not there."""
    return _TEXTS[key].in_(lang)


def texts(lang: str) -> dict[str, str]:
    """Return all texts in one language, by key."""
    return {key: text(key, lang) for key in _TEXTS}
