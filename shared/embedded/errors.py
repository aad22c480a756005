"""What can go wrong with an embedded server, each with its next step, in Spanish and English."""

from pathlib import Path

from shared.kernel.text import Text, UserError


class EmbeddedProblem(UserError):
    """An embedded server cannot do what it must. The text names paths and programs only.

    Its code is 2 unless the same start, given again, may succeed.
    """

    def __init__(self, text: Text, code: int = 2) -> None:
        super().__init__(text, code)


class AlreadyRunning(EmbeddedProblem):
    """Another live process owns the data folder.

    data: the folder. pid: the owner's process id, or None if it has not written it yet.
    """

    def __init__(self, data: Path, pid: int | None) -> None:
        who = "?" if pid is None else str(pid)
        super().__init__(
            Text(
                f"Otro proceso (pid {who}) ya usa la carpeta {data}. "
                "Deténgalo, o elija otra carpeta con DATA=… o --data.",
                f"Another process (pid {who}) already uses the folder {data}. "
                "Stop it, or choose another folder with DATA=… or --data.",
            )
        )
        self.data = data
        self.pid = pid


class FolderUnreachable(EmbeddedProblem):
    """The unprivileged user of the servers cannot pass one of the parents of a folder.

    folder: the one needed. closed: the parent that stops ``user``. We open no folder that is not
    ours, so a person has to choose.
    """

    def __init__(self, folder: Path, closed: Path, user: str) -> None:
        super().__init__(
            Text(
                f"El usuario {user} (como root, los servidores corren sin privilegios) no puede "
                "llegar "
                f"a {folder}: la carpeta {closed} está cerrada. Elija otra con "
                "DATA=/var/lib/canaliza, "
                f"ejecute como un usuario ordinario, o abra el paso usted: chmod o+x '{closed}'.",
                f"User {user} (as root, the servers run without privileges) cannot reach {folder}: "
                f"the folder {closed} is closed. Choose another with DATA=/var/lib/canaliza, "
                "run as an "
                f"ordinary user, or open the way yourself: chmod o+x '{closed}'.",
            )
        )
        self.folder = folder
        self.closed = closed
        self.user = user


class PackageMissing(EmbeddedProblem):
    """A package that carries a server is not installed. hint: what to do."""

    def __init__(self, package: str, hint: Text) -> None:
        super().__init__(
            Text(
                f"Falta el paquete {package}. {hint.es}", f"Package {package} is missing. {hint.en}"
            )
        )
        self.package = package


class ServerDidNotStart(EmbeddedProblem):
    """A server ended or stayed silent while starting.

    log: the file in which it wrote why. why: one short line, the last of its log if there is one.
    """

    def __init__(self, server: str, log: Path, why: str) -> None:
        super().__init__(
            Text(
                f"{server} no arrancó: {why}. Vea {log} y vuelva a intentarlo.",
                f"{server} did not start: {why}. See {log} and try again.",
            ),
            1,
        )
        self.server = server
        self.log = log


class NotStartedByOwner(EmbeddedProblem):
    """The owner of the data folder is alive but has not started ``server``; only it can."""

    def __init__(self, server: str, data: Path, pid: int | None) -> None:
        who = "?" if pid is None else str(pid)
        super().__init__(
            Text(
                f"El proceso {who} usa la carpeta {data}, pero no ha arrancado {server}. "
                "Espere a que arranque, o reinícielo con ese servidor (por ejemplo BUS=kafka).",
                f"Process {who} uses the folder {data} but has not started {server}. "
                "Wait until it has, or restart it with that server (for example BUS=kafka).",
            ),
            1,
        )
        self.server = server


class ServerEnded(EmbeddedProblem):
    """The owner of the data folder had started ``server``, and it does not answer any more."""

    def __init__(self, server: str, log: Path, pid: int | None) -> None:
        who = "?" if pid is None else str(pid)
        super().__init__(
            Text(
                f"{server} terminó o no responde. El proceso {who} lo arranca otra vez en unos "
                f"segundos, o termina con 1 si no puede. Vea {log}.",
                f"{server} has ended or does not answer. Process {who} starts it again within "
                f"seconds, or ends with 1 if it cannot. See {log}.",
            ),
            1,
        )
        self.server = server


class ServerMoved(EmbeddedProblem):
    """A server that was started again has another address than the one in use."""

    def __init__(self, server: str) -> None:
        super().__init__(
            Text(
                f"{server} terminó, y arrancó de nuevo en otra dirección. Arranque canaliza otra "
                "vez.",
                f"{server} ended, and was started again at another address. Start canaliza again.",
            ),
            1,
        )
        self.server = server


class OpenToOthers(EmbeddedProblem):
    """Other users may write ``path``, so that what it says may be theirs. mend: the command."""

    def __init__(self, path: Path, mend: str) -> None:
        super().__init__(
            Text(
                f"Otros usuarios pueden escribir en {path}: lo que dice pudo cambiarlo "
                f"cualquiera. Revise la carpeta, y ciérrela: {mend}",
                f"Other users may write {path}: what it says may be anybody's. "
                f"Look at the folder, and close it: {mend}",
            )
        )
        self.path = path


class DatabasePasswordLost(EmbeddedProblem):
    """The cluster is there, and the superuser's password is not, or opens nothing."""

    def __init__(self, secret: Path) -> None:
        super().__init__(
            Text(
                f"La contraseña de la base de datos, {secret}, falta o no es la de esta base. "
                "Restaure ese archivo del respaldo de la carpeta.",
                f"The database's password, {secret}, is missing, or not the one of this "
                "database. Restore that file from the folder's backup.",
            )
        )
        self.secret = secret


class JarsDiffer(EmbeddedProblem):
    """A jar is not the one the lock promises. Its SHA-256 sums are given in hexadecimal."""

    def __init__(self, jar: Path, expected: str, found: str) -> None:
        super().__init__(
            Text(
                f"El archivo {jar} no es el que dice kafka-jars.lock (SHA-256 esperado {expected}, "
                f"hallado {found}). Bórrelo y repita: se descargará de nuevo. Si vuelve a "
                "pasar, no lo "
                "use: el repositorio entrega otra cosa.",
                f"The file {jar} is not the one kafka-jars.lock promises (SHA-256 expected "
                f"{expected}, "
                f"found {found}). Delete it and repeat: it will be downloaded again. If it happens "
                "again, do not use it: the repository serves something else.",
            )
        )
        self.jar = jar
