"""The repeated dilemma and what is built on it: against the Axelrod library, exact chains in fractions, and chance itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from workshop.simulations import dilemma, extortion, replicator, tournament
from workshop.simulations.dilemma import LONG, ROUNDS, STRATEGIES, play, scores, states, tokens
from workshop.simulations.extortion import shares, strategy
from workshop.simulations.tournament import ALL, FIELDS, GAME, KNOWN, TRAITS, standings, strategies, table_of_scores

SAME = ("both", "mine", "theirs", "nobody")  # who passed


class Labels(dict):
    """A label for whatever is asked for: its own name."""

    def __missing__(self, name: str) -> str:
        return name


def resting(one: Mapping[str, Fraction], other: Mapping[str, Fraction]) -> list[Fraction]:
    """The stationary distribution of the chain of two memory-one strategies, in exact numbers, by elimination."""
    turned = {"both": "both", "mine": "theirs", "theirs": "mine", "nobody": "nobody"}
    rows = []
    for now in SAME:
        p, q = one[now], other[turned[now]]
        rows.append([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)])
    equations = [[rows[i][j] - (i == j) for i in range(4)] + [Fraction(0)] for j in range(3)] + [[Fraction(1)] * 5]
    for column in range(4):
        pivot = next(row for row in range(column, 4) if equations[row][column])
        equations[column], equations[pivot] = equations[pivot], equations[column]
        equations[column] = [cell / equations[column][column] for cell in equations[column]]
        for row in range(4):
            if row != column:
                factor = equations[row][column]
                equations[row] = [a - factor * b for a, b in zip(equations[row], equations[column], strict=True)]
    return [row[4] for row in equations]


def in_words(name: str, noise: Fraction) -> dict[str, Fraction]:
    """A strategy as its rule says it, without the model's vectors, with each move turned round with probability `noise`."""
    rules = {
        "mirror": lambda me, you: you,
        "kinder": lambda me, you: 1 if you else Fraction(1, 3),
        "grudge": lambda me, you: me and you,
        "change": lambda me, you: me if you else not me,  # it went well when the other passed
        "pass": lambda me, you: True,
        "keep": lambda me, you: False,
    }
    before = {"both": (True, True), "mine": (True, False), "theirs": (False, True), "nobody": (False, False)}
    meant = {now: Fraction(rules[name](*moves)) for now, moves in before.items()}
    return {now: (1 - noise) * p + noise * (1 - p) for now, p in meant.items()}


@pytest.mark.parametrize("noise", [Fraction(1, 1000), Fraction(1, 100), Fraction(1, 20), Fraction(1, 5)], ids=str)
def test_with_noise_everything_comes_to_rest_where_the_chain_rests(noise: Fraction) -> None:
    """Each strategy with each, and with itself: the late rounds are the stationary distribution."""
    plans = np.array([*STRATEGIES.values()])
    late = states(plans[:, None], plans[None], float(noise), rounds=12_000 if noise < Fraction(1, 100) else 1500)[-1]
    for (i, one), (j, other) in product(enumerate(STRATEGIES), repeat=2):
        rest = resting(in_words(one, noise), in_words(other, noise))
        np.testing.assert_allclose(late[i, j], [float(share) for share in rest], atol=1e-7, err_msg=f"{one}, {other}")


KNOWN_SCORES = {  # with 5, 3, 1, 0: what a pair of the same has a round
    Fraction(1, 1000): {"mirror": 2.25, "kinder": 2.997, "change": 2.99501, "grudge": 1.004},
    Fraction(1, 100): {"mirror": 2.25, "kinder": 2.97032, "change": 2.95109, "grudge": 1.0397},
    Fraction(1, 20): {"mirror": 2.25, "kinder": 2.85937, "change": 2.7765, "grudge": 1.1925},
}


@pytest.mark.parametrize("noise", KNOWN_SCORES, ids=str)
def test_known_scores_of_a_strategy_with_itself(noise: Fraction) -> None:
    """Mirror has the middle of the four whatever the noise; one that lets go, or that changes, keeps nearly everything."""
    have = (3, 0, 5, 1)
    for name, score in KNOWN_SCORES[noise].items():
        rest = resting(in_words(name, noise), in_words(name, noise))
        assert float(sum(share * points for share, points in zip(rest, have, strict=True))) == pytest.approx(score, abs=5e-6)
        if noise >= Fraction(1, 100):
            mine, theirs = scores(STRATEGIES[name], STRATEGIES[name], float(noise), game=GAME, rounds=3000)
            assert mine == pytest.approx(theirs) and mine == pytest.approx(score, abs=0.04)


