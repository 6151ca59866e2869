"""Uploads are bounded in bytes and time."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.errors import LimitExceeded, NotFound
from app.images.picture import Picture
from app.images.store import ImageStore


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def picture(name: str) -> Picture:
    pixels = np.zeros((10, 10), np.uint8)
    return Picture(id=name, width=10, height=10, whole=pixels, square=pixels)


SIZE = picture("x").nbytes


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> ImageStore:
    return ImageStore(3 * SIZE, 60, clock=clock)


def test_a_picture_is_found_until_it_expires(store: ImageStore, clock: Clock) -> None:
    kept = picture("a")
    assert store.put(kept) == 1060
    clock.now = 1059
    assert store.get("a") is kept
    clock.now = 1059 + 60
    with pytest.raises(NotFound) as refusal:
        store.get("a")
    assert refusal.value.code == "unknown_image"
    assert (len(store), store.nbytes) == (0, 0)


def test_every_use_renews(store: ImageStore, clock: Clock) -> None:
    store.put(picture("a"))
    clock.now = 1050
    assert store.renew("a")[1] == 1110
    clock.now = 1100
    assert store.put(picture("a")) == 1160
    assert len(store) == 1
    assert store.nbytes == SIZE


def test_the_least_recently_used_leaves_first(store: ImageStore) -> None:
    for name in "abc":
        store.put(picture(name))
    store.get("a")
    store.put(picture("d"))
    with pytest.raises(NotFound):
        store.get("b")
    assert {store.get(name).id for name in "acd"} == {"a", "c", "d"}
    assert store.nbytes == 3 * SIZE


def test_expired_pictures_make_room_first(store: ImageStore, clock: Clock) -> None:
    store.put(picture("a"))
    clock.now += 61
    for name in "bcd":
        store.put(picture(name))
    assert len(store) == 3


def test_a_picture_larger_than_the_store_is_refused() -> None:
    with pytest.raises(LimitExceeded, match=r"needs .* of memory"):
        ImageStore(SIZE - 1, 60).put(picture("a"))


def test_a_deleted_picture_is_gone(store: ImageStore) -> None:
    store.put(picture("a"))
    store.delete("a")
    assert store.nbytes == 0
    for forget in (store.get, store.delete):
        with pytest.raises(NotFound):
            forget("a")


def test_threads_do_not_corrupt_the_count(store: ImageStore) -> None:
    def work(names: str) -> None:
        for turn in range(300):
            store.put(picture(names[turn % len(names)]))
            try:
                store.get(names[0])
                store.delete(names[1])
            except NotFound:
                pass

    threads = [threading.Thread(target=work, args=(names,)) for names in ("abc", "bcd", "cda")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.nbytes == len(store) * SIZE <= 3 * SIZE
