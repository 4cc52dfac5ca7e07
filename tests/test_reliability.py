"""Alpha and omega against other ways of working them out, their intervals against many invented groups of known make."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from workshop.declaration.curriculum import module
from workshop.simulations import reliability as r
from workshop.simulations import simulate

# Chatterjee & Price (1977): thirty departments, seven questions to their clerks; R ships them as `attitude`.
ATTITUDE = np.array(
    [
        [43, 63, 71, 61, 81, 43, 58, 71, 72, 67, 64, 67, 69, 68, 77, 81, 74, 65, 65, 50, 50, 64, 53, 40, 63, 66, 78, 48, 85, 82],
        [51, 64, 70, 63, 78, 55, 67, 75, 82, 61, 53, 60, 62, 83, 77, 90, 85, 60, 70, 58, 40, 61, 66, 37, 54, 77, 75, 57, 85, 82],
        [30, 51, 68, 45, 56, 49, 42, 50, 72, 45, 53, 47, 57, 83, 54, 50, 64, 65, 46, 68, 33, 52, 52, 42, 42, 66, 58, 44, 71, 39],
        [39, 54, 69, 47, 66, 44, 56, 55, 67, 47, 58, 39, 42, 45, 72, 72, 69, 75, 57, 54, 34, 62, 50, 58, 48, 63, 74, 45, 71, 59],
        [61, 63, 76, 54, 71, 54, 66, 70, 71, 62, 58, 59, 55, 59, 79, 60, 79, 55, 75, 64, 43, 66, 63, 50, 66, 88, 80, 51, 77, 64],
        [92, 73, 86, 84, 83, 49, 68, 66, 83, 80, 67, 74, 63, 77, 77, 54, 79, 80, 85, 78, 64, 80, 80, 57, 75, 76, 78, 83, 74, 78],
        [45, 47, 48, 35, 47, 34, 35, 41, 31, 41, 34, 41, 25, 35, 46, 36, 63, 60, 46, 52, 33, 41, 37, 49, 33, 72, 49, 38, 55, 39],
    ],
    float,
).T


def by_squares(answers: np.ndarray) -> float:
    """Alpha the way of Hoyt (1941): people's differences against what neither people nor lines explain, by sums of squares."""
    people, lines = answers.shape
    grand = answers.mean()
    between = lines * ((answers.mean(axis=1) - grand) ** 2).sum() / (people - 1)
    rest = answers - answers.mean(axis=1, keepdims=True) - answers.mean(axis=0) + grand
    return 1 - (rest**2).sum() / ((people - 1) * (lines - 1)) / between


