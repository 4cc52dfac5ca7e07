"""The frozen bytes that everybody gets of a question: cells, never a drawing. Each screen draws them for itself."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Collection, Sequence
from typing import Any, Literal, NotRequired, TypedDict

from workshop.kinds.base import Paper, Question
from workshop.kinds.pair import Pair
from workshop.kinds.text import Text
from workshop.reveal.rule import Cell, Shown, Side, enough, release, release_pair


class ConclusionPayload(TypedDict):
    """See `kinds.base.Conclusion`."""

    key: str
    text: str
    off: int


class ShownPayload(TypedDict):
    """A result: its cells as (key, label, people), or the texts that were approved, and the same in one sentence."""

    question: str
    face: Literal["shown"]
    people: int
    cells: list[tuple[str, str, int]]
    texts: NotRequired[list[str]]
    summary: str
    follows: list[ConclusionPayload]
    invented: bool


class WithheldPayload(TypedDict):
    """Nothing, whatever the reason, and the invented group to talk about instead."""

    question: str
    face: Literal["withheld"]
    example: ShownPayload


Payload = ShownPayload | WithheldPayload


def payload(question: Question, values: Sequence[Any], k: int | None = None, *, paper: Paper | None = None) -> bytes:
    """The bytes that everybody gets for `question`, for good."""
    shown = None if question.pooled else release(question, values, k, paper)
    return _frozen(_withheld(question.id, _example(question)) if shown is None else _face(question, shown))


def example(question: Question) -> bytes:
    """The payload of the module's invented group: for a person who is alone, and inside what is withheld."""
    return _frozen(_example(question))


def _example(question: Question) -> ShownPayload:
    if isinstance(question, Text):
        return _texts(question, question.example, invented=True)
    cells = tuple(Cell(key, label, question.example[key]) for key, label in question.cells().items())
    return _face(question, Shown(question.example_people, cells, invented=True))


def pair_payload(pair: Pair, rows: Sequence[Any], sides: tuple[Side, Side], k: int | None = None) -> bytes:
    """The bytes that everybody gets for a declared pair."""
    shown = release_pair(pair, rows, sides, k)
    return _frozen(_withheld(pair.id, _example_pair(pair)) if shown is None else _face(pair, shown))


def example_pair(pair: Pair) -> bytes:
    """The payload of a pair's invented group."""
    return _frozen(_example_pair(pair))


def _example_pair(pair: Pair) -> ShownPayload:
    cells = tuple(Cell(key, label, pair.example[key]) for key, label in pair.cells().items() if pair.example.get(key))
    return _face(pair, Shown(sum(cell.people for cell in cells), cells, invented=True))


def batch(question: Question, texts: Collection[str], k: int | None = None) -> bytes | None:
    """The texts of a pooled question in an order of the operating system's random source, to be read before any is shown;
    None: too few."""
    if not enough(question, len(texts), k):
        return None
    shuffled = sorted(texts)
    random.SystemRandom().shuffle(shuffled)
    return _frozen(shuffled)


def approved(question: Question, frozen: bytes, chosen: Collection[int], k: int | None = None) -> bytes:
    """The bytes that everybody gets when the texts at these places of the batch were approved.

    At least k of them: "at least k texts from at least k people" is said of what is shown. Otherwise the person who reads the
    batch could put one person's words on the screen alone, and the people left out would know whose words they aren't.
    """
    texts = [text for place, text in enumerate(json.loads(frozen)) if place in chosen]
    return _frozen(_texts(question, texts)) if enough(question, len(texts), k) else payload(question, ())


def content_id(frozen: bytes) -> str:
    """The name of a payload: the SHA-256 of its bytes, in hex."""
    return hashlib.sha256(frozen).hexdigest()


def _withheld(id: str, invented: ShownPayload) -> WithheldPayload:
    return {"question": id, "face": "withheld", "example": invented}


def _face(question: Question | Pair, shown: Shown) -> ShownPayload:
    return {
        "question": question.id,
        "face": "shown",
        "people": shown.people,
        "cells": [(cell.key, cell.label, cell.people) for cell in shown.cells],
        "summary": _summary(question, shown),
        "follows": _follows(question, shown),
        "invented": shown.invented,
    }


def _texts(question: Question, texts: Sequence[str], invented: bool = False) -> ShownPayload:
    """Nothing in it says how many texts were sent and not approved."""
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


def _follows(question: Question | Pair, shown: Shown) -> list[ConclusionPayload]:
    """Worked out from what is shown, so it tells nothing more."""
    if isinstance(question, Pair):
        return []
    found = question.conclusions([(cell.key, cell.people) for cell in shown.cells])
    return [{"key": one.key, "text": one.text, "off": one.off} for one in found]


def _summary(question: Question | Pair, shown: Shown) -> str:
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


def _frozen(content: Payload | list[str]) -> bytes:
    """Always the same bytes for the same content."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
