"""What all tests share: one event loop library, and property tests that repeat exactly."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# NumPy is not loaded yet, and BLAS reads this once. Its threads gain nothing on small arrays, and
# wait for each other where the machine is busy; the program itself runs with one as well.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

# Derandomised: the same examples everywhere, so "passes here" means "passes there". Deadlines
# measure the machine, not the code.
settings.register_profile("kernelscope", deadline=None, derandomize=True)
settings.load_profile("kernelscope")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the server does."""
    return "asyncio"
