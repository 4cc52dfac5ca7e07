"""How a page reads: words between two things to do, words on a screen, a reading grade, minutes by form; what to ask of it.

A page is a notebook and its module. It is read from top to bottom as a person meets it: words, then something to do. A
paragraph that begins with "**Phones down.**" is something to do as well: people look up and talk; and so is the coercion
box, which a touch folds. Its own words and those of the sources do not count: both are folded after a first reading. A
module may say in its `[reading]` table why it goes over a rule: the key of the activity, or "end" or "grade", and a sentence.

The rules serve the person who edits a page: each flag is a question, to be answered by a better text or by a reason. The subject's
own words, those of `terms.toml`, count as one plain word each: a page may say them as often as it needs to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workshop.declaration.curriculum import DOWN_SHARE, Module, own_words
from workshop.kinds import Activity
from workshop.kinds.bet import SENTENCES

BETWEEN, SCREEN, BLOCK = 80, 120, 60  # words: between two things to do, on a screen, in one block
GRADE, HARDEST = 7.0, 10.0  # school years: of a page (a reading age of about twelve), of one block
LONG = 20  # words in a block that has a grade of its own
FORMS = ("talk", "screen", "pairs", "plenary")
PLAIN = "people"  # two syllables
LOOK_UP = "**Phones down.**"

ACTIVITY = re.compile(r"\.activity\(\"([a-z0-9_]+)\"\)")
MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`#>|]|<[^>]+>")
# Vowels that are written and not said, at the end of a word and inside it; vowels side by side that are said one by one.
SILENT = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[^aeiouscgzxh])es$|(?<=[^aeiouytd])ed$|(?<=g)ue$")
INSIDE = re.compile(r"^(?:some|where|there|eve(?=ry|ning))(?=[a-z])|e(?=(?:ment|ful|less|ness|ly)s?$)")
APART = re.compile(r"(?<=[aeouy])ing|(?<![ctsgx])i[ao]|(?<![ct])ie(?=t|nc)|(?<![gq])ua|(?<!p)eo|(?<=[aeiouy][^aeiouy])ea$")
SENTENCE = re.compile(r"[.!?…]+[”\"’')]*(?:\s+|$)")
WORD = re.compile(r"[^\W_](?:[\w'’]*[^\W_])?")


class NoPage(ValueError):
    """A module without its notebook, or a notebook that shows what the module does not have; one sentence."""


@dataclass(frozen=True)
class Stop:
    """Something to do: `between`, the words read since the last one; `screen`, these and those of its own controls."""

    key: str
    between: int
    screen: int


@dataclass(frozen=True)
class Flag:
    """Something over the rules: at which activity (or "end", "grade", "phones"), what, and the module's reason, if it gives one."""

    place: str
    what: str
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """How one page reads. `minutes` and `cut`: form -> minutes, and "phones down" -> minutes."""

    module: Module
    stops: tuple[Stop, ...]
    words: int
    grade: float
    hardest: tuple[float, str]  # the grade of its hardest block, and how that begins
    minutes: dict[str, int]
    cut: dict[str, int]
    flags: tuple[Flag, ...]

    def lines(self) -> Iterator[str]:
        """The report, as printed."""
        between, screen = ([getattr(stop, name) for stop in self.stops] for name in ("between", "screen"))
        yield f"{self.module.path.stem}: {self.words} words, grade {self.grade:.1f}, {len(self.stops)} things to do"
        yield f"  hardest block: grade {self.hardest[0]:.1f}, “{self.hardest[1]} …”"
        yield f"  words between two things to do: {_middle(between)} in the middle, {max(between)} at most"
        yield f"  words on a screen: {_middle(screen)} in the middle, {max(screen)} at most"
        for name, minutes in (("full", self.minutes), ("cut", self.cut)):
            whole = sum(minutes[form] for form in FORMS)
            forms = " · ".join(f"{form} {minutes[form]}" for form in (*FORMS, "phones down"))
            yield f"  {name}: {whole} min: {forms} ({round(100 * minutes['phones down'] / whole)} %)"
        for flag in self.flags:
            yield f"  {'(accepted) ' if flag.reason else 'ASK: '}{flag.place}: {flag.what}" + (f" {flag.reason}" if flag.reason else "")


