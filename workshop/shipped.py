"""Where the folders are that come with the workshop but aren't Python: the notebooks and the facilitator guide.

In a checkout they lie beside the package, where people look for them. A wheel holds them inside the package, under the same
names (`pyproject.toml` maps them in). Nothing ever writes there: what somebody works on is a copy of their own.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).parent
MISSING = "The {what} are missing from this installation, in {place}: install interdependence-workshop again."


class Incomplete(FileNotFoundError):
    """Something that comes with the workshop isn't there; the message is one sentence."""


def notebooks() -> Path:
    """The notebooks' folder: an author's own in WORKSHOP_NOTEBOOKS, else ours."""
    if named := os.environ.get("WORKSHOP_NOTEBOOKS"):
        if not Path(named, "00-start.ipynb").is_file():
            raise Incomplete(f"WORKSHOP_NOTEBOOKS names {named}, and there's no 00-start.ipynb in that folder.")
        return Path(named)
    return _folder("notebooks", "00-start.ipynb", "notebooks")


def guide() -> Path:
    """The facilitator guide's folder."""
    return _folder("facilitator-guide", "README.md", "guide's pages")


def from_checkout() -> bool:
    """Whether this is the repository itself, and not an installed package."""
    return not (PACKAGE / "notebooks").is_dir()


def _folder(name: str, first: str, what: str) -> Path:
    places = (PACKAGE / name, PACKAGE.parent / name)
    for place in places:
        if (place / first).is_file():
            return place
    raise Incomplete(MISSING.format(what=what, place=places[from_checkout()]))