def test_chance_agrees_with_the_chain() -> None:
    """Four thousand games drawn from dice: how often each thing happened in each round, within what chance allows."""
    runs = 4000
    for one, other in (("mirror", "mirror"), ("kinder", "keep"), ("change", "grudge")):
        passed, turned = play(STRATEGIES[one], STRATEGIES[other], 0.1, seed=7, runs=runs)
        assert passed.shape == turned.shape == (2, ROUNDS, runs) and turned.mean() == pytest.approx(0.1, abs=0.005)
        likely = states(STRATEGIES[one], STRATEGIES[other], 0.1)
        seen = np.stack([(passed[0] == bool(a)) & (passed[1] == bool(b)) for a, b in ((1, 1), (1, 0), (0, 1), (0, 0))], axis=-1).mean(
            axis=1
        )
        assert np.abs(seen - likely).max() < 4.5 * 0.5 / np.sqrt(runs)
    again = play(STRATEGIES["mirror"], STRATEGIES["mirror"], 0.1, seed=7, runs=3)
    np.testing.assert_array_equal(again[0], play(STRATEGIES["mirror"], STRATEGIES["mirror"], 0.1, seed=7, runs=3)[0])
    assert (again[0] != play(STRATEGIES["mirror"], STRATEGIES["mirror"], 0.1, seed=8, runs=3)[0]).any()


def test_many_pairs_at_once_are_each_by_itself() -> None:
    """Vectorised over strategies and noises; the other's side is the same game seen from there."""
    plans, noise = np.array([*STRATEGIES.values()]), np.array([0.0, 0.03, 0.2])
    mine, theirs = scores(plans[:, None, None], plans[None, :, None], noise, rounds=50)
    assert mine.shape == (6, 6, 3)
    np.testing.assert_allclose(mine, theirs.swapaxes(0, 1), atol=1e-12)
    for i, j, k in product(range(6), range(6), range(3)):
        assert mine[i, j, k] == pytest.approx(scores(plans[i], plans[j], noise[k], rounds=50)[0], abs=1e-12)


def test_a_token_kept_is_one_and_a_token_passed_is_three_for_the_other() -> None:
    """The payoffs of the model are those of the game that people have played."""
    for (me, you), mine, theirs in zip(product((True, False), repeat=2), *tokens(), strict=True):
        assert mine == (0 if me else 1) + (3 if you else 0) and theirs == (0 if you else 1) + (3 if me else 0)


def run_dilemma(mine: str, theirs: str, noise: float, seed: int = 0):
    return dilemma.run({"mine": mine, "theirs": theirs, "noise": noise}, Labels(), seed)


@pytest.mark.parametrize(
    ("mine", "theirs", "noise", "outcome", "long"),
    [
        ("mirror", "mirror", 0.0, "clear_holds", ("3.0", "3.0")),
        ("mirror", "mirror", 0.05, "mixed", ("2.0", "2.0")),
        ("kinder", "kinder", 0.05, "holds", ("2.8", "2.8")),
        ("grudge", "grudge", 0.05, "stuck", ("1.2", "1.2")),
        ("keep", "pass", 0.0, "clear_ahead", ("4.0", "0.0")),
        ("pass", "keep", 0.05, "behind", ("0.2", "3.8")),
        ("mirror", "keep", 0.0, "clear_stuck", ("1.0", "1.0")),
    ],
)
def test_what_happened_between_the_two_has_a_name(mine: str, theirs: str, noise: float, outcome: str, long: tuple[str, str]) -> None:
    """Which it is does not hang on the game that chance has drawn; two that are the same have the same in the long run."""
    for seed in range(4):
        made = run_dilemma(mine, theirs, noise, seed)
        assert made.outcome == outcome
        assert (made.numbers["long_mine"], made.numbers["long_theirs"]) == long


