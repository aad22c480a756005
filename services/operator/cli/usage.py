"""Usage and usage errors in the language in use: typer itself knows English only."""

import re
from typing import Annotated, Any, Final

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command
from typing_extensions import override

from services.operator.cli.language import LANGUAGES, language, say
from shared.kernel.text import Text

_USAGE: Final = (
    ("Usage: ", "Uso: "),
    ("[OPTIONS]", "[OPCIONES]"),
    ("COMMAND [ARGS]...", "ORDEN [ARGUMENTOS]..."),
)
_ERRORS: Final = (
    (r"No such option: ([^ ]+?)\.?(?: .*)?", r"No existe la opción \1"),
    (r"No such command (.+?)\.(?:.*)", r"No existe la orden \1"),
    (r"Missing command\.", r"Falta la orden"),
    (r"Missing option (.+?)\.(?:.*)", r"Falta la opción \1"),
    (r"Missing argument (.+?)\.(?:.*)", r"Falta el argumento \1"),
    (r"Option (.+?) requires an argument\.", r"La opción \1 lleva un valor"),
    (r"Invalid value for (.+?): .*", r"El valor de \1 no sirve"),
    (r"Got unexpected extra argument.*", r"Sobran argumentos"),
)


class One(TyperCommand):
    """A command whose usage is in the language in use."""

    @override
    def get_usage(self, ctx: Any) -> str:
        return _translated(super().get_usage(ctx))


class Family(TyperGroup):
    """A group of commands whose usage is in the language in use."""

    @override
    def get_usage(self, ctx: Any) -> str:
        return _translated(super().get_usage(ctx))


def in_this_language(app: typer.Typer) -> None:
    """Translate the usage of an app with all its commands; before ``typer.main.get_command``."""
    app.info.cls = Family
    for command in app.registered_commands:
        if not issubclass(command.cls or TyperCommand, One):
            command.cls = One
    for group in app.registered_groups:
        group.cls = Family
        if group.typer_instance is not None:
            in_this_language(group.typer_instance)
    rich_utils.ARGUMENTS_PANEL_TITLE = say(Text("Argumentos", "Arguments"))
    rich_utils.OPTIONS_PANEL_TITLE = say(Text("Opciones", "Options"))
    rich_utils.COMMANDS_PANEL_TITLE = say(Text("Órdenes", "Commands"))
    rich_utils.DEFAULT_STRING = say(Text("[predeterminado: {}]", "[default: {}]"))
    rich_utils.REQUIRED_LONG_STRING = say(Text("[se requiere]", "[required]"))


def with_language_option(command: Any) -> Any:
    """Add ``--lang`` to every command of a tree, and a text to its ``--help``."""
    option = _language_option()
    pending = [command]
    while pending:
        one = pending.pop()
        pending += getattr(one, "commands", {}).values()
        if not any("--lang" in param.opts for param in one.params):
            one.params.append(option)
        help_option = one.get_help_option(typer.Context(one))
        if help_option is not None:
            help_option.help = say(Text("Muestra esta ayuda.", "Shows this help."))
    return command


def usage_message(message: str, command_path: str) -> str:
    """Return a usage error with the next step."""
    text = message.splitlines()[0].rstrip(".") if message else ""
    if language() == "es":
        for pattern, spanish in _ERRORS:
            text, found = re.subn(f"^{pattern}$", spanish, f"{text}.") if text else ("", 0)
            if found:
                break
            text = text.removesuffix(".")
    return say(Text(f"{text}. Vea {command_path} --help.", f"{text}. See {command_path} --help."))


def _translated(usage: str) -> str:
    for english, spanish in _USAGE:
        usage = usage.replace(english, say(Text(spanish, english)), 1)
    return usage


def _language_option() -> Any:
    """Return ``--lang`` as an option; its value was read before: ``language.chosen``."""
    template = typer.Typer(add_completion=False)

    @template.command()
    def nothing(
        lang: Annotated[
            str | None,
            typer.Option(
                "--lang",
                expose_value=False,
                metavar="|".join(LANGUAGES),
                help=say(Text("Idioma; o CANALIZA_LANG.", "Language; or CANALIZA_LANG.")),
            ),
        ] = None,
    ) -> None:
        del lang

    return next(p for p in get_command(template).params if "--lang" in p.opts)
