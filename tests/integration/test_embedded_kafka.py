"""What the embedded Kafka promises: it serves, keeps its topics, and leaves no process behind."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from shared.embedded import jars, kafka, runtime
from shared.embedded.errors import EmbeddedProblem, JarsDiffer, PackageMissing
from shared.embedded.folder import DataFolder
from shared.embedded.kafka_probe import serves
from shared.embedded.supervisor import AlreadyRunning, Supervisor
from tests.brokers import client_at, know
from tests.embedded_processes import eventually, is_gone, owner_process, temporary_folder, users_of
from tests.ports import held_port

pytestmark = pytest.mark.integration


@pytest.fixture
def tmp_folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


def topics(supervisor: Supervisor, *, create: str | None = None) -> list[str]:
    bootstrap = supervisor.kafka()
    know(bootstrap, supervisor.kafka_passwords())
    admin = KafkaAdminClient(**client_at(bootstrap))
    try:
        if create is not None:
            admin.create_topics([NewTopic(create, 3, 1)])
        return sorted(admin.list_topics())
    finally:
        admin.close()


def test_a_started_broker_serves_and_a_stopped_one_leaves_nothing(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        bootstrap = supervisor.kafka()
        assert bootstrap.startswith("127.0.0.1:")
        topics(supervisor, create="facts")
        # The controller answers before the broker has heard of the topic.
        assert eventually(lambda: topics(supervisor) == ["facts"])
        assert supervisor.kafka() == bootstrap
        password = supervisor.kafka_passwords()["administrator"]
        listening = {
            address.laddr.ip.removeprefix("::ffff:")
            for process in users_of(tmp_folder)
            for address in process.net_connections()
            if address.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}
    assert users_of(tmp_folder) == []
    assert not serves(bootstrap, password)


@pytest.mark.verify
def test_after_kill_of_the_owner_the_broker_ends_and_is_back_with_its_topics_and_port(
    tmp_folder: Path,
) -> None:
    with held_port() as port:
        data = DataFolder(tmp_folder / "spaces, ñ" / "data")
        data.note("kafka.ports", {"broker": str(port)})
        its_owner_is_killed(data.path, f"127.0.0.1:{port}")
        assert set(data.noted("kafka.ports") or {}) == {"broker", "controller"}
        with Supervisor(data.path) as supervisor:
            assert supervisor.kafka() == f"127.0.0.1:{port}"
            assert topics(supervisor) == ["facts"]


def its_owner_is_killed(data: Path, bootstrap: str) -> None:
    with owner_process(data, "kafka") as owner:
        with Supervisor(data) as guest:
            assert guest.kafka() == bootstrap
            topics(guest, create="facts")
            with pytest.raises(AlreadyRunning):
                guest.own()
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert eventually(lambda: users_of(data) == [])


@pytest.mark.verify
def test_a_killed_broker_is_started_again_on_the_next_call(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        topics(supervisor, create="facts")
        broker = next(p for p in users_of(tmp_folder) if Path(p.cmdline()[0]).name == "java")
        broker.kill()
        assert topics(supervisor) == ["facts"]
        assert is_gone(broker)


def test_a_half_made_format_is_made_again(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        draft = supervisor.data / "kafka/data.draft"
        draft.mkdir()
        (draft / "meta.properties").write_text("version=1\n")
        assert topics(supervisor) == []
    assert not draft.exists()


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    taken = kafka._bound(0)
    assert taken is not None
    with taken:
        taken.listen()
        port = int(taken.getsockname()[1])
        free = kafka._free([port, 0])
        assert port not in free
        assert len(set(free)) == 2


def test_a_jar_that_is_not_the_locked_one_is_refused(
    tmp_path: Path, tmp_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = jars.locked()
    real = jars.obtain(locked, lambda _: None)
    for jar in locked:
        (tmp_path / jar.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(real / jar.path, tmp_path / jar.path)
    assert len(jars.check(locked, tmp_path)) == len(locked)
    victim = tmp_path / locked[7].path
    victim.write_bytes(victim.read_bytes() + b"!")
    monkeypatch.setenv("M2_REPO", str(tmp_path))
    with (
        Supervisor(tmp_folder / "data") as supervisor,
        pytest.raises(JarsDiffer, match=r"kafka-jars\.lock") as refusal,
    ):
        supervisor.kafka()
    assert refusal.value.jar == victim
    assert users_of(tmp_folder) == []


def test_a_missing_jar_is_fetched_whole_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smallest = min(jars.locked(), key=lambda jar: (jars.cache() / jar.path).stat().st_size)
    monkeypatch.setenv("M2_REPO", str(tmp_path))
    messages: list[str] = []
    repository = jars.obtain([smallest], lambda text: messages.append(text.es))
    assert jars.check([smallest], repository) == [tmp_path / smallest.path]
    assert messages == ["Descargando Apache Kafka 4.3.1 (43 MB, una sola vez)…"]
    assert [entry.name for entry in tmp_path.iterdir()] == [smallest.group.split(".")[0]]


def test_the_lock_has_kafkas_45_jars_and_the_one_for_its_log() -> None:
    locked = jars.locked()
    assert len({jar.path for jar in locked}) == 46
    assert [jar.artifact for jar in locked if "slf4j-impl" in jar.artifact] == ["log4j-slf4j-impl"]


def test_a_broken_lock_is_refused_with_its_line(tmp_path: Path) -> None:
    lock = tmp_path / "kafka-jars.lock"
    lock.write_text("# fine\norg.apache.kafka:kafka_2.13:4.3.1 sha256:short\n")
    with pytest.raises(EmbeddedProblem, match="línea 2"):
        jars.locked(lock)


def test_a_missing_package_is_named_with_both_ways_out() -> None:
    with pytest.raises(PackageMissing, match="kafka-embedded") as refusal:
        runtime.package_folder("no_such_java_package", jars.ADVICE)
    assert "CANALIZA_KAFKA_BOOTSTRAP" in refusal.value.text.es
    assert "CANALIZA_KAFKA_BOOTSTRAP" in refusal.value.text.en