def test_the_figure_and_the_table_show_the_game_that_was_drawn() -> None:
    """Two lanes of steps, a stroke for each move that went wrong, and the tokens of the moves."""
    made = run_dilemma("kinder", "mirror", 0.1, seed=3)
    go.Figure(made.figure)
    passed, turned = (one[..., 0] for one in play(STRATEGIES["kinder"], STRATEGIES["mirror"], 0.1, 3))
    lanes = [np.array(made.figure["data"][who]["y"][:ROUNDS]) for who in (0, 1)]
    for lane, moves, floor in zip(lanes, passed, (2, 0), strict=True):
        np.testing.assert_array_equal(lane == floor + 1, moves)
        assert set(lane) <= {floor, floor + 1}
    strokes = made.figure["data"][2]["x"]
    assert len(strokes) == 3 * turned.sum() == 3 * int(made.numbers["turned"])
    for now, (_, me, mine, you, theirs) in enumerate(made.table[1:]):
        assert (me.startswith("i_pass"), you.startswith("they_pass")) == tuple(passed[:, now])
        assert ("turned" in me, "turned" in you) == tuple(turned[:, now])
        assert int(mine) == (not passed[0, now]) + 3 * passed[1, now] and int(theirs) == (not passed[1, now]) + 3 * passed[0, now]
    assert len(run_dilemma("mirror", "mirror", 0.0).figure["data"]) == 2  # nothing went wrong: no third line


# --- the tournament


@pytest.fixture(scope="module")
def library() -> ModuleType:
    """The Axelrod library. It takes seconds to load, so nobody loads it who only collects tests."""
    import axelrod

    return axelrod


def player(library: ModuleType, traits: tuple[bool, ...]) -> Any:
    """The strategy with these traits, as the library plays it."""
    nice, retaliates, contrite, tries = traits
    moves = (nice, not retaliates, contrite, tries)
    return library.MemoryOnePlayer(four_vector=tuple(map(int, moves)), initial=library.Action.C if nice else library.Action.D)


def test_every_cell_without_noise_is_the_librarys(library: ModuleType) -> None:
    """All 256 pairs, 200 rounds each, to the point."""
    ours = 200 * table_of_scores(ALL)
    for (i, one), (j, other) in product(enumerate(ALL), repeat=2):
        match = library.Match((player(library, one), player(library, other)), turns=200)
        match.play()
        assert ours[i, j] == pytest.approx(match.final_score()[0], abs=1e-6), (one, other)


def test_the_names_are_those_of_the_library(library: ModuleType) -> None:
    """What has a name plays as what the library calls so, against everybody."""
    called = {
        "mirror": library.TitForTat,
        "grudge": library.Grudger,
        "change": library.WinStayLoseShift,
        "pass": library.Cooperator,
        "keep": library.Defector,
        "contrary": library.Bully,
    }
    assert sorted(KNOWN.values()) == sorted(called)
    for traits, name in KNOWN.items():
        for other in ALL:
            both = [library.Match((one, player(library, other)), turns=60) for one in (called[name](), player(library, traits))]
            assert both[0].play() == both[1].play(), (name, other)


def test_who_wins_depends_on_who_is_there() -> None:
    """The five well-known ones: mirror and grudge lead when each meets its twin too, and the one who always keeps leads when they don't."""
    field = FIELDS["five"]
    against = table_of_scores(field)
    with_twins, without = (standings(against, np.full(5, 1 / 5), twins=twins) for twins in (True, False))
    names = [KNOWN[one] for one in field]
    assert Counter(dict(zip(names, (1000 * with_twins).round().astype(int), strict=True))) == {
        "mirror": 2599, "grudge": 2599, "change": 2500, "pass": 2400, "keep": 2208
    }  # fmt: skip
    rounds = dict(zip(names, (800 * without).round().astype(int), strict=True))
    assert max(rounds, key=rounds.get) == "keep" and rounds == {"mirror": 1999, "grudge": 1999, "change": 1900, "pass": 1800, "keep": 2008}


def test_noisy_cells_by_playing(library: ModuleType) -> None:
    """A few cells with one move in twenty gone wrong, as the library plays them sixty times."""
    ours = table_of_scores(ALL, 0.05)
    for one, other in ((0, 0), (4, 9), (6, 11)):
        total = 0.0
        for seed in range(60):
            match = library.Match((player(library, ALL[one]), player(library, ALL[other])), turns=200, noise=0.05, seed=seed)
            match.play()
            total += match.final_score_per_turn()[0] / 60
        assert total == pytest.approx(ours[one, other], abs=0.09)


def tournament_of(*traits: bool, **values) -> object:
    return tournament.run(dict(zip(TRAITS, traits, strict=True)) | values, Labels())


