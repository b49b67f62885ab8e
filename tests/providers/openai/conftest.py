"""A pool for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from runtime.providers.http.pool import HttpPool


@pytest.fixture
async def pool() -> AsyncIterator[HttpPool]:
    """Closed after the test, before the server goes."""
    pool = HttpPool()
    yield pool
    pool.close()
