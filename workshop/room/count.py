"""What a close makes of the stored answers: the frozen payload of each question, or its batch of texts to be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workshop.kinds.base import BadAnswer, Paper, Question
from workshop.kinds.pair import Pair
from workshop.reveal import Side, batch, content_id, payload, release, table
from workshop.room.wire import RoomError
from workshop.store import Count, Made

MANY = 1000  # sheets of paper in one room


def freeze(count: Count, known: Mapping[str, Question | Pair]) -> Made:
    """Question -> (content id, payload) of all that `count` closes; (None, batch) where texts are to be read first."""
    made: dict[str, tuple[str | None, bytes]] = {}
    for id in count.questions:
        one = known[id]
        if not getattr(one, "revealed", True):
            continue
        values = list(_allowed(one, count.phones(id)))
        if isinstance(one, Pair):
            first, second = (_side(question, count) for question in one.questions)
            frozen = table(one, values, (first, second), count.k)
        elif one.pooled and (texts := batch(one, values, count.k)):
            made[id] = None, texts
            continue
        else:
            frozen = payload(one, values, count.k, paper=_paper(one, count))
        made[id] = content_id(frozen), frozen
    return made


def _side(question: Question, count: Count) -> Side:
    values, paper = list(_allowed(question, count.phones(question.id))), _paper(question, count)
    return Side(release(question, values, count.k, paper), values, paper)


def _paper(question: Question, count: Count) -> Paper | None:
    """What was counted by hand, as far as the question still has these cells."""
    paper = count.paper(question.id)
    return paper if paper is None or set(paper.cells) <= set(question.cells()) else None


def _allowed(question: Question | Pair, texts: Iterable[str]) -> Iterable[Any]:
    """The stored answers that the question still allows: its module may have been edited in the meantime."""
    for text in texts:
        try:
            yield question.check(json.loads(text))
        except BadAnswer:
            continue


def by_hand(question: Question, cells: object, people: object) -> Paper:
    """Totals from paper, checked; RoomError. Where one answer counts in one cell, `people` is their sum."""
    if question.pooled:
        raise RoomError("Texts are not counted: read them aloud instead, shuffled.")
    known = question.cells()
    if not isinstance(cells, Mapping) or not all(cell in known for cell in cells):
        raise RoomError("This question does not have these answers: load the desk anew.")
    numbers = {cell: cells.get(cell) or 0 for cell in known}
    if question.exclusive and people is None:
        people = sum(numbers.values()) if all(type(number) is int for number in numbers.values()) else -1
    for number in (*numbers.values(), people):
        if type(number) is not int or not 0 <= number <= MANY:
            raise RoomError(f"Give whole numbers from 0 to {MANY}, and how many sheets there were.")
    if people != sum(numbers.values()) if question.exclusive else max(numbers.values()) > people:
        raise RoomError("The numbers do not fit the number of sheets.")
    return Paper(numbers, people)
