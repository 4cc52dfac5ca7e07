"""How long a session takes when it is spoken: whether each step's minutes hold what is said and what people do in them.

A step needs the seconds of its SAY at 130 words a minute, those that people need for what they do, those of the pauses
that its words name, and those of the close where a question ends. What does not fit is named by file and line, in every
format and in both versions of every module. So is what makes an evening restless: a screen step under two minutes, too
many steps or questions, too little talk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from workshop.declaration import curriculum, formats, reader
from workshop.declaration.curriculum import Module, Step
from workshop.declaration.reader import Problem
from workshop.guide.reading import controls, count
from workshop.kinds import Activity
from workshop.kinds.base import Question
from workshop.kinds.game import Game, Round

SPEED = 130  # words a minute, calm and for people of whom some hear a second language
READ = 200  # words a minute, read on a phone: slower than most adults read, for the same reason
PHONE = 10  # seconds to turn a phone round and find the place
CLOSE = 10  # seconds from "I'm closing" to the end of a question: the desk counts them
LOOK = 15  # seconds to take in a result
TICKED, SEEN = 3, 2  # seconds to read one text and tick it before anyone sees it; to read one of those that are shown
VOICE = 15  # seconds of one person who says a sentence or two to everyone
TURN = 4  # seconds of one person in a round of one word each
ROUND = 15  # people in such a round, or who write a text: the size that minutes are planned for
PAIR = 60  # seconds of a talk in twos, at least: half a minute each; less is not a talk
BREATH = 5  # seconds after a question that everyone answers in silence
SCREEN = 2  # minutes of a step with phones up, at least: under that, people only look for their place
# For an evening of 90 minutes; a longer one in proportion.
STEPS, OPENED, TALK = 34, 10, 14  # steps at most (slack is none), questions opened at most, minutes in which people talk with each other


@dataclass(frozen=True)
class Takes:
    """What people need for one kind of activity, once its words are read: seconds, and seconds for each of its items."""

    seconds: float
    why: str
    each: float = 0
    items: Callable[[Activity], int] = lambda _: 0


def _many(*names: str) -> Callable[[Activity], int]:
    """How many items stand in these parts of what the browser gets."""

    def items(activity: Activity) -> int:
        spec = activity.spec()
        return sum(value if isinstance(value, int) else len(value) for name in names if (value := spec.get(name)))

    return items


TAKES: dict[str, Takes] = {
    "back": Takes(20, "to find what was kept, and remember the week"),
    "bet": Takes(10, "one tap: a guess about others comes quickly"),
    "card": Takes(10, "a name or a word for each line, and a moment to think of it", 15, _many("lines")),
    "choice": Takes(15, "a moment of thought and one tap"),
    "consent": Takes(10, "two switches that stand right already"),
    "estimate": Takes(30, "to look closely, and to set a number and how sure one is"),
    "game": Takes(20, "to find one's own tokens, and what the group put in"),
    "journal": Takes(60, "two or three short lines with a thumb"),
    "lines": Takes(5, "to finish a short sentence with a thumb, about 25 characters, and to sort it with a tap", 20, _many("lines")),
    "map": Takes(60, "two lines to think about, and two dots to place"),
    "moodlog": Takes(15, "one tap for now"),
    "mypage": Takes(15, "to save it, or not"),
    "note": Takes(0, "to read it is all"),
    "plan": Takes(80, "who, what and when: about sixty characters with a thumb, and to make up one's mind"),
    "portfolio": Takes(10, "a tap or two for each need", 8, _many("needs")),
    "pulse": Takes(5, "a tap on each row", 8, lambda _: 2),
    "puzzle": Takes(60, "to try, and to try again"),
    "questionnaire": Takes(5, "each statement read and answered", 7, _many("statements")),
    "rings": Takes(60, "to think of people, and to place six marks"),
    "scale": Takes(10, "one tap on a row"),
    "several": Takes(5, "each option taken or left", 4, _many("options")),
    "sheet": Takes(5, "a tap in each row", 6, lambda activity: sum(len(column["rows"]) for column in activity.spec()["columns"])),
    "simulation": Takes(60, "to move a control, see what comes of it, and try the opposite"),
    "slider": Takes(12, "to move it there and a little back"),
    "sort": Takes(5, "each thing put somewhere", 6, _many("things")),
    "text": Takes(60, "to think of a sentence and write it, about forty characters with a thumb"),
    "vignette": Takes(25, "a tap, and the reply read"),
    "weave": Takes(10, "each thread thought over and tapped", 6, _many("threads")),
    "whys": Takes(10, "a few words for each reason", 20, _many("asks")),
}
UNKNOWN = Takes(30, "a kind from elsewhere: as long as most take")

NUMBERS = {
    word: number
    for number, words in {
        1: "a one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
        12: "twelve", 15: "fifteen", 20: "twenty", 30: "thirty", 40: "forty", 45: "forty-five", 60: "sixty", 90: "ninety",
    }.items()
    for word in words.split()
}  # fmt: skip
NUMBER = rf"(?P<number>\d+|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
SECONDS = re.compile(rf"\b{NUMBER} (?:quiet |full |whole )?seconds?\b(?! later)", re.IGNORECASE)
SILENCE = re.compile(rf"\b(?:{NUMBER} (?:quiet )?minutes?|(?P<half>half a minute)) of (?:silence|quiet|talk)\b", re.IGNORECASE)
MINUTES = re.compile(rf"(?<!another )(?<!the )\b{NUMBER} minutes?\b(?! of (?:silence|quiet|talk))", re.IGNORECASE)
VOICES = re.compile(rf"\b{NUMBER}(?: or \w+)? (?:voices?|people (?:speak|say|answer))\b", re.IGNORECASE)
EVERYONE = re.compile(r"\bround the room\b|\bone word each\b|\ba word each\b", re.IGNORECASE)


def _number(match: re.Match[str]) -> int:
    word = match["number"].lower()
    return int(word) if word.isdigit() else NUMBERS[word]


@dataclass(frozen=True)
class Spoken:
    """One step, in seconds: `spoken`, `people` (what they do, with pauses and the close), and `left`, what remains of its
    minutes; under nothing where it does not fit."""

    step: Step
    spoken: int
    people: int

    @property
    def left(self) -> int:
        return 60 * self.step.minutes - self.spoken - self.people


def seconds(words: str) -> int:
    """How long these words take to say."""
    return round(60 * len(words.split()) / SPEED)


def acting(activity: Activity) -> float:
    """Seconds that one person needs for it, with what there is to read."""
    takes = TAKES.get("round" if isinstance(activity, Round) else activity.kind, TAKES.get(activity.kind, UNKNOWN))
    words = count(activity.title) + count(activity.text) + controls(activity)
    return 60 * words / READ + takes.seconds + takes.each * takes.items(activity)


def timed(step: Step, module: Module | None = None, ends: bool = False) -> Spoken:
    """How long this step takes; `module`, the one that its activity is of; `ends`, whether a question ends in it that no
    step of its own reveals."""
    people: float = CLOSE + LOOK if step.reveals or ends else 0
    told = f"{step.say} {step.do}"
    people += sum(_number(match) for match in SECONDS.finditer(told))
    people += sum(30 if match["half"] else 60 * _number(match) for match in SILENCE.finditer(told))
    if step.phones == "up":
        people += PHONE
    if module and step.activity:
        activity = module.activity(step.activity)
        if not step.reveals:
            people += _worked(module, activity)
        elif isinstance(activity, Question) and activity.pooled:
            people += ROUND * (TICKED + SEEN)
    if step.form in ("talk", "plenary"):
        if EVERYONE.search(told):
            people += ROUND * TURN
        elif voices := VOICES.search(told):
            people += VOICE * _number(voices)
        elif step.say.rstrip().endswith("?"):
            people += BREATH
    if step.form == "pairs":
        people += PAIR
    return Spoken(step, seconds(step.say), round(people))


def _worked(module: Module, activity: Activity) -> float:
    """Seconds for it and for the guesses that open with it; of rounds that follow by themselves, all."""
    together = [one for one in module.questions if one.with_ and one.with_ == activity.key]
    whole = sum(map(acting, [activity, *together]))
    if isinstance(activity, Round):
        game = next(one for one in module.activities if isinstance(one, Game) and activity in one.asked)
        rest = list(game.asked)[list(game.asked).index(activity) + 1 :]
        for one in rest:
            if not isinstance(one, Round) or not one.follows:
                break
            whole += one.seconds or acting(one)
    return whole


def of(name: str) -> list[Spoken]:
    """Every step of a format."""
    lines = formats.plan(name).lines()
    return [_line(line, lines) for line in lines]


def _line(line: formats.Line, lines: Sequence[formats.Line]) -> Spoken:
    module = curriculum.module(line.module) if line.module else None
    return timed(line.step, module, module is not None and ends(module, line.step, [one.step for one in lines if one.part == line.part]))


def ends(module: Module, step: Step, steps: Sequence[Step]) -> bool:
    """Whether this step, of these, opens a question that none of them reveals: then it ends while people still look at it."""
    if not step.activity or step.reveals or any(one.activity == step.activity and one.reveals for one in steps):
        return False
    activity = module.activity(step.activity)
    return isinstance(activity, Question) and activity.shared and activity.revealed


def table(name: str) -> list[tuple[str, ...]]:
    """Step, minutes, seconds to say, seconds for people, seconds left: with a head, and a sum at the end."""
    steps = of(name)
    rows: list[tuple[str, ...]] = [("step", "minutes", "to say", "people", "left")]
    rows += [(one.step.title, *map(str, (one.step.minutes, one.spoken, one.people, one.left))) for one in steps]
    sums = (sum(one.step.minutes for one in steps), *(sum(getattr(one, key) for one in steps) for key in ("spoken", "people", "left")))
    return [*rows, ("in all", *map(str, sums))]


def in_columns(name: str) -> str:
    """The table for a terminal; seconds in the last three columns."""
    rows = table(name)
    width = max(len(row[0]) for row in rows)
    return "\n".join(f"{title:{width}}  {'  '.join(f'{value:>7}' for value in rest)}" for title, *rest in rows)


def check() -> list[Problem]:
    """What does not fit, in either version of a module or in a format; each named once, with where it is so."""
    found: dict[Problem, list[str]] = {}
    for place, problem in (*_of_modules(), *_of_formats()):
        found.setdefault(problem, []).append(place)
    return sorted(Problem(one.file, one.line, f"{one.message} ({', '.join(dict.fromkeys(where))})") for one, where in found.items())


def _of_modules() -> Iterator[tuple[str, Problem]]:
    for module in curriculum.modules():
        for version, minutes in (("full session", lambda step: step.minutes), ("short version", lambda step: step.cut)):
            steps = [replace(step, minutes=minutes(step)) for step in module.steps if minutes(step)]
            for step in steps:
                yield from ((version, one) for one in _step(module, step, ends(module, step, steps)))
        yield from (("texts", one) for one in _unread(module))


def _of_formats() -> Iterator[tuple[str, Problem]]:
    for name, one in formats.formats().items():
        lines = one.lines()
        for line in lines:
            if line.module:
                module, steps = curriculum.module(line.module), [other.step for other in lines if other.part == line.part]
                yield from ((name, problem) for problem in _step(module, line.step, ends(module, line.step, steps)))
            else:
                spoken = timed(line.step)
                if spoken.left < 0:
                    yield name, _in_format((name, "parts", line.part), _needs(spoken))
        yield from ((name, _in_format((name,), said)) for said in _limits(one))
        yield from ((name, _in_format((name,), said)) for said in _unshown(one))


def _step(module: Module, step: Step, ending: bool) -> Iterator[Problem]:
    """What is wrong with one step of a module, with the minutes that it has here."""
    where = ("steps", next(place for place, one in enumerate(module.steps) if one.title == step.title))
    spoken = timed(step, module, ending)
    if spoken.left < 0:
        yield _in_module(module, (*where, "say"), _needs(spoken))
    if step.phones == "up" and step.minutes < SCREEN:
        said = f"step '{step.title}' has phones up for {step.minutes} minute; {SCREEN} are the fewest"
        yield _in_module(module, where, said)
    if step.form == "pairs":
        for match in MINUTES.finditer(f"{step.say} {step.do}"):
            if _number(match) > step.minutes:
                said = f"step '{step.title}' promises {match[0]} and has {step.minutes}"
                yield _in_module(module, (*where, "say" if match[0] in step.say else "do"), said)


def _needs(spoken: Spoken) -> str:
    step, needed = spoken.step, spoken.spoken + spoken.people
    return f"step '{step.title}' has {step.minutes} min and needs {needed} seconds: {spoken.spoken} to say it, {spoken.people} for people"


def _limits(one: formats.Format) -> Iterator[str]:
    """What an evening has too much or too little of."""
    lines, share = one.lines(), one.minutes / 90
    if (steps := sum(not one.parts[line.part].slack for line in lines)) > STEPS * share:
        yield f"format '{one.name}' has {steps} steps; {STEPS * share:.0f} are the most"
    if (asked := len(opened(one))) > OPENED * share:
        yield f"format '{one.name}' opens {asked} questions; {OPENED * share:.0f} are the most"
    if (minutes := talk(one)) < TALK * share:
        yield f"format '{one.name}' has {minutes} minutes in which people talk with each other; {TALK * share:.0f} are the fewest"


def opened(one: formats.Format) -> list[str]:
    """The ids of the questions that the facilitator opens, in order."""
    ids = []
    for line in one.lines():
        if line.step.activity and line.step.phones == "up":
            activity = curriculum.module(line.module).activity(line.step.activity)
            if isinstance(activity, Question) and activity.shared:
                ids.append(activity.id)
    return list(dict.fromkeys(ids))


def talk(one: formats.Format) -> int:
    """Minutes in which people talk with each other: in twos, or all together."""
    own = [line for line in one.lines() if not one.parts[line.part].slack and not one.parts[line.part].words]
    return sum(line.step.minutes for line in own if line.step.form in ("pairs", "plenary"))


READS = re.compile(r"\b(?:read|approve|tick|choose|look through|release)\w*\b", re.IGNORECASE)


def _texts(module: Module) -> list[str]:
    return [question.key for question in module.questions if question.pooled]


def _unread(module: Module) -> Iterator[Problem]:
    """Texts for everyone that no step has the facilitator read before they are shown."""
    for key in _texts(module):
        place = next(place for place, one in enumerate(module.activities) if one.key == key)
        asked = [step for step in module.steps if step.activity == key and not step.reveals]
        shown = [step for step in module.steps if step.activity == key and step.reveals and READS.search(step.do)]
        for version, minutes in (("full session", lambda step: step.minutes), ("short version", lambda step: step.cut)):
            if any(map(minutes, asked)) and not any(map(minutes, shown)):
                said = f"activity '{key}' asks for a text that everyone may see, and no step of the {version} reads the texts first"
                yield _in_module(module, ("activities", place), f"{said}: it needs one that reveals it, with a DO that says so")


def _unshown(one: formats.Format) -> Iterator[str]:
    """The same for a format, which may leave a step out."""
    lines = one.lines()
    for line in lines:
        step = line.step
        if line.module and step.activity in _texts(curriculum.module(line.module)) and not step.reveals:
            same = [other.step for other in lines if other.module == line.module and other.step.activity == step.activity]
            if not any(other.reveals and READS.search(other.do) for other in same):
                yield f"format '{one.name}' asks for the texts of '{step.activity}', and none of its steps reads them before they are shown"


def _in_module(module: Module, where: tuple[str | int, ...], message: str) -> Problem:
    return Problem(module.path.name, reader.line(module.path, where), message)


def _in_format(where: tuple[str | int, ...], message: str) -> Problem:
    return Problem(formats.FILE.name, reader.line(formats.FILE, where), message)
