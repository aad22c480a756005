"""Whoever waits for a batch gets an answer, whatever became of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from shared.eventstore.batcher import Batcher, Promise


def test_an_error_that_asyncio_cannot_carry_is_still_an_answer_and_the_next_gets_theirs() -> None:
    def serve(batch: Sequence[tuple[str, Promise]]) -> None:
        for item, future in batch:
            if item == "broken":
                future.set_exception(StopIteration())
            else:
                future.set_result(item)

    async def both(batcher: Batcher[str, str]) -> list[Any]:
        futures = [batcher.submit_from_loop(item) for item in ("broken", "whole")]
        return await asyncio.wait_for(asyncio.gather(*futures, return_exceptions=True), 10)

    batcher: Batcher[str, str] = Batcher("test", serve)
    broken, whole = asyncio.run(both(batcher))
    batcher.close()
    assert whole == "whole"
    with pytest.raises(RuntimeError, match="StopIteration"):
        raise broken
