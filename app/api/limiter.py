"""A few worker threads with a bounded queue in front, so that health checks stay fast."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from app.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")


class Limiter:
    """Runs heavy functions in worker threads and refuses more than it can hold.

    Parameters
    ----------
    workers : int
        Functions computed at the same time.
    queue_length : int
        Functions that may wait for a thread.
    """

    def __init__(self, *, workers: int, queue_length: int) -> None:
        self.capacity = workers + queue_length
        self.pending = 0
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="kernelscope")

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Compute ``function(*args, **kwargs)`` in a worker thread and wait for it.

        A request that is cancelled while it waits leaves the queue without being computed.

        Raises
        ------
        Busy
            If every thread is computing and the queue is full.
        """
        with self._lock:
            self.check()
            self.pending += 1
        future = self._threads.submit(function, *args, **kwargs)
        # Not when this coroutine ends: a cancelled one may leave its thread computing.
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def check(self) -> None:
        """Raise Busy when one more request would not be held."""
        if self.pending >= self.capacity:
            message = f"This server is full (computing or waiting: {self.pending}); try again soon."
            raise Busy(message, retry_after_seconds=1)

    def _leave(self, future: Future[R]) -> None:
        with self._lock:
            self.pending -= 1

    def close(self) -> None:
        """Finish what is computing and drop what waits."""
        self._threads.shutdown(wait=False, cancel_futures=True)
