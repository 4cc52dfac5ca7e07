"""Belief about somebody's promises, and the trap of never testing it: against counting every way it can go."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import plotly.graph_objects as go
import pytest

from workshop.simulations import belief, untested
from workshop.simulations.belief import below, density, interval
from workshop.simulations.untested import LONG, SHOWN, relying


class Labels(dict):
    """A label for whatever is asked for: its own name."""

    def __missing__(self, name: str) -> str:
        return name


# --- belief


def by_enumeration(begin: tuple[int, int], kept: int, broken: int, steps: int = 4000) -> np.ndarray:
    """What is believed of each of many shares, by Bayes' rule and nothing else: weigh each share by how often it would
    bring exactly these promises one after the other, the last first."""
    share = (np.arange(steps) + 0.5) / steps
    weight = share ** (begin[0] - 1) * (1 - share) ** (begin[1] - 1)
    weight /= weight.sum()
    for was_kept in [False] * broken + [True] * kept:
        weight = weight * (share if was_kept else 1 - share)
        weight /= weight.sum()
    return weight


@pytest.mark.parametrize(("kept", "broken"), [(0, 0), (3, 0), (0, 2), (8, 2), (10, 10), (1, 7)])
@pytest.mark.parametrize("begin", belief.BEGIN)
def test_what_is_believed_is_bayes_rule(begin: str, kept: int, broken: int) -> None:
    """Mean, curve and both ends of the interval, and that one more promise moves the mean as it is said."""
    weight = by_enumeration(belief.BEGIN[begin], kept, broken)
    share = (np.arange(len(weight)) + 0.5) / len(weight)
    run = belief.run({"kept": kept, "broken": broken, "begin": begin}, Labels())
    assert int(run.numbers["mean"]) == round(100 * float(weight @ share))
    for name, extra in (("one_kept", (1, 0)), ("one_broken", (0, 1))):
        assert int(run.numbers[name]) == round(100 * float(by_enumeration(belief.BEGIN[begin], kept + extra[0], broken + extra[1]) @ share))
    a, b = belief.BEGIN[begin][0] + kept, belief.BEGIN[begin][1] + broken
    np.testing.assert_allclose(density(a, b, share), weight * len(weight), rtol=2e-3, atol=2e-3)
    total = weight.cumsum()
    for end, part in zip(interval(a, b), (0.025, 0.975), strict=True):
        assert end == pytest.approx(share[np.searchsorted(total, part)], abs=1e-3)


def test_eight_kept_and_two_broken() -> None:
    """Written out: three quarters, and where 95 of 100 parts of the belief lie."""
    assert Fraction(1 + 8, 2 + 10) == Fraction(3, 4)
    assert interval(9, 3) == (pytest.approx(0.482244, abs=5e-7), pytest.approx(0.939782, abs=5e-7))


def test_the_part_below_a_share_in_exact_numbers() -> None:
    """The integral of the curve, by expanding (1 - x) to a power, in fractions."""
    for a, b in ((1, 1), (9, 3), (2, 6)):
        whole = Fraction(1)
        for x in (Fraction(1, 4), Fraction(1, 2), Fraction(9, 10), whole):
            part, full = (sum(comb(b - 1, k) * (-1) ** k * top ** (a + k) / (a + k) for k in range(b)) for top in (x, whole))
            assert below(a, b, float(x)) == pytest.approx(float(part / full))


def test_a_belief_at_its_edges_is_drawn() -> None:
    """All kept and all broken: nothing infinite, nothing that plotly does not know; the interval is within the axis."""
    for values in product((0, 10), (0, 10), belief.BEGIN):
        run = belief.run(dict(zip(("kept", "broken", "begin"), values, strict=True)), Labels())
        go.Figure(run.figure)
        drawn = np.array([place for trace in run.figure["data"] for place in trace["y"]])
        low, high = run.figure["layout"]["yaxis"]["range"]
        assert np.isfinite(drawn).all() and low <= drawn.min() and drawn.max() <= high
        assert run.table[2][1:] == [run.numbers[name] for name in ("low", "mean", "high")]


KNOWN = [(0, 0, "nothing"), (1, 0, "wide"), (3, 0, "wide"), (8, 2, "wide"), (10, 0, "near"), (10, 10, "near")]


@pytest.mark.parametrize(("kept", "broken", "outcome"), KNOWN)
def test_how_much_is_known_has_a_name(kept: int, broken: int, outcome: str) -> None:
    """Ten promises may be too few to know, twenty are not."""
    assert belief.run({"kept": kept, "broken": broken}, Labels()).outcome == outcome


# --- the never-test trap


def ever_ruined(p: Fraction, lead: int) -> Fraction:
    """Whether a walk that goes up with probability p is ever one below where it began, `lead` + 1 times over: by first
    steps x = (1 - p) + p x^2, whose smaller root counts, and each further step down is the same question again."""
    roots = (Fraction(1), (1 - p) / p) if p else (Fraction(1),)
    for x in roots:
        assert x == (1 - p) + p * x * x
    return min(roots) ** (lead + 1)


@pytest.mark.parametrize("before", [0, 1, 4])
@pytest.mark.parametrize("p", [Fraction(11, 20), Fraction(3, 5), Fraction(7, 10), Fraction(4, 5), Fraction(19, 20)], ids=str)
def test_the_chance_to_be_locked_out_for_ever_is_a_gamblers_ruin(p: Fraction, before: int) -> None:
    """Beta(1 + before, 1) and a threshold of one half: belief holds as long as no more were broken than kept, plus before."""
    lost = 1 - relying(float(p), before=before, chances=LONG)[-1]
    assert lost == pytest.approx(float(ever_ruined(p, before)), abs=1e-3)


@pytest.mark.parametrize("p", [0.1, 0.4])
def test_where_little_can_be_relied_on_nearly_all_stop(p: float) -> None:
    """And so they are protected; hearing it either way leads them to the same."""
    assert ever_ruined(Fraction(str(p)), 0) == 1
    assert relying(p, chances=LONG)[-1] < 1e-6 and relying(p, chances=LONG, told=True)[-1] < 1e-6


def test_with_full_feedback_nobody_stays_locked_out() -> None:
    """Of those who hear it either way the share who do not rely goes to nothing; by a count of heads, exactly."""
    told = relying(0.7, chances=LONG, told=True)
    assert told[-1] > 1 - 1e-9
    for now in (1, 2, 7, 20):
        heads = sum(comb(now, kept) * 0.7**kept * 0.3 ** (now - kept) for kept in range(now + 1) if 2 * kept >= now)
        assert told[now] == pytest.approx(heads)


@pytest.mark.parametrize(("p", "before", "threshold"), [(0.7, 0, 0.5), (0.7, 2, 0.5), (0.6, 0, 0.4), (0.9, 1, 0.75), (0.3, 0, 0.5)])
def test_the_first_chances_by_walking_every_way(p: float, before: int, threshold: float) -> None:
    """Every row of kept and broken up to ten long, followed by one person who stops learning when belief is too low."""
    people = np.zeros(11)
    for row in product((True, False), repeat=10):
        chance = np.prod([p if one else 1 - p for one in row])
        kept, seen, relies = 1 + before, 2 + before, True
        for now in range(11):
            relies = relies and Fraction(kept, seen) >= Fraction(str(threshold))
            people[now] += chance * relies
            if relies and now < 10:
                kept, seen = kept + row[now], seen + 1
    np.testing.assert_allclose(relying(p, before=before, threshold=threshold, chances=10), people, atol=1e-12)


def test_people_drawn_by_chance_end_where_the_model_says() -> None:
    """Twenty thousand of them, forty chances each."""
    rng, lead, stopped = np.random.default_rng(11), np.zeros(20_000), np.zeros(20_000, bool)
    for _ in range(SHOWN):
        stopped |= lead < 0
        lead = np.where(stopped, lead, lead + np.where(rng.random(20_000) < 0.6, 1, -1))
    assert 1 - (stopped | (lead < 0)).mean() == pytest.approx(relying(0.6)[-1], abs=0.015)


@pytest.mark.parametrize(
    ("p", "before", "outcome", "lost"),
    [(0.7, 0, "trap", "43"), (0.7, 2, "trap", "8"), (0.95, 3, "free", "0"), (0.5, 0, "even", None), (0.2, 4, "shield", "100")],
)
def test_what_became_of_them_has_a_name(p: float, before: int, outcome: str, lost: str | None) -> None:
    """A trap, a shield, or neither; the line that only learns by relying never lies above where all know."""
    run = untested.run({"p": p, "before": before}, Labels())
    assert run.outcome == outcome and lost in (None, run.numbers["lost"])
    go.Figure(run.figure)
    own, told = (np.array(trace["y"]) for trace in run.figure["data"])
    assert (np.diff(own) <= 1e-9).all() and (own <= told + 1e-9).all()
    assert run.table[-1] == ["40", str(round(own[-1])), str(round(told[-1]))]
