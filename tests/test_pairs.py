"""Keep or pass, a second declaration of the same game: its pay-offs, two and two at random, few people, noise, rounds that follow."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, write
from tests.playing import PAIRS, crowd, play
from workshop.declaration import curriculum
from workshop.declaration.curriculum import CurriculumError, Module
from workshop.kinds.game import Game
from workshop.room.contract import RoomError
from workshop.room.local import LocalRoom
from workshop.room.seats import deal
from workshop.store import Store

KEEP, PASS = "0", "1"


@pytest.fixture
def module() -> Module:
    """The module as it is shipped."""
    return curriculum.module("trust")


@pytest.fixture
def game(module: Module) -> Game:
    """Its game."""
    return module.games[0]


@pytest.fixture
def room(tmp_path: Path):
    """A room at the module's page."""
    store = Store.open(tmp_path / "room.sqlite")
    made = LocalRoom.create(store, closing=0)
    made.open_module("trust")
    yield made
    store.close()


def threshold(temptation: float, reward: float, punishment: float) -> float:
    """From how likely a next round on it pays to pass on with somebody who never passes again after one keep: by adding up
    both paths round after round, and halving where they cross. Not from the formula."""

    def ahead(again: float) -> float:
        passing = keeping = 0.0
        for number in range(4000):
            weight = again**number
            passing += weight * reward
            keeping += weight * (temptation if number == 0 else punishment)
        return passing - keeping

    low, high = 0.0, 0.99
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if ahead(middle) > 0 else (middle, high)
    return high


def test_its_pay_offs_are_four_three_one_nothing_and_hold_from_a_third_on(game: Game) -> None:
    """T > R > P > S and 2R > T + S; w >= (T - R) / (T - P), which is 1/3 here and 1/2 in the best known tournaments."""
    (reward, _), (punishment, _) = game.payoff([PASS, PASS]), game.payoff([KEEP, KEEP])
    temptation, sucker = game.payoff([KEEP, PASS])
    assert (temptation, reward, punishment, sucker) == (4, 3, 1, 0) and game.payoff([PASS, KEEP]) == [0, 4]
    assert 2 * reward > temptation + sucker
    assert threshold(temptation, reward, punishment) == pytest.approx(1 / 3, abs=1e-6)
    assert (temptation - reward) / (temptation - punishment) == pytest.approx(1 / 3)
    assert threshold(5, 3, 1) == pytest.approx(1 / 2, abs=1e-6)


@pytest.mark.parametrize("people", [1, 2, 5, 6, 7, 11, 200])
def test_two_and_two_at_random_and_the_machine_for_the_one_left_over(game: Game, people: int) -> None:
    """Under six everybody plays with the machine, else at most one does; each pay-off fits one partner's move."""
    keys = [f"{number:03d}" for number in range(people)]
    luck = random.Random(people)
    seats = deal(game, 2, {key: luck.choice([KEEP, PASS]) for key in keys}, luck)
    assert set(seats) == set(keys) and {seat.size for seat in seats.values()} == {2}
    assert sum(seat.scripted for seat in seats.values()) == (people if people < 6 else people % 2)
    met = Counter((seat.move, seat.pot - int(seat.move)) for seat in seats.values() if not seat.scripted)
    assert met[PASS, 0] == met[KEEP, 1] and met[PASS, 1] % 2 == met[KEEP, 0] % 2 == 0
    assert all(seat.payoff == (1 - int(seat.move)) + seat.got and seat.got == 3 * (seat.pot - int(seat.move)) for seat in seats.values())


def test_partners_are_drawn_again_each_round(game: Game) -> None:
    """Six people, one who passes: over many rounds the token comes to each of the others about equally often."""
    moves = {"p": PASS, **dict.fromkeys("abcde", KEEP)}
    got = Counter(key for _ in range(2000) for key, seat in deal(game, 2, moves).items() if seat.got)
    assert set(got) == set("abcde") and min(got.values()) > 340 and max(got.values()) < 460


