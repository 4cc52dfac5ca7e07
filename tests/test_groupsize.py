"""The pot over the size of its group: Nash and optimum by search over tables, and where both turn, in exact numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import plotly.graph_objects as go
import pytest

from workshop.simulations import groupsize

LABELS = {"together": "all", "own": "giver", "kept": "kept", "here": "here", "people": "people"}
MOVES = (0, 10, 20)


def has(tables: np.ndarray, share: Fraction) -> np.ndarray:
    """What each has, times the share's denominator, in whole numbers: the rules of the game."""
    return (20 - tables) * share.denominator + share.numerator * tables.sum(axis=-1, keepdims=True)


def still(table: tuple[int, ...], share: Fraction) -> bool:
    """Whether nobody gains by another move."""
    now = has(np.array(table), share)
    for who, move in product(range(len(table)), MOVES):
        other = np.array(table)
        other[who] = move
        if has(other, share)[who] > now[who]:
            return False
    return True


@pytest.mark.parametrize("people", [2, 4])
@pytest.mark.parametrize("share", [Fraction(1, 10), Fraction(2, 5), Fraction(3, 5), Fraction(9, 10), Fraction(11, 10)], ids=str)
def test_who_is_at_rest_and_what_is_most_by_looking_at_every_table(people: int, share: Fraction) -> None:
    """Every table of two and of four people: one alone is at rest, and one has most together."""
    tables = np.array(list(product(MOVES, repeat=people)))
    rest = [table for table in map(tuple, tables) if still(table, share)]
    most = tables[has(tables, share).sum(axis=1).argmax()]
    assert len(rest) == 1
    alone, best = groupsize.rounds(people, float(share))
    assert float(alone) * share.denominator == pytest.approx(float(has(np.array(rest[0]), share)[0]))
    assert float(best) * share.denominator == pytest.approx(float(has(most, share)[0]))


@pytest.mark.parametrize(("share", "alone", "best"), [(Fraction(2, 5), 20, 320), (Fraction(1, 50), 20, 20), (Fraction(6, 5), 960, 960)])
def test_a_street_of_forty(share: Fraction, alone: int, best: int) -> None:
    """Too many tables to look at: that all keep, or all give, is at rest by trying; a single giver shows what all have more or less."""
    kept, given = (0,) * 40, (20,) * 40
    assert still(kept, share) is (share < 1) and still(given, share) is (share > 1)
    one = np.array([20, *kept[1:]])
    gains = has(one, share).sum() > has(np.array(kept), share).sum()
    assert gains == (best > 20)
    assert [float(part) for part in groupsize.rounds(40, float(share))] == pytest.approx([alone, best])


def test_where_it_turns_for_all_and_that_it_does_not_turn_for_one() -> None:
    """Everything at once: for all together a token is worth giving from the first n with n share > 1, found by counting; for the
    giver the group's size changes nothing."""
    people, shares = np.arange(2, 41), np.array([0.1, 0.25, 0.4, 0.9])
    own, together = groupsize.back(people[:, None], shares)
    assert own.shape == together.shape == (39, 4) and (own == shares).all()
    for place, share in enumerate([Fraction(1, 10), Fraction(1, 4), Fraction(2, 5), Fraction(9, 10)]):
        first = next(n for n in people if sum([share] * int(n)) > 1)
        assert people[together[:, place] > 1 + 1e-9][0] == first


@pytest.mark.parametrize(
    ("values", "outcome", "numbers"),
    [
        ({"people": 4, "share": 0.4}, "dilemma", {"own": "0.4", "together": "1.6", "alone": "20", "best": "32"}),
        ({"people": 2, "share": 0.4}, "keep", {"together": "0.8", "best": "20"}),
        ({"people": 40, "share": 0.4}, "dilemma", {"together": "16", "best": "320"}),
        ({"people": 20, "share": 0.05}, "level", {"together": "1", "best": "20"}),
        ({"people": 10, "share": 0.1}, "level", {}),
        ({"people": 2, "share": 1.0}, "free", {"best": "40"}),
        ({"people": 2, "share": 1.2}, "give", {"own": "1.2", "alone": "48", "best": "48"}),
    ],
)
def test_one_sentence_for_what_happened(values: dict, outcome: str, numbers: dict) -> None:
    """The lesson in two moves; figure, table and sentence say the same."""
    made = groupsize.run(values, LABELS)
    go.Figure(made.figure)
    assert made.outcome == outcome and numbers.items() <= made.numbers.items()
    by_name = {trace["name"]: dict(zip(trace["x"], trace["y"], strict=True)) for trace in made.figure["data"]}
    for size, giver, everybody in made.table[1:]:
        assert by_name["giver"][float(size)] == float(giver) and by_name["all"][float(size)] == pytest.approx(float(everybody))
    assert made.figure["data"][3]["y"][1] == pytest.approx(float(made.numbers["together"]))
