"""The interdependence workshop kit. A notebook needs two names: `Page` for participants, `Desk` for the facilitator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop.desk import Desk
    from workshop.page import Page

__all__ = ["Desk", "Page"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import a facade when it is first used: `import workshop` alone stays light."""
    if name == "Page":
        from workshop.page import Page

        return Page
    if name == "Desk":
        from workshop.desk import Desk

        return Desk
    raise AttributeError(f"module 'workshop' has no attribute {name!r}; it has Page and Desk")
