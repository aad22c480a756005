"""An error as the user of the command line reads it: what happened, the next step, no secret."""

import sys

import typer

from services.operator.cli.language import say
from services.operator.cli.usage import usage_message
from shared.kernel.text import Text, UserError

INTERRUPTED = 130
"""The exit code of a command that was interrupted: what the shell gives after Ctrl-C."""


def explained(error: Exception) -> tuple[str, int]:
    """Return the message for an error and the exit code: 2 for wrong usage, else 1.

    Only errors that were made to be read are quoted. Of all others only the type and the line of
    code are given, because their message may hold anything.
    """
    if isinstance(error, typer.TyperException):
        return _usage(error)
    if isinstance(error, typer.Abort):
        return "", 1
    if isinstance(error, UserError):
        return say(error.text), error.code
    return _of_others(error) or (_unforeseen(error), 1)


def _usage(error: typer.TyperException) -> tuple[str, int]:
    if type(error).__name__ == "NoArgsIsHelpError":
        return "", 2  # the help was shown
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "canaliza"
    return usage_message(error.format_message(), path), error.exit_code


def _of_others(error: Exception) -> tuple[str, int] | None:
    """Explain errors of modules that are loaded only if they can be raised."""
    if "shared.postgres.database" in sys.modules:
        from shared.postgres.database import OUTAGES
        from shared.postgres.encryption import NOT_TRUSTED, refused_by_tls

        if isinstance(error, OUTAGES):
            return say(NOT_TRUSTED) if refused_by_tls(error) else _database(), 1
    if isinstance(error, OSError):
        what = error.strerror or type(error).__name__
        return f"{error.filename}: {what}." if error.filename else f"{what}.", 1
    return None


def _database() -> str:
    return say(
        Text(
            "La base de datos no responde o no deja entrar. Vea «canaliza doctor».",
            "The database does not answer, or does not let us in. See “canaliza doctor”.",
        ),
    )


def _unforeseen(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    location = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    name = type(error).__name__
    return say(
        Text(
            f"Un error de canaliza ({name} en {location}). Repórtelo; CANALIZA_TRACEBACK=1 dice "
            "más.",
            f"A mistake of canaliza ({name} at {location}). Report it; CANALIZA_TRACEBACK=1 "
            "says more.",
        ),
    )
