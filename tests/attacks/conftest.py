"""The two databases of the attacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.world import quick_folder


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty store."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgresql_url")
        return
    with quick_folder() as folder:
        yield str(folder / "store.sqlite")
