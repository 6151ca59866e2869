"""What all tests share: one event loop library, and property tests that repeat exactly."""

from __future__ import annotations

import pytest
from hypothesis import settings

# Derandomised: the same examples everywhere, so "passes here" means "passes there". Deadlines
# measure the machine, not the code.
settings.register_profile("kernelscope", deadline=None, derandomize=True)
settings.load_profile("kernelscope")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the server does."""
    return "asyncio"
