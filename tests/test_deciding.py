"""Models of deciding together, each derived another way: powers of a table, every possible vote, every order and group."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations, product
from math import factorial

import numpy as np
import pytest

from workshop.declaration import curriculum
from workshop.simulations import majority, simulate, voting
from workshop.simulations.opinions import influence, listening, paths

# --- opinions


def far(weights: np.ndarray) -> np.ndarray:
    """The table after very many rounds, by squaring it; rows are shares again after each step, or rounding would add up."""
    for _ in range(40):
        weights = weights @ weights
        weights = weights / weights.sum(axis=1, keepdims=True)
    return weights


def test_two_people_by_hand() -> None:
    """One gives the other a tenth, and gets three tenths: they count (3/4, 1/4); from (0, 1) they come to a quarter."""
    weights = np.array([[0.9, 0.1], [0.3, 0.7]])
    np.testing.assert_allclose(influence(weights), [0.75, 0.25])
    assert influence(weights) @ [0, 1] == pytest.approx(0.25)
    # The distance shrinks by the second eigenvalue in each round: 0.9 + 0.7 - 1.
    apart = np.diff(paths(weights, [0, 1], 5))[:, 0]
    np.testing.assert_allclose(apart[1:] / apart[:-1], 0.6)


@pytest.mark.parametrize("seed", range(20))
def test_who_counts_how_much_is_every_row_of_the_table_after_many_rounds(seed: int) -> None:
    """For random tables, with some empty entries; where the rows do not become one, there is no one number."""
    luck = np.random.default_rng(seed)
    size = int(luck.integers(2, 7))
    weights = luck.random((size, size)) * (luck.random((size, size)) < 0.4)
    weights[weights.sum(axis=1) == 0] = np.eye(size)[weights.sum(axis=1) == 0]  # people who hear nobody keep to their own
    weights /= weights.sum(axis=1, keepdims=True)
    end, found = far(weights), influence(weights)
    if np.ptp(end, axis=0).max() > 1e-6:
        assert found is None
    else:
        np.testing.assert_allclose(found, end[0], atol=1e-7)
        assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        (np.eye(3), "nobody listens"),
        ([[0, 1], [1, 0]], "each takes over what the other said"),
        (np.kron(np.eye(2), np.full((2, 2), 0.5)), "two camps"),
        ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], "round and round"),
        ([[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0]], "two who never listen, and one between them"),
    ],
)
def test_where_there_is_no_one_number(weights, why: str) -> None:
    """Two numbers for ever, or none at all."""
    assert influence(weights) is None, why


@pytest.mark.parametrize("bad", [[[0.5, 0.4], [0, 1]], [[1.5, -0.5], [0, 1]], [[1, 0]], [1.0]])
def test_a_table_that_isnt_one_is_refused(bad) -> None:
    """In one sentence."""
    with pytest.raises(ValueError, match="a square table whose rows add up to 1"):
        influence(bad)


def test_following_one_beats_counting_all_the_same_below_a_sixth_of_the_spread() -> None:
    """Five numbers, four of them with a spread of 1: in exact numbers, and by trying it out."""
    for spread in (Fraction(1, 5), Fraction(1, 6), Fraction(1, 8)):
        average = (spread + 4) / 25
        assert (spread < average) == (spread < Fraction(1, 6))
    luck = np.random.default_rng(1)
    numbers = luck.normal(size=(200_000, 5)) * np.sqrt([1 / 12, 1, 1, 1, 1])
    assert (numbers[:, 0] ** 2).mean() < (numbers.mean(axis=1) ** 2).mean()


@pytest.mark.parametrize(("to_leader", "leader"), list(product((0.0, 0.3, 0.8), (0.0, 0.4, 1.0))))
def test_the_leader_counts_more_the_less_the_leader_listens(to_leader: float, leader: float) -> None:
    """Each row is a share; a leader who never listens and is heard counts alone; who listens as all do counts as all do."""
    rows = listening("all", to_leader, leader)
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    counts = influence(rows)
    np.testing.assert_allclose(counts, far(rows)[0], atol=1e-9)
    assert counts[0] == pytest.approx(1.0) if leader == 0 else counts[0] < 1
    if (to_leader, leader) == (0.0, 1.0):
        np.testing.assert_allclose(counts, 0.2)


@pytest.mark.parametrize(
    ("key", "values", "part"),
    [
        ("numbers", {}, "They end at 98; the jar holds 100. Lin counts for 20 %, and so nobody stands out."),
        ("numbers", {"leader": 0.5}, "They end at 92; the jar holds 100. Lin counts for 33 %, more than anybody else."),
        ("numbers", {"leader": 0.3, "to_leader": 0.5}, "more than all the others together"),
        ("numbers", {"leader": 0.0}, "They end at 60, which is Lin's number"),
        ("numbers", {"leader": 0.0, "expert": True}, "They end at 98, which is Lin's number"),
        ("camps", {}, "They come to one number, 85; the jar holds 100."),
        ("camps", {"way": "camps"}, "one camp ends at 68, the other at 118."),
        ("camps", {"way": "past"}, "No one number, ever"),
        ("heads", {}, "With 5 voting the majority is right in 68 % of cases, the leader in 70 %. Here one who knows"),
        ("heads", {"heads": 9}, "With 9 voting the majority is right in 73 % of cases"),
        ("heads", {"heads": 21, "copy": 1.0}, "is right in 60 % of cases"),
        ("heads", {"heads": 5, "right": 0.4}, "Each alone is right in 40 % of cases, and the majority in 32 %"),
        ("heads", {"heads": 1, "right": 0.7}, "as often as the leader"),
        ("shares", {}, "The sopranos have 67 % of the say; altos and basses have 17 % each."),
        ("shares", {"quota": 52}, "no one needs the basses"),
        ("shares", {"quota": 100}, "All three have the same say"),
        ("shares", {"votes": "60-30-10"}, "The sopranos decide alone"),
        ("push", {}, "5 hours Lin's way, 5 Jo's. Neither pushes"),
        ("push", {"power": 0.9}, "7.4 hours Lin's way, 2.6 Jo's. Lin pushes harder."),
        ("push", {"power": 0.1}, "Even so Lin keeps what she has alone: 2."),
        ("push", {"first": 6}, "7 hours Lin's way, 3 Jo's."),
    ],
)
def test_each_model_says_in_one_sentence_what_happened(key: str, values: dict, part: str) -> None:
    """As the page says it, with the numbers of the table."""
    run = simulate(curriculum.module("power").activity(key), values)
    assert part in run["sentence"].replace("\N{NO-BREAK SPACE}", " ")
    assert len({(trace["line"]["dash"], trace["line"]["width"]) for trace in run["figure"]["data"]}) == len(run["figure"]["data"])
    assert len({len(row) for row in run["table"]}) == 1


# --- a majority


@pytest.mark.parametrize("heads", [1, 3, 5, 7, 9])
@pytest.mark.parametrize("right", [Fraction(3, 10), Fraction(1, 2), Fraction(3, 5)])
def test_every_way_in_which_they_could_vote(heads: int, right: Fraction) -> None:
    """All 2^n, each with its chance, in exact numbers."""
    found = Fraction(0)
    for votes in product((0, 1), repeat=heads):
        chance = Fraction(1)
        for vote in votes:
            chance *= right if vote else 1 - right
        found += chance if 2 * sum(votes) > heads else 0
    assert majority.majority(heads, float(right)) == pytest.approx(float(found))
    assert majority.majority(heads, float(right), 0.25) == pytest.approx(float((right + 3 * found) / 4))


@pytest.mark.parametrize(
    ("heads", "right", "known"), [(3, 0.6, 0.648), (5, 0.6, 0.68256), (9, 0.6, 0.733432), (5, 0.7, 0.83692), (5, 0.4, 0.31744)]
)
def test_known_majorities(heads: int, right: float, known: float) -> None:
    """Published and worked out by others."""
    assert majority.majority(heads, right) == pytest.approx(known, abs=5e-7)


def test_more_heads_help_above_one_half_and_harm_below() -> None:
    """The theorem's two halves; at one half nothing changes; an even number is refused."""
    good, bad, even = ([float(majority.majority(heads, right)) for heads in majority.HEADS] for right in (0.6, 0.4, 0.5))
    assert good == sorted(good) and bad == sorted(bad, reverse=True) and even == pytest.approx([0.5] * len(even))
    assert majority.majority(3, np.array([0.0, 1.0])).tolist() == [0.0, 1.0]
    with pytest.raises(ValueError, match="odd number"):
        majority.majority(4, 0.6)


