"""Two institutions, their cases, and the load generator that has them hand these over."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER, STEWARD
from tests.bench.figures import Unusable
from tests.bench.load import Done, Job
from tests.bench.stage import REPOSITORY, Running, Stage, end, soon

INSTITUTIONS = ("oficina-laboral-bench", "comision-ddhh-bench")
CLIENTS = 64
COMMANDS = 12
"""On each case: it is handed over four times, each time in three commands."""
CASE = {"programme": "mx-labour-protection", "subdivision": "MX-CHH", "channel": "shelter"}


def run(job: Job) -> Done:
    """Have the load generator carry out a job. Raises Unusable unless every answer was a yes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        output, _ = process.communicate(msgspec.json.encode(job), timeout=job.seconds + 90)
    finally:
        end(process)
    if process.returncode != 0:
        raise Unusable("the load generator failed; its output stands above")
    done = msgspec.json.decode(output, type=Done)
    if done.refused:
        raise Unusable(f"not every command was accepted: {done.refused}")
    return done


@dataclass
class Handing:
    """Cases that are handed to and fro between the two institutions, each case used once."""

    secrets: tuple[str, str]
    cases: list[str]

    @classmethod
    def prepared(cls, stage: Stage, referral: Running, intake: Running, count: int) -> "Handing":
        """Enter both in the directory, register cases at intake, and wait until referral has them.

        Real cases, the way they always come: over HTTP, intake's relay, and referral's reader.
        """
        for code in INSTITUTIONS:
            body = {"institution": code, "name": code, "kind": "labour-office"}
            secret = stage.token(code, STEWARD)
            referral.post("/institutions", secret, body, key=f"institution-{code}")
        secrets = tuple(stage.token(code, CASEWORKER) for code in INSTITUTIONS)
        handing = cls((secrets[0], secrets[1]), [])
        handing.cases = handing.register(intake, count)
        soon(lambda: _taken_up(stage, handing.cases), "referral has the cases")
        return handing

    @staticmethod
    def cases_for(per_second: float, seconds: float, rounds: int) -> int:
        """So many cases last that long, with all clients at work until the end."""
        return int(per_second * seconds / COMMANDS) + rounds * 2 * CLIENTS

    def register(self, at: Running, count: int) -> list[str]:
        """Register so many cases there; their ids."""
        return run(self._job(at, register=CASE, count=count)).streams

    def flood(self, at: Running, count: int, seconds: float) -> Done:
        """As many commands as are answered, on the next ``count`` cases, at most that long."""
        return run(self._job(at, cases=self._next(count), seconds=seconds))

    def reads(self, at: Running, each: int, seconds: float, authority: Path | None = None) -> Done:
        """As many looks at the cases as are answered, at most that long; all cases stay.

        authority: who vouches for the service, where it has TLS.
        """
        more = {"seconds": seconds, "authority": str(authority) if authority else None}
        return run(self._job(at, cases=self.cases, hand_overs=0, reads=each, **more))

    def pace(self, at: Running, per_second: float, seconds: float, watch: str) -> Done:
        """So many commands a second, and when each fact was seen in reporting."""
        cases = self._next(int(per_second * seconds / COMMANDS) + CLIENTS)
        more = {"seconds": seconds, "per_second": per_second, "watch": watch}
        return run(self._job(at, cases=cases, **more))

    def _job(self, at: Running, **more: object) -> Job:
        given = {
            "port": at.port,
            "prefix": new_id().hex,
            "secrets": self.secrets,
            "institutions": INSTITUTIONS,
            "hand_overs": COMMANDS // 3,
            "clients": CLIENTS,
            **more,
        }
        return msgspec.convert(given, Job)

    def _next(self, count: int) -> list[str]:
        taken, self.cases = self.cases[:count], self.cases[count:]
        if len(taken) < count:
            raise Unusable("there are not enough cases")
        return taken


def _taken_up(stage: Stage, cases: list[str]) -> bool:
    """Whether referral knows all of these."""
    text = "SELECT count(*) FROM referral.events WHERE originator_id = ANY(%s::uuid[])"
    return bool(stage.query(text, cases)[0][0] >= len(cases))
