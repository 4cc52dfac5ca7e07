"""A4: somebody who has seen every output, knows who answered when, and knows one answer (their own), thinks through every
world that fits. Nobody else's answer follows; how sure one can become of it stays within the bound that the guide states."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import comb
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.world import BOX, DAY, PAIR, TENDER, WORDS, Breach, joining_only_the_few, scale, threshold_only, weak_rule
from workshop.kinds import Question
from workshop.reveal import Side, batch, payload, release, release_table
from workshop.reveal import rule as rule_module

GUIDE = Path(__file__).parents[2] / "facilitator-guide" / "anonymity.md"
Transcript = tuple[bytes, ...]
Publish = Callable[[Sequence[Transcript]], Transcript]


def at_the_close(prefixes: Sequence[Transcript]) -> Transcript:
    return prefixes[-1]


def live(prefixes: Sequence[Transcript]) -> Transcript:
    return tuple(part for prefix in prefixes for part in prefix)


def in_batches(prefixes: Sequence[Transcript]) -> Transcript:
    return live([prefix for said, prefix in enumerate(prefixes, 1) if said % 5 == 0])


class Bytes:
    """The real payload of a group of answers; the same answers in another order are the same bytes (`test_reveal`)."""

    def __init__(self, question: Question) -> None:
        self.question, self.made = question, {}

    def __call__(self, answers: tuple[str, ...]) -> Transcript:
        key = tuple(sorted(answers))
        if key not in self.made:
            self.made[key] = (payload(self.question, key),)
        return self.made[key]


def bound(question: Question, people: int) -> Fraction:
    """As the guide says it: all but two of the others (sensitive: all but three of all) may say the same."""
    return Fraction(people - (3 if question.sensitive else 2), people - 1)


def attack(question: Question, people: int, publish: Publish = at_the_close) -> Fraction:
    """Raises Breach where somebody's answer is forced, or belief about it passes the bound; the most that is believed.

    Before, every answer of everybody is as likely as another. People answer in the order of their numbers.
    """
    cells, frozen, most = list(question.cells()), Bytes(question), Fraction(0)
    for insider, own in ((0, cells[0]), (people - 1, cells[-1])):
        consistent: dict[Transcript, list[Counter]] = defaultdict(lambda: [Counter() for _ in range(people)])
        for others in product(cells, repeat=people - 1):
            world = (*others[:insider], own, *others[insider:])
            prefixes = [frozen(world[: said + 1]) for said in range(people)] if publish is not at_the_close else [frozen(world)]
            for belief, answer in zip(consistent[publish(prefixes)], world, strict=True):
                belief[answer] += 1
        for beliefs in consistent.values():
            for person, belief in enumerate(beliefs):
                if person != insider:
                    most = max(most, Fraction(max(belief.values()), belief.total()))
    if most == 1:
        raise Breach(f"of {people} people, somebody's answer follows")
    if most > bound(question, people):
        raise Breach(f"of {people} people, somebody's answer is known with {most}")
    return most


THREE = replace(TENDER, options=TENDER.options[:3], merge={"a": "b", "b": "c"}, example={"a": 3, "b": 4, "c": 3})
CASES = [(DAY, people) for people in range(5, scale(12, 15))] + [(BOX, people) for people in range(5, scale(9, 11))]
CASES += [(THREE, people) for people in range(8, scale(10, 12))] + [(TENDER, 8)]


@pytest.mark.parametrize(("question", "people"), CASES, ids=lambda value: getattr(value, "id", value))
def test_no_answer_follows(question: Question, people: int) -> None:
    """The bound is met, not only kept: what the guide says is what can happen."""
    assert attack(question, people) == (bound(question, people) if question is not TENDER else Fraction(5, 7))


def one_alone(question: Question, values: Sequence[Any], k: int | None = None, paper: Any = None) -> Any:
    shown = threshold_only(question, values, k, paper)
    return shown if shown and all(cell.people <= shown.people - 1 for cell in shown.cells) else None


def test_the_same_attack_sees_through_weaker_systems() -> None:
    for question, people, publish in ((BOX, 7, live), (DAY, 11, in_batches)):
        with pytest.raises(Breach):
            attack(question, people, publish)
    for rule in (threshold_only, one_alone):
        with weak_rule(rule), pytest.raises(Breach):
            attack(BOX, 6)


# What a joined cell tells


def few_are_there(question: Question, people: int) -> None:
    """Raises Breach where a joined cell tells that one or two people chose one of its options: it was joined to hide that."""
    cells = list(question.cells())
    seen: dict[str, set[tuple[int, ...]]] = defaultdict(set)
    for counts in product(range(people + 1), repeat=len(cells)):
        if sum(counts) == people:
            shown = release(question, [cell for cell, count in zip(cells, counts, strict=True) for _ in range(count)])
            if shown is not None:
                seen[json.dumps([[cell.key, cell.people] for cell in shown.cells])].add(counts)
    for transcript, worlds in seen.items():
        for joined in (key.split("+") for key, _ in json.loads(transcript) if "+" in key):
            for cell in joined:
                there = {world[cells.index(cell)] for world in worlds}
                if there <= {1, 2}:
                    raise Breach(f"{transcript} tells that one or two chose {cell}")


@pytest.mark.parametrize("people", range(8, 14))
def test_a_joined_cell_does_not_tell_that_few_chose_one_of_its_options(people: int) -> None:
    few_are_there(TENDER, people)


def test_joining_only_the_few_would_tell() -> None:
    with joining_only_the_few(), pytest.raises(Breach):
        few_are_there(TENDER, 9)


# A declared pair: those who answered one question only can be found by subtracting


def splits(people: int, cells: int) -> Iterator[tuple[int, ...]]:
    if cells == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for rest in splits(people - first, cells - 1):
            yield (first, *rest)


def ways(counts: Sequence[int]) -> int:
    """How many groups of people have these counts."""
    found, left = 1, sum(counts)
    for count in counts:
        found *= comb(left, count)
        left -= count
    return found


Table = Callable[..., Any]


def pair_attack(both: int, one_only: int, table: Table = release_table) -> int:
    """Raises Breach; how many tables were shown. It is known who answered both questions and who only the first."""
    first = replace(BOX, options=BOX.options[:2], example={"a": 5, "b": 4})
    pair = replace(PAIR, questions=(first, DAY))
    grid = [cells for cells, _ in pair.grid()]
    shown = 0
    known: dict[tuple, list[tuple[int, tuple[int, ...], tuple[int, ...]]]] = defaultdict(list)
    for counts in splits(both, len(grid)):
        rows = [list(cells) for cells, count in zip(grid, counts, strict=True) for _ in range(count)]
        for rest in splits(one_only, 2):
            of_first = [row[0] for row in rows] + [cell for cell, count in zip("ab", rest, strict=True) for _ in range(count)]
            of_second = [row[1] for row in rows]
            margins = release(first, of_first), release(DAY, of_second)
            joint = table(pair, rows, (Side(margins[0], of_first), Side(margins[1], of_second)))
            shown += joint is not None
            known[(*margins, joint)].append((ways(counts) * ways(rest), counts, rest))
    for (*_, joint), worlds in known.items():
        if joint is None:
            continue
        total = sum(weight for weight, *_ in worlds)
        for group, size in ((1, both), (2, one_only)):  # within each nobody differs from anybody, as far as is known
            for cell in range(len(worlds[0][group])):
                if size and sum(world[0] * world[group][cell] for world in worlds) == total * size:
                    raise Breach("an answer follows from a table and its margins")
        columns = [Counter(), Counter()]
        for _, counts, _ in worlds:
            for (row, column), count in zip(grid, counts, strict=True):
                columns["ab".index(row)][column] += count
        if any(len(+line) == 1 for line in columns):
            raise Breach("who said this to one question said that to the other")
    return shown


@pytest.mark.parametrize("one_only", [0, 1, 4, 7])
def test_no_answer_follows_from_a_table(one_only: int) -> None:
    """Where one to four people answered the first question only, no table is shown at all."""
    assert (pair_attack(21, one_only) > 0) is (one_only in (0, 7))


def cells_only(pair: Any, rows: Sequence[Any], sides: Any, k: int | None = None) -> Any:
    """Asks of every cell that it is empty or large enough, and looks at nothing else."""
    table = Counter(pair.cells_of(row) for row in rows)
    return None if any(count < 5 for count in table.values()) else tuple(sorted(table.items()))


@pytest.mark.parametrize("one_only", [0, 1])
def test_a_table_that_looks_at_its_cells_only_would_tell(one_only: int) -> None:
    with pytest.raises(Breach):
        pair_attack(16, one_only, cells_only)


# Texts: their order


def drift(shown: Callable[[list[str]], list[str]], rooms: int) -> float:
    """How far the place of a text follows the place at which its writer came: 0 by chance, 1 in the order of arrival."""
    luck, total = random.Random(6), 0.0
    for _ in range(rooms):
        arrived = [f"{luck.random()}" for _ in range(8)]
        places = [shown(list(arrived)).index(text) for text in arrived]
        total += sum((place - 3.5) * (at - 3.5) for at, place in enumerate(places)) / 42
    return total / rooms


def test_the_order_of_texts_says_nothing_of_their_writers() -> None:
    assert abs(drift(lambda texts: json.loads(batch(WORDS, texts)), 2000)) < 0.05
    assert drift(lambda texts: texts, 100) == 1


def test_the_guide_states_the_bound() -> None:
    text = " ".join(GUIDE.read_text("utf-8").split())
    assert "three chances in four" in text and "five in seven" in text
    assert bound(BOX, 5) == Fraction(3, 4) and bound(TENDER, 8) == Fraction(5, 7)
    assert rule_module.K == 5 and rule_module.K_SENSITIVE == 8
