"""The shared pot as a model: Nash and optimum by search, the path by another road, the resting point by solving for it."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from workshop.simulations.commons import FLOOR, ROUNDS, TOKENS, paths, payoffs, run

LABELS = {"giving": "given", "best": "all", "time": "round"}


def test_the_only_nash_point_and_the_optimum_by_looking_at_every_table() -> None:
    """Four people, five moves each: all 625 tables. Nobody gains by another move only where all keep all; all have most together
    where all give all."""
    moves = [0, 5, 10, 15, 20]
    tables = np.array(list(product(moves, repeat=4)))
    have = payoffs(tables)
    still = []
    for table, now in zip(tables, have, strict=True):
        better = False
        for who, other in product(range(4), moves):
            changed = table.copy()
            changed[who] = other
            better |= payoffs(changed)[who] > now[who] + 1e-9
        if not better:
            still.append(tuple(table))
    assert still == [(0, 0, 0, 0)]
    assert tuple(tables[have.sum(axis=1).argmax()]) == (20, 20, 20, 20)
    assert payoffs([0] * 4).tolist() == [20] * 4 and payoffs([20] * 4).tolist() == [32] * 4
    assert payoffs([0, 20, 20, 20]).tolist() == [44, 24, 24, 24] and payoffs([20, 0, 0, 0]).tolist() == [8, 28, 28, 28]


def test_the_path_in_fractions_and_in_closed_form() -> None:
    """alpha = 1/2, beta = 3/4, from 12: step by step in exact numbers, and c* + beta^t (c0 - c*)."""
    exact, given = [Fraction(12)], paths(0.75)
    for _ in range(ROUNDS):
        exact.append(Fraction(1, 2) + Fraction(3, 4) * exact[-1])
    assert [float(one) for one in exact[:4]] == [12.0, 9.5, 7.625, 6.21875]
    np.testing.assert_allclose(given, [float(one) for one in exact], rtol=0, atol=1e-12)
    rest = 0.5 / (1 - 0.75)
    np.testing.assert_allclose(given, rest + 0.75 ** np.arange(ROUNDS + 1) * (12 - rest), atol=1e-12)
    assert given[10] == pytest.approx(2.5631, abs=5e-5)


@pytest.mark.parametrize(("beta", "phi"), [(0.4, 0.0), (0.75, 0.25), (0.9, 0.5), (0.75, 0.0)])
def test_where_it_rests(beta: float, phi: float) -> None:
    """Late enough the average solves m = (1 - phi)(alpha + beta m), found here by bisection, wherever it began."""
    low, high = 0.0, TOKENS
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - phi) * (0.5 + beta * middle) > middle else (low, middle)
    for begin in (0.0, 12.0, 20.0):
        assert paths(beta, phi, begin=begin, rounds=400)[-1] == pytest.approx(low, abs=1e-9)
    if (beta, phi) == (0.75, 0.25):
        assert low == pytest.approx(0.857143, abs=5e-7)


def test_many_at_once_is_each_by_itself_and_nothing_leaves_its_bounds() -> None:
    """Vectorised over a grid; between nothing and everything, also where giving would grow without end."""
    beta, phi = np.meshgrid(np.linspace(0.4, 1.4, 5), np.linspace(0, 0.5, 3))
    many = paths(beta, phi, alpha=2.0, rounds=40)
    assert many.shape == (41, 3, 5) and many.min() >= 0 and many.max() <= TOKENS
    for place in np.ndindex(beta.shape):
        np.testing.assert_array_equal(many[(slice(None), *place)], paths(beta[place], phi[place], alpha=2.0, rounds=40))
    assert paths(1.4, 0.0, alpha=2.0, rounds=40)[-1] == TOKENS


def test_a_promised_floor_holds_for_those_who_promised() -> None:
    """With a quarter who never give the average rests at three quarters of the floor."""
    assert paths(0.75, 0.25, floor=FLOOR, rounds=200)[-1] == pytest.approx(0.75 * FLOOR)


@pytest.mark.parametrize(
    ("values", "outcome", "last"),
    [
        ({"beta": 0.75}, "falls", "3"),
        ({"beta": 1.0}, "holds", "17"),
        ({"beta": 0.75, "phi": 0.25}, "falls_riders", "1"),
        ({"beta": 0.75, "phi": 0.25, "rule": True}, "rule", "6"),
    ],
)
def test_one_sentence_for_what_happened(values: dict, outcome: str, last: str) -> None:
    """The lesson in two moves; the numbers are those of the figure and of the table."""
    made = run(values, LABELS)
    assert (made.outcome, made.numbers["last"], made.numbers["best"]) == (outcome, last, "40")
    y = made.figure["data"][0]["y"]
    assert f"{y[-1]:.0f}" == last and len(made.table) == len(y) + 1 and float(made.table[-1][1]) == pytest.approx(y[-1], abs=0.06)
    assert int(made.numbers["have"]) == round(20 - y[-1] + 0.4 * 5 * y[-1])
