"""How often a question would be shown: many invented groups, answering like the module's example, through the real rule."""

from __future__ import annotations

import random

from workshop.kinds.base import Question
from workshop.reveal import enough, release

GROUPS = 400  # a chance is known to five in a hundred
_known: dict[tuple[str, int, int], float] = {}


def chance(question: Question, people: int, groups: int = GROUPS) -> float:
    """The share of groups of that many people, in which everybody answers, that would see a result; the same each time."""
    if question.pooled or not enough(question, people):
        return float(enough(question, people))
    key = (repr(question), people, groups)
    if key not in _known:
        luck = random.Random(f"{question.id} {people}")
        shown = sum(release(question, [question.scripted(luck) for _ in range(people)]) is not None for _ in range(groups))
        _known[key] = shown / groups
    return _known[key]


def in_words(share: float) -> str:
    """To the nearest five in a hundred: we don't know it better, and needn't."""
    return "never" if not share else f"{max(5, 5 * round(20 * share))} %"
