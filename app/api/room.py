"""How many bytes requests may hold together while they wait for their turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import Busy


class Room:
    """Counts what requests hold, and refuses more than there is room for.

    Parameters
    ----------
    max_bytes : int
        Of all requests together; one by itself is always held.

    Examples
    --------
    >>> room = Room(max_bytes=10)
    >>> with room.holding(8):
    ...     room.held_bytes
    8
    """

    def __init__(self, *, max_bytes: int) -> None:
        self.held_bytes = 0
        self._max_bytes = max_bytes

    @contextmanager
    def holding(self, size_bytes: int) -> Iterator[None]:
        """Hold so many bytes until the end of the block.

        Raises
        ------
        Busy
            If there is no room for them beside those of others.
        """
        if self.held_bytes and self.held_bytes + size_bytes > self._max_bytes:
            message = "This server holds as much as it can for others who wait; try again soon."
            raise Busy(message, retry_after_seconds=5)
        self.held_bytes += size_bytes
        try:
            yield
        finally:
            self.held_bytes -= size_bytes
