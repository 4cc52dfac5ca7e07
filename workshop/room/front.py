"""Which question is on now: decided here, from the module, the phases and the plan, and nowhere else.

A phone is told which questions are open and where its page ends while everyone goes together; the desk, which
question's card stands in front.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workshop.declaration.curriculum import Module
from workshop.declaration.formats import Line
from workshop.kinds.game import Round

RUNNING = ("open", "closing")


def _asked(module: Module, fiction: bool) -> list[str]:
    """The questions of a page in order: a guess stands with its question, and about one's own life none is asked in fiction."""
    return [one.id for one in module.questions if not one.with_ and not (fiction and one.own_life)]


def on_now(module: Module, phases: Mapping[str, str], fiction: bool = False) -> list[str]:
    """The questions that can be answered now, in the order of the page."""
    return [id for id in _asked(module, fiction) if phases.get(id) in RUNNING]


def until(module: Module, phases: Mapping[str, str], fiction: bool = False) -> str:
    """The question with which the page ends while everyone goes together; "": it ends where it ends.

    It is the latest that the room has come to, or the next one once that is closed. What the room left out is passed over.
    """
    asked = _asked(module, fiction)
    begun = [place for place, id in enumerate(asked) if phases.get(id, "waiting") != "waiting"]
    place = begun[-1] + (phases[asked[begun[-1]]] == "closed") if begun else 0
    return asked[place] if place < len(asked) else ""


def in_front(module: Module, lines: Sequence[Line], step: int, phases: Mapping[str, str]) -> tuple[str, bool]:
    """The card that stands in front at the desk, by its question or game, and whether the plan's step is about it.

    It is the step's own question, or the round that its game has come to. Else it is the question to which the plan
    comes next in this part; and where the plan has nothing of this page, the first that isn't closed. "": no card.
    """
    cards = _cards(module)
    left = [id for id in cards if not _over(module, id, phases)]
    at = lines[min(step, len(lines) - 1)]
    if own := _card_of(at, module, cards):
        return _round_of(own, module, phases) or own, True
    planned = at.module == module.slug or (not at.module and any(line.module == module.slug for line in lines))
    here = [line for line in lines[step + 1 :] if line.part == at.part]
    coming = [card for line in here if (card := _card_of(line, module, cards))] if planned else [*cards]
    return next((id for id in coming if id in left), coming[-1] if coming else ""), False


def _cards(module: Module) -> dict[str, str]:
    """What has a card of its own at the desk, id -> key: each question, and the end of the module's games."""
    mains = {one.id: one.key for one in module.questions if not one.with_}
    return mains | {game.id: game.key for game in module.games[-1:]}


def _card_of(line: Line, module: Module, cards: Mapping[str, str]) -> str:
    return next((id for id, key in cards.items() if key == line.step.activity), "") if line.module == module.slug else ""


def _round_of(card: str, module: Module, phases: Mapping[str, str]) -> str:
    """The round that is being played of the game to which this round belongs."""
    rounds = [one for one in module.questions if isinstance(one, Round)]
    game = next((one.game for one in rounds if one.id == card), None)
    return next((one.id for one in rounds if one.game == game and phases.get(one.id) in RUNNING), "")


def _over(module: Module, card: str, phases: Mapping[str, str]) -> bool:
    games = [game.id for game in module.games]
    return all(phases.get(id) == "closed" for id in (games if card in games else [card]))
