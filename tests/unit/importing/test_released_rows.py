"""Rows that an earlier version imported keep their ids: names, ids and keys are for ever."""

from datetime import UTC, datetime

import pytest

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_source import Row
from tests.installation_secret import SECRET
from tests.unit.importing.mapping_files import quejas, wage_row, wages

NOW = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
COMPLAINT = {
    "Folio": "17/2026", "Fecha": "05/02/2026", "Municipio": "Cd. Juárez", "Sexo": "M",
    "Monto": "$12,345.60", "Convenio": "Sí",
}  # fmt: skip
AS_VERSION_0_2_0_HAD_THEM = [
    (
        wages(),
        wage_row(
            amount_paid="5",
            amount_assessed="7.5",
            date_opened="2010-01-04",
            date_closed="2010-07-08",
        ),
        "3e3c0301-9b45-89dd-80c5-927c9d6a254f",
        "180a8514-80e8-840c-ae15-3ad2e0797e43",
        [
            "788bbfc2-edfc-8c33-932d-66b90eee1162",
            "91ab9bfd-674f-86a4-89f8-ee3100ae1c1a",
            "f06b50ff-7080-8554-9903-44fcb230b807",
            "a22e2615-65cc-8b80-996a-18594d2ee021",
            "42e64dbe-3efa-8fb9-9f1e-d97213375ebf",
            "c1e354d7-763a-8855-be94-bba808b3dce6",
            "023eb2e7-a501-8138-8e6d-e1f2febdf0fb",
        ],
    ),
    (
        wages(),
        wage_row(case_status="open", state_name="Wyoming", date_opened="2022-08-30 11:16:31.717"),
        "3e3c0301-9b45-89dd-80c5-927c9d6a254f",
        "180a8514-80e8-840c-ae15-3ad2e0797e43",
        [
            "bc14f847-6b22-88b6-b28e-426aad3300f7",
            "c8bf06ab-837b-8661-a323-918eb6ab05ca",
            "d09eda2e-a37b-8862-b2ac-8a92c0e541eb",
        ],
    ),
    (
        wages(),
        wage_row(date_closed="2010-07-08"),
        "3e3c0301-9b45-89dd-80c5-927c9d6a254f",
        "180a8514-80e8-840c-ae15-3ad2e0797e43",
        [
            "2ae0d428-1412-88e4-a3e8-b23cb268e23f",
            "fe942ed4-d31a-8055-a277-e5dff603335d",
            "82922900-feda-8823-8568-8b54d4c08a9b",
            "23187077-e83e-8216-879e-45cbffa78959",
            "599c9a29-bd53-8219-8a53-84430bc98f5b",
        ],
    ),
    (
        quejas(),
        Row(2, COMPLAINT),
        "1da853dc-f01a-82ea-a302-2bc1be4aacee",
        "c4664f37-b468-8905-9abf-dac6b8c7fdad",
        [
            "89c25e32-999b-8720-8450-fb1dcdf3809c",
            "f6c71c21-7d4d-8326-aa15-739b9c43b790",
            "5d62a17d-705d-860e-9691-0f2a73bb820e",
            "0b9befde-6e20-87b9-8f2f-49ddf7fb3631",
        ],
    ),
]


@pytest.mark.parametrize(
    ("mapping", "row", "case_id", "referral_id", "ids"), AS_VERSION_0_2_0_HAD_THEM
)
def test_a_row_has_the_ids_that_it_always_had(
    mapping: ImportMapping, row: Row, case_id: str, referral_id: str, ids: list[str]
) -> None:
    commands = RowCommands(row, read_case(row, mapping), mapping, NOW, secret=SECRET)
    assert (str(commands.case_id), str(commands.referral_id)) == (case_id, referral_id)
    assert [str(keyed.id) for keyed in commands.all] == ids
