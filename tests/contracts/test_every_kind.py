"""Every kind keeps the contract, tried on the example of its own docstring: what an author copies works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.activity import ActivityContract
from tests.contracts.authoring import HEAD, example_of, write
from workshop.declaration.curriculum import load
from workshop.kinds import KINDS, Activity


class TestEveryKind(ActivityContract):
    """The contract, over KINDS."""

    @pytest.fixture(params=list(KINDS), ids=str)
    def activity(self, request: pytest.FixtureRequest, tmp_path: Path) -> Activity:
        """The first activity of that kind in its docstring's example."""
        kind = KINDS[request.param]
        # Texts for the room have their place in a few modules only.
        slug, head = ("messages", f"pools_text = true\n{HEAD}") if getattr(kind, "pooled", False) else ("small", HEAD)
        module = load(write(tmp_path, head.replace('"small"', f'"{slug}"') + example_of(kind), f"01-{slug}.toml"))
        return next(activity for activity in module.activities if activity.kind == request.param)
