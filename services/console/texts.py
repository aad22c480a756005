"""The pages' own words, Spanish and English side by side. Labels of codes are in the code lists."""

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {"es": "Español", "en": "English"}

_Both = tuple[str, str]

_TEXTS: Mapping[str, _Both] = {
    # everywhere
    "skip": ("Ir al contenido", "Skip to the content"),
    "home": ("Inicio", "Home"),
    "sign_in": ("Entrar", "Sign in"),
    "sign_out": ("Salir", "Sign out"),
    "signed_in_as": ("Sesión de", "Signed in for"),
    # home
    "headline": (
        "Quién responde por cada caso, y qué resultó",
        "Who answers for each case, and what came of it",
    ),
    "lead": (
        (
            "canaliza acompaña los casos que pasan de una institución a otra: en todo momento"
            " exactamente una responde, y cada paso queda registrado para siempre."
        ),
        (
            "canaliza follows cases that pass from one institution to another: at every moment"
            " exactly one answers for each, and every step is on record for ever."
        ),
    ),
    "cases": ("casos", "cases"),
    "referrals": ("canalizaciones", "referrals"),
    "facts": ("hechos registrados", "facts on record"),
    "open_referrals": ("sin respuesta aún", "unanswered yet"),
    "institutions_with_custody": (
        "instituciones con casos abiertos",
        "institutions with open cases",
    ),
    "custody_now": ("Dónde está hoy cada caso", "Where each case is today"),
    "custody_meaning": (
        "Casos abiertos por institución que responde por ellos.",
        "Open cases by the institution that answers for them.",
    ),
    "institution": ("Institución", "Institution"),
    "open_cases": ("Casos abiertos", "Open cases"),
    "other_institutions": ("otras instituciones", "other institutions"),
    "no_custody": ("Aún no hay casos abiertos.", "There are no open cases yet."),
    "computed_from": (
        "Calculado hasta estas posiciones de las bitácoras",
        "Computed up to these positions of the logs",
    ),
    "services": ("Qué está en marcha", "What is running"),
    "ready": ("Listo", "Ready"),
    "not_ready": ("No está listo", "Not ready"),
    "log_position": ("Su bitácora", "Its log"),
    "reads": ("Leído de", "Read of"),
    "position_of": ("{0} / {1}", "{0} / {1}"),
    "messages_waiting": ("Mensajes apartados", "Parked messages"),
    "documentation": ("Documentación", "Documentation"),
    "health": ("Salud", "Health"),
    "metrics": ("Métricas", "Metrics"),
    "bus": ("Entre servicios", "Between services"),
    "bus_log": ("sus propias bitácoras, en PostgreSQL", "their own logs, in PostgreSQL"),
    "bus_kafka": ("Apache Kafka", "Apache Kafka"),
    "database": ("Base de datos", "Database"),
    "case_list": ("Casos", "Cases"),
    "case_list_yours": (
        "Los casos de los que su institución es parte.",
        "The cases that your institution is a party to.",
    ),
    "case_list_all": ("Todos los casos, por su rol.", "All cases, by your role."),
    "folio": ("Folio", "Folio"),
    "programme": ("Programa", "Programme"),
    "subdivision": ("Entidad o departamento", "Subdivision"),
    "custodian": ("Responde hoy", "Answers today"),
    "custodian_then": ("Respondía entonces", "Answered then"),
    "opened": ("Apertura", "Opened"),
    "open": ("Abierto", "Open"),
    "closed": ("Cerrado", "Closed"),
    "in_error": ("Registrado por error", "Entered in error"),
    "situation": ("Situación", "Status"),
    "newer": ("Al principio", "Back to the first"),
    "older": ("Más casos", "More cases"),
    "no_cases": (
        "No hay casos que su institución pueda ver todavía.",
        "There are no cases that your institution may see yet.",
    ),
    "who_asks": ("¿Quién pregunta?", "Who is asking?"),
    "sign_in_why": (
        (
            "Los totales son públicos aquí; cada caso lo ven solo las instituciones que son parte"
            " de él. Entre con el token de su institución."
        ),
        (
            "The totals are public here; each case is seen only by the institutions that are"
            " a party to it. Sign in with your institution's token."
        ),
    ),
    "token": ("Token", "Token"),
    "token_hint": (
        "Empieza con cnz_. Lo crea quien opera el sistema: «canaliza token create».",
        "Begins with cnz_. Whoever runs the system makes it: “canaliza token create”.",
    ),
    "token_refused": (
        "Ese token no está vigente: revise que esté completo, o pida uno nuevo.",
        "That token is not in force: see that it is complete, or ask for a new one.",
    ),
    "sign_in_first": (
        "Este caso lo ven solo las instituciones que son parte de él.",
        "This case is seen only by the institutions that are a party to it.",
    ),
    "find": ("Buscar por folio", "Find by folio"),
    "find_it": ("Buscar", "Find"),
    # history
    "case": ("Caso", "Case"),
    "case_history": ("Historia del caso", "History of the case"),
    "timeline": ("Línea de tiempo de la responsabilidad", "Timeline of custody"),
    "timeline_title": (
        "Línea de tiempo de la responsabilidad del caso {0}",
        "Timeline of the custody of case {0}",
    ),
    "timeline_desc": (
        "Del {0} al {1}, {2} instituciones: {3}. Las tablas que siguen dicen lo mismo en palabras.",
        "From {0} to {1}, {2} institutions: {3}. The tables below say the same in words.",
    ),
    "axis_note": (
        "El eje dice cuándo ocurrió cada cosa ({0}).",
        "The axis says when each thing happened ({0}).",
    ),
    "late_note": (
        "Registrado hasta {0} después de ocurrir.",
        "Recorded up to {0} after it happened.",
    ),
    "legend": ("Leyenda", "Key"),
    "custody": ("Responde por el caso", "Answers for the case"),
    "custody_goes_on": ("Responde, y sigue", "Answers, and goes on"),
    "referral": ("Canalización", "Referral"),
    "intake": ("hecho de recepción", "fact of intake"),
    "referral_fact": ("hecho de canalización", "fact of referral"),
    "followup": ("hecho de seguimiento", "fact of follow-up"),
    "several": ("varios hechos juntos", "several facts close together"),
    "late": ("hueco: registrado más de 7 días después", "hollow: recorded over 7 days later"),
    "nothing_then": (
        "En ese momento no se había registrado nada de este caso.",
        "Nothing of this case had been recorded by then.",
    ),
    "custody_periods": ("Quién respondió por el caso", "Who answered for the case"),
    "since": ("Desde", "From"),
    "until": ("Hasta", "Until"),
    "lasted": ("Duración", "Length"),
    "still": ("sigue", "goes on"),
    "sender": ("De", "From"),
    "addressee": ("A", "To"),
    "kind": ("Tipo", "Kind"),
    "requested": ("Solicitada", "Requested"),
    "decided": ("Decidida", "Decided"),
    "took": ("Tardó", "Took"),
    "all_facts": ("Todos los hechos, en orden", "All facts, in order"),
    "number": ("Nº", "No."),
    "happened": ("Ocurrió", "Happened"),
    "recorded": ("Registrado", "Recorded"),
    "who": ("Quién", "Who"),
    "what": ("Qué", "What"),
    "followed_from": ("A partir de", "Followed from"),
    "a_command": ("una orden", "a command"),
    "by_the_system": ("por reacción del sistema", "by reaction of the system"),
    "role": ("rol: {0}", "role: {0}"),
    "later": ("{0} después", "{0} later"),
    "as_of": ("Ver lo que se sabía en otro momento", "See what was known at another moment"),
    "as_of_label": ("Como se conocía el", "As known on"),
    "as_of_zone": ("hora {0}, la del caso", "{0}, the case's time"),
    "as_of_show": ("Ver", "Show"),
    "as_of_now": ("Ver lo que se sabe hoy", "See what is known today"),
    "as_of_shown": (
        "Se muestra lo que estaba registrado el {0}.",
        "This is what had been recorded by {0}.",
    ),
    "as_of_refused": (
        "Escriba fecha y hora, de 1900 en adelante, como 2026-03-01T09:30.",
        "Write a date and a time, from 1900 on, such as 2026-03-01T09:30.",
    ),
    "as_json": ("Descargar esta historia en JSON", "Download this history as JSON"),
    "as_json_how": (
        "Lo mismo con su token, por la interfaz de programación:",
        "The same with your token, through the programming interface:",
    ),
    # roles
    "caseworker": ("atención de casos", "casework"),
    "administrator": ("administración", "administration"),
    "auditor": ("auditoría", "audit"),
    "monitor": ("monitoreo", "monitoring"),
    # documentation
    "api_of": ("Interfaz de programación", "Programming interface"),
    "api_lead": (
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
    "raw": ("OpenAPI en JSON", "OpenAPI as JSON"),
    "contents": ("Contenido", "Contents"),
    "parameters": ("Parámetros", "Parameters"),
    "body": ("Cuerpo", "Body"),
    "responses": ("Respuestas", "Responses"),
    "name": ("Nombre", "Name"),
    "where": ("Dónde", "Where"),
    "type": ("Valor", "Value"),
    "meaning": ("Qué es", "What it is"),
    "required": ("obligatorio", "required"),
    "example": ("Ejemplo", "Example"),
    "needs_token": ("con token", "with a token"),
    "needs_none": ("sin token", "without a token"),
    "in_path": ("dirección", "path"),
    "in_query": ("consulta", "query"),
    "in_header": ("encabezado", "header"),
    "in_cookie": ("cookie", "cookie"),
    # errors
    "not_found": ("No existe esta dirección", "There is no such address"),
    "not_found_more": (
        "Revise la dirección, o vuelva al inicio.",
        "Check the address, or go back home.",
    ),
    "no_such_case": ("No se encuentra", "Not found"),
    "not_allowed": ("Eso no se puede hacer aquí", "That cannot be done here"),
    "foreign_form": (
        "Ese formulario no vino de esta página. Abra el inicio y entre desde ahí.",
        "That form did not come from this page. Open home and sign in from there.",
    ),
    "too_large": ("Eso es demasiado largo", "That is too long"),
    "away": ("El almacén no responde", "The store does not answer"),
    "away_more": (
        "Espere un momento y vuelva a cargar la página.",
        "Wait a moment and load the page again.",
    ),
    "broken": ("Algo falló aquí", "Something failed here"),
    "broken_more": (
        "No es culpa suya. Quien opera el sistema lo verá en su bitácora.",
        "It is not your fault. Whoever runs the system will see it in its log.",
    ),
    "back": ("Volver al inicio", "Back home"),
}


def text(key: str, lang: str) -> str:
    """Return one of the pages' texts. Raises KeyError: a template asks for what is not there."""
    es, en = _TEXTS[key]
    return en if lang == "en" else es


def texts(lang: str) -> dict[str, str]:
    """Return all texts in one language, by key."""
    return {key: text(key, lang) for key in _TEXTS}
