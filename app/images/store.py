"""Uploaded pictures: in memory only, bounded in bytes and time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from app.errors import LimitExceeded, NotFound
from app.images.faults import megabytes
from app.images.picture import Picture


@dataclass(frozen=True)
class _Entry:
    picture: Picture
    expires_at: float


class ImageStore:
    """Keeps pictures under their content's name until they expire or room is needed.

    Every use renews a picture. The least recently used one leaves first, which is also the
    one that expires first.

    Parameters
    ----------
    max_bytes : int
        Most bytes of all pictures together.
    ttl_seconds : float
        How long a picture is kept after its last use.
    clock : callable
        Seconds since the epoch; a test's own clock.

    Examples
    --------
    >>> store = ImageStore(max_bytes=2**28, ttl_seconds=3600)
    >>> store.get("0" * 64)
    Traceback (most recent call last):
    app.errors.NotFound: This picture is no longer in memory; send it again.
    """

    def __init__(
        self,
        max_bytes: int,
        ttl_seconds: float,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.max_bytes = max_bytes
        self.ttl_seconds = ttl_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._nbytes = 0

    def put(self, picture: Picture) -> float:
        """Keep a picture, or renew it.

        Returns
        -------
        float
            When it expires, in seconds since the epoch.

        Raises
        ------
        LimitExceeded
            If it alone needs more memory than there is for all.
        """
        if picture.nbytes > self.max_bytes:
            raise LimitExceeded(
                f"The picture needs {megabytes(picture.nbytes)} of memory; this server keeps at "
                f"most {megabytes(self.max_bytes)} of pictures. Send a smaller one.",
                field="file",
                allowed={"maximum": self.max_bytes},
            )
        with self._lock:
            self._remove(picture.id)
            self._drop_expired()
            while self._nbytes + picture.nbytes > self.max_bytes:
                self._remove(next(iter(self._entries)))
            return self._insert(picture)

    def get(self, image_id: str) -> Picture:
        """Find a picture and renew it.

        Raises
        ------
        NotFound
            If it was never sent, was deleted, has expired, or had to make room.
        """
        return self.renew(image_id)[0]

    def renew(self, image_id: str) -> tuple[Picture, float]:
        """Find a picture, renew it, and tell when it expires; raises as :meth:`get`."""
        with self._lock:
            self._drop_expired()
            entry = self._entries.get(image_id)
            if entry is None:
                raise _unknown()
            self._remove(image_id)
            return entry.picture, self._insert(entry.picture)

    def delete(self, image_id: str) -> None:
        """Forget a picture at once; raises as :meth:`get`."""
        with self._lock:
            self._drop_expired()
            if image_id not in self._entries:
                raise _unknown()
            self._remove(image_id)

    def __len__(self) -> int:
        """Count the pictures that have not expired."""
        with self._lock:
            self._drop_expired()
            return len(self._entries)

    @property
    def nbytes(self) -> int:
        """Bytes of all pictures together."""
        return self._nbytes

    def _insert(self, picture: Picture) -> float:
        expires_at = self._clock() + self.ttl_seconds
        self._entries[picture.id] = _Entry(picture, expires_at)
        self._nbytes += picture.nbytes
        return expires_at

    def _remove(self, image_id: str) -> None:
        entry = self._entries.pop(image_id, None)
        if entry is not None:
            self._nbytes -= entry.picture.nbytes

    def _drop_expired(self) -> None:
        now = self._clock()
        expired = [name for name, entry in self._entries.items() if entry.expires_at <= now]
        for name in expired:
            self._remove(name)


def _unknown() -> NotFound:
    message = "This picture is no longer in memory; send it again."
    return NotFound(message, code="unknown_image")
