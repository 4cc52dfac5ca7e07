"""The release rule, and the frozen payload of a reveal: the only way by which answers leave the store.

The rule, for a question that the facilitator has closed for good (once: see `LocalRoom.settle`):

1. Enough. At least K answers (sensitive questions K_SENSITIVE); a room may raise this, never lower it.
2. Not small. In a sensitive question a cell with one or two people joins the neighbour that the module declares;
   when such a cell is still left, nothing is shown.
3. Not alike. The largest cell holds at most n - MARGIN people (sensitive: n - MARGIN_SENSITIVE). Where one answer may
   count in several cells, this holds for each cell's yes and for its no.
4. Same face. What is withheld is made from the question alone, so "too few" and "too alike" are the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workshop.kinds.base import LEAST as K
from workshop.kinds.base import LEAST_SENSITIVE as K_SENSITIVE
from workshop.kinds.base import SPARE as MARGIN
from workshop.kinds.base import SPARE_SENSITIVE as MARGIN_SENSITIVE
from workshop.kinds.base import Question

SMALL = 2  # one or two people in a cell of a sensitive question are too easily guessed


@dataclass(frozen=True)
class Cell:
    """One bar: its key ("owe", or "owe+other" where cells were joined), its label, how many people are in it."""

    key: str
    label: str
    people: int


@dataclass(frozen=True)
class Shown:
    """What may be seen of one question: how many people answered, and how many are in each cell."""

    people: int
    cells: tuple[Cell, ...]
    invented: bool = False


Draw = Callable[[Shown], dict[str, Any]]  # figures.bars: handed in, because figures are drawn from what is shown here


def threshold(sensitive: bool = False, k: int | None = None) -> int:
    """Answers needed before a question may be shown in a room that asks for `k`; ValueError when k is below the rule's."""
    if k is not None and k < K:
        raise ValueError(f"A room may ask for more than {K} answers before a result is shown, not for {k}.")
    return max(k or K, K_SENSITIVE if sensitive else K)


def release(question: Question, values: Sequence[Any], k: int | None = None) -> Shown | None:
    """What may be shown of these checked answers, one a person; None when nothing may be."""
    people = len(values)
    margin = MARGIN_SENSITIVE if question.sensitive else MARGIN
    if people < threshold(question.sensitive, k):
        return None
    groups = _tally(question, values)
    if question.sensitive:
        groups = _join_small(groups, question.merge)
    for who in groups.values():
        yes, no = len(who), people - len(who)
        if question.sensitive and 0 < yes <= SMALL:
            return None
        if yes > people - margin or (not question.exclusive and no > people - margin):
            return None
    labels = question.cells()
    return Shown(people, tuple(_cell(keys, labels, len(who)) for keys, who in groups.items()))


Groups = dict[tuple[str, ...], set[int]]  # cells shown as one -> who is in them, by place in the list of answers


def _tally(question: Question, values: Sequence[Any]) -> Groups:
    groups: Groups = {(key,): set() for key in question.cells()}
    for who, value in enumerate(values):
        cells = question.cells_of(value)
        if question.exclusive and len(cells) != 1:
            raise ValueError(f"{question.id} says that an answer counts in one cell; one counted in {len(cells)}.")
        for key in cells:
            groups[(key,)].add(who)
    return groups


def _join_small(groups: Groups, merge: Mapping[str, str]) -> Groups:
    """Join cells with one or two people with their declared neighbours, first cell first, until none can be joined."""
    order = [key for keys in groups for key in keys]
    while True:
        for keys in (keys for keys, who in groups.items() if 0 < len(who) <= SMALL):
            neighbour = next((merge[key] for key in keys if key in merge and merge[key] not in keys), None)
            if neighbour is not None:
                other = next(group for group in groups if neighbour in group)
                joined = tuple(sorted(keys + other, key=order.index))
                both = groups[keys] | groups[other]
                groups = {group: who for group, who in groups.items() if group not in (keys, other)} | {joined: both}
                groups = dict(sorted(groups.items(), key=lambda item: order.index(item[0][0])))
                break
        else:
            return groups


def _cell(keys: tuple[str, ...], labels: Mapping[str, str], people: int) -> Cell:
    return Cell("+".join(keys), " / ".join(labels[key] for key in keys), people)


def payload(question: Question, values: Sequence[Any], bets: Sequence[Any] = (), k: int | None = None, *, draw: Draw) -> bytes:
    """The bytes that everybody gets for `question`, for good; `bets` are the guesses about it, `draw` makes its figure."""
    shown = release(question, values, k)
    if shown is not None:
        return _canonical(_face(question, shown, bets, draw))
    invented = _face(question, _invented(question), bets, draw)
    return _canonical({"question": question.id, "face": "withheld", "example": invented})


def example(question: Question, bets: Sequence[Any] = (), *, draw: Draw) -> bytes:
    """The payload of the module's invented group, for a person who is alone."""
    return _canonical(_face(question, _invented(question), bets, draw))


def content_id(frozen: bytes) -> str:
    """The name of a payload: the SHA-256 of its bytes, in hex."""
    return hashlib.sha256(frozen).hexdigest()


def _invented(question: Question) -> Shown:
    cells = tuple(Cell(key, label, question.example[key]) for key, label in question.cells().items())
    return Shown(question.example_people, cells, invented=True)


def _face(question: Question, shown: Shown, bets: Sequence[Any], draw: Draw) -> dict[str, Any]:
    return {
        "question": question.id,
        "face": "shown",
        "people": shown.people,
        "cells": [[cell.key, cell.label, cell.people] for cell in shown.cells],
        "outcome": {bet.key: bet.came_true(_options(shown)) for bet in bets},
        "summary": summary(question, shown),
        "figure": draw(shown),
        "invented": shown.invented,
    }


def _options(shown: Shown) -> list[tuple[str, int]]:
    """(option, people) for a bet. Each option of a joined cell has the whole cell's count: nobody may know more."""
    return [(key, cell.people) for cell in shown.cells for key in cell.key.split("+")]


def summary(question: Question, shown: Shown) -> str:
    """What the figure shows, in one sentence."""
    chose = [f"{cell.people or 'nobody'} chose “{cell.label}”" for cell in shown.cells]
    group = f"an invented group of {shown.people} people" if shown.invented else f"{shown.people} people"
    several = "" if question.exclusive else ", who could choose several"
    listed = ", ".join(chose[:-1]) + (" and " if chose[:-1] else "") + chose[-1]
    return f"Of {group}{several}, {listed}."


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