def test_ones_own_joins_a_field_that_lacks_it_and_has_its_place() -> None:
    """Places are counted from above and shared by those who are level; the winner is named, or shown by its switches."""
    mirror = tournament_of(True, True, True, False, field="five")
    assert (mirror.outcome, mirror.numbers["name"], mirror.numbers["of"]) == ("level", "mirror", "5")
    own = tournament_of(False, False, True, False, field="five")
    assert own.numbers["of"] == "6" and own.numbers["name"] == "nameless" and own.outcome == "behind"
    assert len(own.table) == 7 and [row[0] for row in own.table[1:]] == sorted(row[0] for row in own.table[1:])
    lonely = tournament_of(False, True, False, False, field="all", noise=True)
    assert (lonely.outcome, lonely.numbers["winner"]) == ("first", "keep")
    assert tournament_of(False, True, True, False, field="nice").numbers["winner"] == "●●●●"


def test_the_bars_are_the_table() -> None:
    """Sorted, one for each, one's own apart."""
    for values in ({"field": "all"}, {"field": "five", "noise": True}):
        made = tournament_of(True, False, True, False, **values)
        go.Figure(made.figure)
        mine, others = ([x for x in trace["x"] if x] for trace in made.figure["data"])
        assert len(mine) == 1 and sorted([*mine, *others], reverse=True) == pytest.approx(
            [float(row[5]) for row in made.table[1:]], abs=0.006
        )
        dots = made.figure["layout"]["yaxis"]["ticktext"]
        assert ["".join("●" if cell == "yes" else "○" for cell in row[1:5]) for row in made.table[1:]] == dots
        assert dots[int(made.figure["data"][0]["y"][0])] == "●○●○"


# --- season after season


def test_seasons_by_counting_copies() -> None:
    """Two strategies, in fractions: who scores twice as much as the other is copied twice as often."""
    against = [[Fraction(3), Fraction(1)], [Fraction(4), Fraction(2)]]
    shares = [Fraction(3, 4), Fraction(1, 4)]
    exact = [shares]
    for _ in range(5):
        score = [sum(a * b for a, b in zip(row, shares, strict=True)) for row in against]
        copies = [share * points for share, points in zip(shares, score, strict=True)]
        shares = [copy / sum(copies) for copy in copies]
        exact.append(shares)
    made = replicator.seasons([[float(cell) for cell in row] for row in against], [0.75, 0.25], 5)
    np.testing.assert_allclose(made, [[float(share) for share in row] for row in exact])


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_those_who_score_more_than_the_average_are_more_common_a_season_later(noise: float) -> None:
    """And only they; the shares keep their sum."""
    against = table_of_scores(ALL, noise)
    common = replicator.seasons(against, np.full(16, 1 / 16))
    np.testing.assert_allclose(common.sum(axis=1), 1)
    for now, village in enumerate(common[:-1]):
        score = standings(against, village)
        ahead = score - village @ score
        clear = np.abs(ahead) > 1e-6
        np.testing.assert_array_equal((common[now + 1] > village)[clear], (ahead > 0)[clear])


@pytest.mark.parametrize(
    ("keepers", "noise", "outcome", "numbers"),
    [
        (0.25, 0.0, "gone", {"start": "25", "keepers": "0", "answer": "87", "open": "13"}),
        (0.5, 0.0, "gone", {"start": "50", "most": "54", "when": "2", "keepers": "0"}),
        (0.9, 0.0, "gone", {"most": "92", "when": "2", "answer": "100"}),
        (0.9, 0.05, "stay", {"keepers": "89", "open": "0"}),
        (0.75, 0.05, "between", {"keepers": "44"}),
    ],
)
def test_those_who_live_off_others_run_out_of_them(keepers: float, noise: float, outcome: str, numbers: dict[str, str]) -> None:
    """At first they become more, then those who answer; where slips are many and those who answer few, they stay."""
    made = replicator.run({"keepers": keepers, "noise": noise}, Labels())
    assert made.outcome == outcome and numbers.items() <= made.numbers.items(), made.numbers
    go.Figure(made.figure)
    ends = [str(round(trace["y"][-1])) for trace in made.figure["data"]]
    assert made.table[-1] == ["60", *ends] and [made.numbers[name] for name in ("answer", "open", "keepers")] == ends
    np.testing.assert_allclose(np.sum([trace["y"] for trace in made.figure["data"]], axis=0), 100, atol=0.01)


# --- a fixed ratio


