"""What a room may be asked about: the questions, declared pairs and games of its modules, by their ids."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workshop.declaration.curriculum import Module
from workshop.kinds.base import Question
from workshop.kinds.pair import Pair
from workshop.room.contract import RoomError

KEY = re.compile(r"[0-9a-f]{64}")


class Declared:
    """The modules of one room. It never changes."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.modules = {module.slug: module for module in modules}
        self.questions = {question.id: question for module in self.modules.values() for question in module.questions}
        self.pairs = {pair.id: pair for module in self.modules.values() for pair in module.pairs}
        self.games = {game.id: game for module in self.modules.values() for game in module.games}
        self.counted: dict[str, Question | Pair] = {**self.questions, **self.pairs}

    def question(self, id: object) -> Question:
        """The question of that id; RoomError where there is none."""
        if not isinstance(id, str) or id not in self.questions:
            raise RoomError("This workshop doesn't have this question: please reload the page.")
        return self.questions[id]

    def answered(self, id: object) -> Question | Pair:
        """What a page may send an answer to: a question, or a pair; RoomError where there is none."""
        return self.pairs[id] if isinstance(id, str) and id in self.pairs else self.question(id)

    def pairs_of(self, group: Iterable[Question]) -> list[Pair]:
        """The declared pairs that these questions are part of."""
        ids = {question.id for question in group}
        return [pair for pair in self.pairs.values() if ids & set(pair.ids)]

    def together(self, id: object) -> list[Question]:
        """The question and the guesses about it, itself first: they open, close and are counted together."""
        question = self.question(id)
        main = question.with_ or question.key
        group = [one for one in self.modules[question.module].questions if main in (one.key, one.with_)]
        return sorted(group, key=lambda one: one.key != main)


def checked(pair: object) -> tuple[str, str]:
    """The two keys, or RoomError."""
    if isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(key, str) and KEY.fullmatch(key) for key in pair):
        answer, done = pair
        if answer != done:  # one key for both would join the two tables
            return answer, done
    raise RoomError("This page couldn't say which answer is yours: please reload the page.")
