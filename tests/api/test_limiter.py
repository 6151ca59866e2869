"""The limiter holds what it promises to hold, refuses the rest, and forgets nothing."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.api.limiter import Limiter
from app.errors import Busy

pytestmark = pytest.mark.anyio


async def test_one_request_more_than_workers_and_queue_is_refused_with_retry_after() -> None:
    limiter = Limiter(workers=1, queue_length=2)
    gate = threading.Event()
    held = [asyncio.create_task(limiter.run(gate.wait)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as refused:
        await limiter.run(gate.wait)
    assert refused.value.headers == {"Retry-After": "1"}
    gate.set()
    assert await asyncio.gather(*held) == [True, True, True]
    assert limiter.pending == 0
    assert await limiter.run(int, "7") == 7
    limiter.close()


async def test_a_cancelled_request_that_waits_is_never_computed() -> None:
    limiter = Limiter(workers=1, queue_length=1)
    gate = threading.Event()
    computed: list[int] = []
    first = asyncio.create_task(limiter.run(gate.wait))
    second = asyncio.create_task(limiter.run(computed.append, 2))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    gate.set()
    await first
    await limiter.run(computed.append, 3)
    assert computed == [3]
    assert limiter.pending == 0
    limiter.close()


async def test_an_error_in_a_worker_reaches_the_caller_and_frees_its_place() -> None:
    limiter = Limiter(workers=1, queue_length=0)
    with pytest.raises(ZeroDivisionError):
        await limiter.run(divmod, 1, 0)
    assert limiter.pending == 0
    limiter.close()
