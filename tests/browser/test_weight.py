"""What a phone fetches for a page with core widgets: Voila's files as one, none of them scattered, and no figure's file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.authored import SLIDER, author
from tests.browser.walk import join


def test_voilas_files_come_as_one(start, phone, tmp_path: Path):
    workshop = start(env=author(tmp_path, sliders=[SLIDER]))
    one = join(phone(), workshop)
    one.requests.clear()
    one.page.goto(workshop.pages["sliders"])
    expect(one.page.locator("[role=slider]").first).to_be_visible(timeout=60_000)
    asked = [urlsplit(request.url).path for request in one.requests if request.url.startswith("http")]
    library = [path for path in asked if path.startswith("/lib/")]
    scattered = [path for path in library if not path.endswith("/static/voila.js") and "/remoteEntry." not in path]
    assert not scattered, "with other versions of Voila or its extensions: make chunks"
    assert len(library) == 4
    assert not any(path.endswith("plotly.min.js") for path in asked)
