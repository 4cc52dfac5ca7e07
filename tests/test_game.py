"""The game engine: rounds, lots, payoffs; nothing before a round's end, nothing of one's own before the debrief, no one to wait for."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, example_of, write
from tests.playing import crowd, move, play
from tests.running import until
from workshop.declaration import curriculum
from workshop.declaration.curriculum import CurriculumError, Module
from workshop.kinds.game import Game
from workshop.person import Person
from workshop.rehearsal import simulated_group
from workshop.room.contract import RoomError
from workshop.room.local import LocalRoom
from workshop.room.seats import deal, groups
from workshop.store import Store

ONE, TWO = "small.pot_1", "small.pot_2"
TIMED = example_of(Game).replace("rounds = 2", "rounds = 2\nseconds = 1")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Module:
    """A module with a game of two rounds, of which the room sees the first."""
    monkeypatch.setenv("WORKSHOP_MODULES", str(write(tmp_path, HEAD + example_of(Game)).parent))
    return curriculum.module("small")


@pytest.fixture
def game(module: Module) -> Game:
    """Its game."""
    return module.games[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of its own."""
    opened = Store.open(tmp_path / "room.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def room(store: Store, module: Module) -> LocalRoom:
    """A room at the module's page."""
    made = LocalRoom.create(store, closing=0)
    made.open_module("small")
    return made


def test_nash_and_optimum_by_trying_every_move(game: Game) -> None:
    """Whatever the others do, to keep a token pays oneself more; and the group has most when all put in everything. From the
    pay-off alone, not from its formula."""
    moves = list(game.asked[0].cells())
    luck = random.Random(1)
    for _ in range(200):
        others = [luck.choice(moves) for _ in range(luck.randrange(4, 9))]
        mine = [game.payoff([put, *others])[0] for put in moves]
        all_of_us = [sum(game.payoff([put, *others])) for put in moves]
        assert mine == sorted(mine, reverse=True) and len(set(mine)) == len(moves)
        assert all_of_us == sorted(all_of_us) and len(set(all_of_us)) == len(moves)
    assert game.payoff(["0"] * 5) == [20.0] * 5 and game.payoff(["20"] * 5) == [40.0] * 5
    assert game.payoff(["0", "20", "20", "20", "20"]) == [52.0, 32.0, 32.0, 32.0, 32.0]


@pytest.mark.parametrize("people", [0, 1, 4, 5, 6, 7, 9, 10, 11, 23, 199, 200])
def test_groups_hold_everybody_once_and_five_or_more(people: int) -> None:
    """Odd numbers too; only a room of fewer than five is one smaller group."""
    keys = [f"{number:064x}" for number in range(people)]
    made = groups(keys, 5)
    assert sorted(key for group in made for key in group) == keys
    if people >= 5:
        assert all(5 <= len(group) <= 9 for group in made) and max(map(len, made)) - min(map(len, made)) <= 1


def test_who_sits_with_whom_is_chance_and_not_the_order_of_keys() -> None:
    """Over many deals everybody meets everybody about equally often."""
    keys = [f"{number:064x}" for number in range(10)]
    met = Counter(other for _ in range(2000) for group in groups(keys, 5) if keys[0] in group for other in group if other != keys[0])
    assert set(met) == set(keys[1:]) and min(met.values()) > 0.8 * 2000 * 4 / 9 and max(met.values()) < 1.2 * 2000 * 4 / 9


def test_few_people_play_with_labelled_partners(game: Game) -> None:
    """Two people: the machine takes three places, and it is said how many; five people: none."""
    seats = deal(game, 1, {"a": "10", "b": "20"}, random.Random(3))
    assert {seat.scripted for seat in seats.values()} == {3} and {seat.size for seat in seats.values()} == {5}
    assert seats["a"].pot >= 30 and seats["a"].payoff == 10 + 0.4 * seats["a"].pot
    assert {seat.scripted for seat in deal(game, 1, dict.fromkeys("abcde", "5")).values()} == {0}


def test_a_whole_game(room: LocalRoom, module: Module, game: Game) -> None:
    """Late, leaving and skipping people: nobody is waited for; each finds their own tokens after the debrief, and they add up."""
    people = crowd(room, module, 12)
    late, leaving, shy = people[0], people[1], people[2]
    first = {person: 5 * (place % 5) for place, person in enumerate(people) if person is not late}
    play(room, ONE, first | {shy: None})
    assert move(late, ONE, 20) == "late"
    second = {person: 10 for person in people if person is not leaving}
    play(room, TWO, second)
    view = room.view()
    assert set(view["reveals"]) == {ONE}  # the second round is not declared as shown
    assert people[3].collect(game)["type"] == "error"  # not before the debrief
    room.debrief("small")
    found = {person: person.collect(game)["rounds"] for person in people}
    assert found[late][0] == {"number": 1, "payoff": 20.0} and found[shy][0] == {"number": 1, "payoff": 20.0}
    assert found[leaving][1] == {"number": 2, "payoff": 20.0}
    played = [(int(seat["move"]), seat) for rounds in found.values() for seat in rounds[:1] if "move" in seat]
    assert sorted(put for put, _ in played) == sorted(put for person, put in first.items() if person is not shy)
    assert all(seat["payoff"] == 20 - put + 0.4 * seat["pot"] and seat["size"] >= 5 and not seat["scripted"] for put, seat in played)
    assert sum(seat["payoff"] for _, seat in played) == sum(20 - put + 0.4 * seat["size"] * put for put, seat in played)
    assert {person: person.collect(game)["rounds"] for person in people} == found  # asked again: the same
    with pytest.raises(RoomError, match="is over"):
        room.open(TWO)


def test_nothing_of_a_move_before_its_round_has_ended(room: LocalRoom, module: Module, store: Store, game: Game) -> None:
    """Desk and pages see how many have moved, not who or what; the code that deals the seats gets nothing of an open round."""
    people = crowd(room, module, 6)
    room.open(ONE)
    seen = []
    for put in ("0", "20"):
        for person in people:
            move(person, ONE, int(put))
        seen.append(json.dumps([room.view(), {name: value for name, value in room.desk_view().items() if name != "clock"}]))
        assert store.moves(room.id, ONE) == {}
    assert seen[0] == seen[1] and room.desk_view()["done"][ONE] == 6
    assert not room._games._seats


def test_rows_of_two_rounds_share_no_key(room: LocalRoom, module: Module, store: Store) -> None:
    """One row a seat and round, keys of that round only: nobody's path can be read from the store."""
    people = crowd(room, module, 8)
    for question in (ONE, TWO):
        play(room, question, {person: 5 for person in people})
    first, second = store.moves(room.id, ONE), store.moves(room.id, TWO)
    assert len(first) == len(second) == 8 and not set(first) & set(second) and set(first.values()) == {'"5"'}


def test_the_desk_is_led_through_its_rounds(room: LocalRoom, module: Module) -> None:
    """One round after the other; no debrief while one runs, none before the first, no round afterwards."""
    for wrong, sentence in (
        (lambda: room.open(TWO), "hasn't ended yet"),
        (lambda: room.debrief("small"), "No round has been played"),
        (lambda: room.debrief("nowhere"), "has no game"),
    ):
        with pytest.raises(RoomError, match=sentence):
            wrong()
    room.open(ONE)
    with pytest.raises(RoomError, match="still running"):
        room.debrief("small")
    room.close(ONE)
    room.settle(ONE)
    room.debrief("small")
    room.debrief("small")  # pressed twice
    with pytest.raises(RoomError, match="game is over"):
        room.open(TWO)


def test_a_round_ends_by_itself_where_that_is_declared(tmp_path: Path, store: Store) -> None:
    """After its seconds the desk's server is told to close it; a cancelled close gives it its seconds again."""
    module = curriculum.load(write(tmp_path, HEAD + TIMED))
    room = LocalRoom.create(store, modules=[module], closing=0)
    room.open_module("small")
    room.open(ONE)
    assert room.server.overdue() == []
    room._games._rounds._ends[ONE] -= 2
    assert room.server.overdue() == [ONE]
    room.close(ONE)
    assert room.server.overdue() == []
    room.cancel(ONE)
    assert room.server.overdue() == []
    again = LocalRoom(store, room.id, modules=[module])  # after a restart
    again.view()
    assert again._games._rounds._ends[ONE] > 0


def test_after_a_restart_the_table_is_dealt_again_from_every_acknowledged_move(
    room: LocalRoom, module: Module, store: Store, game: Game
) -> None:
    """The server's memory is gone, but the moves aren't."""
    people = crowd(room, module, 7)
    play(room, ONE, {person: 5 * place % 25 for place, person in enumerate(people)})
    room.debrief("small")
    before = [person.collect(game)["rounds"][0]["move"] for person in people]
    restarted = LocalRoom(store, room.id)
    for person in people:
        person.room, person.page._room = restarted, restarted
    assert [person.collect(game)["rounds"][0]["move"] for person in people] == before


def test_people_who_share_nothing_or_ask_with_other_keys_find_no_seat(room: LocalRoom, module: Module, game: Game) -> None:
    """Payoffs are found by the keys of the moves, and by no others; odd questions get a sentence."""
    people = crowd(room, module, 6)
    play(room, ONE, {person: 10 for person in people})
    room.debrief("small")
    stranger = Person(room, random.Random(99))
    stranger.enter(module)
    assert stranger.collect(game)["rounds"] == [{"number": 1, "payoff": 20.0}, {"number": 2, "payoff": 20.0}]
    keys = {one.id: people[0].keys(one.id) for one in game.asked}
    for odd in ({}, {ONE: keys[ONE]}, keys | {TWO: ["x", "y"]}, keys | {"small.box": keys[ONE]}, None):
        with pytest.raises(RoomError):
            room.payoffs(game.id, odd)
    with pytest.raises(RoomError):
        room.payoffs("small.other", keys)
    room.end()
    with pytest.raises(RoomError, match="ended"):
        room.payoffs(game.id, keys)


def test_alone_the_machine_plays_the_other_places(tmp_path: Path, module: Module, game: Game) -> None:
    """In self-study the partners are labelled, and there is no debrief to wait for."""
    room = LocalRoom.alone(tmp_path / "alone.sqlite")
    me = crowd(room, module, 1)[0]
    move(me, ONE, 15)
    first, second = me.collect(game)["rounds"]
    assert first["scripted"] == 4 and first["move"] == "15" and second == {"number": 2, "payoff": 20.0}


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("rounds = 2", "rounds = 2\nshare = 0.1", "gives 0.1 for a token"),
        ("rounds = 2", "rounds = 2\nshare = 1.0", "gives 1 for a token"),
        ("rounds = 2", "rounds = 2\ngroup = 2", "has groups of 2"),
        ("rounds = 2", "rounds = 2\nstep = 3", "doesn't divide evenly"),
        ("rounds = 2", "rounds = 3", "give one for each of its 3 rounds"),
        ("shown = [1]", "shown = [3]", "shows round 3"),
        ("0 = 2, 5 = 3, 10 = 5, 15 = 2, 20 = 3", "0 = 15, 5 = 0, 10 = 0, 15 = 0, 20 = 0", "too alike"),
    ],
)
def test_a_wrong_declaration_is_told(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    """A game that could not be played, or would tell one person's move, is refused with a sentence."""
    with pytest.raises(CurriculumError, match=sentence):
        curriculum.load(write(tmp_path, HEAD + example_of(Game).replace(right, wrong, 1)))


def test_the_simulated_group_plays_at_a_facilitators_desk(room: LocalRoom, module: Module, tmp_path: Path) -> None:
    """With --desk the group moves in the round that is open, and in no other."""
    with simulated_group(str(tmp_path / "room.sqlite"), room.id, people=9, seed=1, speed=100):
        for question, other, here in ((ONE, TWO, 8), (TWO, None, 9)):  # one comes when the first result is there
            room.open(question)
            until(lambda question=question, here=here: room.desk_view()["done"][question] == here)
            assert other is None or room.desk_view()["done"][other] == 0
            room.close(question)
            room.settle(question)
    room.debrief("small")


def test_a_hundred_people_play_it(room: LocalRoom, module: Module, game: Game) -> None:
    """Through the page's own messages, with everybody's moves, and without one error."""
    people = crowd(room, module, 100)
    for question in game.asked:
        room.open(question.id)
        for person in people:
            person.respond(question)
        room.close(question.id)
        room.settle(question.id)
    room.debrief("small")
    rounds = [person.collect(game)["rounds"] for person in people]
    assert sum(person.errors for person in people) == 0
    for place, question in enumerate(game.asked):
        sat = [seats[place] for seats in rounds if "move" in seats[place]]
        assert len(sat) > 60 and all(seat["size"] >= 5 for seat in sat)
        assert len({seat["pot"] for seat in sat}) > 1, question.id
