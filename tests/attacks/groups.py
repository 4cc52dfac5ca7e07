"""All groups of people that can answer a question, and what can be worked out from what the room gets of them.

Each way in which so many people can answer is counted by the real rule. Then all groups that look alike from outside are
laid side by side: what is true in each of them is what somebody can work out, with an answer of their own, or with the
totals of the paper that they have counted.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain, combinations, product
from math import comb
from operator import mul
from typing import Any

import numpy as np

from tests.attacks.world import Breach
from workshop.kinds import Question
from workshop.kinds.base import Paper

PEOPLE = 9
WHO = ("on a phone", "on paper", "who has not answered")
Counts = tuple[int, ...]  # how many gave each answer
Publish = Callable[[Question, Sequence[Any], Paper | None], bytes]


def frozen(question: Question, values: Sequence[Any], paper: Paper | None) -> bytes:
    """What everybody gets."""
    return sys.modules["workshop.reveal"].payload(question, values, paper=paper)


def unadorned(question: Question, values: Sequence[Any], paper: Paper | None) -> bytes:
    """What the rule lets out, without figure and sentences: quicker."""
    shown = sys.modules["workshop.reveal.payload"].release(question, values, None, paper)
    if shown is None:
        return b'{"face":"withheld"}'
    cells = [[cell.key, cell.label, cell.people] for cell in shown.cells]
    return json.dumps({"face": "shown", "people": shown.people, "cells": cells, "invented": False}).encode()


# --- groups


def splits(people: int, answers: int) -> Iterator[Counts]:
    """Every way in which so many people can give so many different answers."""
    if answers == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for rest in splits(people - first, answers - 1):
            yield (first, *rest)


@cache
def ways(counts: Counts) -> int:
    """In how many ways people with names can be such a group."""
    found, left = 1, sum(counts)
    for count in counts:
        found *= comb(left, count)
        left -= count
    return found


def sizes(least: int = 0, most: int = PEOPLE, sheets: int = 0, people: int = 99) -> tuple[tuple[int, int], ...]:
    """So many phones, with up to so many sheets of paper, as long as no more than so many people are there."""
    return tuple((phones, paper) for phones in range(least, most + 1) for paper in range(sheets + 1) if phones + paper <= people)


@dataclass
class Case:
    """A question, and the sizes of the groups that answer it: (on phones, on paper)."""

    name: str
    question: Question
    sizes: tuple[tuple[int, int], ...] = sizes()
    publish: Publish = frozen
    bounded: bool = True  # nobody becomes surer than the guide says; otherwise only never certain
    counts: dict[tuple[str, ...], Counts] = field(default_factory=dict)  # those of `into`

    @cached_property
    def answers(self) -> list[Any]:
        """All that one person can say."""
        return all_answers(self.question)

    def __str__(self) -> str:
        return self.name

    def into(self, *options: str) -> Counts:
        """For each answer whether it counts in one of these options."""
        if options not in self.counts:
            counts = (set(options) & set(self.question.cells_of(answer)) for answer in self.answers)
            self.counts[options] = tuple(int(bool(some)) for some in counts)
        return self.counts[options]

    def people(self, group: Counts, *options: str) -> int:
        """How many of the group gave one of these options."""
        return sum(map(mul, self.into(*options), group))

    def values(self, counts: Counts) -> list[Any]:
        return [answer for answer, count in zip(self.answers, counts, strict=True) for _ in range(count)]

    def paper(self, counts: Counts) -> Paper | None:
        said = self.values(counts)
        totals = {option: sum(option in self.question.cells_of(one) for one in said) for option in self.question.cells()}
        return Paper(totals, len(said)) if said else None


def all_answers(question: Question) -> list[Any]:
    if question.exclusive:
        return list(question.cells())
    cells, found = list(question.cells()), []
    for many in range(1, question.limit + 1):
        found += [list(some) for some in combinations(cells, many) if many == 1 or question.only not in some]
    return found


# --- what is promised


def promised(case: Case, face: Mapping[str, Any], phones: Counts, sheets: Counts) -> None:
    """Raises Breach where a result says what it may not, or not what these people said. In other words than the rule's."""
    question, cells = case.question, [key.split("+") for key, _, _ in face["cells"]]
    few, elsewhere = (8, 3) if question.sensitive else (5, 2)
    if sum(phones) < few:
        raise Breach(f"{sum(phones)} people were shown")
    if sorted(chain(*cells)) != sorted(question.cells()) or face["people"] != sum(phones) + sum(sheets) or face["invented"]:
        raise Breach("somebody was left out, or counted twice")
    if sum(sheets) and not question.exclusive and any(len(cell) > 1 for cell in cells):
        raise Breach("totals of paper were added where one sheet may count twice")
    for cell, (_, _, people) in zip(cells, face["cells"], strict=True):
        mine, theirs = case.people(phones, *cell), case.people(sheets, *cell)
        if people != mine + theirs:
            raise Breach("a cell does not say how many people are in it")
        for some, all_ in ((mine, sum(phones)), (people, face["people"])):
            if all_ - some < elsewhere:
                raise Breach(f"all but {all_ - some} of {all_} say the same")
            if not question.exclusive and some < elsewhere:
                raise Breach(f"all but {some} of {all_} do not say it")
            if question.sensitive and some in (1, 2):
                raise Breach(f"a sensitive result shows {some} alone")


