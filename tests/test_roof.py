"""The shared roof: what pays is searched for among all gifts, and what holds among all tables, in whole coins and exact numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import plotly.graph_objects as go
import pytest

from workshop.simulations import roof

LABELS = {"noor": "Noor", "fair": "fair", "best": "best", "coins": "coins"}
GIFTS = range(41)
STORMS = [Fraction(n, 10) for n in range(1, 10)]


def has(gifts: list[int], who: int, storm: Fraction) -> Fraction:
    """The rules of the game, and nothing that was worked out from them."""
    left = Fraction(40 - gifts[who])
    return left if sum(gifts) >= 120 else left * (1 - storm)


def holds(each: int, storm: Fraction) -> bool:
    """Whether nobody gains by another gift where all six give `each`."""
    now = has([each] * 6, 0, storm)
    return all(has([other, *[each] * 5], 0, storm) <= now for other in GIFTS)


@pytest.mark.parametrize("storm", STORMS, ids=str)
def test_two_ways_to_be_at_rest_and_only_these(storm: Fraction) -> None:
    """Nobody gives: always. Equal parts: where the storm comes at least every other time. Any other common gift: never."""
    found = [each for each in GIFTS if holds(each, storm)]
    assert found == ([0, 20] if storm >= Fraction(1, 2) else [0])
    for each in found:
        assert roof.best(each, float(storm)) == each or storm == Fraction(1, 2)


def test_what_each_has_at_equal_parts_and_where_nobody_gives() -> None:
    """20 for sure, whatever the storm; 4, 20 and 36 on average with a likely, an even and a rare one."""
    storms = [0.9, 0.5, 0.1]
    np.testing.assert_allclose(roof.payoffs(np.full((3, 6), 20), storms), 20)
    np.testing.assert_allclose(roof.payoffs(np.zeros((3, 6)), storms), np.repeat([[4.0], [20.0], [36.0]], 6, axis=1))
    # A coin less than the roof costs, and all that was given is gone.
    np.testing.assert_allclose(roof.payoffs([19, 20, 20, 20, 20, 20], 0.9), [2.1, 2, 2, 2, 2, 2])


@pytest.mark.parametrize("storm", STORMS, ids=str)
def test_what_pays_best_is_found_by_trying_every_gift(storm: Fraction) -> None:
    """For every gift of the others, also where one alone would be left with nothing; the smaller one where two are level."""
    for others in range(25):
        have = [has([gift, *[others] * 5], 0, storm) for gift in GIFTS]
        assert roof.best(others, float(storm)) == have.index(max(have))
        np.testing.assert_allclose(roof.alone(np.arange(41), others, float(storm)), [float(one) for one in have], atol=1e-12)


def test_by_storms_drawn_it_comes_to_the_same_on_average() -> None:
    """200,000 storms, four standard errors: what was given is gone in any case, and a storm takes all the rest."""
    luck = np.random.default_rng(11)
    gifts = np.array([0, 10, 20, 20, 20, 20])
    came = luck.random((200_000, 1)) < 0.3
    drawn = np.where(came, 0, 40 - gifts).mean(axis=0)
    np.testing.assert_allclose(roof.payoffs(gifts, 0.3), drawn, atol=4 * 40 * np.sqrt(0.25 / 200_000))


@pytest.mark.parametrize(
    ("values", "outcome", "numbers"),
    [
        ({"others": 20, "storm": 0.9}, "gives", {"missing": "20", "with": "20", "without": "4"}),
        ({"others": 0, "storm": 0.9}, "far", {"others": "0", "without": "4"}),
        ({"others": 20, "storm": 0.5}, "same", {"with": "20", "without": "20"}),
        ({"others": 20, "storm": 0.1}, "keeps", {"with": "20", "without": "36"}),
        ({"others": 16, "storm": 0.9}, "keeps", {"missing": "40", "with": "0", "without": "4"}),
        ({"others": 14, "storm": 0.9}, "far", {"without": "4"}),
        ({"others": 24, "storm": 0.9}, "enough", {"theirs": "16", "without": "40"}),
    ],
)
def test_one_sentence_for_what_happened(values: dict, outcome: str, numbers: dict) -> None:
    """The lesson in two moves, with the numbers of the figure and of the table."""
    made = roof.run(values, LABELS)
    go.Figure(made.figure)
    assert made.outcome == outcome and numbers.items() <= made.numbers.items()
    by_name = {trace["name"]: trace for trace in made.figure["data"]}
    assert by_name["fair"]["y"] == [20, 20]
    drawn = dict(zip(*(by_name["Noor"][axis] for axis in "xy"), strict=True))  # the gift at which it comes to hold is there twice
    for gift, left in made.table[1:]:
        assert drawn[float(gift)] == pytest.approx(float(left), abs=0.051)
    assert drawn[by_name["best"]["x"][0]] == by_name["best"]["y"][1] == max(drawn.values())


def test_the_line_breaks_where_the_roof_comes_to_hold() -> None:
    """Otherwise plotly would draw a slope where there is a step; nothing breaks where Noor decides nothing."""
    line = roof.run({"others": 20, "storm": 0.9}, LABELS).figure["data"][0]
    assert line["y"].index(None) == 20 and line["y"][19] == pytest.approx(2.1) and line["y"][21] == 20
    for others in (0, 24):
        assert None not in roof.run({"others": others, "storm": 0.9}, LABELS).figure["data"][0]["y"]
