"""What every activity has in common: the contract that a kind fulfils.

A kind is one frozen dataclass in one file, with its ES module beside it. Its dataclass fields are its fields in the
TOML file; the loader reads their types, so a kind declares each of them once. Nothing here knows widgets or the store.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.sentences import known

K, K_SENSITIVE = 5, 8  # people who must have answered before a result may be shown
MARGIN, MARGIN_SENSITIVE = 2, 3  # people who must be outside the largest cell


class BadAnswer(ValueError):
    """An answer that the question does not allow; the message is one sentence for the person, without the answer."""


@dataclass(frozen=True)
class Option:
    """One thing to tap: its key in the store, its words on the page."""

    key: str
    text: str


@dataclass(frozen=True)
class Conclusion:
    """Something that can be concluded from what is shown: its key, in words, and how far off it is (0: not at all)."""

    key: str
    text: str
    off: int = 0


@dataclass(frozen=True)
class Paper:
    """What was counted by hand from paper: cell -> people, and how many sheets there were."""

    cells: Mapping[str, int]
    people: int


@dataclass(frozen=True, kw_only=True)
class Term:
    """One of the subject's own words: its name, the pattern that finds it in a text, the line that explains it."""

    name: str
    pattern: str
    line: str


@dataclass(frozen=True)
class Context:
    """What an activity finds in its module and in the shared words, for kinds that borrow from them."""

    activities: Mapping[str, Activity]
    scales: Mapping[str, tuple[Option, ...]]
    words: Mapping[str, dict[str, str]]
    unread: frozenset[str] = frozenset()  # keys of activities that are there and cannot be read
    content: str = ""
    sources: tuple[str, ...] = ()
    terms: Mapping[str, Term] = field(default_factory=dict)
    tally: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what research does with the article's ideas -> which


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One thing a person does on a page.

    TOML fields of every kind: `key`, `kind`; optional `title`, `text` (what the person reads), `say` (what the
    facilitator says), `do` (what the facilitator does), `debrief` (questions to talk about);
    `rows`, the numbers of the ideas of `rows.toml` that it meets; `own_life` (false), whether it asks about the person's
    own life: such a one is left out where people who live or work together come; `again`, the key of an earlier
    activity whose answer is met again here, with `met`, answer -> what is said then.
    """

    kind: ClassVar[str]
    script: ClassVar[Path]
    shared: ClassVar[bool] = False
    kept: ClassVar[bool] = True  # the browser keeps something of it, which a person's own file then shows

    key: str
    module: str = field(default="", metadata={"filled": True})
    title: str = ""
    text: str = ""
    say: str = ""
    do: str = ""
    debrief: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    own_life: bool = False
    again: str = ""
    met: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its name in a room and in the browser: `module.key`."""
        return f"{self.module}.{self.key}"

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions that it puts to the room: none, itself, or the rounds of a game."""
        return ()

    def borrowed(self, modules: Callable[[], Iterable[Any]]) -> dict[str, Any]:
        """What the browser needs of other modules to draw it, besides its `spec`; `modules()` are all of them."""
        return {}

    @property
    def recalled(self) -> tuple[str, ...]:
        """The ids of lasting questions, of any module, whose answers it finds on the phone."""
        return ()

    @property
    def seen(self) -> str:
        """What the room sees of it, for the guide; empty: nothing, it stays on each phone."""
        return ""

    @property
    def figure(self) -> str:
        """What is drawn of it, for the guide; empty: nothing."""
        return ""

    @property
    def drawing(self) -> str:
        """A picture for paper, as SVG; empty: none."""
        return ""

    @property
    def drawn(self) -> str:
        """The name of the file that holds its drawing, among the guide's pictures."""
        return f"{self.module}-{self.key}.svg"

    def resolve(self, context: Context) -> Self:
        """The same activity with everything filled in that it borrows from its module or from the shared words."""
        return self

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        """Each thing wrong with its declaration, as (field, rest of a sentence that begins with its name)."""
        if bool(self.again) != bool(self.met):
            yield ("again", "has only one of 'again' and 'met'; meeting an answer again needs both")
        elif self.again and self.again not in context.unread:
            yield from self._again_faults(context)

    def _again_faults(self, context: Context) -> Iterator[tuple[str, str]]:
        before = takewhile(lambda key: key != self.key, context.activities)
        met = {key: one for key in before if isinstance(one := context.activities[key], Question) and one.exclusive}
        if self.again not in met:
            yield "again", f"meets '{self.again}' again; {known('questions before it', met, self.again)}"
            return
        cells = met[self.again].resolve(context).cells()
        for key in self.met:
            if key not in cells:
                yield "met", f"meets the answer '{key}' again, which '{self.again}' doesn't have; {known('answers', cells, key)}"

    def spec(self) -> dict[str, Any]:
        """Everything the browser needs to draw it, as JSON; never what is meant for the facilitator."""
        return {"kind": self.kind, "key": self.key, "id": self.id, "shared": self.shared, "own_life": self.own_life} | {
            "title": self.title,
            "text": self.text,
            "again": {"id": f"{self.module}.{self.again}", "met": self.met} if self.again else None,
        }

    def entry(self) -> dict[str, Any]:
        """What a person's own file says of it: its id, its words, its answers in words."""
        options = [{"key": key, "text": text} for key, text in getattr(self, "cells", dict)().items()]
        return {"id": self.id, "title": self.title, "text": self.text, "options": options, "words": getattr(self, "words", {})}

    def paper(self) -> str:
        """Its paper form, in Markdown."""
        return "\n\n".join(part for part in (f"**{self.title}**" if self.title else "", self.text) if part)