def read(module: Module, notebook: Path) -> Report:
    """How the page of this module reads; NoPage where there is none."""
    page = _Page(module)
    for cell in cells(notebook):
        if cell["cell_type"] == "markdown":
            page.paragraphs("".join(cell["source"]))
        else:
            for key in ACTIVITY.findall("".join(cell["source"])):
                page.activity(_activity(module, notebook, key))
    page.end()
    grade = flesch_kincaid(page.texts)
    hardest = max(((flesch_kincaid([text]), " ".join(text.split()[:6])) for text in page.texts if count(text) >= LONG), default=(0.0, ""))
    minutes, cut = (_minutes(module, name) for name in ("minutes", "cut"))
    flags = [*page.flags]
    if grade > GRADE:
        flags.append(Flag("grade", f"reads like school year {grade:.1f}; {GRADE:.0f} is the most."))
    if hardest[0] > HARDEST:
        flags.append(Flag("grade", f"has a block like school year {hardest[0]:.1f}: “{hardest[1]} …”."))
    for name, spent in (("session", minutes), ("short version", cut)):
        if spent["phones down"] < DOWN_SHARE * sum(spent[form] for form in FORMS):
            flags.append(Flag("phones", f"phones are face down for less than {DOWN_SHARE:.0%} of the {name}."))
    reasons = dict(module.reading)
    flags = [Flag(flag.place, flag.what, reasons.get(flag.place, "")) for flag in flags]
    for place in reasons.keys() - {flag.place for flag in flags}:
        flags.append(Flag(place, "has a reason in [reading], and is not over any rule: leave the reason out."))
    return Report(module, tuple(page.stops), sum(map(count, page.texts)), grade, hardest, minutes, cut, tuple(flags))


def cells(notebook: Path) -> list[dict[str, Any]]:
    """The cells of a notebook; NoPage where there is none."""
    try:
        return json.loads(notebook.read_text("utf-8"))["cells"]
    except OSError:
        raise NoPage(f"There is no notebook {notebook.name}.") from None


def shown(notebook: Path) -> list[str]:
    """The keys of the activities that a notebook shows, in its order."""
    return ACTIVITY.findall("\n".join("".join(cell["source"]) for cell in cells(notebook) if cell["cell_type"] == "code"))


def _activity(module: Module, notebook: Path, key: str) -> Activity:
    found = {activity.key: activity for activity in module.activities}
    if key not in found:
        raise NoPage(f"{notebook.name} shows '{key}', which {module.path.name} does not have.")
    return found[key]


@dataclass
class _Page:
    """A page while it is read."""

    module: Module
    stops: list[Stop] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    run: int = 0  # words since the last thing to do
    talks: int = 0

    def paragraphs(self, text: str) -> None:
        for block in re.split(r"\n\s*\n", text):
            self.block(block, "end" if not self.stops else self.stops[-1].key)
            if block.startswith(LOOK_UP):
                self.talks += 1
                self.stop(f"talk {self.talks}", 0)

    def block(self, text: str, place: str, met: bool = True) -> None:
        """One block of words; `met`: everybody meets it on the way, so it counts between two things to do."""
        if not text:
            return
        self.texts.append(plain(text))
        if (words := count(text)) > BLOCK:
            self.flags.append(Flag(place, f"has a block of {words} words; {BLOCK} are the most."))
        self.run += words if met else 0

    def activity(self, activity: Activity) -> None:
        role = getattr(activity, "role", "")
        if role == "sources":
            return
        if role == "coercion":
            return self.stop(activity.key, 0)
        self.run += count(activity.title)
        for text in (activity.text, *getattr(activity, "notices", ())):
            self.block(text, activity.key)
        if role == "leaves_out":
            return self.end()
        if role:
            return
        points = sum(count(point.text) for point in getattr(activity, "points", ()))
        for line in getattr(activity, "statements", ()):  # each is something to do
            self.block(line.text, activity.key)
            self.stop(activity.key, points)
        self.stop(activity.key, controls(activity))
        after = _after(activity)
        for text in after:
            self.block(text, activity.key, met=False)
        # Of what may be said after a tap one person reads one; of a reveal, one sentence and what always holds.
        if hasattr(activity, "replies"):
            self.run += max(map(count, after))

    def stop(self, key: str, controls: int) -> None:
        stop = Stop(key, self.run, self.run + controls)
        self.stops.append(stop)
        if stop.between > BETWEEN:
            self.flags.append(Flag(key, f"comes after {stop.between} words; {BETWEEN} are the most."))
        if stop.screen > SCREEN:
            self.flags.append(Flag(key, f"fills {stop.screen} words of a screen; {SCREEN} are the most."))
        self.run = 0

    def end(self) -> None:
        """The closing boxes, and whatever stands after the last thing to do: one screen at most."""
        if self.run > SCREEN:
            self.flags.append(Flag("end", f"has {self.run} words after the last thing to do; {SCREEN} are the most."))
        self.run = 0