def matrix(loadings: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The covariances of lines that share one thing."""
    return np.outer(loadings, loadings) + np.diag(own)


# --- alpha


def test_alpha_is_that_of_the_sums_of_squares() -> None:
    """On numbers that everybody knows, on invented answers, and where lines contradict each other."""
    luck = np.random.default_rng(1)
    for answers in (ATTITUDE, luck.normal(size=(12, 4)), r.group(40, 0.6, luck)[0], np.column_stack([ATTITUDE[:, 0], -ATTITUDE[:, 1]])):
        assert float(r.alpha(answers)) == pytest.approx(by_squares(answers), abs=1e-12)
    assert float(r.alpha(ATTITUDE)) == pytest.approx(0.843143, abs=5e-7)
    assert by_squares(np.column_stack([ATTITUDE[:, 0], -ATTITUDE[:, 1]])) < -1  # shown as it is: somebody forgot to turn a line


def test_alpha_of_many_groups_at_once_and_of_people_who_do_not_differ() -> None:
    """One number a group; none where there is nothing to hang together."""
    groups = np.random.default_rng(2).normal(size=(5, 20, 6))
    np.testing.assert_allclose(r.alpha(groups), [by_squares(one) for one in groups])
    assert np.isnan(r.alpha(np.ones((8, 6))))


@pytest.mark.parametrize(
    ("share", "one", "other", "value"), [(0.95, 2, 10, 4.103), (0.95, 3, 10, 3.708), (0.99, 5, 20, 4.103), (0.05, 4, 6, 1 / 6.163)]
)
def test_f_is_that_of_the_printed_tables(share: float, one: float, other: float, value: float) -> None:
    """To the digits that are printed."""
    assert r.f_quantile(share, one, other) == pytest.approx(value, rel=2e-4)


def test_the_interval_of_alpha_is_the_published_one_and_needs_three() -> None:
    """Feldt's, with (n - 1)(k - 1) as second degrees of freedom."""
    low, high = r.feldt(0.843143, 30, 7)
    assert (float(low), float(high)) == pytest.approx((0.739376, 0.915773), abs=2e-6)
    for people, lines in ((2, 6), (30, 2)):
        with pytest.raises(ValueError, match="three people and three lines"):
            r.feldt(0.7, people, lines)


@pytest.mark.parametrize("people", [12, 30])
def test_the_interval_of_alpha_covers_as_often_as_it_says(people: int) -> None:
    """Of 4,000 invented groups from a population whose alpha is known, 95 in a hundred (four standard errors)."""
    luck, lines, loading = np.random.default_rng(people), 6, 0.6
    true = lines**2 * loading**2 / (lines**2 * loading**2 + lines * (1 - loading**2))  # all lines alike: alpha is the reliability
    shared = luck.standard_normal((4000, people, 1))
    answers = loading * shared + np.sqrt(1 - loading**2) * luck.standard_normal((4000, people, lines))
    low, high = r.feldt(r.alpha(answers), people, lines)
    assert np.mean((low < true) & (true < high)) == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 4000))


# --- omega


@pytest.mark.parametrize("loadings", [(0.8, 0.7, 0.6, 0.5), (0.6,) * 5, (0.9, 0.4, 0.3, 0.7, 0.2, 0.5)])
def test_omega_of_a_known_matrix_is_worked_out_from_what_made_it(loadings: tuple[float, ...]) -> None:
    """The loadings come back, whatever the lines' units, and with them omega."""
    made = np.array(loadings)
    units = np.linspace(0.5, 9, len(made))
    for scale in (np.ones(len(made)), units):
        given = matrix(scale * made, scale**2 * (1 - made**2))
        found, own, arrived = r.one_factor(given)
        assert arrived
        np.testing.assert_allclose([found, own], [scale * made, scale**2 * (1 - made**2)], rtol=1e-4)
        assert float(r.omega(given)) == pytest.approx((scale * made).sum() ** 2 / given.sum(), abs=1e-6)


def test_known_omegas() -> None:
    """Unlike loadings: alpha is below omega. All alike: they are one."""
    given = matrix(np.array([0.8, 0.7, 0.6, 0.5]), 1 - np.array([0.8, 0.7, 0.6, 0.5]) ** 2)
    alpha = 4 / 3 * (1 - np.trace(given) / given.sum())
    assert (alpha, float(r.omega(given))) == pytest.approx((0.7420547, 0.7494457), abs=1e-6)
    alike = matrix(np.full(5, 0.6), np.full(5, 0.64))
    assert float(r.omega(alike)) == pytest.approx(0.7377049, abs=1e-6) == pytest.approx(5 / 4 * (1 - 5 / alike.sum()), abs=1e-6)
    assert float(r.omega(np.cov(ATTITUDE.T))) == pytest.approx(0.856328, abs=2e-6)


def misfit(given: np.ndarray, loadings: np.ndarray, own: np.ndarray) -> float:
    """What the most likely loadings make least: log |model| + trace(given model⁻¹)."""
    model = matrix(loadings, own)
    return np.linalg.slogdet(model)[1] + np.trace(given @ np.linalg.inv(model))


