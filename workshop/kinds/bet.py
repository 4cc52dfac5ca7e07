"""A guess about the room, made before the reveal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Any, ClassVar, Literal, Self, get_args

from workshop.kinds.base import Beside, Option, Question, known
from workshop.kinds.choice import Choice


def most(cells: Sequence[tuple[str, int]]) -> list[str]:
    """The cells with the largest count; several on a tie, none where nobody is in any."""
    top = max((count for _, count in cells), default=0)
    return [key for key, count in cells if count == top > 0]


Outcome = Literal["most"]
OUTCOMES: dict[str, Callable[[Sequence[tuple[str, int]]], list[str]]] = {"most": most}
assert set(OUTCOMES) == set(get_args(Outcome))

# What each sentence may quote: what the person guessed, what came true.
SENTENCES: dict[str, set[str]] = {
    "hit": {"bet", "most"},
    "miss": {"bet", "most"},
    "tie": {"bet", "most"},
    "nobet": {"most"},
    "withheld": set(),
    "always": set(),
}


@dataclass(frozen=True, kw_only=True)
class Bet(Choice):
    """A guess about another question of the same module; it opens, closes and is revealed together with it.

    TOML fields beside those of every question: `about`, the key of that question; `outcome`, what comes true
    ("most": the option chosen most); `options`, unless those of that question serve; the sentences `hit`, `miss`,
    `tie` (several came out level, whether the person named one or not), `nobet`, `withheld` (unless the shared words
    serve) and `always` (holds whatever the data say). In them {bet} stands for the option that the person guessed
    and {most} for what came true: each option arrives in quotation marks, several are joined as a list.

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
    hit: str
    miss: str
    tie: str
    nobet: str
    withheld: str = ""
    always: str = ""

    @property
    def with_(self) -> str:
        return self.about

    def came_true(self, cells: Sequence[tuple[str, int]]) -> list[str]:
        """The bet's options that came true, from the released (cell, people) of the question it is about."""
        true = OUTCOMES[self.outcome](cells)
        return [key for key in self.cells() if key in true]

    def resolve(self, beside: Beside) -> Self:
        bet = super().resolve(beside)
        about = beside.activities.get(self.about)
        if not bet.options and isinstance(about, Question) and not isinstance(about, Bet):
            cells = about.resolve(beside).cells()
            bet = replace(bet, options=tuple(Option(key, text) for key, text in cells.items()))
        return bet if bet.withheld else replace(bet, withheld=beside.words["reveal"]["withheld"])

    def faults(self, beside: Beside) -> Iterator[tuple[str, str]]:
        questions = {key: other for key, other in beside.activities.items() if other.shared and not isinstance(other, Bet)}
        if self.about in beside.unread:
            return
        if self.about not in questions:
            yield "about", f"is about '{self.about}'; {known('questions', questions, self.about)}"
            return
        cells = questions[self.about].resolve(beside).cells()
        for key in self.cells():
            if key not in cells:
                yield "options", f"bets on '{key}', which '{self.about}' does not have; {known('options', cells, key)}"
        for name, allowed in SENTENCES.items():
            yield from _template_faults(name, getattr(self, name), allowed)
        yield from super().faults(beside)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"about": f"{self.module}.{self.about}"} | {name: getattr(self, name) for name in SENTENCES}


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
