"""How far something runs through oneself, as threads of a cloth: a picture for its person alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.sentences import blank, twice

THREADS = 10  # few enough to be counted, and as many as people count in


@dataclass(frozen=True, kw_only=True)
class Weave(Activity):
    """A small cloth for each of one or two times: ten threads run across it, and a slider says how many are shared with
    somebody or something. Shared threads have another colour and run on beyond the weaving. Nothing leaves the browser.

    TOML fields besides those of every activity: `naming`, the label of a field for whom or what it is; `sides`, one or
    two of {key, text}, such as how it is and how one would like it, the second asked once the first is set; `reads`, how
    a number is read out, with {number}; `threads`, two words: what a shared thread and what an own one is called.

        [[activities]]
        key = "cloth"
        kind = "weave"
        title = "Woven in"
        text = "Picture your life as a piece of weaving with ten threads. How many of them run through their life too?"
        naming = "With whom? Only you see this."
        sides = [{ key = "now", text = "As it is" }, { key = "wish", text = "As I'd like it" }]
        reads = "{number} of ten threads"
        threads = ["shared", "mine alone"]
    """

    kind: ClassVar[str] = "weave"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    naming: str
    sides: tuple[Option, ...]
    reads: str
    threads: tuple[str, ...]
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def figure(self) -> str:
        return "a piece of weaving with shared threads, on the person's own page"

    def resolve(self, context: Context) -> Self:
        # The names of the sides are among its words: so a person's own file says which is which.
        named = {side.key: f"{side.text}:" for side in self.sides}
        return replace(self, words={**context.words["kinds"], **context.words["weave"], **named})

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        keys = [side.key for side in self.sides]
        if twice(keys) or not 1 <= len(keys) <= 2:
            yield "sides", "needs one or two 'sides' with keys of their own"
        if "{number}" not in self.reads:
            yield "reads", "reads no number out: 'reads' needs {number}"
        if len(self.threads) != 2:
            yield "threads", f"has {len(self.threads)} words for two kinds of thread"

    def spec(self) -> dict[str, Any]:
        given = {"naming": self.naming, "reads": self.reads, "threads": list(self.threads), "words": self.words}
        return super().spec() | given | {"sides": [asdict(side) for side in self.sides], "all": THREADS}

    def paper(self) -> str:
        sides = [f"{side.text}: {'☐' * THREADS}" for side in self.sides]
        return "\n\n".join([super().paper(), f"{self.naming} {blank()}", self.words.get("paper", ""), *sides])
