"""How much is allowed in one go, and how much of it comes back each second."""

from __future__ import annotations

import time


class Bucket:
    """Starts with `most`, refills by `rate` a second."""

    def __init__(self, most: float, rate: float) -> None:
        self._most, self._rate = most, rate
        self._left, self._filled = most, time.monotonic()

    @property
    def left(self) -> float:
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._filled) * self._rate)
        self._filled = now
        return self._left

    @property
    def full(self) -> bool:
        return self.left >= self._most

    def take(self, amount: float = 1.0) -> bool:
        """Take `amount` and return True; if there isn't that much, take nothing and return False."""
        if self.left < amount:
            return False
        self._left -= amount
        return True


class Buckets:
    """One bucket for each name that asks; buckets that are full again are forgotten."""

    def __init__(self, most: float, rate: float, names: int = 1000) -> None:
        self._most, self._rate, self._names = most, rate, names
        self._kept: dict[str, Bucket] = {}

    def take(self, name: str) -> bool:
        if len(self._kept) >= self._names:
            self._kept = {one: bucket for one, bucket in self._kept.items() if not bucket.full}
        return self._kept.setdefault(name, Bucket(self._most, self._rate)).take()
