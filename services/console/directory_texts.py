"""The words of the directory's pages, Spanish and English side by side."""

from collections.abc import Mapping

from shared.kernel.text import Text

WORDS: Mapping[str, Text] = {
    "title": Text("Quién puede atender", "Who can serve"),
    "lead": Text(
        "Los servicios del directorio, en orden, con el motivo de cada lugar y de cada exclusión."
        " Lo que no se sabe no excluye: se pregunta.",
        "The services of the directory, ranked, with the reason for each place and each exclusion."
        " What is not known excludes nobody: it is to be asked.",
    ),
    "for_members": Text(
        "El directorio lo ven quienes entran con su institución.",
        "The directory is seen by those who sign in with their institution.",
    ),
    "not_understood": Text("Revise lo que escribió.", "Check what you wrote."),
    "search": Text("Buscar", "Search"),
    "words": Text("Nombre", "Name"),
    "kind": Text("Clase de servicio", "Kind of service"),
    "municipality": Text("Municipio", "Municipality"),
    "language": Text("Lengua", "Language"),
    "urgency": Text("Qué tan pronto", "How soon"),
    "population": Text("Población", "Population"),
    "person": Text("La persona", "The person"),
    "age_band": Text("Edad", "Age"),
    "sex": Text("Sexo", "Sex"),
    "nationality": Text("Nacionalidad", "Nationality"),
    "migratory_condition": Text("Condición migratoria", "Migratory condition"),
    "sector": Text("Sector", "Sector"),
    "open_now": Text("Solo lo que está abierto ahora", "Only what is open now"),
    "any": Text("Cualquiera", "Any"),
    "of_case": Text("Con el perfil y el lugar del caso", "With the profile and place of the case"),
    "can": Text("Pueden atender", "Can serve"),
    "cannot": Text("No pueden, y por qué", "Cannot, and why"),
    "nobody": Text(
        "Nadie del directorio puede, según lo que se sabe. Vea abajo qué lo impide.",
        "Nobody of the directory can, as far as is known. See below what is in the way.",
    ),
    "service": Text("Servicio", "Service"),
    "room": Text("Disponibilidad", "Room"),
    "entry": Text("Ficha", "Entry"),
    "why": Text("Por qué", "Why"),
    "behind": Text("Va después del anterior por", "Behind the one before by"),
    "how_many": Text("Servicios", "Services"),
    "reason": Text("Motivo", "Reason"),
    "closest": Text(
        "Primero aquellos a los que menos les falta.", "Those that lack the least come first."
    ),
    "more": Text("Más servicios", "More services"),
    "further": Text("Las siguientes", "The next ones"),
    "first": Text("Al principio", "Back to the first"),
    "not_stated": Text("No lo ha dicho", "Not stated"),
    "stated_on": Text("dicho el {0}", "stated on {0}"),
    "fresh": Text("Confirmada", "Confirmed"),
    "stale": Text("Vencida", "Stale"),
    "never": Text("Nunca confirmada", "Never confirmed"),
    "its_services": Text("Sus servicios", "Its services"),
    "no_services": Text(
        "No tiene servicios en el directorio.", "It has no services in the directory."
    ),
    "languages": Text("Lenguas", "Languages"),
    "cost": Text("Costo", "Cost"),
    "free": Text("Gratuito", "Free"),
    "stale_title": Text("Fichas vencidas", "Stale entries"),
    "stale_lead": Text(
        "Lo que nadie ha confirmado en seis meses. Quien administra la institución confirma que"
        " cada ficha sigue siendo cierta, o la corrige.",
        "What nobody has vouched for within six months. Whoever administers the institution"
        " confirms that each entry still holds, or corrects it.",
    ),
    "stale_own": Text("Las de mi institución", "My institution's"),
    "stale_all": Text("Las de todas", "Everybody's"),
    "none_stale": Text("Ninguna está vencida.", "None is stale."),
    "services": Text("Servicios", "Services"),
    "institutions_stale": Text("Instituciones", "Institutions"),
    "validated_on": Text("Validada por ella el", "Validated by itself on"),
    "last_confirmed": Text("Confirmada el", "Confirmed on"),
    "programmes": Text("Programas", "Programmes"),
    "every_programme": Text("Todos", "All"),
    "kind_of_institution": Text("Clase", "Kind"),
    "where": Text("Entidad", "Subdivision"),
    "everywhere": Text("Todo el país o más allá", "Nationwide or beyond"),
}
