"""What the fields of published facts about the directory, clocks and the like are called."""

from collections.abc import Mapping

from shared.kernel.text import Text

DIRECTORY: Mapping[str, Text] = {
    # links
    "expires_at": Text("vence", "expires"),
    "by_link": Text("por enlace", "by a link"),
    # institutions, networks, regions and commissions
    "level": Text("nivel", "level"),
    "jurisdiction": Text("jurisdicción", "jurisdiction"),
    "mandate": Text("mandato", "mandate"),
    "texts": Text("textos", "texts"),
    "role": Text("función", "role"),
    "interest": Text("interés", "interest"),
    "influence": Text("influencia", "influence"),
    "version": Text("versión", "version of the entry"),
    "validated_on": Text("validada el", "validated on"),
    "network": Text("red", "network of"),
    "since": Text("desde", "since"),
    "institution_version": Text("versión de la institución", "institution version"),
    "region": Text("región", "region of"),
    "municipalities": Text("municipios", "the municipalities"),
    "commission": Text("comisión", "commission of"),
    "secretariat": Text("secretaría técnica", "technical secretariat"),
    "secretariat_version": Text("versión de la secretaría", "secretariat version"),
    "quorum": Text("quórum", "quorum rule"),
    # the register of norms
    "article": Text("artículo", "article of"),
    "valid_from": Text("vigente desde", "valid from"),
    "valid_until": Text("vigente hasta", "valid until"),
    "provenance": Text("procedencia", "where it comes from"),
    "elements": Text("elementos", "its elements"),
    "replaced_by": Text("la sustituye", "replaced by"),
    "element": Text("elemento", "element of"),
    "citing_kind": Text("qué la cita", "what cites it"),
    "citing": Text("quién la cita", "who cites it"),
    # services
    "service_id": Text("el servicio", "the service"),
    "taxonomy": Text("versión de las clases", "version of the kinds"),
    "populations": Text("poblaciones", "populations"),
    "eligibility": Text("a quién atiende", "whom it serves"),
    "required_documents": Text("documentos que pide", "required documents"),
    "cost": Text("costo", "what it costs"),
    "duration_days": Text("días", "for how many days"),
    "hours": Text("horario", "opening hours"),
    "languages": Text("lenguas", "in which languages"),
    "accessibility": Text("accesibilidad", "what makes it accessible"),
    "coverage": Text("lugares que atiende", "places that it serves"),
    "funding": Text("financiamiento", "what pays for it"),
    "entries": Text("normas en que se apoya", "norms on which it rests"),
    "capacity": Text("lugar", "room"),
    "unit": Text("unidad", "counted in"),
    "places_free": Text("lugares libres", "places free"),
    "stated_on": Text("dicho el", "stated on"),
    "assured_on": Text("confirmada el", "confirmed on"),
    # agreements
    "agreement_id": Text("convenio", "agreement"),
    "agreement_version": Text("versión del convenio", "agreement version"),
    "override_id": Text("autorización o dispensa", "override"),
    "title": Text("título", "titled"),
    "parties": Text("partes", "between"),
    "data_categories": Text("categorías de datos", "categories of data"),
    "terms": Text("términos", "number of its terms"),
    "signed_on": Text("firmado el", "signed on"),
    "signatory_role": Text("cargo de quien firma", "role of whoever signed"),
    "begins": Text("en vigor desde", "in force from"),
    "document": Text("documento", "the document"),
    "days": Text("días antes", "days before"),
    # follow-ups
    "scheduled_for": Text("cita", "appointment"),
    "delivered": Text("se prestó", "was given"),
    "undelivered": Text("no se prestó", "was not given"),
    "confirmer": Text("lo confirma", "confirmed by"),
    "taken_by": Text("a quién se lo dijo", "word taken by"),
    "enrolment": Text("inscripción", "enrolled"),
    "follow_up_version": Text("versión del seguimiento", "version of the follow-up"),
    # documents
    "document_id": Text("el documento", "document"),
    "digest": Text("huella", "its digest"),
    "size": Text("tamaño", "size in bytes"),
    "media_type": Text("formato", "format"),
    "purpose": Text("para qué", "what for"),
    "about_kind": Text("sobre qué", "about what"),
    "about_id": Text("sobre cuál", "about which"),
    "erased": Text("borrado por", "erased because of"),
    # commitments, proposals and joint activities
    "commitment_id": Text("compromiso", "commitment"),
    "owner": Text("a cargo de", "owned by"),
    "owner_version": Text("versión de quien la tiene a cargo", "owner version"),
    "due_on": Text("para el", "due on"),
    "subject": Text("asunto", "about"),
    "subject_id": Text("cuál asunto", "about which one"),
    "before": Text("antes era para el", "was due on"),
    "kept_on": Text("cumplido el", "kept on"),
    "late": Text("tarde", "too late"),
    "evidence": Text("prueba", "proof"),
    "topic": Text("tema", "on the topic"),
    "decide_by": Text("decidir antes del", "to be decided by"),
    "entry_version": Text("versión de la ficha", "version of its entry"),
    "reminded_on": Text("recordado el", "reminded on"),
    "stance": Text("postura", "where it stands"),
    "decision": Text("decisión", "decided"),
    "activity_id": Text("actividad", "activity"),
    "agencies": Text("quiénes participan", "who takes part"),
    "versions": Text("versiones", "their versions"),
    "held_on": Text("realizada el", "held on"),
}
"""By field."""
CONSENTS: Mapping[str, Text] = {
    "kinds": Text("clases de instituciones", "kinds of institutions"),
    "categories": Text("datos", "which data"),
    "language": Text("lengua en que se explicó", "explained in"),
    "mode": Text("cómo consintió", "how it was given"),
    "of_age_from": Text("decide por sí desde", "of age from"),
    "ask_again_at": Text("preguntar de nuevo", "to be asked again"),
    "part": Text("lo retirado", "what was taken back"),
    "recipient": Text("quién recibe los datos", "who gets the data"),
    "ground": Text("supuesto", "on the ground"),
    "notify": Text("a quién se avisa", "who is to be told"),
    "notified": Text("a quién se avisó", "who was told"),
    "notify_by": Text("avisar a más tardar", "to be told by"),
}
"""By field: what the facts of consent and its overrides say."""
CLOCKS: Mapping[str, Text] = {
    "clock": Text("plazo", "time limit"),
    "due_at": Text("a más tardar", "due by"),
    "next_at": Text("lo siguiente", "next step"),
    "whom": Text("a quién", "whom"),
    "because": Text("por los días", "because of"),
    "place": Text("lugar", "where"),
    "day": Text("día", "which day"),
}
"""By field: what the facts of clocks and holidays say."""
WITHIN_A_CLOCK = frozenset(
    {
        *("started_at", "remind_at", "escalate_at", "coordinate_at", "calendar"),
        *("edition", "holidays_version"),
    }
)
"""What a running clock has besides: its steps are told where it waits, and all in the JSON."""
