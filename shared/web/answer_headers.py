"""What every answer says of itself, unless it says otherwise: the interfaces' and the pages' alike.

No answer allows another site's pages to read it: nothing here ever sends ``Access-Control-…``.
"""

ANSWER_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
"""Nobody on the way keeps it, no browser guesses what it is or runs any of it, no other site embeds
it or learns of its address."""
