"""A real browser without a window: Chromium, spoken to through a pipe (its DevTools Protocol)."""

import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.programs import program
from tests.waiting import soon

_SECONDS = 60.0
_END = b"\0"


class Chromium:
    """One tab."""

    def __init__(self, to_it: int, from_it: int) -> None:
        """to_it, from_it: the ends of its pipes."""
        self._to_it, self._from_it = to_it, from_it
        self._waiting, self._count, self._session = b"", 0, ""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]

    def open(self, address: str) -> None:
        """Go there as if somebody had typed it."""
        self._ask("Page.navigate", url=address)

    def evaluate(self, script: str) -> Any:
        """What a script gives on the page; None while there is none."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True)
        return answer.get("result", {}).get("value")

    def address(self) -> str:
        return str(self.evaluate("location.href"))

    def text(self) -> str:
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def click(self, selector: str) -> None:
        """Click on what is there, or will be soon."""
        script = f"(e => e ? (e.click(), true) : false)(document.querySelector({selector!r}))"
        soon(lambda: self.evaluate(script), f"{selector} is there", _SECONDS)

    def write(self, selector: str, words: str) -> None:
        """Fill a field."""
        script = (
            f"(e => e ? (e.value = {words!r}, true) : false)(document.querySelector({selector!r}))"
        )
        soon(lambda: self.evaluate(script), f"{selector} is there", _SECONDS)

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._count += 1
        asked = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._to_it, json.dumps(asked).encode() + _END)
        until = time.monotonic() + _SECONDS
        while (answer := self._next(until)).get("id") != self._count:
            pass
        result: dict[str, Any] = answer.get("result", {})
        return result

    def _next(self, until: float) -> dict[str, Any]:
        while _END not in self._waiting:
            ready, _, _ = select.select([self._from_it], [], [], max(0, until - time.monotonic()))
            part = os.read(self._from_it, 65_536) if ready else b""
            assert part, "the browser says nothing"
            self._waiting += part
        first, _, self._waiting = self._waiting.partition(_END)
        told: dict[str, Any] = json.loads(first)
        return told


@contextmanager
def chromium(folder: Path) -> Iterator[Chromium]:
    """Start a browser that knows nothing yet. folder: where it keeps what it learns."""
    theirs_in, to_it = os.pipe()
    from_it, theirs_out = os.pipe()
    words = (
        *(program("chromium"), "--headless=new", "--remote-debugging-pipe", "--no-first-run"),
        *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"),
        *("--disable-background-networking", f"--user-data-dir={folder}", "about:blank"),
    )
    # Chromium reads from file 3 and writes to file 4.
    shell = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
    with subprocess.Popen(
        [program("bash"), "-c", shell, "bash", *words],
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Chromium(to_it, from_it)
        finally:
            os.close(to_it)
            os.close(from_it)
            process.kill()
