"""The frozen bytes that everybody gets of a question: cells, never a drawing. Each screen draws them for itself."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from workshop.kinds.base import Paper, Question
from workshop.kinds.pair import Pair
from workshop.kinds.text import Text
from workshop.reveal.rule import Cell, Shown, Side, enough, release, release_table


def payload(question: Question, values: Sequence[Any], k: int | None = None, *, paper: Paper | None = None) -> bytes:
    """The bytes that everybody gets for `question`, for good."""
    shown = None if question.pooled else release(question, values, k, paper)
    return _withheld(question.id, example(question)) if shown is None else _canonical(_face(question, shown))


def example(question: Question) -> bytes:
    """The payload of the module's invented group: for a person who is alone, and inside what is withheld."""
    if isinstance(question, Text):
        return _canonical(_texts(question, question.example, invented=True))
    cells = tuple(Cell(key, label, question.example[key]) for key, label in question.cells().items())
    return _canonical(_face(question, Shown(question.example_people, cells, invented=True)))


def table(pair: Pair, rows: Sequence[Any], sides: tuple[Side, Side], k: int | None = None) -> bytes:
    """The bytes that everybody gets for a declared pair."""
    shown = release_table(pair, rows, sides, k)
    return _withheld(pair.id, example_table(pair)) if shown is None else _canonical(_face(pair, shown))


def example_table(pair: Pair) -> bytes:
    """The payload of a pair's invented group."""
    cells = tuple(Cell(key, label, pair.example[key]) for key, label in pair.cells().items() if pair.example.get(key))
    return _canonical(_face(pair, Shown(sum(cell.people for cell in cells), cells, invented=True)))


def batch(question: Text, texts: Collection[str], k: int | None = None) -> bytes | None:
    """The texts in an order of the operating system's random source, to be read before any is shown; None: too few."""
    if not enough(question, len(texts), k):
        return None
    shuffled = sorted(texts)
    random.SystemRandom().shuffle(shuffled)
    return _canonical(shuffled)


def approved(question: Text, frozen: bytes, chosen: Collection[int], k: int | None = None) -> bytes:
    """The bytes that everybody gets when the texts at these places of the batch were approved.

    At least k of them: "at least k texts from at least k people" is said of what is shown. Whoever reads the batch could
    else put one person's words on the wall alone, and those who were left out would know whose they are not.
    """
    texts = [text for place, text in enumerate(json.loads(frozen)) if place in chosen]
    if not enough(question, len(texts), k):
        return payload(question, ())
    return _canonical(_texts(question, texts))


def content_id(frozen: bytes) -> str:
    """The name of a payload: the SHA-256 of its bytes, in hex."""
    return hashlib.sha256(frozen).hexdigest()


def _withheld(id: str, invented: bytes) -> bytes:
    return _canonical({"question": id, "face": "withheld", "example": json.loads(invented)})


def _face(question: Question | Pair, shown: Shown) -> dict[str, Any]:
    return {
        "question": question.id,
        "face": "shown",
        "people": shown.people,
        "cells": [[cell.key, cell.label, cell.people] for cell in shown.cells],
        "summary": summary(question, shown),
        "follows": _follows(question, shown),
        "invented": shown.invented,
    }


def _texts(question: Text, texts: Sequence[str], invented: bool = False) -> dict[str, Any]:
    """How many were sent and not approved is not said."""
    group = "An invented group" if invented else f"{len(texts)} people"
    return {
        "question": question.id,
        "face": "shown",
        "people": len(texts),
        "cells": [],
        "texts": list(texts),
        "summary": f"{group} wrote, in no order: " + " · ".join(f"“{text}”" for text in texts),
        "follows": [],
        "invented": invented,
    }


def _follows(question: Question | Pair, shown: Shown) -> list[dict[str, Any]]:
    """Worked out from what is shown, so it tells nothing more."""
    if isinstance(question, Pair):
        return []
    return [asdict(one) for one in question.following([(cell.key, cell.people) for cell in shown.cells])]


def summary(question: Question | Pair, shown: Shown) -> str:
    """What the bars show, in one sentence."""
    chose = [f"{cell.people or 'nobody'} chose “{cell.label}”" for cell in shown.cells]
    group = f"an invented group of {shown.people} people" if shown.invented else f"{shown.people} people"
    several = ""
    if isinstance(question, Pair):
        several = " who answered both questions"
    elif not question.exclusive:
        several = ", who could choose several"
    listed = ", ".join(chose[:-1]) + (" and " if chose[:-1] else "") + chose[-1]
    return f"Of {group}{several}, {listed}."


def _canonical(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
