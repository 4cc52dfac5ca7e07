"""A group that plays a game in a room of this process, move by move; and a game for two, to be declared."""

from __future__ import annotations

import random

from workshop.declaration.curriculum import Module
from workshop.person import Person
from workshop.room.local import LocalRoom

PAIRS = """
[[activities]]
key = "tokens"
kind = "game"
title = "Keep or pass"
text = "You hold one token."
tokens = 1
step = 1
share = 3.0
to_all = false
group = 2
most = 2
players = 6
wording = "pairs"
rounds = 3
shown = [1, 3]
seconds = 20
follow = [3]
noise = 0.1
noisy = [3]
example = [{ 0 = 6, 1 = 9 }, { 0 = 7, 1 = 8 }, { 0 = 9, 1 = 6 }]
"""


def crowd(room: LocalRoom, module: Module, people: int) -> list[Person]:
    """So many people with the page open."""
    made = [Person(room, random.Random(seed)) for seed in range(people)]
    for person in made:
        person.enter(module)
    return made


def move(person: Person, question: str, put: int | None) -> str:
    """One move, or none: what the room made of it."""
    intent = "skip" if put is None else "send"
    message = {"type": "submit", "id": person.random.randbytes(16).hex(), "question": question, "keys": person.keys(question)}
    return person.say(message | {"value": None if put is None else str(put), "intent": intent}).get("result", "error")


def play(room: LocalRoom, question: str, moves: dict[Person, int | None]) -> None:
    """One round, from its start to its end."""
    room.open(question)
    for person, put in moves.items():
        move(person, question, put)
    room.close(question)
    room.settle(question)
