"""Where the metrics listen: beside the port of the process, unless the operator says otherwise."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.operator.standard.doors import Doors
from shared.kernel.text import UserError
from shared.service.door import CannotListen, PortTaken, listen, open_door
from shared.service.metrics_port import MetricsPort, address_of
from shared.service.settings import SERVICES, Settings
from shared.web.answer_headers import ANSWER_HEADERS

ELSEWHERE = "192.0.2.1"  # for documentation: no machine has it


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock.getsockname()[1]


@pytest.mark.parametrize(
    ("port", "beside"), [(8080, 9080), (64_535, 65_535), (64_536, 63_536), (0, 0)]
)
def test_they_are_on_the_loopback_beside_the_port_of_the_process(port: int, beside: int) -> None:
    assert Settings().metrics_address(port) == ("127.0.0.1", beside)


def test_the_operator_s_word_goes_before_it() -> None:
    settings = Settings(metrics_host="10.0.0.7", metrics_port=9100)
    assert settings.metrics_address(8080) == ("10.0.0.7", 9100)


def test_a_door_opens_a_second_socket_for_them() -> None:
    door = open_door("127.0.0.1", 0, Settings(metrics_port=0), insecure=False).with_metrics(0)
    assert door.metrics is not None
    with door.sock, door.metrics:
        assert address_of(door.metrics) != f"{door.address}/metrics"


def test_a_taken_port_or_an_address_elsewhere_is_said_with_its_setting(taken: int) -> None:
    for settings, error, named in (
        (Settings(metrics_port=taken), PortTaken, "CANALIZA_METRICS_PORT"),
        (Settings(metrics_host=ELSEWHERE, metrics_port=0), CannotListen, "CANALIZA_METRICS_HOST"),
    ):
        door = open_door("127.0.0.1", 0, settings, insecure=False)
        with pytest.raises(error, match=named):
            door.with_metrics(0)
        assert door.sock.fileno() == -1, "nothing stays open"


def test_four_services_have_four_in_a_row_that_must_be_free(taken: int) -> None:
    ports = Doors(first=8080).metrics_ports(Settings())
    assert [ports[name] for name in SERVICES] == [9080, 9081, 9082, 9083]
    assert set(Doors().metrics_ports(Settings(metrics_port=0)).values()) == {0}
    with pytest.raises(UserError, match="CANALIZA_METRICS_PORT"):
        Doors().require_usable(Settings(metrics_port=taken))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_a_page_elsewhere_cannot_read_them_through_a_name_that_points_here(host: str) -> None:
    with served(host) as port:
        status, headers = asked(host, port, "stranger.example")
        assert (status, headers["Content-Type"]) == (421, "application/problem+json")
        assert headers["Cache-Control"] == "no-store"
        for known in ("localhost", "127.0.0.1", f"[::1]:{port}"):
            assert asked(host, port, known)[0] == 200


def test_their_answers_say_of_themselves_what_all_do() -> None:
    with served("127.0.0.1") as port:
        _, headers = asked("127.0.0.1", port, "localhost")
        for name, value in ANSWER_HEADERS:
            assert headers[name.decode()] == value.decode()


def test_a_scraper_on_the_network_may_call_this_machine_as_it_likes() -> None:
    with served("0.0.0.0") as port:  # noqa: S104 - for the length of this test
        assert asked("127.0.0.1", port, "canaliza.internal")[0] == 200


@contextmanager
def served(host: str) -> Iterator[int]:
    """The metrics of a process without services. Yields their port."""
    sock = listen(host, 0)
    port = MetricsPort(sock, [])
    port.start()
    try:
        yield sock.getsockname()[1]
    finally:
        port.stop()


def asked(host: str, port: int, called: str) -> tuple[int, http.client.HTTPMessage]:
    """The status and headers of the metrics, asked for from a host that is called like that."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/metrics", headers={"Host": called})
        answer = connection.getresponse()
        return answer.status, answer.headers
    finally:
        connection.close()
