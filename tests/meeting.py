"""Phones without a browser that meet in a running workshop: the benchmarks' own, for tests."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.phones import Phone
from tests.running import Workshop


def finish(coroutine) -> object:
    """Run it on a thread of its own: beside Playwright's fixtures this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def phone_at(workshop: Workshop, slug: str = "arrive") -> Phone:
    return Phone(workshop.join_url.rsplit("/", 1)[0], f"/en/{slug}")
