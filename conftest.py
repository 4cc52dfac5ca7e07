"""What every test can ask for: a data directory of its own, a real PostgreSQL, a real Chromium, a running workshop."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

pytest_plugins = ["tests.postgres", "tests.chromium", "tests.running", "tests.cable", "tests.browser.stage", "tests.browser.gallery"]

# Set before any kernel or server starts: nothing that a test does may reach the person's own answers.
_data = tempfile.TemporaryDirectory(prefix="ws-test-data-")
os.environ["WORKSHOP_DATA"] = _data.name
os.environ["WORKSHOP_PREHEAT"] = "0"  # tests that count kernels would count pages in readiness: theirs ask for them
for name in ("WORKSHOP_MODE", "WORKSHOP_SOCKET", "WORKSHOP_ASSETS", "WORKSHOP_MODULES"):
    os.environ.pop(name, None)


@pytest.fixture
def root() -> Path:
    """The repository."""
    return Path(__file__).parent


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skipped test is a failure: a missing component must not look like success."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", [])) if reporter else 0
    if os.environ.get("CI") and skipped and exitstatus == 0:
        reporter.write_line(f"{skipped} skipped: in CI every component must be there, so this run fails.", red=True)
        session.exitstatus = 1


def pytest_unconfigure() -> None:
    _data.cleanup()
