"""A column's place, by the name that a spreadsheet shows for it."""


def place_of(column: str) -> int:
    """Return where the column stands: A is 0, AA is 26."""
    at = 0
    for each in column.upper():
        at = at * 26 + ord(each) - ord("A") + 1
    return at - 1
