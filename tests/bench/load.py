"""The load generator, in a process of its own: institutions that hand cases over, over HTTP.

``python -m tests.bench.load`` reads a job as JSON on standard input and answers as JSON. As little
as possible is done for each request, so that what is measured is the server and not this.
"""

import asyncio
import itertools
import json
import ssl
import sys
import time
from collections import Counter
from collections.abc import Generator, Sequence
from functools import partial
from typing import Any

import msgspec
import uvloop
from typing_extensions import override

from tests.bench.figures import percentile
from tests.bench.watching import Watching

HEAD_END = b"\r\n\r\n"


class Job(msgspec.Struct, kw_only=True):
    """What to do.

    secrets, institutions: of the two who hand cases to one another. cases: those to hand over,
    ``hand_overs`` times each, or to read, ``reads`` times. register: the body with which ``count``
    new ones are registered. seconds: the longest. per_second: commands over all clients; None: as
    many as are answered. authority: the file of who vouches for the server, where it has TLS.
    watch: reporting's connection string, to see when each fact arrives there.
    """

    port: int
    prefix: str
    secrets: tuple[str, str]
    institutions: tuple[str, str]
    cases: Sequence[str] = ()
    hand_overs: int = 0
    reads: int = 0
    register: dict[str, Any] | None = None
    count: int = 0
    clients: int
    seconds: float = 60.0
    per_second: float | None = None
    authority: str | None = None
    watch: str | None = None


class Done(msgspec.Struct, kw_only=True):
    """What came of it. accepted: answers with 2xx; refused: others, by status."""

    seconds: float
    accepted: int
    refused: dict[str, int]
    p50_ms: float
    p99_ms: float
    streams: list[str]
    visible_ms: list[float]


class Answer(msgspec.Struct):
    """One answer, as far as scripts need it."""

    status: int
    head: bytes
    body: bytes


Script = Generator[bytes, Answer, None]


class Run:
    """All clients of one job, and what they count."""

    def __init__(self, job: Job, watching: Watching | None) -> None:
        self.job = job
        self.watching = watching
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.streams: list[str] = []
        self.keys = itertools.count()
        self.due = itertools.count()
        self.left = job.clients
        self.began = self.ended = self.until = 0.0
        self.over = asyncio.get_running_loop().create_future()

    def start(self) -> None:
        """The clock runs from the first request."""
        self.began = time.perf_counter()
        self.until = self.began + self.job.seconds

    def next_at(self) -> float:
        """When the next request is to be sent; now, where no pace is set."""
        if self.job.per_second is None:
            return 0.0
        return self.began + next(self.due) / self.job.per_second

    def finished(self) -> None:
        """A client has no more requests. With fewer clients the load is another: all stop then."""
        if self.job.cases:
            self.until = min(self.until, time.perf_counter())
        self.left -= 1
        if not self.left and not self.over.done():
            self.over.set_result(None)

    def answered(self, answer: Answer, began: float, ended: float) -> None:
        self.statuses[answer.status] += 1
        self.latencies.append(ended - began)
        self.ended = ended
        if 200 <= answer.status < 300:
            if self.job.register is not None:
                self.streams.append(json.loads(answer.body)["stream"])
            if self.watching is not None:
                self.watching.accepted(answer.body, ended)

    def request(self, who: int, path: str, body: bytes) -> bytes:
        """The bytes of one command under a key of its own."""
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.job.secrets[who]}\r\n"
            f"Idempotency-Key: {self.job.prefix}-{next(self.keys)}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def reading(self, path: str) -> bytes:
        """The bytes of one look at something."""
        secret = self.job.secrets[0]
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}"
        return f"{head}\r\n\r\n".encode()

    def script(self, number: int) -> Script:
        """One client's requests, one after the other."""
        job = self.job
        if job.register is not None:
            body = json.dumps(job.register).encode()
            for _ in range(number, job.count, job.clients):
                yield self.request(0, "/cases", body)
        for case in job.cases[number :: job.clients]:
            for _ in range(job.reads):
                yield self.reading(f"/cases/{case}")
            yield from self._hand_over(case)

    def _hand_over(self, case_id: str) -> Script:
        """To and fro: each hand-over is requested, acknowledged and accepted."""
        for turn in range(self.job.hand_overs):
            sender, addressee = turn % 2, (turn + 1) % 2
            referral = {
                "to": self.job.institutions[addressee],
                "kind": "transfer",
                "services": ["legal-advice"],
            }
            path = f"/cases/{case_id}/referrals"
            answer = yield self.request(sender, path, json.dumps(referral).encode())
            if answer.status != 201:
                return
            identity = answer.head.partition(b"/referrals/")[2][:36].decode()
            for word in ("acknowledgement", "acceptance"):
                answer = yield self.request(addressee, f"{path}/{identity}/{word}", b"{}")
                if answer.status != 200:
                    return


class Client(asyncio.Protocol):
    """One connection, kept alive; one request at a time."""

    def __init__(self, run: Run, number: int) -> None:
        self._run = run
        self._script = run.script(number)
        self._got = b""
        self._length = -1
        self._sent = 0.0
        self._done = False
        self._transport: asyncio.Transport

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def begin(self) -> None:
        self._schedule(next(self._script, None))

    @override
    def data_received(self, data: bytes) -> None:
        self._got += data
        head, end, body = self._got.partition(HEAD_END)
        if not end:
            return
        if self._length < 0:
            self._length = int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])
        if len(body) < self._length:
            return
        self._got, self._length = b"", -1
        answer = Answer(int(head[9:12]), head, body)
        self._run.answered(answer, self._sent, time.perf_counter())
        try:
            following = self._script.send(answer)
        except StopIteration:
            following = None
        self._schedule(following)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done:
            self._done = True
            self._run.statuses[0] += 1
            self._run.finished()

    def _schedule(self, request: bytes | None) -> None:
        wait = self._run.next_at() - time.perf_counter() if request is not None else 0.0
        if request is None or time.perf_counter() + max(wait, 0.0) > self._run.until:
            self._done = True
            self._run.finished()
            self._transport.close()
        elif wait > 0:
            asyncio.get_running_loop().call_later(wait, self._send, request)
        else:
            self._send(request)

    def _send(self, request: bytes) -> None:
        self._sent = time.perf_counter()
        self._transport.write(request)


def _itself(client: Client) -> Client:
    return client


async def carry_out(job: Job) -> Done:
    """Connect all clients, then let them send."""
    watching = Watching(job.watch) if job.watch else None
    run = Run(job, watching)
    loop = asyncio.get_running_loop()
    tls = ssl.create_default_context(cafile=job.authority) if job.authority else None
    clients = []
    for number in range(job.clients):
        client = Client(run, number)
        await loop.create_connection(partial(_itself, client), "127.0.0.1", job.port, ssl=tls)
        clients.append(client)
    run.start()
    for client in clients:
        client.begin()
    await run.over
    visible = await asyncio.to_thread(watching.finish) if watching else []
    return Done(
        seconds=run.ended - run.began,
        accepted=sum(n for status, n in run.statuses.items() if 200 <= status < 300),
        refused={str(s): n for s, n in run.statuses.items() if not 200 <= s < 300},
        p50_ms=percentile(run.latencies, 0.50) * 1000,
        p99_ms=percentile(run.latencies, 0.99) * 1000,
        streams=run.streams,
        visible_ms=visible,
    )


def main() -> None:
    """Carry out the job on standard input."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.buffer.write(msgspec.json.encode(runner.run(carry_out(job))))


if __name__ == "__main__":
    main()
