"""The curriculum: one TOML file a module, read, checked and put in order. Everything else reads it from here."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from workshop.declaration.reader import Problem, Reader
from workshop.kinds import KINDS, Activity, Option, Question
from workshop.kinds.base import Context, Term
from workshop.kinds.game import Game
from workshop.kinds.pair import Pair
from workshop.sentences import known

HERE = Path(__file__).parent
Voice = Literal["backs it", "adds to it", "sees it differently"]
DOWN_SHARE = 0.4  # of a module's minutes with phones face down
POOLING = ("messages", "commons", "steps")  # the modules in which people may write a text for the room


class CurriculumError(ValueError):
    """The curriculum cannot be used; `problems` holds everything that is wrong, not the first thing only."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


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
class Row:
    """One idea of the article that the workshop starts from: `claim`, in our own words; `voice`, what research does with
    it, as far as we could read."""

    claim: str
    voice: Voice


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


def words() -> dict[str, dict[str, str]]:
    """The shared words of `words.toml`: section -> name -> text."""
    return _toml("words.toml")


@cache
def scales() -> dict[str, tuple[Option, ...]]:
    """The shared scales of `scales.toml`: name -> its points, with the keys "1", "2", …"""
    return {
        name: tuple(Option(str(place), text) for place, text in enumerate(scale["points"], 1))
        for name, scale in _toml("scales.toml").items()
    }


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The subject's own words, and `plain`, the pattern of those that need no line and count as plain words."""

    plain: str
    terms: tuple[Term, ...]


@cache
def own_words() -> Terms:
    """What `terms.toml` holds; CurriculumError where it is wrong."""
    reader = Reader(HERE / "terms.toml")
    read = reader.read(Terms, reader.table, (), "the list of terms")
    for place, term in enumerate(read.terms if read else ()):
        if term.name not in re.findall(term.pattern, term.name, re.IGNORECASE) or term.name not in term.line.lower():
            reader.fault(("terms", place), f"the pattern or the line of the term '{term.name}' does not hold the term itself")
    if reader.problems:
        raise CurriculumError(reader.problems)
    return read


def terms() -> dict[str, Term]:
    """The subject's own words, by name."""
    return {term.name: term for term in own_words().terms}


@cache
def rows() -> dict[int, Row]:
    """The article's ideas, by number; CurriculumError where `rows.toml` is wrong."""
    reader = Reader(HERE / "rows.toml")
    found = {int(number): reader.read(Row, table, (number,), f"row {number}") for number, table in reader.table.items()}
    if reader.problems:
        raise CurriculumError(reader.problems)
    return found


def modules() -> tuple[Module, ...]:
    """Every module, by number; CurriculumError with all problems of all files."""
    paths = _paths()
    return _modules(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths))


def module(slug: str) -> Module:
    """The module of that slug; CurriculumError where there is none."""
    found = {module.slug: module for module in modules()}
    if slug in found:
        return found[slug]
    raise CurriculumError([Problem("", 0, f"There is no module '{slug}'; {known('modules', found, slug)}")])


def load(path: str | Path) -> Module:
    """The module in one file; CurriculumError with everything that is wrong with it."""
    module, reader = _load(Path(path))
    if module is None or reader.problems:
        raise CurriculumError(reader.problems)
    return module


def check(paths: Iterable[str | Path] | None = None) -> list[Problem]:
    """Everything that is wrong in these files, or in the whole curriculum."""
    try:
        return _load_all(_paths() if paths is None else [Path(path) for path in paths])[1]
    except CurriculumError as error:
        return error.problems


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text("utf-8"))


def _paths() -> list[Path]:
    """The module files: shipped, or those of the directory that WORKSHOP_MODULES names."""
    directory = Path(os.environ.get("WORKSHOP_MODULES") or HERE.parent / "modules")
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        raise CurriculumError([Problem("", 0, f"There are no module files (*.toml) in '{directory}'.")])
    return paths


@lru_cache(maxsize=4)
def _modules(stamped: tuple[tuple[Path, int, int], ...]) -> tuple[Module, ...]:
    """Read again only when a file has changed, so that an author sees an edit without a new kernel."""
    found, problems = _load_all([path for path, *_ in stamped])
    if problems:
        raise CurriculumError(problems)
    return tuple(found)


