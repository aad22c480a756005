"""What every answer says of itself, unless it says otherwise: the interfaces' and the pages' alike.

No answer allows another site's pages to read it: nothing here ever sends ``Access-Control-…``.
"""

ANSWER_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""Nobody on the way keeps it, no browser guesses what it is, no other site embeds it."""
