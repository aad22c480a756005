"""Numbers handed out sealed: whoever brings one back has it opened, and cannot read it meanwhile.

Rows of a table that many institutions share are numbered as they come; whoever reads the numbers
of two of their own rows would count everybody else's in between.
"""

from shared.kernel.ids import InstallationSecret

_HOW = {"alg": "dir", "enc": "A256GCM"}


def sealed(secret: InstallationSecret, number: int) -> str:
    """Encrypt a number (AES-256-GCM, as JWE): the same one looks different each time."""
    from joserfc import jwe  # noqa: PLC0415 - costs a start that seals nothing
    from joserfc.jwk import OctKey  # noqa: PLC0415 - costs a start that seals nothing

    return jwe.encrypt_compact(_HOW, b"%020d" % number, OctKey.import_key(secret.seal))


def opened(secret: InstallationSecret, text: str) -> int:
    """Return the number that was sealed. Raises ValueError if it was not sealed here."""
    from joserfc import jwe  # noqa: PLC0415 - costs a start that opens nothing
    from joserfc.errors import JoseError  # noqa: PLC0415 - costs a start that opens nothing
    from joserfc.jwk import OctKey  # noqa: PLC0415 - costs a start that opens nothing

    try:
        found = jwe.decrypt_compact(text, OctKey.import_key(secret.seal))
        return int(found.plaintext or b"")
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ValueError("not sealed here") from error