def _load_all(paths: list[Path]) -> tuple[list[Module], list[Problem]]:
    loaded = [_load(path) for path in paths]
    for name in ("slug", "number"):
        first: dict[Any, str] = {}
        for value, reader in ((getattr(module, name), reader) for module, reader in loaded if module):
            if value in first:
                reader.fault((name,), f"has the {name} '{value}', which {first[value]} has too")
            first.setdefault(value, reader.file)
    found = sorted((module for module, _ in loaded if module), key=lambda module: module.number)
    for module, reader in loaded:
        if module:
            _check_recalled(reader, module, found)
    return found, sorted(problem for _, reader in loaded for problem in reader.problems)


def _load(path: Path) -> tuple[Module | None, Reader]:
    reader = Reader(path)
    if not reader.table:
        if not reader.problems:
            reader.fault((), "is empty")
        return None, reader
    table = dict(reader.table)
    tables = table.pop("activities", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        reader.fault(("activities",), "'activities' is not a list of tables; begin each with [[activities]]")
        tables = []
    elif not tables:
        reader.fault((), "has no activities; begin each with [[activities]]")
    module = reader.read(Module, table, (), "the module")
    activities = _activities(reader, tables, str(table.get("slug", "")))
    context = Context(
        activities={activity.key: activity for activity in activities.values()},
        scales=scales(),
        words=words(),
        content=str(table.get("content", "")),
        unread=frozenset(_keys(tables) - {activity.key for activity in activities.values()}),
        terms=terms(),
        sources=tuple(map(str, module.sources)) if module else ("unread",) * bool(table.get("sources")),
        tally={voice: tuple(row.claim for row in rows().values() if row.voice == voice) for voice in get_args(Voice)},
    )
    whole = {place: activity.resolve(context) for place, activity in activities.items()}
    _check_activities(reader, whole, context)
    if module is None:
        return None, reader
    _check_module(reader, module)
    rounds = {question.key for activity in whole.values() for question in activity.asked}
    _check_steps(reader, module, _keys(tables) | rounds)
    _check_texts(reader, module, whole)
    pairs = _pairs(reader, module, {activity.key: activity for activity in whole.values()})
    return replace(module, activities=tuple(whole.values()), pairs=pairs, path=path), reader


def _pairs(reader: Reader, module: Module, activities: dict[str, Activity]) -> tuple[Pair, ...]:
    """The declared pairs with their questions; a question in two of them would join all three."""
    found: list[Pair] = []
    taken: set[str] = set()
    for place, pair in enumerate(module.pairs):
        where, name = ("pairs", place), f"the pair of {' and '.join(pair.of)}"
        problems = list(pair.faults(activities))
        if twice := sorted(taken & set(pair.of)):
            problems.append(("of", f"is of '{twice[0]}', which is in another pair: three questions would be joined"))
        for key, message in problems:
            reader.fault((*where, key), f"{name} {message}")
        taken |= set(pair.of)
        if not problems:
            found.append(replace(pair, module=module.slug).resolve(activities))
    return tuple(found)


def _check_texts(reader: Reader, module: Module, activities: dict[int, Activity]) -> None:
    """A text can name somebody: only where a module is made for it."""
    if module.pools_text and module.slug not in POOLING:
        reader.fault(("pools_text",), f"'pools_text' is true; texts for the room have their place in {', '.join(POOLING)} only")
    for place, activity in activities.items():
        if isinstance(activity, Question) and activity.pooled and not module.pools_text:
            said = f"activity '{activity.key}' asks for a text for the room, and the module does not say 'pools_text = true'"
            reader.fault(("activities", place, "kind"), said)


def _activities(reader: Reader, tables: list[dict[str, Any]], slug: str) -> dict[int, Activity]:
    """The activities that can be read, by their place in the file."""
    found: dict[int, Activity] = {}
    for place, table in enumerate(tables):
        where = ("activities", place)
        name = f"activity '{table['key']}'" if table.get("key") else f"activity number {place + 1}"
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            said = f"is of kind '{kind}'" if "kind" in table else "has no 'kind'"
            reader.fault((*where, "kind"), f"{name} {said}; {known('kinds', KINDS, str(kind))}")
            continue
        rest = {key: value for key, value in table.items() if key != "kind"}
        if activity := reader.read(KINDS[kind], rest, where, name):
            found[place] = replace(activity, module=slug)
    return found


def _keys(tables: list[dict[str, Any]]) -> set[str]:
    """The keys of all activities, also of those that cannot be read: what refers to them is not wrong as well."""
    return {str(table.get("key")) for table in tables}


def _check_activities(reader: Reader, activities: dict[int, Activity], context: Context) -> None:
    first: set[str] = set()
    for place, activity in activities.items():
        where, name = ("activities", place), f"activity '{activity.key}'"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", activity.key):
            reader.fault((*where, "key"), f"{name} has a key that is not small letters, digits and _")
        if activity.key in first:
            reader.fault((*where, "key"), f"{name} is there twice; each needs a key of its own")
        first.add(activity.key)
        _check_rows(reader, activity.rows, where, name)
        for key, message in activity.faults(context):
            reader.fault((*where, key), f"{name} {message}")


def _check_module(reader: Reader, module: Module) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", module.slug):
        reader.fault(("slug",), f"the slug '{module.slug}' is not small letters, digits and -")
    if reader.file != (name := f"{module.number:02d}-{module.slug}.toml"):
        reader.fault(("slug",), f"the file should be called {name}, after its number and slug")
    if not 0 < module.cut_to <= module.minutes:
        reader.fault(("cut_to",), f"the short version has {module.cut_to} minutes of {module.minutes}")
    if not 2 <= len(module.outcomes) <= 3:
        reader.fault(("outcomes",), f"there are {len(module.outcomes)} outcomes; give two or three")
    for place, source in enumerate(module.sources):
        _check_rows(reader, source.rows, ("sources", place), f"the source '{source.title}'")


def _check_steps(reader: Reader, module: Module, keys: set[str]) -> None:
    """Whether the session adds up, looks up from the phones long enough, and names activities that are there."""
    for place, step in enumerate(module.steps):
        where, name = ("steps", place), f"step '{step.title}'"
        if not 0 <= step.cut <= step.minutes:
            reader.fault((*where, "cut"), f"{name} has {step.minutes} minutes, cut to {step.cut}")
        if step.activity and step.activity not in keys:
            said = f"{name} works with '{step.activity}'; {known('activities', sorted(keys), step.activity)}"
            reader.fault((*where, "activity"), said)
        if step.reveals and not step.activity:
            reader.fault((*where, "reveals"), f"{name} reveals, and does not say which activity")
    for key, declared, minutes in (
        ("minutes", module.minutes, sum(step.minutes for step in module.steps)),
        ("cut_to", module.cut_to, sum(step.cut for step in module.steps)),
    ):
        if declared != minutes:
            reader.fault((key,), f"'{key}' is {declared}, and its steps add up to {minutes}")
    down = sum(step.minutes for step in module.steps if step.phones == "down")
    if down < DOWN_SHARE * module.minutes:
        reader.fault(("steps", 0), f"phones are face down for {down} of {module.minutes} minutes; it should be 40 %")


def _check_recalled(reader: Reader, module: Module, modules: list[Module]) -> None:
    """Whether what is met again from another module is kept by the phone; where that module is not read, nobody can say."""
    there = {one.slug: [question.id for question in one.questions if question.lasting] for one in modules}
    for place, activity in enumerate(module.activities):
        for id in activity.recalled:
            may = there.get(id.partition(".")[0])
            if may is not None and id not in may:
                said = f"activity '{activity.key}' recalls '{id}'; {known('lasting questions', may, id)}"
                reader.fault(("activities", place, "recalls"), said)


def _check_rows(reader: Reader, numbers: tuple[int, ...], where: tuple[str | int, ...], name: str) -> None:
    for number in numbers:
        if number not in rows():
            reader.fault((*where, "rows"), f"{name} meets row {number}; rows.toml has the rows 1 to {max(rows())}")
