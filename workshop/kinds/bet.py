"""A guess about the room, or about what a study found, made before the reveal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import Any, ClassVar, Literal, Self

from workshop.kinds.base import Context, Option, Question
from workshop.kinds.choice import Choice
from workshop.sentences import known

# What comes true is worked out by each phone from what was shown, and from nothing else: see bet.js.
Outcome = Literal["most", "half", "nearest", "alike", "match", "lean", "chose"]
TEN = ("alike", "match", "chose")  # the outcomes that come out as people in ten
SAME = "same"
# The sentence that each needs besides hit, miss and nobody's guess: for a tie, or for what cannot be said.
BESIDE: dict[str, str] = {
    "most": "tie",
    "half": "",
    "nearest": "tie",
    "alike": "unknown",
    "match": "unknown",
    "lean": "unknown",
    "chose": "",
}
TENS = re.compile(r"(\d+)-(\d+)")

# What each sentence may quote: what the person guessed, what came true; of a study also what it found.
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
    revealed; or about a study.

    TOML fields besides those of every question: `about`, the key of that question; `outcome`, what comes true; `options`,
    unless those of that question serve; the sentences `hit`, `miss`, `nobet`, `withheld` (unless the shared words serve),
    `always` (holds whatever the data say) and, where it can come to that, `tie` or `unknown`. In them {bet} stands for the
    option that the person guessed and {most} for what came true: each option arrives in quotation marks, several are
    joined as a list.

    `outcome` "most": the option chosen most; `tie` is for several that came out level, whether the person named one or not.
    "half": whether one option was chosen by more than half; its options have the keys "yes" and "no", and it needs neither.
    "nearest": of what follows from the result (see `Question.conclusions`), which was least off; the options have its keys, and
    `tie` is for several that were equally near.
    Three come out as a number of people in ten, and their options have keys such as "3-5" that together are 0 to 10:
    "alike": out of ten people, how many chose as this person did; it comes after its question.
    "match": out of ten people in that question, how many could each be given somebody of `against`, an earlier question
    with the same options, who chose the same: the share that both results have in common.
    "chose": out of ten people, how many chose the option `option`.
    "lean": to which of two cells that question leans, beside `against`; its options are the one cell, "same" (a tenth of
    the people or less is no move) and the other cell.
    `unknown` is for what cannot be said: of somebody who gave no answer, or where the other result is not there.

    About a study: in place of `about` the option that was `found`, and its `source`, the doi of one of the module's
    sources. Then the guesses are a question of their own, whose result the room sees: {most} is what this room guessed
    most and `tie` that it was of several minds, `hit` and `miss` hold the guess against the study, and every sentence but
    `always` may quote {found}. That is no secret: it stands beside the result on the screen, and where the guesses stay closed.

        [[activities]]
        key = "box_bet"
        kind = "bet"
        about = "box"
        text = "What will this group choose most?"
        example = { glad = 5, owe = 4, other = 3 }
        hit = "You guessed {bet}, and that was chosen most."
        miss = "You guessed {bet}. {most} was chosen most. It's good to ask."
        tie = "You guessed {bet}. Tied at the top: {most}."
        nobet = "{most} was chosen most."
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

    about: str = ""
    outcome: Outcome = "most"
    against: str = ""
    option: str = ""
    found: str = ""
    source: str = ""
    hit: str
    miss: str
    tie: str = ""
    nobet: str
    unknown: str = ""
    withheld: str = ""
    always: str = ""
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def with_(self) -> str:
        return self.about

    @property
    def finding(self) -> str:
        return self.words["found"].format(found=self.cells().get(self.found, "")) if self.found else ""

    def resolve(self, context: Context) -> Self:
        bet = replace(super().resolve(context), words=dict(context.words["bet"]))
        if not bet.options and (about := _questions(context).get(self.about)):
            bet = replace(bet, options=tuple(Option(key, text) for key, text in about.cells().items()))
        return replace(bet, withheld=bet.withheld or bet.finding or context.words["reveal"]["withheld"])

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if bool(self.about) == bool(self.found):
            yield "about", "needs one of two things: a question of its module ('about'), or what a study found ('found')"
            return
        questions = _questions(context)
        if self.about in context.unread:
            return
        if self.about and self.about not in questions:
            yield "about", f"is about '{self.about}'; {known('questions', questions, self.about)}"
            return
        yield from self._study_faults(context) if self.found else self._room_faults(questions)
        needed = BESIDE[self.outcome]
        spare = [name for name in ("tie", "unknown") if name != needed]
        if any(getattr(self, name) for name in spare) or (needed and not getattr(self, needed)):
            needs = f"needs '{needed}' and " if needed else ""
            no_use = " or ".join(f"'{name}'" for name in spare)
            yield needed or spare[0], f"has the outcome '{self.outcome}', which {needs}has no use for {no_use}"
        for name, allowed in SENTENCES.items():
            quotable = allowed | {"found"} if self.found and name != "always" else allowed
            yield from _template_faults(name, getattr(self, name), quotable)
        yield from super().faults(context)

    def _room_faults(self, questions: dict[str, Question]) -> Iterator[tuple[str, str]]:
        cells = questions[self.about].cells()
        yield from self._options_faults(questions[self.about], cells)
        if (self.outcome == "chose") != bool(self.option):
            yield "option", "has only one of the outcome 'chose' and an 'option'; it needs both"
        elif self.option and self.option not in cells:
            yield "option", f"counts who chose '{self.option}'; {known('options', cells, self.option)}"
        yield from self._against_faults(questions)
        if self.source:
            yield "source", "has a 'source', which is for what a study found"

    def _study_faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if self.found not in self.cells():
            yield "found", f"has '{self.found}' as what was found; {known('options', self.cells(), self.found)}"
        if not self.source:
            yield "source", "says what a study found and has no 'source'; give the doi of one of the module's sources"
        elif context.sources != ("unread",) and not any(f"doi:{self.source} " in source for source in context.sources):
            yield "source", f"takes its result from '{self.source}', which is the doi of none of the module's sources"
        if self.outcome != "most" or self.against or self.option:
            yield "outcome", "is about a study, whose result is known already; leave 'outcome', 'against' and 'option' out"
        if self.sensitive:
            yield "sensitive", "is about a study, so people say nothing about themselves; leave 'sensitive' out"

    def _options_faults(self, about: Question, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
        if self.outcome in TEN:
            yield from self._tens_faults()
            return
        if self.outcome == "half":
            if set(self.cells()) != {"yes", "no"} or about.sensitive or not about.exclusive:
                yield "options", "bets on more than half: its options are 'yes' and 'no', and its question counts each person in one bar"
            return
        may, bets = cells, [*self.cells()]
        if self.outcome == "lean":
            if len(bets) != 3 or bets[1] != SAME:
                yield "options", f"is about a lean: its options are one cell, '{SAME}' and another cell"
            bets = bets[::2]
        elif self.outcome == "nearest":
            may = {one.key: one.text for one in about.conclusions([(key, about.example.get(key, 0)) for key in cells])}
        for key in bets:
            if key not in may:
                yield "options", f"bets on '{key}', which '{self.about}' doesn't have; {known('options', may, key)}"

    def _tens_faults(self) -> Iterator[tuple[str, str]]:
        ranges = [(int(found[1]), int(found[2])) for key in self.cells() if (found := TENS.fullmatch(key))]
        if [ten for low, high in ranges for ten in range(low, high + 1)] != list(range(11)) or len(ranges) != len(self.cells()):
            yield "options", "has options whose keys aren't people out of ten, from 0 to 10 without a gap, such as '0-2', '3-5', '6-10'"

    def _against_faults(self, questions: dict[str, Question]) -> Iterator[tuple[str, str]]:
        if (self.outcome in ("match", "lean")) != bool(self.against):
            yield "against", f"has the outcome '{self.outcome}', which {'has no use for' if self.against else 'needs'} 'against'"
        elif self.against and self.against not in questions:
            yield "against", f"is against '{self.against}'; {known('questions', questions, self.against)}"
        elif self.against and list(questions[self.against].cells()) != list(questions[self.about].cells()):
            yield "against", f"is against '{self.against}', which has other options than '{self.about}'"
        asked = [self.about, self.against] if self.against else [self.about]
        if self.outcome in (*TEN, "lean") and not all(questions[key].exclusive for key in asked if key in questions):
            yield "about", "counts people out of ten, and in its question one answer may count several times"

    def spec(self) -> dict[str, Any]:
        against = f"{self.module}.{self.against}" if self.against else None
        settled = {"about": f"{self.module}.{self.about or self.key}", "against": against}
        plain = ("outcome", "option", "found", *SENTENCES)
        return super().spec() | settled | {name: getattr(self, name) for name in plain}

    def paper(self) -> str:
        return "\n\n".join([super().paper(), *([f"*{self.words['folded']}* {self.finding}"] if self.found else [])])


def _questions(context: Context) -> dict[str, Question]:
    """What people can bet on: every question that the room is asked, even those inside another activity."""
    others = (one for one in context.activities.values() if not isinstance(one, Bet))
    return {question.key: question for one in others for question in one.resolve(context).asked}


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