def test_the_machine_turns_one_move_in_ten_in_the_last_rounds_only(game: Game) -> None:
    """Each is told of their own; what one has follows from what was played, and before round three nothing is turned."""
    moves = {f"{number:04d}": PASS for number in range(4000)}
    assert not any(seat.turned or seat.payoff != 3 for number in (1, 2) for seat in deal(game, number, moves).values())
    for number in (3, 4):
        seats = deal(game, number, moves, random.Random(number)).values()
        turned = [seat for seat in seats if seat.turned]
        assert 0.08 < len(turned) / 4000 < 0.12 and {seat.move for seat in seats} == {PASS}
        assert {seat.payoff for seat in turned} == {4, 1} and {seat.payoff for seat in seats if not seat.turned} == {3, 0}
    assert "From round 3 on, the machine turns one move in 10 round" in " ".join(game.notices)


def test_round_four_follows_round_three_and_waits_when_phones_are_down(room: LocalRoom, module: Module) -> None:
    """Not after one that is shown, not while the phones are down, not in another module, and not after the debrief."""
    assert [one.number for one in module.games[0].asked if one.follows] == [4]
    crowd(room, module, 2)
    for number in (1, 2):
        play(room, f"trust.tokens_{number}", {})
        assert room.server.next_rounds() == []
    room.open("trust.tokens_3")
    assert room.server.next_rounds() == []
    room.close("trust.tokens_3")
    room.settle("trust.tokens_3")
    assert room.server.next_rounds() == ["trust.tokens_4"]
    room.arrange({"cover": "down"})
    assert room.server.next_rounds() == []
    room.arrange({"cover": ""})
    room.open_module("steps")
    assert room.server.next_rounds() == []
    room.open_module("trust")
    assert room.server.next_rounds() == ["trust.tokens_4"]
    room.debrief("trust")
    assert room.server.next_rounds() == []


def test_rounds_follow_each_other_in_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each that follows begins when the one before it has ended, up to the last."""
    longer = PAIRS.replace("rounds = 3", "rounds = 5").replace("shown = [1, 3]", "shown = [1, 5]")
    longer = longer.replace("follow = [3]", "follow = [3, 4, 5]")
    longer = longer.replace("{ 0 = 9, 1 = 6 }]", "{ 0 = 9, 1 = 6 }, { 0 = 8, 1 = 7 }, { 0 = 9, 1 = 6 }]")
    monkeypatch.setenv("WORKSHOP_MODULES", str(write(tmp_path, HEAD + longer).parent))
    store = Store.open(tmp_path / "room.sqlite")
    room = LocalRoom.create(store, closing=0)
    room.open_module("small")
    crowd(room, curriculum.module("small"), 2)
    play(room, "small.tokens_1", {})
    assert room.server.next_rounds() == []
    for number in (2, 3, 4):
        play(room, f"small.tokens_{number}", {})
        assert room.server.next_rounds() == [f"small.tokens_{number + 1}"]
    play(room, "small.tokens_5", {})
    assert room.server.next_rounds() == []
    store.close()


def test_a_whole_game_with_an_odd_number_one_late_and_one_who_left(room: LocalRoom, module: Module, game: Game) -> None:
    """The screen has the first two rounds as they were chosen, and no other; the guess goes with round one; each finds their own
    tokens after the debrief only."""
    people = crowd(room, module, 10)
    late, leaving = people[:2]
    for number, one in enumerate(game.asked, 1):
        here = [person for person in people if person is not (late if number == 1 else leaving)]
        play(room, one.id, {person: (place + number) % 2 for place, person in enumerate(here)})
    reveals = room.view()["reveals"]
    assert set(reveals) == {"trust.tokens_bet", "trust.tokens_1", "trust.tokens_2"}
    assert people[3].collect(game)["type"] == "error"
    room.debrief("trust")
    found = {person: person.collect(game)["rounds"] for person in people}
    assert found[late][0] == {"number": 1, "payoff": 1.0} and found[leaving][3] == {"number": 4, "payoff": 1.0}
    for place in range(4):
        seats = [rounds[place] for rounds in found.values() if "move" in rounds[place]]
        assert len(seats) == 9 and sum(seat["scripted"] for seat in seats) == 1
        assert place >= 2 or not any(seat["turned"] for seat in seats)
        kept = [(int(seat["move"]) + seat["turned"]) % 2 == 0 for seat in seats]
        assert [seat["payoff"] for seat in seats] == [seat["got"] + one for seat, one in zip(seats, kept, strict=True)]


def test_a_few_people_play_with_a_labelled_machine(room: LocalRoom, module: Module, game: Game) -> None:
    """Five people: nobody is anybody's partner, so nobody learns what one of four did."""
    people = crowd(room, module, 5)
    play(room, "trust.tokens_1", {person: 1 for person in people})
    room.debrief("trust")
    assert all(person.collect(game)["rounds"][0]["scripted"] == 1 for person in people)


