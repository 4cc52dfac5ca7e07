"""Two share ten hours: Nash's solution by looking at every way to share, and by what it must keep."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from workshop.simulations.bargain import TOTAL, agreed, run

LABELS = {"gain": "both", "first": "Lin", "second": "Jo", "agreed": "agreed", "share": "hours Lin's way", "other": "hours Jo's way"}
FINE = 40  # parts of an hour


def best(first: Fraction, second: Fraction) -> Fraction:
    """The share with the largest product of both gains, found by trying every one, in exact numbers."""
    shares = [Fraction(part, FINE) for part in range(int(TOTAL) * FINE + 1)]
    return max(
        (share for share in shares if first <= share <= TOTAL - second), key=lambda share: (share - first) * (TOTAL - share - second)
    )


@pytest.mark.parametrize(("first", "second"), [(a, b) for a, b in product(range(0, 10, 2), range(0, 10, 3)) if a + b < 10])
def test_it_is_the_largest_product_of_gains(first: int, second: int) -> None:
    """Exactly, over a grid fine enough to hold the answer."""
    assert agreed(first, second) == pytest.approx(float(best(Fraction(first), Fraction(second))))


@pytest.mark.parametrize("power", [0.2, 0.5, 0.8])
def test_with_power_it_is_the_largest_weighted_product(power: float) -> None:
    """Searched for over ten thousand ways to share, written as a sum of logarithms."""
    share = np.linspace(1, 8, 70_001)[1:-1]
    worth = power * np.log(share - 1) + (1 - power) * np.log(8 - share)
    assert agreed(1, 2, power) == pytest.approx(share[worth.argmax()], abs=2e-4)


def test_what_a_fair_arbiter_must_keep() -> None:
    """Alike is halved; nobody gets less than alone; a better way out never lowers one's share, and half of it is paid by the other."""
    assert agreed(3, 3) == TOTAL / 2 and agreed(0, 0) == TOTAL / 2
    grid = np.arange(0, 5, 0.5)
    first, second = np.meshgrid(grid, grid)
    share = agreed(first, second)
    assert (share >= first).all() and (TOTAL - share >= second).all()
    np.testing.assert_allclose(share + agreed(second, first), TOTAL)
    np.testing.assert_allclose(np.diff(share, axis=1), 0.25)
    assert agreed(0.4, 0.1, total=1) == pytest.approx(0.65)


def test_nothing_is_agreed_where_both_have_more_alone() -> None:
    """Alone they would have eleven of ten."""
    assert np.isnan(agreed(5, 6)) and agreed(4, 6) == 4


@pytest.mark.parametrize(
    ("values", "outcome", "numbers"),
    [
        ({"first": 2, "second": 2}, "level", {"first": "5", "second": "5"}),
        ({"first": 5, "second": 2}, "first", {"first": "6.5", "second": "3.5"}),
        ({"first": 1, "second": 5}, "second", {"first": "3", "second": "7"}),
        ({"first": 8, "second": 5}, "apart", {"alone": "13"}),
        ({"first": 5, "second": 5}, "apart", {"alone": "10"}),
        ({"first": 3, "second": 2, "hidden": True}, "hidden", {"first": "4", "own": "3", "known": "5.5"}),
        ({"first": 4, "second": 2, "hidden": True}, "hidden", {"first": "4", "own": "4", "known": "6"}),
        ({"first": 6, "second": 2, "hidden": True}, "walks", {"first": "4", "own": "6", "known": "7"}),
        ({"first": 0, "second": 2, "hidden": True}, "second", {"first": "4", "second": "6"}),
        ({"first": 2, "second": 2, "power": 0.75}, "strong", {"first": "6.5", "second": "3.5"}),
        ({"first": 2, "second": 2, "power": 0.25}, "weak", {"first": "3.5", "second": "6.5"}),
    ],
)
def test_one_sentence_for_what_happened(values: dict, outcome: str, numbers: dict) -> None:
    """Each outcome, with the hours of the figure and of the table."""
    made = run(values, LABELS)
    assert made.outcome == outcome and numbers.items() <= made.numbers.items()
    upright = {trace["name"]: trace["x"][0] for trace in made.figure["data"] if trace["name"] != "both"}
    assert (upright["Lin"], upright["Jo"]) == (values["first"], TOTAL - values["second"])
    assert ("agreed" in upright) == (outcome != "apart") == (len(made.table) == 4)
    if outcome != "apart":
        assert upright["agreed"] == pytest.approx(float(made.numbers["first"])) and made.table[3][1:] == [
            made.numbers[one] for one in ("first", "second")
        ]


def test_the_curve_is_highest_where_they_agree() -> None:
    """And is not drawn where there is nothing to gain."""
    curve = run({"first": 2, "second": 3}, LABELS).figure["data"][0]
    assert curve["name"] == "both" and curve["x"][int(np.argmax(curve["y"]))] == pytest.approx(4.5)
    half = curve["x"].index(3.0)  # (3 - 2) (10 - 3 - 3) of the most, (4.5 - 2)²
    assert curve["y"][half] == pytest.approx(4 / 6.25, abs=1e-3)
    assert "both" not in {trace["name"] for trace in run({"first": 8, "second": 8}, LABELS).figure["data"]}
