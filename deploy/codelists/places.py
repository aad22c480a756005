"""What no catalogue says of places: their numbers, zones, and how else people write them."""

INEGI_NUMBERS = {
    "01": "MX-AGU", "02": "MX-BCN", "03": "MX-BCS", "04": "MX-CAM", "05": "MX-COA", "06": "MX-COL",
    "07": "MX-CHP", "08": "MX-CHH", "09": "MX-CMX", "10": "MX-DUR", "11": "MX-GUA", "12": "MX-GRO",
    "13": "MX-HID", "14": "MX-JAL", "15": "MX-MEX", "16": "MX-MIC", "17": "MX-MOR", "18": "MX-NAY",
    "19": "MX-NLE", "20": "MX-OAX", "21": "MX-PUE", "22": "MX-QUE", "23": "MX-ROO", "24": "MX-SLP",
    "25": "MX-SIN", "26": "MX-SON", "27": "MX-TAB", "28": "MX-TAM", "29": "MX-TLA", "30": "MX-VER",
    "31": "MX-YUC", "32": "MX-ZAC",
}  # fmt: skip
"""INEGI's number of a subdivision to its ISO 3166-2 code."""

NUMBERS = {code: number for number, code in INEGI_NUMBERS.items()} | {
    f"GT-{number:02}": f"{number:02}" for number in range(1, 23)
}
"""The statistics office's number of a subdivision: its municipalities' codes begin with it."""

_ELSEWHERE = {
    "MX-BCN": "America/Tijuana",
    "MX-BCS": "America/Mazatlan",
    "MX-CAM": "America/Merida",
    "MX-CHH": "America/Chihuahua",
    "MX-COA": "America/Monterrey",
    "MX-DUR": "America/Monterrey",
    "MX-NAY": "America/Mazatlan",
    "MX-NLE": "America/Monterrey",
    "MX-ROO": "America/Cancun",
    "MX-SIN": "America/Mazatlan",
    "MX-SON": "America/Hermosillo",
    "MX-TAM": "America/Monterrey",
    "MX-YUC": "America/Merida",
}
ZONES = {code: _ELSEWHERE.get(code, "America/Mexico_City") for code in INEGI_NUMBERS.values()} | {
    f"GT-{number:02}": "America/Guatemala" for number in range(1, 23)
}
"""The zone of each subdivision, as tzdata's comments describe it.

Mexico's agree with its Ley de los Husos Horarios (Diario Oficial, 28 October 2022) and the change
to it of 29 November 2022, which gave Chihuahua's border its own clocks.
"""

_BORDER = {
    "America/Matamoros": (
        # Coahuila: Acuña, Allende, Guerrero, Hidalgo, Jiménez, Morelos, Nava, Ocampo,
        # Piedras Negras, Villa Unión, Zaragoza
        *("05002", "05003", "05012", "05013", "05014", "05019", "05022", "05023"),
        *("05025", "05037", "05038"),
        "19005",  # Nuevo León: Anáhuac
        # Tamaulipas: Camargo, Guerrero, Gustavo Díaz Ordaz, Matamoros, Mier, Miguel Alemán,
        # Nuevo Laredo, Reynosa, Río Bravo, Valle Hermoso
        *("28007", "28014", "28015", "28022", "28024", "28025", "28027", "28032"),
        *("28033", "28040"),
    ),
    # Chihuahua: Ascensión, Guadalupe, Janos, Juárez, Praxedis G. Guerrero
    "America/Ciudad_Juarez": ("08005", "08028", "08035", "08037", "08053"),
    # Chihuahua: Coyame del Sotol, Manuel Benavides, Ojinaga
    "America/Ojinaga": ("08015", "08042", "08052"),
    "America/Bahia_Banderas": ("18020",),
}
ZONES_OF_MUNICIPALITIES = {code: zone for zone, codes in _BORDER.items() for code in codes}
"""The zone of the municipalities whose clock is not their subdivision's; sources as above."""

NAMES_OF_MUNICIPALITIES = {
    "20208": "San Juan Mixtepec (distrito 08)",
    "20209": "San Juan Mixtepec (distrito 26)",
    "20318": "San Pedro Mixtepec (distrito 22)",
    "20319": "San Pedro Mixtepec (distrito 26)",
}
"""Names that tell apart what the catalogue calls the same within one subdivision."""

ALSO = {
    "GT-14": ["El Quiché"],
    "MX-CMX": ["CDMX", "Distrito Federal", "D. F.", "DF"],
    "MX-COA": ["Coahuila"],
    "MX-MEX": ["México", "Edomex", "Estado Mex"],
    "MX-MIC": ["Michoacán"],
    "MX-QUE": ["Querétaro de Arteaga"],
    "MX-VER": ["Veracruz"],
    "07017": ["Cintalapa"],
    "08056": ["Rosario"],
    "20208": ["San Juan Mixtepec", "San Juan Mixtepec -Dto. 08 -"],
    "20209": ["San Juan Mixtepec", "San Juan Mixtepec -Dto. 26 -"],
    "20318": ["San Pedro Mixtepec", "San Pedro Mixtepec -Dto. 22 -"],
    "20319": ["San Pedro Mixtepec", "San Pedro Mixtepec -Dto. 26 -"],
}
"""How else people write a place: usual names, names that were official, INEGI's spellings."""