def controls(activity: Activity) -> int:
    """Words to choose among."""
    spec = activity.spec()
    lists = ("options", "sliders", "picks", "switches", "buttons", "dots", "zones", "things", "lines", "needs", "sides")
    named = [one["text"] for name in lists for one in _list(spec.get(name)) if isinstance(one, dict)]
    rows = [row["text"] for column in spec.get("columns") or () for row in column["rows"]]
    said = [spec.get(name) or "" for name in ("naming", "low", "high")]
    return sum(map(count, [*named, *rows, *(spec.get("asks") or ()), *said]))


def _list(value: object) -> list[dict]:
    return value if isinstance(value, list) else []


def _after(activity: Activity) -> list[str]:
    """What may be said after a touch, or at the reveal."""
    replies = [reply.then for reply in getattr(activity, "replies", ())]
    bets = [getattr(activity, name) for name in SENTENCES if name != "withheld"] if activity.kind == "bet" else []
    outcomes = list(getattr(activity, "sentences", {}).values())
    return [re.sub(r"\{\w+\}", "so", text) for text in (*replies, *bets, *outcomes)]


def _minutes(module: Module, name: str) -> dict[str, int]:
    spent = {form: sum(getattr(step, name) for step in module.steps if step.form == form) for form in FORMS}
    return spent | {"phones down": sum(getattr(step, name) for step in module.steps if step.phones == "down")}


def plain(text: str) -> str:
    """A text without the marks of Markdown."""
    return MARKS.sub(lambda match: match[1] or " ", text).strip()


def count(text: str) -> int:
    """Words in it."""
    return len(WORD.findall(plain(text)))


def flesch_kincaid(texts: Iterable[str]) -> float:
    """The school year that these English texts read like (Kincaid et al. 1975); headings and labels are left out."""
    blocks = [text for text in texts if SENTENCE.search(text)]
    sentences = [part for text in blocks for part in SENTENCE.split(text) if WORD.search(part)]
    words = [word for sentence in sentences for word in WORD.findall(_plainly(sentence))]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def _plainly(sentence: str) -> str:
    """The sentence with one plain word in the place of each of the subject's own: those are explained, and then known."""
    own = own_words()
    for pattern in (*(term.pattern for term in own.terms[::-1]), own.plain):
        sentence = re.sub(pattern, PLAIN, sentence, flags=re.IGNORECASE)
    return sentence


def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels: right for nearly all plain words (see the tests)."""
    letters = re.sub(r"[^a-z]", "", re.sub(r"['’]s$", "", word.lower()))
    said = SILENT.sub("", INSIDE.sub(lambda match: match[0][:-1], letters))
    return max(1, len(re.findall(r"[aeiouy]+", said)) + len(APART.findall(said)))


def _middle(numbers: list[int]) -> int:
    return sorted(numbers)[len(numbers) // 2]
