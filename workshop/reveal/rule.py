"""The release rule. It is pure: what may be shown of some answers depends on these answers and on nothing else.

For a question that the facilitator has closed for good (once: see `LocalRoom.settle`):

1. Enough. At least K answers from phones (sensitive questions K_SENSITIVE); a room may raise this, never lower it.
2. Not few. In a sensitive question a cell with nobody, one or two people joins the neighbour that the module declares:
   so a joined cell doesn't tell that somebody is in it. When one or two are still alone in a cell, nothing is shown.
3. Not alike. The largest cell holds at most n - MARGIN people (sensitive: n - MARGIN_SENSITIVE). Where one answer may
   count in several cells, this holds for each cell's yes and for its no.
4. Same face. What is withheld is made from the question alone, so "too few" and "too alike" are the same bytes.
5. Paper. The rule holds for the phones alone and for phones and paper together: who counted the paper can subtract it.
   That it held for the phones tells something of the paper: from five phones and one sheet, seen as four and two, it'd
   follow what the sheet says. So together one person more stands apart, two where there are two sheets or more.
6. Declared pairs. Both questions are shown by themselves; every cell of the pair holds nobody or enough; in each row
   and column that has people two cells have people, so that nobody's answer to one question gives away the other; and
   those who answered only one of the two, whom anybody can find by subtracting, pass the rule by themselves.
7. Texts. At least K texts from as many people, and at least K of them approved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workshop.kinds.base import K_SENSITIVE, K, Paper, Question
from workshop.kinds.pair import Pair

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


def threshold(sensitive: bool = False, k: int | None = None) -> int:
    """Answers needed before a question may be shown in a room that asks for `k`; ValueError when k is below the rule's."""
    if k is not None and k < K:
        raise ValueError(f"A room may ask for more than {K} answers before a result is shown, not for {k}.")
    return max(k or K, K_SENSITIVE if sensitive else K)


def enough(question: Question | Pair, people: int, k: int | None = None) -> bool:
    """Whether so many answers are enough in a room that asks for `k`."""
    return people >= threshold(question.sensitive, k)


def release(question: Question, values: Sequence[Any], k: int | None = None, paper: Paper | None = None) -> Shown | None:
    """What may be shown of these checked answers, one a person, and of what was counted on paper; None: nothing."""
    if not enough(question, len(values), k):
        return None
    sheets, more = paper or Paper({}, 0), _more(paper)
    groups = _tally(question, values)
    if question.sensitive:
        groups = _join_few(groups, question.merge, sheets.cells, more)
    if sheets.people and not question.exclusive and any(len(keys) > 1 for keys in groups):
        return None  # totals on paper don't say how many people chose one cell or the other
    phones = {keys: len(who) for keys, who in groups.items()}
    counts, people = {keys: count + _sheets(keys, sheets.cells) for keys, count in phones.items()}, len(values) + sheets.people
    if not (_may(question, phones, len(values)) and _may(question, counts, people, more)):
        return None
    labels = question.cells()
    return Shown(people, tuple(_cell(keys, labels, count) for keys, count in counts.items()))


Joined = tuple[str, ...]  # cells shown as one
Groups = dict[Joined, set[int]]  # who is in them, by place in the list of answers


def _more(paper: Paper | None) -> int:
    """How many more stand apart where paper was counted in: the one whom it is about, and one who knows their own sheet."""
    return min(2, paper.people) if paper else 0


def _sheets(keys: Joined, on_paper: Mapping[str, int]) -> int:
    return sum(on_paper.get(key, 0) for key in keys)


def _may(question: Question, counts: Mapping[Joined, int], people: int, more: int = 0) -> bool:
    """Not few, not alike; `more` people than usual stand apart."""
    apart = question.margin + more
    for yes in counts.values():
        if question.sensitive and 0 < yes <= SMALL + more:
            return False
        if yes > people - apart or (not question.exclusive and yes < apart):
            return False
    return True


def _tally(question: Question, values: Sequence[Any]) -> Groups:
    groups: Groups = {(key,): set() for key in question.cells()}
    for who, value in enumerate(values):
        cells = question.cells_of(value)
        if question.exclusive and len(cells) != 1:
            raise ValueError(f"{question.id} says that an answer counts in one cell; one counted in {len(cells)}.")
        for key in cells:
            groups[(key,)].add(who)
    return groups


def _join_few(groups: Groups, merge: Mapping[str, str], on_paper: Mapping[str, int], more: int) -> Groups:
    """Join cells with at most SMALL people, or `more` with those on paper, with their declared neighbours, first cell
    first, until none can be joined."""
    order = [key for keys in groups for key in keys]
    while True:
        few = (keys for keys, who in groups.items() if len(who) <= SMALL or len(who) + _sheets(keys, on_paper) <= SMALL + more)
        for keys in few:
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


def _cell(keys: Joined, labels: Mapping[str, str], people: int) -> Cell:
    return Cell("+".join(keys), " / ".join(labels[key] for key in keys), people)


@dataclass(frozen=True)
class Side:
    """One question of a pair, counted by itself: what was shown of it, and from what."""

    shown: Shown | None
    values: Sequence[Any]
    paper: Paper | None = None


def release_pair(pair: Pair, rows: Sequence[Any], sides: tuple[Side, Side], k: int | None = None) -> Shown | None:
    """What may be shown of a declared pair; `rows`: the checked pairs of answers, one for each person who gave both."""
    counts = Counter(pair.cells_of(row) for row in rows)
    if not all(enough(pair, count, k) for count in counts.values()):
        return None
    for place, (question, side) in enumerate(zip((pair.first, pair.second), sides, strict=True)):
        lines = Counter(cells[place] for cells in counts)
        if len(lines) < 2 or min(lines.values()) < 2:
            return None
        if not _rest_may(question, side, Counter(cells[place] for cells in counts.elements()), k):
            return None
    labels = pair.cells()
    return Shown(len(rows), tuple(Cell(key, labels[key], counts[cells]) for cells, key in pair.grid() if counts[cells]))


def _rest_may(question: Question, side: Side, both: Mapping[str, int], k: int | None) -> bool:
    """Whether nobody is in this question's result without being in the pair's, or those who are pass the rule by themselves."""
    if side.shown is None:
        return False
    alone = Counter(key for value in side.values for key in question.cells_of(value))
    on_paper = side.paper.cells if side.paper else {}
    phones, everybody = {}, {}
    for keys in (tuple(cell.key.split("+")) for cell in side.shown.cells):
        phones[keys] = sum(alone[key] - both.get(key, 0) for key in keys)
        everybody[keys] = phones[keys] + _sheets(keys, on_paper)
    if any(phones.values()):
        return _safe(question, phones, k) and _safe(question, everybody, k, _more(side.paper))
    return not any(everybody.values()) or _safe(question, everybody, k)


def _safe(question: Question, counts: Mapping[Joined, int], k: int | None, more: int = 0) -> bool:
    people = sum(counts.values())
    return min(counts.values()) >= 0 and enough(question, people, k) and _may(question, counts, people, more)
