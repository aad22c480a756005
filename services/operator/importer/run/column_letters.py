"""A column's place, by the letters that a spreadsheet shows for it."""


def place_of(letters: str) -> int:
    """Return where the column stands: A is 0, AA is 26."""
    at = 0
    for each in letters.upper():
        at = at * 26 + ord(each) - ord("A") + 1
    return at - 1
