"""A guess about the room, made before the reveal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Any, ClassVar, Literal, Self

from workshop.kinds.base import Beside, Option, Question, known
from workshop.kinds.choice import Choice

# What comes true is worked out by each phone from what was shown, and from nothing else: see bet.js.
Outcome = Literal["most", "alike", "match", "lean", "chose"]
NEEDS = {"most": "tie", "chose": ""}  # the sentence that an outcome alone can come to; the others: "unknown"
TEN = ("alike", "match", "chose")  # the outcomes that come out as people in ten
SAME = "same"
TENS = re.compile(r"(\d+)-(\d+)")

# What each sentence may quote: what the person guessed, what came true.
SENTENCES: dict[str, set[str]] = {
    "hit": {"bet", "most"},
    "miss": {"bet", "most"},
    "tie": {"bet", "most"},
    "nobet": {"most"},
    "unknown": set(),
    "withheld": set(),
    "always": set(),
}


@dataclass(frozen=True, kw_only=True)
class Bet(Choice):
    """A guess about another question of the same module, or about a round of a game, with which it opens, closes and is
    revealed.

    TOML fields beside those of every question: `about`, the key of that question; `outcome`, what comes true; `options`,
    unless those of that question serve; the sentences `hit`, `miss`, `nobet`, `withheld` (unless the shared words serve),
    `always` (holds whatever the data say) and, where it can come to that, `tie` or `unknown`. In them {bet} stands for the
    option that the person guessed and {most} for what came true: each option arrives in quotation marks, several are
    joined as a list.

    `outcome` "most": the option chosen most; `tie` is for several that came out level, whether the person named one or not.
    Three come out as a number of people in ten, and their options have keys such as "3-5" that together are 0 to 10:
    "alike": out of ten people, how many chose as this person did; it comes after its question.
    "match": out of ten people in that question, how many could each be given somebody of `against`, an earlier question
    with the same options, who chose the same: the share that both results have in common.
    "chose": out of ten people, how many chose the option `option`.
    "lean": to which of two cells that question leans, beside `against`; its options are the one cell, "same" (a tenth of
    the people or less is no move) and the other cell.
    `unknown` is for what cannot be said: of somebody who gave no answer, or where the other result is not there.

        [[activities]]
        key = "box_bet"
        kind = "bet"
        about = "box"
        text = "What will this room choose most?"
        example = { glad = 5, owe = 4, other = 3 }
        hit = "You guessed {bet}, and so it was. You read this room well."
        miss = "You guessed {bet}. Chosen most here: {most}. It is good to ask."
        tie = "You guessed {bet}. Level at the top here: {most}."
        nobet = "Chosen most here: {most}."
        always = "Receiving is half of helping."

        [[activities]]
        key = "box"
        kind = "choice"
        text = "A neighbour carries your heavy box up three floors. What do you feel first?"
        options = [{ key = "glad", text = "Glad" }, { key = "owe", text = "I owe something" }, { key = "other", text = "Something else" }]
        example = { glad = 6, owe = 4, other = 2 }
    """

    kind: ClassVar[str] = "bet"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    about: str
    outcome: Outcome = "most"
    against: str = ""
    option: str = ""
    hit: str
    miss: str
    tie: str = ""
    nobet: str
    unknown: str = ""
    withheld: str = ""
    always: str = ""

    @property
    def with_(self) -> str:
        return self.about

    def resolve(self, beside: Beside) -> Self:
        bet = super().resolve(beside)
        if not bet.options and (about := _questions(beside).get(self.about)):
            bet = replace(bet, options=tuple(Option(key, text) for key, text in about.cells().items()))
        return bet if bet.withheld else replace(bet, withheld=beside.words["reveal"]["withheld"])

    def faults(self, beside: Beside) -> Iterator[tuple[str, str]]:
        questions = _questions(beside)
        if self.about in beside.unread:
            return
        if self.about not in questions:
            yield "about", f"is about '{self.about}'; {known('questions', questions, self.about)}"
            return
        cells = questions[self.about].cells()
        if self.outcome in TEN:
            yield from self._tens_faults()
        elif self.outcome == "lean" and (len(self.cells()) != 3 or [*self.cells()][1] != SAME):
            yield "options", f"is about a lean: its options are one cell, '{SAME}' and another cell"
        for key in {"most": [*self.cells()], "lean": [*self.cells()][::2]}.get(self.outcome, ()):
            if key not in cells:
                yield "options", f"bets on '{key}', which '{self.about}' does not have; {known('options', cells, key)}"
        needed = NEEDS.get(self.outcome, "unknown")
        spare = [name for name in ("tie", "unknown") if name != needed]
        if any(getattr(self, name) for name in spare) or (needed and not getattr(self, needed)):
            needs = f"needs '{needed}' and " if needed else ""
            yield needed or spare[0], f"has the outcome '{self.outcome}', which {needs}has no use for '{' or '.join(spare)}'"
        if (self.outcome == "chose") != bool(self.option):
            yield "option", "has one of the outcome 'chose' and 'option'; it needs both"
        elif self.option and self.option not in cells:
            yield "option", f"counts who chose '{self.option}'; {known('options', cells, self.option)}"
        yield from self._against_faults(questions, beside)
        for name, allowed in SENTENCES.items():
            yield from _template_faults(name, getattr(self, name), allowed)
        yield from super().faults(beside)

    def _tens_faults(self) -> Iterator[tuple[str, str]]:
        ranges = [(int(found[1]), int(found[2])) for key in self.cells() if (found := TENS.fullmatch(key))]
        if [ten for low, high in ranges for ten in range(low, high + 1)] != list(range(11)) or len(ranges) != len(self.cells()):
            yield "options", "has options whose keys are not people in ten, from 0 to 10 without a gap, such as '0-2', '3-5', '6-10'"

    def _against_faults(self, questions: dict[str, Any], beside: Beside) -> Iterator[tuple[str, str]]:
        if (self.outcome in ("match", "lean")) != bool(self.against):
            yield "against", f"has the outcome '{self.outcome}', which {'has no use for' if self.against else 'needs'} 'against'"
        elif self.against and self.against not in questions:
            yield "against", f"is against '{self.against}'; {known('questions', questions, self.against)}"
        elif self.against and list(questions[self.against].cells()) != list(questions[self.about].cells()):
            yield "against", f"is against '{self.against}', which has other options than '{self.about}'"
        asked = [self.about, self.against] if self.against else [self.about]
        if self.outcome != "most" and not all(questions[key].exclusive for key in asked if key in questions):
            yield "about", "counts people in ten, of a question in which one answer may count several times"

    def spec(self) -> dict[str, Any]:
        beside = {"about": f"{self.module}.{self.about}", "against": f"{self.module}.{self.against}" if self.against else None}
        plain = ("outcome", "option", *SENTENCES)
        return super().spec() | beside | {name: getattr(self, name) for name in plain}


def _questions(beside: Beside) -> dict[str, Question]:
    """What one can bet on: every question that the room is asked, also those inside another activity."""
    others = (one for one in beside.activities.values() if not isinstance(one, Bet))
    return {question.key: question for one in others for question in one.resolve(beside).asked}


def _template_faults(name: str, sentence: str, allowed: set[str]) -> Iterator[tuple[str, str]]:
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        yield name, f"has a brace without its partner in '{name}'"
        return
    for _, quoted, form, conversion in parts:
        if quoted is not None and (quoted not in allowed or form or conversion):
            may = " and ".join(f"{{{word}}}" for word in sorted(allowed)) or "nothing"
            yield name, f"quotes {{{quoted}}} in '{name}', which may quote {may}"
