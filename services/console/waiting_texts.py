"""The words of the pages of what waits, Spanish and English side by side."""

from collections.abc import Mapping

from shared.kernel.text import Text

WORDS: Mapping[str, Text] = {
    "title": Text("Lo que espera", "What waits"),
    "lead": Text(
        "Las canalizaciones que esperan a alguien: a quién, hasta cuándo, y qué pasa si no actúa."
        " Primero lo que vence o venció antes. Ninguna se queda en silencio.",
        "The referrals that wait for somebody: for whom, until when, and what happens if nobody"
        " acts. What is or was due first comes first. None stays silent.",
    ),
    "ours": Text("A mi institución", "For my institution"),
    "all": Text("A todas", "For anybody"),
    "late": Text("Solo lo vencido", "Only what is overdue"),
    "late_or_not": Text("También lo que aún tiene tiempo", "Also what has time left"),
    "nothing": Text("Nada espera.", "Nothing waits."),
    "due": Text("Hasta", "Until"),
    "no_clock": Text("sin plazo", "no time limit"),
    "in_time": Text("en plazo", "in time"),
    "overdue": Text("Vencido", "Overdue"),
    "overdue_since": Text("desde hace {0}", "for {0}"),
    "waits_for": Text("Espera a", "Waits for"),
    "nobody_named": Text("nadie designado", "nobody named"),
    "referral": Text("Canalización", "Referral"),
    "what": Text("Para", "To"),
    "next": Text("Avisos, y qué sigue", "Notices, and what comes next"),
    "reminded": Text("Recordado el {0}", "Reminded on {0}"),
    "escalated": Text("Avisado a {0} el {1}", "Told to {0} on {1}"),
    "more": Text("Más", "More"),
    "first": Text("Al principio", "Back to the first"),
    "chain": Text("Ofrecida una tras otra", "Offered one after the other"),
    "chain_about": Text(
        "Lo que una institución no tomó pasa a la siguiente dentro del mismo consentimiento.",
        "What one institution did not take goes to the next within the same consent.",
    ),
    "this_one": Text("esta", "this one"),
    "facts": Text("Lo que pasó, en orden", "What happened, in order"),
    "notices": Text("Cambió quién responde", "Who answers has changed"),
    "notices_about": Text("Los últimos avisos.", "The latest notices."),
    "answers_now": Text("Responde desde entonces", "Answers since then"),
    "priority": Text("Prioridad", "Priority"),
    "kind": Text("Clase", "Kind"),
    "sign_in_first": Text(
        "Para ver lo que espera, entre con un token.", "To see what waits, sign in with a token."
    ),
}
