"""Pillow's remarks about odd files stay out of the log; what matters is refused instead."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0
_restore = warnings.catch_warnings()


@contextmanager
def quiet() -> Iterator[None]:
    """Silence warnings of Pillow while at least one thread decodes.

    ``warnings.catch_warnings`` alone restores the wrong filters when two threads overlap, so the
    first thread in installs the filter and the last one out removes it.
    """
    global _inside, _restore
    with _lock:
        _inside += 1
        if _inside == 1:
            _restore = warnings.catch_warnings()
            _restore.__enter__()
            warnings.filterwarnings("ignore", module=r"PIL\.")
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _restore.__exit__(None, None, None)