def test_no_other_loadings_are_more_likely() -> None:
    """A small step away in any of the fourteen directions, or in thirty at random, fits worse."""
    given = np.cov(ATTITUDE.T)
    loadings, own, arrived = r.one_factor(given)
    least = misfit(given, loadings, own)
    assert arrived
    steps = np.vstack([np.eye(14), -np.eye(14), np.random.default_rng(4).normal(size=(30, 14))]) * 0.01
    for step in steps:
        assert misfit(given, loadings * (1 + step[:7]), own * (1 + step[7:])) > least


def test_where_there_is_no_omega_nothing_is_said_of_it() -> None:
    """A line that would need less than no variance of its own; a line that everybody answers alike; others beside them stay."""
    impossible = np.array([[1, 0.9, 0.9], [0.9, 1, 0.5], [0.9, 0.5, 1]])  # .9 × .9 / .5 is more than 1
    silent = np.diag([0.0, 1.0, 1.0])
    fine = matrix(np.array([0.8, 0.7, 0.6]), np.array([0.36, 0.51, 0.64]))
    found = r.omega(np.array([impossible, silent, fine]))
    assert np.isnan(found[:2]).all() and float(found[2]) == pytest.approx(2.1**2 / (2.1**2 + 1.51), abs=1e-5)


def test_the_covariances_are_numpys() -> None:
    """For one group and for many."""
    groups = np.random.default_rng(5).normal(size=(3, 10, 4))
    np.testing.assert_allclose(r.covariance(groups), [np.cov(one.T) for one in groups])


def test_the_interval_of_omega_covers_nearly_as_often_as_it_says() -> None:
    """A percentile bootstrap is known to be a little narrow: of 120 groups of 60, at least 88 in a hundred, and not all."""
    luck, loading = np.random.default_rng(6), 0.7
    true = 36 * loading**2 / (36 * loading**2 + 6 * (1 - loading**2))
    inside = 0
    for _ in range(120):
        answers = loading * luck.standard_normal((60, 1)) + math.sqrt(1 - loading**2) * luck.standard_normal((60, 6))
        low, high = r.omega_interval(answers, luck, resamples=300)
        inside += low < true < high
    assert 0.88 * 120 <= inside < 120


# --- the page's model


@pytest.mark.parametrize(
    ("key", "values", "part"),
    [
        ("group", {"people": 10, "share": 0.4}, "With 10 people, the statements hang together at "),
        ("group", {"people": 10, "share": 0.4}, "That says next to nothing."),
        ("group", {"people": 200, "share": 0.8}, "Now we can say something."),
        ("group", {"people": 200, "share": 0.0}, "They have little in common."),
        ("nonsense", {"people": 200, "share": 0.0}, "Now only chance is left, and they hang together at "),
        ("nonsense", {"people": 200, "share": 0.4}, "still they hang together: 0."),
    ],
)
def test_one_sentence_says_what_came_out(key: str, values: dict, part: str) -> None:
    """To tenths, as a room could be told; the table says the same, and the same seed says it again."""
    model = module("portrait").activity(key)
    run = simulate(model, values)
    assert part in run["sentence"] and run == simulate(model, values)
    go.Figure(run["figure"])
    assert [row[0] for row in run["table"][1:]] == ["One way", "Another way"]
    assert all(cell == "–" or len(cell.lstrip("−").split(".")[1]) == 1 for row in run["table"][1:] for cell in row[1:])
    assert simulate(model, values | {"again": 1})["table"] != run["table"] or values["people"] > 100


def test_lines_about_nothing_go_with_contentment_and_the_others_do_not() -> None:
    """In a large group: what one ticks is coloured by it, or is not."""
    luck = np.random.default_rng(7)
    for mood, loading, low, high in ((0.6, 0.0, 0.7, 0.95), (0.0, 0.6, -0.1, 0.1)):
        answers, content = r.group(2000, loading, luck, mood)
        assert answers.min() >= 1 and answers.max() <= 5 and float(r.alpha(answers)) > 0.6
        assert low < np.corrcoef(answers.mean(axis=1), content)[0, 1] < high
