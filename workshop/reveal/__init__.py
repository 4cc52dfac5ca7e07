"""The only way by which answers leave the store: the release rule (`rule`), and what it lets out, frozen (`payload`)."""

from __future__ import annotations

from workshop.reveal.payload import Payload, approved, batch, content_id, example, example_pair, pair_payload, payload
from workshop.reveal.rule import SMALL, Cell, Shown, Side, enough, release, release_pair, threshold

__all__ = [
    "SMALL",
    "Cell",
    "Payload",
    "Shown",
    "Side",
    "approved",
    "batch",
    "content_id",
    "enough",
    "example",
    "example_pair",
    "pair_payload",
    "payload",
    "release",
    "release_pair",
    "threshold",
]