@dataclass(frozen=True, kw_only=True)
class Question(Activity):
    """An activity whose answer is shared with the room, as a count in cells and in no other form.

    TOML fields besides those of every activity: `example` (required), the invented group, cell -> people;
    `lasting` (false), whether the phone keeps what was chosen beyond this room, so that a later page can meet it again;
    `sensitive` (false), which raises what the release rule asks; `merge`, for sensitive questions, cell -> the
    neighbour that takes it in when nobody, or only one or two people, are in it.
    """

    shared: ClassVar[bool] = True
    exclusive: ClassVar[bool] = True  # one answer counts in exactly one cell
    revealed: ClassVar[bool] = True  # its result is shown; a round of a game may be none that is
    pooled: ClassVar[bool] = False  # its answers are texts, shown as they are after the facilitator has read them: no cells

    lasting: bool = False
    sensitive: bool = False
    example: dict[str, int]
    merge: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> tuple[Question, ...]:
        return (self,) if self.shared else ()

    @property
    def with_(self) -> str:
        """Key of the question together with which this one opens and closes; empty: on its own."""
        return ""

    @property
    def seen(self) -> str:
        return "how many people gave each answer" if self.shared and self.revealed else ""

    @property
    def figure(self) -> str:
        return "bars" if self.seen else ""

    @property
    def sides(self) -> list[list[str]]:
        """Two questions that are shown side by side under this one, as [id, name], in order; none: nothing is."""
        return []

    @property
    def finding(self) -> str:
        """What a study found, in one sentence that stands next to the room's result; empty: it is about no study."""
        return ""

    @property
    def k(self) -> int:
        """People who must have answered before the room may see anything; a room may raise it."""
        return K_SENSITIVE if self.sensitive else K

    @property
    def margin(self) -> int:
        """People who must be outside the largest cell."""
        return MARGIN_SENSITIVE if self.sensitive else MARGIN

    @property
    def example_people(self) -> int:
        """Size of the invented group; a kind that counts one answer in several cells declares it."""
        return sum(self.example.values())

    def check(self, value: object) -> Any:
        """The answer in its one canonical JSON form, or BadAnswer. Takes anything that JSON can hold."""
        raise NotImplementedError

    def cells(self) -> dict[str, str]:
        """Cell -> label, in the order shown."""
        raise NotImplementedError

    def cells_of(self, value: Any) -> tuple[str, ...]:
        """The cells in which one checked answer counts."""
        raise NotImplementedError

    def conclusions(self, cells: Sequence[tuple[str, int]]) -> list[Conclusion]:
        """What can be concluded from the (cell, people) that are shown, and from nothing else; said below the bars."""
        return []

    def scripted(self, random: random.Random) -> Any:
        """What a simulated visitor answers; drawn like the invented group, so that a rehearsal looks like a room."""
        raise NotImplementedError

    def spec(self) -> dict[str, Any]:
        whole = {"sensitive": self.sensitive, "lasting": self.lasting, "with": self.with_, "finding": self.finding}
        return super().spec() | whole

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        cells = self.cells()
        if not cells or not self.shared:
            return
        if self.sensitive and len(cells) < 3:
            yield "sensitive", "is sensitive and has two options: one person's answer could be worked out; give it more options"
        yield from self._merge_faults(cells)
        yield from self._example_faults(cells)

    def _merge_faults(self, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
        if self.merge and not self.sensitive:
            yield "merge", "has 'merge', which is for sensitive questions only"
        for cell, into in self.merge.items():
            for name in (cell, into):
                if name not in cells:
                    yield "merge", f"merges '{name}', which isn't one of its cells; {known('cells', cells, name)}"
        for cell in self.merge:
            seen, at = [cell], self.merge[cell]
            while at in self.merge and at not in seen:
                seen.append(at)
                at = self.merge[at]
            if at == cell and cell == min(seen):
                yield "merge", f"merges in a circle: {' into '.join([*seen, cell])}"

    def _example_faults(self, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
        for name in self.example:
            if name not in cells:
                yield "example", f"has an example for '{name}', which isn't one of its cells; {known('cells', cells, name)}"
        if missing := [name for name in cells if name not in self.example]:
            yield "example", f"has an example without {', '.join(missing)}: give each cell a number, 0 if need be"
        counts = [self.example[name] for name in cells if name in self.example]
        people = self.example_people
        if any(count < 0 for count in counts):
            yield "example", "has an example with a negative number of people in a cell"
        elif people < self.k:
            yield "example", f"has an example of {people} people; it needs at least {self.k} to be shown"
        elif max(counts, default=0) > people - self.margin or (not self.exclusive and min(counts, default=0) < self.margin):
            yield "example", f"has an example that's too alike to be shown: at least {self.margin} people must differ"
        elif self.sensitive and any(0 < count < self.margin for count in counts):
            yield "example", f"is sensitive: in its example no cell may hold 1 or {self.margin - 1} people"
        elif any(self.example[name] == 0 for name in self.merge if name in self.example):
            yield "example", "has an example with nobody in a cell that would then join its neighbour; give that cell three people or more"