def test_a_hundred_phones_play_it(room: LocalRoom, module: Module, game: Game) -> None:
    """All four rounds through the page's own messages, in order, the last by itself; without one error."""
    people = crowd(room, module, 100)
    beside = {game.asked[0].id: [one for one in module.questions if one.with_ == "tokens_1"]}
    for one in game.asked:
        if one.follows:
            assert room.server.next_rounds() == [one.id]
        room.open(one.id)
        for person in people:
            for question in (*beside.get(one.id, ()), one):
                person.respond(question)
        room.close(one.id)
        room.settle(one.id)
    room.debrief("trust")
    rounds = [person.collect(game)["rounds"] for person in people]
    assert sum(person.errors for person in people) == 0
    for place in range(4):
        sat = [seats[place] for seats in rounds if "move" in seats[place]]
        assert len(sat) > 60 and all(seat["size"] == 2 for seat in sat) and sum(seat["scripted"] for seat in sat) <= 1
        assert {seat["payoff"] for seat in sat} == {4, 3, 1, 0}
    assert 0 < sum(seats[place].get("turned", False) for seats in rounds for place in (2, 3)) < 50


def test_what_is_about_ones_own_life_stays_closed_where_people_live_or_work_together(room: LocalRoom, module: Module) -> None:
    """Stories, the game, and nothing else is left."""
    room.arrange({"fiction": True})
    with pytest.raises(RoomError, match="invented people only"):
        room.open("trust.nobody")
    room.open("trust.tokens_1")
    own = {activity.key for activity in module.activities if activity.own_life}
    assert own == {"moment", "lean", "nobody_bet", "nobody", "crew", "promise"}


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("players = 6", "players = 5", "groups of two ('most = 2') need 'players = 6' or more"),
        ("most = 2", "most = 3", "has groups of 2"),
        ("share = 3.0", "share = 1.0", "gives 1 for a token"),
        ("follow = [3]", "follow = [2]", "lets round 2 begin by itself after one whose result is shown"),
        ("follow = [3]", "follow = [1]", "lets round 1 begin by itself"),
        ("seconds = 20\n", "", "none that ends by itself"),
        ("noisy = [3]\n", "", "give a share below 0.5 and the rounds, or neither"),
        ("noisy = [3]", "noisy = [4]", "turns moves round in round 4, which it doesn't have"),
        ("noise = 0.1", "noise = 0.5", "give a share below 0.5"),
        ('wording = "pairs"', 'wording = "pair"', "Did you mean 'pairs'?"),
    ],
)
def test_a_wrong_declaration_is_told(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    """A game that would tell one partner's move, or would never go on, is refused with a sentence."""
    curriculum.load(write(tmp_path, HEAD + PAIRS))
    with pytest.raises(CurriculumError) as said:
        curriculum.load(write(tmp_path, HEAD + PAIRS.replace(right, wrong, 1)))
    assert sentence in str(said.value)
