"""Every kind keeps the contract, tried on the example of its own docstring: what an author copies works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.activity import ActivityContract
from tests.contracts.authoring import HEAD, example_of, write
from workshop.curriculum import load
from workshop.kinds import KINDS, Activity


class TestEveryKind(ActivityContract):
    """The contract, over KINDS."""

    @pytest.fixture(params=list(KINDS), ids=str)
    def activity(self, request: pytest.FixtureRequest, tmp_path: Path) -> Activity:
        """The first activity of that kind in its docstring's example."""
        module = load(write(tmp_path, HEAD + example_of(KINDS[request.param])))
        return next(activity for activity in module.activities if activity.kind == request.param)
