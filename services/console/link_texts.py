"""The words of the pages for whoever has a link, Spanish and English side by side."""

from collections.abc import Mapping

from shared.kernel.text import Text

WORDS: Mapping[str, Text] = {
    "title": Text("Le piden atender a una persona", "You are asked to serve a person"),
    "to_open": Text(
        "Otra institución le dio un enlace para responder sin cuenta. Solo se abre una vez: hágalo"
        " en el aparato en el que va a responder.",
        "Another institution gave you a link to answer without an account. It opens only once: do"
        " so on the device on which you will answer.",
    ),
    "code": Text("Código del enlace", "Code of the link"),
    "code_hint": Text(
        "Es lo que sigue a # en el enlace. Si el campo está vacío, pegue ahí el enlace entero.",
        "It is what follows # in the link. If the field is empty, paste the whole link there.",
    ),
    "too_large": Text(
        "Pegue solo el código, o el enlace entero, como se lo dieron.",
        "Paste the code alone, or the whole link, as it was given to you.",
    ),
    "open": Text("Ver qué se pide", "See what is asked"),
    "asks": Text("Quién lo pide", "Who asks"),
    "asked": Text("A quién", "Who is asked"),
    "services": Text("Para qué", "What for"),
    "priority": Text("Prioridad", "Priority"),
    "due": Text("Responder antes de", "Answer by"),
    "place": Text("Dónde", "Where"),
    "programme": Text("Programa", "Programme"),
    "person": Text("La persona", "The person"),
    "works_until": Text("El enlace sirve hasta", "The link works until"),
    "little": Text(
        "Por ahora solo ve esto: nada dice quién es la persona. Si acepta, quien lo pide se pone en"
        " contacto con usted, fuera de este sistema.",
        "For now you see this alone: nothing says who the person is. If you accept, whoever asks"
        " will be in touch with you, outside this system.",
    ),
    "you_asked": Text(
        "Usted pidió información. Se la da quien lo pide, fuera de este sistema. Falta:",
        "You asked for information. Whoever asks gives it to you, outside this system. Missing:",
    ),
    "was_told": Text("Ya respondieron sobre:", "You were answered about:"),
    "waits": Text(
        "La persona está en su lista de espera. Cuando haya lugar, acepte o rechace aquí.",
        "The person is on your waiting list. When there is room, accept or decline here.",
    ),
    "confirming": Text(
        "Su rechazo espera que la coordinación del programa lo confirme.",
        "Your decline waits for the programme's coordinator to confirm it.",
    ),
    "accept": Text("Aceptar", "Accept"),
    "accept_more": Text(
        "Su institución atiende a la persona.", "Your institution serves the person."
    ),
    "decline": Text("Rechazar", "Decline"),
    "ask": Text("Pedir información", "Ask for information"),
    "ask_more": Text(
        "Antes de decidir necesito saber de:", "Before I decide I need to know about:"
    ),
    "wait": Text("Poner en lista de espera", "Put on a waiting list"),
    "reason": Text("Motivo", "Reason"),
    "choose": Text("Elija uno", "Choose one"),
    "expected_on": Text("Desde cuándo podría, si se sabe", "From when you could, if known"),
    "done": Text("Su respuesta quedó registrada", "Your answer is on record"),
    "accepted": Text(
        "Aceptó atender a la persona. {0} se pondrá en contacto con usted.",
        "You agreed to serve the person. {0} will be in touch with you.",
    ),
    "declined": Text(
        "Rechazó la canalización. {0} ya lo sabe.", "You declined the referral. {0} knows by now."
    ),
    "no_more": Text(
        "El enlace ya no sirve. Puede cerrar esta página.",
        "The link works no longer. You may close this page.",
    ),
}


def link_words(lang: str) -> Mapping[str, str]:
    """Return them in one language, by key."""
    return {key: words.in_(lang) for key, words in WORDS.items()}
