"""The two meanings of balance, derived a second time by counting."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from workshop.simulations import balance

GRID = [(x, y) for x in range(11) for y in range(11)]


def test_the_two_meanings_of_balance_part() -> None:
    """On one line only the difference counts; as much of both, neither may be missing, and more of both is more."""
    own, others = np.array(GRID, float).T
    one_line, on_axes = balance.middle(own, others), balance.both(own, others)
    for (x, y), line, axes in zip(GRID, one_line, on_axes, strict=True):
        far = sum(1 for step in range(10) if min(x, y) <= step < max(x, y))  # steps from one to the other
        assert line == 10 - far and axes == len([step for step in range(10) if step < x and step < y])
        if x < 10 and y < 10:
            assert balance.middle(x + 1, y + 1) == line and balance.both(x + 1, y + 1) == axes + 1
        assert balance.middle(y, x) == line and balance.both(y, x) == axes


def test_the_lesson_in_two_moves() -> None:
    """From little of each to much of each, one slider after the other: one meaning comes back to where it was, the other has grown."""
    moves = [(3, 3), (8, 3), (8, 8)]
    assert [float(balance.middle(*move)) for move in moves] == [10, 5, 10]
    assert [float(balance.both(*move)) for move in moves] == [3, 3, 8]


@pytest.mark.parametrize(("own", "others"), GRID)
def test_the_lines_of_the_figure_hold_the_places_that_count_the_same(own: int, others: int) -> None:
    """Along each drawn line its meaning stays what it is here, and the line goes through here."""
    right, left, bent = balance.alike(own, others)
    for (x0, y0), (x1, y1) in [*pairwise(right), *pairwise(left)]:
        for t in np.linspace(0, 1, 9):
            assert abs((x0 + t * (x1 - x0)) - (y0 + t * (y1 - y0))) == pytest.approx(abs(own - others))
    for (x0, y0), (x1, y1) in pairwise(bent):
        for t in np.linspace(0, 1, 9):
            assert min(x0 + t * (x1 - x0), y0 + t * (y1 - y0)) == pytest.approx(min(own, others))
    assert all(0 <= part <= 10 for line in (right, left, bent) for place in line for part in place)


@pytest.mark.parametrize(
    ("own", "others", "outcome", "middle", "both"),
    [
        (3, 3, "little", "10", "3"),
        (0, 2, "little", "8", "0"),
        (8, 3, "own", "5", "3"),
        (2, 8, "others", "4", "2"),
        (8, 8, "much", "10", "8"),
        (6, 10, "much", "6", "6"),
        (5, 5, "between", "10", "5"),
        (3, 0, "between", "7", "0"),
        (0, 4, "others", "6", "0"),
    ],
)
def test_what_happened_has_a_name(own: int, others: int, outcome: str, middle: str, both: str) -> None:
    """Each region of the map, at its edge as well."""
    labels = dict.fromkeys(("own", "others", "middle", "both", "here", "road"), "x")
    run = balance.run({"own": own, "others": others}, labels)
    assert (run.outcome, run.numbers) == (outcome, {"middle": middle, "both": both})


def test_the_road_is_drawn_when_it_is_asked_for() -> None:
    """One line more in the figure, its three places in the table; every line has a name, a dash and a colour of its own."""
    labels = {name: name for name in ("own", "others", "middle", "both", "here", "road")}
    plain, road = (balance.run({"own": 3, "others": 3, "road": on}, labels) for on in (False, True))
    assert [trace["name"] for trace in plain.figure["data"]] == ["middle", "both", "here"]
    assert [trace["name"] for trace in road.figure["data"]] == ["middle", "both", "road", "here"]
    go.Figure(road.figure)  # plotly itself finds nothing wrong
    assert len({(trace["line"]["dash"], trace["line"]["width"]) for trace in road.figure["data"]}) == 4
    assert [row[:2] for row in road.table[1:]] == [["3", "3"], ["2", "8"], ["8", "2"], ["8", "8"]]
