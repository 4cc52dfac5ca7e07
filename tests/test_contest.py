"""The status contest, derived a second time: by trying every other effort, and by drawing winners."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import plotly.graph_objects as go
import pytest

from workshop.simulations import contest

PEOPLE = range(2, 11)
LABELS = {"all": "All together", "prize": "First place", "time": "weeks"}


def payoff(mine: np.ndarray, others: float, prize: float) -> np.ndarray:
    """What one has who spends `mine` against `others`: the rules of the game, and nothing that was worked out from them."""
    return prize * mine / (mine + others) - mine


@pytest.mark.parametrize("people", PEOPLE)
@pytest.mark.parametrize("prize", [10.0, 100.0])
def test_at_rest_nobody_gains_by_any_other_effort(people: int, prize: float) -> None:
    """Every effort from nothing to the whole prize is tried against the others' (in steps of a 40,000th)."""
    each = float(contest.rest(people, prize))
    tried = np.linspace(1e-9, prize, 40_001)
    found = tried[payoff(tried, (people - 1) * each, prize).argmax()]
    assert found == pytest.approx(each, abs=prize / 40_000)


@pytest.mark.parametrize(("people", "each", "together"), [(2, 25, 50), (5, 16, 80), (10, 9, 90)])
def test_known_contests(people: int, each: int, together: int) -> None:
    """Written out for a prize of a hundred; of the prize all but one part in n is gone."""
    spent = float(contest.rest(people))
    assert (spent, people * spent) == (each, together)
    assert Fraction(together, 100) == 1 - Fraction(1, people)


@pytest.mark.parametrize("others", [0.5, 9.0, 60.0, 99.0, 100.0, 250.0])
def test_what_pays_best_is_found_by_trying(others: float) -> None:
    """Against much effort of others it pays to spend nothing."""
    tried = np.linspace(0, 100, 100_001)
    assert float(contest.best(others)) == pytest.approx(tried[payoff(tried, others, 100).argmax()], abs=2e-3)


@pytest.mark.parametrize("people", PEOPLE)
def test_every_path_comes_to_rest_there(people: int) -> None:
    """From little and from much, and without overshooting from below; on the way the distance shrinks by 1 - pace n / 2 a week."""
    wanted = float(contest.rest(people))
    for begin in (0.001, 0.02, 0.3):
        assert contest.paths(people, weeks=400, begin=begin)[-1] == pytest.approx(wanted)
    spent = contest.paths(people)
    assert (np.diff(spent) >= -1e-9).all() and spent[-1] == pytest.approx(wanted, rel=0.02)
    near = contest.paths(people, weeks=1, begin=wanted * 1.0001 / 100)
    assert (near[1] - wanted) / (near[0] - wanted) == pytest.approx(1 - 0.2 * people / 2, abs=1e-3)


def test_who_is_first_is_as_before_and_follows_effort() -> None:
    """Equal spenders are first equally often, however much they spend; by 200,000 draws somebody with twice the effort is first twice
    as often (four standard errors)."""
    for efforts in ([0.0] * 4, [16.0] * 4, [99.0] * 4):
        np.testing.assert_allclose(contest.chances(efforts), 0.25)
    efforts = np.array([20.0, 10.0, 10.0])
    luck = np.random.default_rng(5)
    won = (luck.exponential(1 / efforts, (200_000, 3)).argmin(axis=1)[:, None] == np.arange(3)).mean(axis=0)  # first come, first served
    np.testing.assert_allclose(contest.chances(efforts), won, atol=4 * np.sqrt(0.25 / 200_000))


@pytest.mark.parametrize("people", PEOPLE)
def test_an_agreement_saves_half_and_tempts_each(people: int) -> None:
    """What one would gain by breaking it is found by trying every effort; where nobody can gain there is no temptation."""
    half = float(contest.rest(people)) / 2
    tried = np.linspace(1e-9, 100, 100_001)
    others = (people - 1) * half
    assert contest.gain(people, half) == pytest.approx(payoff(tried, others, 100).max() - (100 / people - half), abs=1e-3)
    assert contest.gain(people, half) > 0.1 and contest.gain(people, 2 * half) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "outcome", "numbers"),
    [
        ({"people": 5, "prize": 100}, "contest", {"all": "80", "each": "16", "left": "20"}),
        ({"people": 2, "prize": 40}, "contest", {"all": "20", "each": "10", "left": "20"}),
        ({"people": 5, "prize": 100, "truce": True}, "truce", {"all": "40", "each": "8", "left": "60", "gain": "7"}),
        ({"people": 5, "prize": 0}, "nothing", {"all": "0", "left": "0", "gain": "0"}),
        ({"people": 5, "prize": 0, "truce": True}, "nothing", {"all": "0"}),
    ],
)
def test_what_happened_has_a_name_and_numbers(values: dict, outcome: str, numbers: dict) -> None:
    """The sentence, the figure and the table say the same."""
    run = contest.run(values, LABELS)
    go.Figure(run.figure)
    by_name = {trace["name"]: trace["y"][-1] for trace in run.figure["data"]}
    assert run.outcome == outcome and {name: run.numbers[name] for name in numbers} == numbers
    assert [f"{by_name[name]:.0f}" for name in run.table[0][1:]] == run.table[-1][1:] and run.table[-1][0] == "20"