def useful(case: Case, face: Mapping[str, Any], phones: Counts, sheets: Counts) -> None:
    """Raises Breach where nothing is shown although nobody could be found: a rule that shows nothing keeps every promise."""
    totals = [case.people(phones, option) for option in case.question.cells()]
    enough, elsewhere = (8, 3) if case.question.sensitive else (5, 2)
    apart = max(totals) <= sum(phones) - elsewhere and (case.question.exclusive or min(totals) >= elsewhere)
    if case.question.sensitive:
        apart = apart and min(totals) >= 3
    if not sum(sheets) and sum(phones) >= enough and apart and face["face"] != "shown":
        raise Breach("a result that tells of nobody stays closed")


@dataclass
class Alike:
    """All groups of the same size that look the same from outside."""

    case: Case
    face: Mapping[str, Any]
    phones: list[Counts] = field(default_factory=list)
    sheets: list[Counts] = field(default_factory=list)

    def worked_out(self) -> None:
        """Raises Breach where the answer of somebody follows, or is surer than the guide says: for somebody who knows how many
        answered on phones and how many on paper, and knows one answer, their own; and for somebody who has counted the paper."""
        self._believed(self.phones, self.sheets)
        self._hidden([tuple(map(sum, zip(*both, strict=True))) for both in zip(self.phones, self.sheets, strict=True)])
        if any(map(sum, self.sheets)):
            by_paper = defaultdict(list)
            for phones, sheets in zip(self.phones, self.sheets, strict=True):
                by_paper[sheets].append(phones)
            for phones in by_paper.values():
                self._believed(phones, [(0,) * len(self.case.answers)] * len(phones))
                self._hidden(phones)

    def _believed(self, phones: list[Counts], sheets: list[Counts]) -> None:
        """Each group is as likely as it has ways to come about. In columns: who answers so on a phone, who on paper."""
        question, kinds = self.case.question, len(self.case.answers)
        worlds = np.concatenate([np.array(phones, dtype=np.int64), np.array(sheets, dtype=np.int64)], axis=1)
        weights = np.array([ways(one) * ways(two) for one, two in zip(phones, sheets, strict=True)], dtype=np.int64)
        there = [sum(phones[0]), sum(sheets[0])]
        # Row: the answer of the person who thinks; column: somebody else's. The last row thinks without an answer.
        both = (worlds * weights[:, None]).T @ worlds - np.diag(weights @ worlds)
        both = np.concatenate([both, [weights @ worlds]])
        total = np.append(weights @ worlds, weights.sum())
        for own, of in product((0, 1, 2), (0, 1)):
            rows = slice(own * kinds, (own + 1) * kinds)
            others = there[of] - (own == of)
            if others < 1 or (own < 2 and not there[own]):
                continue
            who = f"of somebody {WHO[of]}, for somebody {WHO[own]}"
            for cell in self._cells():
                yes = both[rows, of * kinds : (of + 1) * kinds] @ np.array(self.case.into(*cell))
                for said in (yes,) if question.exclusive else (yes, total[rows] * others - yes):
                    self._bounded(said, total[rows] * others, there, who)

    def _cells(self) -> list[list[str]]:
        """What is asked of somebody: each option, and each cell as it is shown."""
        shown = [key.split("+") for key, _, _ in self.face.get("cells", ())]
        return shown + [[option] for option in self.case.question.cells() if [option] not in shown and self.case.question.exclusive]

    def _bounded(self, said: np.ndarray, of: np.ndarray, there: Sequence[int], who: str) -> None:
        """The guide's bound: all but two of the others (sensitive: all but three of all) may say the same."""
        known = of > 0
        if (said[known] == of[known]).any():
            raise Breach(f"the answer {who} follows: {self}")
        few, elsewhere = (8, 3) if self.case.question.sensitive else (5, 2)
        if self.case.bounded and there[0] >= few and (said[known] * (sum(there) - 1) > of[known] * (sum(there) - elsewhere)).any():
            raise Breach(f"the answer {who} is surer than the guide says: {self}")

    def _hidden(self, groups: list[Counts]) -> None:
        """Raises Breach where a joined cell tells that one or two people gave an answer, or that somebody gave an answer
        that its neighbour has taken in because nobody, one or two gave it."""
        if not self.case.question.exclusive:
            return
        for cell in (key.split("+") for key, _, _ in self.face.get("cells", ()) if "+" in key):
            for option in cell:
                there = {self.case.people(group, option) for group in groups}
                taken_in = self.case.question.merge.get(option) in cell
                if there <= {1, 2} or (taken_in and there & {1, 2} and 0 not in there):
                    raise Breach(f"it can be told that {there} gave the answer {option}: {self}")

    def __str__(self) -> str:
        return f"{self.case}, {len(self.phones)} groups such as {self.phones[0]} and {self.sheets[0]}, seen as {self.face.get('cells')}"


def attack(case: Case) -> tuple[int, int]:
    """Raises Breach; how many groups there are, and how many of them are shown."""
    visited = shown = 0
    nothing = case.publish(case.question, [], None)
    for phones, sheets in case.sizes:
        alike: dict[bytes, Alike] = {}
        for people in splits(phones, len(case.answers)):
            for counted in splits(sheets, len(case.answers)):
                made = case.publish(case.question, case.values(people), case.paper(counted))
                one = alike.setdefault(made, Alike(case, json.loads(made)))
                one.phones.append(people)
                one.sheets.append(counted)
                visited += 1
                if one.face["face"] == "shown":
                    shown += 1
                    promised(case, one.face, people, counted)
                elif made != nothing:
                    raise Breach("what is withheld tells why")
                useful(case, one.face, people, counted)
        if len({json.dumps(one.face.get("cells")) for one in alike.values()}) != len(alike):
            raise Breach("the same numbers are not the same bytes")
        for one in alike.values():
            one.worked_out()
    return visited, shown
