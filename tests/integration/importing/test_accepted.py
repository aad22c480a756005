"""Whatever an import accepts, every reader takes in, and a rebuild finds the same rows."""

import pytest

from services.installation import ALL
from services.operator.publishing import SOURCES
from services.reporting.rebuild import check
from shared.maintenance.inspection import in_database
from shared.service.command_client import wait_until_read
from tests.integration.importing.conftest import Office
from tests.integration.importing.files import row, written

pytestmark = pytest.mark.integration

MOMENTS = (
    "1899-12-31", "1900-01-01", "1900-01-01 00:00:00.000", "2026-01-01 23:59:59.999", "0001-01-01",
    "9998-12-31", "9999-12-31", "",
)  # fmt: skip
AMOUNTS = (
    "0", "0.0001", "0.00001", "999999999999999.9999", "1000000000000000", "-0.01", "1e5", "",
    "000000000000000000001", "9" * 400,
)  # fmt: skip
TEXTS = ("", "a", "a" * 200, "a" * 5_000, "\U0001d4b3" * 200, "a\u202eb")
BORDERS = {
    **dict.fromkeys(("date_opened", "date_paid", "date_closed"), MOMENTS),
    **dict.fromkeys(("amount_claimed", "amount_assessed", "amount_paid"), AMOUNTS),
    **dict.fromkeys(("state_name", "employer_name", "case_status"), TEXTS),
}
KEYS = ("a" * 200, "a" * 5_000, "\U0001d4b3" * 200, "ñ\u202e")


def test_what_stands_at_the_border_of_a_cell_is_rejected_or_read_by_all(office: Office) -> None:
    rows = [
        row(f"{column}-{n}", **{column: value})
        for column, values in BORDERS.items()
        for n, value in enumerate(values)
    ]
    summary = office.imports(written(office.folder / "claims.csv", [*rows, *map(row, KEYS)]))
    assert summary.imported > len(rows) // 3
    assert summary.rejected > 0
    services = office.services
    for parts in ALL:
        for source in parts.reader.sources if parts.reader else ():
            wait_until_read(services[parts.name], services[source])
    assert {name: service.inbox.reasons() for name, service in services.items()} == {
        name: {} for name in services
    }
    address = services["reporting"].log.address
    done = check(in_database(office.installation.admin, address.dbname), address.user, SOURCES)
    assert (done.differs, done.failed) == (None, [])