@pytest.mark.parametrize("game", [dilemma.TOKENS, GAME], ids=["tokens", "points"])
@pytest.mark.parametrize("chi", [1.0, 1.5, 3.0, 10.0])
def test_the_ratio_holds_against_anybody(chi: float, game: tuple[float, ...]) -> None:
    """Whatever memory-one strategy the other plays, drawn by dice: the taker's gain is chi times the other's, over a game
    played out round by round until it has settled."""
    taker = strategy(chi, game=game)
    assert taker.min() >= 0 and taker.max() <= 1
    others = np.random.default_rng(5).uniform(0.05, 0.95, (40, 5))
    late = states(taker, others, rounds=3000)[-500:].mean(axis=0)
    mine, theirs = (late @ have - game[2] for have in tokens(game))
    np.testing.assert_allclose(mine, chi * theirs, atol=1e-6)
    assert (mine > 0.01).all()


def test_known_shares_of_three_to_one() -> None:
    """Against one who always passes, with 5, 3, 1, 0 and three to one: 41/11 and 21/11, worked out by hand from the two
    conditions that both then rest in two states only: 3a + 5(1 - a) - 1 = 3 (3a - 1)."""
    a = Fraction(7, 11)
    assert 3 * a + 5 * (1 - a) - 1 == 3 * (3 * a - 1)
    taker, giver = shares(3.0, 1.0, game=GAME)
    assert (taker, giver) == (pytest.approx(float(5 - 2 * a)), pytest.approx(float(3 * a)))
    assert (float(5 - 2 * a), float(3 * a)) == (pytest.approx(41 / 11), pytest.approx(21 / 11))


def test_passing_more_pays_both_and_the_taker_more() -> None:
    """The other's best answer is to pass always, which is what the taker counts on."""
    taker, giver = shares(3.0, np.linspace(0, 1, 11))
    assert (np.diff(giver) > 0).all() and (np.diff(taker) > 2.9 * np.diff(giver)).all()
    assert (taker[0], giver[0]) == (pytest.approx(1), pytest.approx(1))


@pytest.mark.parametrize(
    ("chi", "passes", "elsewhere", "outcome", "numbers"),
    [
        (3.0, 0.0, 0.0, "nothing", {"taker": "1.0", "giver": "1.0", "gain": "0.0"}),
        (1.0, 1.0, 0.0, "even", {"taker": "3.0", "giver": "3.0"}),
        (3.0, 1.0, 0.0, "taken", {"taker": "3.4", "giver": "1.8", "gain": "2.4", "less": "0.8"}),
        (3.0, 1.0, 1.5, "taken", {"most": "1.8"}),
        (3.0, 0.2, 2.0, "leaves", {"taker": "1.0", "giver": "2.0", "most": "1.8", "elsewhere": "2.0"}),
        (1.0, 0.5, 3.0, "even", {"most": "3.0"}),
    ],
)
def test_people_who_can_go_elsewhere_go(chi: float, passes: float, elsewhere: float, outcome: str, numbers: dict[str, str]) -> None:
    """When the best that can be had here is less than what is elsewhere; then the taker has what nobody's pass brings."""
    made = extortion.run({"chi": chi, "passes": passes, "elsewhere": elsewhere}, Labels())
    assert made.outcome == outcome and numbers.items() <= made.numbers.items()
    go.Figure(made.figure)
    assert len(made.figure["data"]) == 3 + (elsewhere > 0) and len(made.table) == 6
    assert made.table[-1][1:] == [f"{made.figure['data'][who]['y'][-1]:.1f}" for who in (1, 0)]


def test_the_long_run_is_long_enough() -> None:
    """What the page calls the long run differs from ten times as long by less than its one decimal shows, but for a
    handful of chances in which rare slips need longer still."""
    plans = np.array([*STRATEGIES.values()])
    short, long = (scores(plans[:, None], plans[None], 0.02, rounds=rounds)[0] for rounds in (LONG, 10 * LONG))
    assert np.abs(short - long).max() < 0.05


def test_strategies_of_traits_have_five_probabilities() -> None:
    """Sixteen, all different, each of noughts and ones; the first move is that after both passed."""
    plans = strategies(ALL)
    assert plans.shape == (16, 5) and len({tuple(one) for one in plans}) == 16 and set(plans.ravel()) == {0.0, 1.0}
    np.testing.assert_array_equal(plans[:, 0], plans[:, 1])
