"""Floods a port, in a process of its own: ``python -m tests.faults.flooding`` with a job as JSON.

Each client keeps its connection for as long as it is let, and sends its requests one after the
other as fast as they are answered. Prints how often each status was answered.
"""

import asyncio
import itertools
import json
import sys
from collections import Counter
from typing import Any


async def _client(
    port: int, requests: list[str], until: float, number: int, seen: Counter[str]
) -> None:
    loop = asyncio.get_running_loop()
    while loop.time() < until:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            seen["unreachable"] += 1
            await asyncio.sleep(0.05)
            continue
        try:
            for turn in itertools.count(number):
                if loop.time() >= until:
                    return
                text = requests[turn % len(requests)].replace("KEY", f"flood-{number:04}-{turn}")
                writer.write(text.encode())
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = head.partition(b"content-length:")[2].split(None, 1)
                await reader.readexactly(int(length[0]) if length else 0)
                seen[head[9:12].decode()] += 1
                if b"connection: close" in head:
                    break
        except (OSError, asyncio.IncompleteReadError):
            seen["cut"] += 1
        finally:
            writer.close()


async def flood(job: dict[str, Any]) -> Counter[str]:
    """Carry a job out. port, requests (whole, as text; KEY: a fresh key), clients, seconds."""
    seen: Counter[str] = Counter()
    until = asyncio.get_running_loop().time() + job["seconds"]
    await asyncio.gather(
        *(
            _client(job["port"], job["requests"], until, number, seen)
            for number in range(job["clients"])
        )
    )
    return seen


if __name__ == "__main__":
    print(json.dumps(asyncio.run(flood(json.loads(sys.argv[1])))))  # noqa: T201 - its answer
