"""What one module's file holds, as frozen dataclasses: their fields are what its tables may hold, and the docstrings explain them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from workshop.declaration.reader import CurriculumError, Problem
from workshop.declaration.shared import Voice
from workshop.kinds import Activity, Question
from workshop.kinds.game import Game
from workshop.kinds.pair import Pair
from workshop.sentences import known


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a session: the guide prints it, the desk shows it while it runs.

    `minutes` (0: only where a format gives it some), and `cut`, its minutes in the short version (0: left out);
    `form`, who talks or looks where; `phones`, face down or up; `say`, spoken; `do`; `shows`, what
    the phones show; `helper`, what the second person does; `activity`, the key of the one it works with; `reveals`,
    whether the facilitator closes it here.
    """

    title: str
    minutes: int
    cut: int
    form: Literal["talk", "screen", "pairs", "plenary"]
    phones: Literal["down", "up"]
    say: str = ""
    do: str = ""
    shows: str = ""
    helper: str = ""
    activity: str = ""
    reveals: bool = False


@dataclass(frozen=True, kw_only=True)
class Misreading:
    """What somebody may take from the module that it does not say, and a kind reply."""

    says: str
    reply: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A piece of research: the one sentence that may be said of it, what was done with whom and how far we read it, what
    it cannot tell; `rows`, the numbers of the ideas that it speaks to. Without `authors` its title comes first."""

    voice: Voice
    says: str
    authors: str = ""
    year: int
    title: str
    where: str
    doi: str = ""
    rows: tuple[int, ...] = ()
    design: str
    cannot_tell: str

    @property
    def named(self) -> str:
        """How it is named in passing: by its authors, or else by its title."""
        return f"{self.authors or self.title} ({self.year})"

    def __str__(self) -> str:
        doi = f" doi:{self.doi}" if self.doi else ""
        title = f" {self.title}{'' if self.title.endswith('?') else '.'}" if self.authors else ""
        return f"{self.named}.{title} {self.where}.{doi} {self.design} {self.cannot_tell}"


@dataclass(frozen=True, kw_only=True)
class Module:
    """One page of the curriculum. `minutes` are for 15 people, talk included; `cut_to` is the short version; `purpose`, what
    it is for; `idea`, the one sentence that people should leave with; `pools_text`, whether people may write a text for
    everyone here; `reading`, why it goes over a rule of `reading.py`: place -> reason."""

    slug: str
    title: str
    number: int
    minutes: int
    cut_to: int
    intensity: Literal["low", "medium", "high"]
    coercion_box: bool = True
    pools_text: bool = False
    content: str
    purpose: str
    idea: str
    outcomes: tuple[str, ...]
    distress: str
    bridge: str
    steps: tuple[Step, ...]
    misreadings: tuple[Misreading, ...]
    sources: tuple[Source, ...] = ()
    pairs: tuple[Pair, ...] = ()
    reading: dict[str, str] = field(default_factory=dict)
    activities: tuple[Activity, ...] = field(default=(), metadata={"filled": True})
    path: Path = field(default=Path(), metadata={"filled": True})

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that are put to the room, in order; each round of a game is one."""
        return tuple(question for activity in self.activities for question in activity.asked)

    @property
    def rows(self) -> list[int]:
        """The numbers of the article's ideas that its activities meet."""
        return sorted({row for activity in self.activities for row in activity.rows})

    @property
    def games(self) -> tuple[Game, ...]:
        return tuple(activity for activity in self.activities if isinstance(activity, Game))

    def activity(self, key: str) -> Activity:
        """The activity of that key, or the round of a game; CurriculumError where there is none."""
        found = {one.key: one for activity in self.activities for one in (*activity.asked, activity)}
        if key in found:
            return found[key]
        raise CurriculumError([Problem(self.path.name, 0, f"has no activity '{key}'; {known('activities', found, key)}")])
