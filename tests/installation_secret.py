"""The secret of the installations that tests make: one for all, so that ids can be foretold."""

from shared.kernel.ids import InstallationSecret

SECRET_TEXT = "of no installation but of those that tests make"  # noqa: S105
SECRET = InstallationSecret(SECRET_TEXT.encode())
ANOTHER_TEXT = "and this one is another's, as long as is demanded"
ANOTHER = InstallationSecret(ANOTHER_TEXT.encode())
