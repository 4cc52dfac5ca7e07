"""The kinds of activities. A new one is a class in a file of its own, its ES module beside it, and a line here."""

from __future__ import annotations

from workshop.kinds.base import Activity, BadAnswer, Option, Question
from workshop.kinds.bet import Bet
from workshop.kinds.choice import Choice
from workshop.kinds.consent import Consent
from workshop.kinds.journal import Journal
from workshop.kinds.note import Note

__all__ = ["KINDS", "Activity", "BadAnswer", "Option", "Question"]

KINDS: dict[str, type[Activity]] = {
    "bet": Bet,
    "choice": Choice,
    "consent": Consent,
    "journal": Journal,
    "note": Note,
}
