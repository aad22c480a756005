"""Small files as the publisher writes them, with every kind of row."""

import csv
from collections.abc import Iterable
from pathlib import Path

HEADINGS = (
    "case_uuid", "state_name", "employer_name", "case_status", "date_opened", "date_paid",
    "date_closed", "amount_claimed", "amount_assessed", "amount_paid",
)  # fmt: skip
EMPLOYER = "Nombre Secreto S. A."


def row(key: str, **cells: str) -> dict[str, str]:
    """A row; a wage claim in Kansas if no state is given."""
    return {"case_uuid": key, "state_name": "Kansas", "employer_name": EMPLOYER, **cells}


def written(file: Path, rows: Iterable[dict[str, str]]) -> Path:
    """Write them down."""
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, HEADINGS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file


def read(file: Path) -> list[list[str]]:
    """All lines of a CSV."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def many(n: int) -> list[dict[str, str]]:
    """So many wage claims of all sorts, all of them good."""
    return [
        row(
            f"claim-{number}",
            state_name="Wyoming" if number % 3 else "Kansas",
            date_opened="" if number % 7 == 0 else f"2019-0{1 + number % 9}-11",
            date_closed="" if number % 5 == 0 else f"2020-0{1 + number % 9}-12",
            amount_paid="" if number % 2 else f"{number}.50",
            case_status="dismissed" if number % 11 == 0 else "",
        )
        for number in range(n)
    ]