# --- voting power


def by_groups(quota: int, votes: list[int]) -> tuple[list[Fraction], list[Fraction]]:
    """Both powers by the other road: Shapley's weights over groups, and swings counted member by member."""
    members = range(len(votes))
    shapley, swings = [], []
    for member in members:
        others = [one for one in members if one != member]
        needed = [
            group
            for size in range(len(votes))
            for group in combinations(others, size)
            if quota - votes[member] <= sum(votes[one] for one in group) < quota
        ]
        shapley.append(
            sum(
                (Fraction(factorial(len(group)) * factorial(len(votes) - len(group) - 1), factorial(len(votes))) for group in needed),
                Fraction(0),
            )
        )
        swings.append(len(needed))
    return shapley, [Fraction(count, sum(swings)) for count in swings]


@pytest.mark.parametrize("votes", [[50, 49, 1], [3, 2, 2], [4, 3, 2, 1], [51, 25, 24], [5, 1, 1, 1, 1]], ids=str)
def test_say_by_orders_is_say_by_groups(votes: list[int]) -> None:
    """For every quota from more than half to all."""
    for quota in range(sum(votes) // 2 + 1, sum(votes) + 1, max(1, sum(votes) // 9)):
        shapley, banzhaf = by_groups(quota, votes)
        assert voting.shapley(quota, votes) == pytest.approx([float(one) for one in shapley])
        assert voting.banzhaf(quota, votes) == pytest.approx([float(one) for one in banzhaf])


@pytest.mark.parametrize(
    ("quota", "votes", "shapley", "banzhaf"),
    [
        (51, [50, 49, 1], ["2/3", "1/6", "1/6"], ["3/5", "1/5", "1/5"]),
        (4, [3, 2, 2], ["1/3"] * 3, ["1/3"] * 3),
        (6, [4, 3, 2, 1], ["5/12", "1/4", "1/4", "1/12"], ["5/12", "1/4", "1/4", "1/12"]),
        (51, [51, 25, 24], ["1", "0", "0"], ["1", "0", "0"]),
    ],
)
def test_known_say(quota: int, votes: list[int], shapley: list[str], banzhaf: list[str]) -> None:
    """49 votes can have the say of one."""
    assert voting.shapley(quota, votes) == pytest.approx([float(Fraction(one)) for one in shapley])
    assert voting.banzhaf(quota, votes) == pytest.approx([float(Fraction(one)) for one in banzhaf])


def test_say_does_not_depend_on_the_seat() -> None:
    """Votes in another order: each keeps their say; a quota that nobody can reach is refused."""
    for order in permutations(range(3)):
        votes = [[50, 49, 1][place] for place in order]
        assert voting.shapley(51, votes) == pytest.approx([[2 / 3, 1 / 6, 1 / 6][place] for place in order])
    with pytest.raises(ValueError, match="The quota is more than all votes"):
        voting.shapley(101, [50, 49, 1])
