"""Made-up persons for tests of the vault, with a value in every field."""

from datetime import date
from uuid import UUID

from services.intake.vault.fields import Address, Passport, PersonFields, Relative

ROSA = UUID("00000000-0000-4000-8000-00000000a05a")
PEDRO = UUID("00000000-0000-4000-8000-000000000edc")
TODAY = date(2026, 11, 20)

EVERYTHING = PersonFields(
    given_names="Rosalinda Canario",
    first_surname="Quetzalcóatl",
    second_surname="Ñandú",
    chosen_name="Rosi la del Norte",
    birth_date=date(1956, 4, 27),
    birth_place="Xalapa de Enríquez",
    curp="HEGG560427MVZRRL04",
    cui="2512345680101",
    rfc="HEGG5604271A2",
    social_security_number="92847561038",
    passports=(Passport("HN", "C7766554"),),
    consular_registration="MC9988776",
    migratory_documents=("TVR1122334",),
    phones=("+526141234567", "+50255667788"),
    emails=("rosalinda@canario.example",),
    addresses=(Address("MX", "Calle Escondida 77\nCol. Centro", "MX-CHH", "08037", "31000"),),
    languages=("spa", "hat"),
    contact_advice="Llamar solo de día",
    relatives=(Relative("Hermenegildo Canario", "su hijo", "+525512345678"),),
    work_history="Maquila del Paso, tres años",
    health="Diabetes tipo dos",
    account="Le quitaron sus papeles en la carretera",
)
CANARIES = (
    *("Rosalinda", "Quetzalcóatl", "Ñandú", "Rosi la del", "1956-04-27", "Xalapa", "HEGG560427"),
    *("2512345680101", "92847561038", "C7766554", "MC9988776", "TVR1122334", "6141234567"),
    *("55667788", "canario.example", "Escondida", "solo de día", "Hermenegildo", "Maquila del"),
    *("Diabetes", "sus papeles"),
)
"""What of it must never be found outside."""
