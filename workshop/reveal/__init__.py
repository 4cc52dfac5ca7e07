"""The only way by which answers leave the store: the release rule (`rule`), and what it lets out, frozen (`payload`)."""

from __future__ import annotations

from workshop.reveal.payload import approved, batch, content_id, example, example_table, payload, summary, table
from workshop.reveal.rule import (
    K_SENSITIVE,
    MARGIN,
    MARGIN_SENSITIVE,
    SMALL,
    Cell,
    K,
    Shown,
    Side,
    enough,
    release,
    release_table,
    threshold,
)

__all__ = [
    "K_SENSITIVE",
    "MARGIN",
    "MARGIN_SENSITIVE",
    "SMALL",
    "Cell",
    "K",
    "Shown",
    "Side",
    "approved",
    "batch",
    "content_id",
    "enough",
    "example",
    "example_table",
    "payload",
    "release",
    "release_table",
    "summary",
    "table",
    "threshold",
]
