"""Where a page stands on the path that a server shows."""

from __future__ import annotations

import json
from pathlib import Path

from workshop.server.pages import Site


def test_gaps_in_the_numbers_leave_no_gaps_on_the_path(tmp_path: Path) -> None:
    """Modules 1, 4 and 13 are the first, second and third of three; the start page stands before them."""
    (tmp_path / "en").mkdir()
    names = {"start": "00-start", "arrive": "01-arrive", "map": "04-map", "steps": "13-steps"}
    for slug, name in names.items():
        (tmp_path / "en" / f"{name}.ipynb").write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": f"# {slug}"}]}), "utf-8")
    site = Site(tmp_path)
    said = {slug: site.words(site.path("en", slug)) for slug in names}
    assert {slug: (words["number"], words["total"]) for slug, words in said.items()} == {
        "start": (0, 3),
        "arrive": (1, 3),
        "map": (2, 3),
        "steps": (3, 3),
    }
    assert said["map"]["back"]["href"] == "arrive" and said["map"]["next"] == {"href": "steps", "title": "steps"}
