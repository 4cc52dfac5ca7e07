"""The guide's generated blocks: what a facilitator reads on paper comes from the same declaration as the pages.

A page of the guide holds prose, and blocks between `<!-- generated: NAME -->` and `<!-- end -->`. `write()` fills the
blocks again; `stale()` names the pages whose blocks no longer say what the modules say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from workshop.declaration import curriculum, formats
from workshop.declaration.curriculum import Module
from workshop.guide import spoken
from workshop.kinds import Activity
from workshop.kinds.game import Round
from workshop.reveal.chance import chance, in_words

BLOCK = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[a-z]+)(?: (?P<slug>[a-z0-9-]+))? -->\n)(?P<body>.*?)(?P<end><!-- end -->)", re.DOTALL
)


class GuideError(ValueError):
    """A page of the guide asks for a block that nobody can write; the message says which page, which block."""


def modules_table() -> str:
    """One row a module: number, title, minutes, minutes in the short version."""
    return "".join(
        f"| {module.number} | [{module.title}](modules/{file_name(module)}) | {module.minutes} | {module.cut_to} |\n"
        for module in curriculum.modules()
    )


def facts(module: Module) -> str:
    """What people should leave with, purpose, outcomes, minutes by form, intensity."""
    forms = {form: sum(step.minutes for step in module.steps if step.form == form) for form in ("talk", "screen", "pairs", "plenary")}
    down = sum(step.minutes for step in module.steps if step.phones == "down")
    lines = [
        f"**What people should leave with.** {module.idea}",
        f"**Purpose.** {module.purpose}",
        "**What can be seen afterwards**\n\n" + "".join(f"- {outcome}\n" for outcome in module.outcomes).rstrip(),
        f"**Minutes.** {module.minutes} (cut to {module.cut_to}): "
        + " · ".join(f"{form} {minutes}" for form, minutes in forms.items() if minutes)
        + f" · phones face down {down}",
        f"**Intensity.** {module.intensity}",
        f"**Content note.** {module.content}",
    ]
    return "\n\n".join(lines) + "\n"


def steps(module: Module) -> str:
    """The session, step by step, with the minute at which each begins."""
    rows, minute = [], 0
    for number, step in enumerate(module.steps, 1):
        short = "left out" if not step.cut else f"{step.cut} min"
        spent = f"{step.minutes} min (short version: {short})" if step.minutes else "If you wish: only some formats give it minutes"
        head = f"### {minute}′ · {number} · {step.title}\n\n{spent}"
        head += f" · {step.form} · phones face {step.phones}"
        body = {"SAY": step.say, "DO": step.do, "PHONES SHOW": step.shows, "HELPER": step.helper}
        rows.append("\n\n".join([head, *(f"**{name}** {text}" for name, text in body.items() if text)]))
        minute += step.minutes
    return "\n\n".join(rows) + "\n"


def questions(module: Module) -> str:
    """What the room is asked, and what it may see."""
    rows = []
    for question in module.questions:
        options = " · ".join(question.cells().values())
        care = "sensitive: shown from eight people" if question.sensitive else "shown from five people"
        care = f"{care}, never when nearly all agree" if question.revealed else "not shown to the room"
        if question.pooled:
            care = "shown when the facilitator has read them and at least five may be shown"
        asked = f"{question.title}: {question.text}" if isinstance(question, Round) else question.text
        rows.append("\n\n".join(filter(None, [f"**{asked}**", options, f"*{care}*", question.finding])))
        rows += [f"- {line}" for line in question.debrief]
    return "\n\n".join(rows) + "\n"


def misreadings(module: Module) -> str:
    """What somebody may take from the module that it does not say, and a kind reply."""
    return "".join(f"- “{one.says}”\n  {one.reply}\n" for one in module.misreadings)


def care(module: Module) -> str:
    """What to do when it gets heavy."""
    return module.distress + "\n"


def bridge(module: Module) -> str:
    """How to go on to the next module."""
    return module.bridge + "\n"


def worksheet(module: Module) -> str:
    """The paper version: the page's activities in order, to print one a person."""
    return "\n\n---\n\n".join(paper for activity in module.activities if (paper := activity.paper())) + "\n"


def sources(module: Module) -> str:
    """The research that the page names, with what it cannot tell."""
    return "".join(f"- {source}\n" for source in module.sources) or "This module names no research.\n"


SIZES = (6, 8, 12, 20, 30)


def shown_table() -> str:
    """How often each question would be shown, by size of the group."""
    head = f"| | question | {' | '.join(map(str, SIZES))} |\n|--:|---|{'--:|' * len(SIZES)}\n"
    rows = []
    for module in curriculum.modules():
        for question in module.questions:
            words = (question.title or question.text) + (" *(sensitive)*" if question.sensitive else "")
            chances = " | ".join(in_words(chance(question, people)) for people in SIZES)
            rows.append(f"| {module.number} | {words} | {chances} |\n")
    return head + "".join(rows)


def rows_table() -> str:
    """Which activities meet which idea of the article: a line for each module, and for each way in which the room sees them;
    in its first line the research that any page names for it."""
    heads = ("idea, in our words", "research", "module", "activity", "what the room sees", "figure", "sources")
    lines = [f"| | {' | '.join(heads)} |\n|--:{'|---' * len(heads)}|\n"]
    for number, row in curriculum.rows().items():
        head = f"| {number} | {row.claim} | {row.voice} "
        named = dict.fromkeys(one.named for module in curriculum.modules() for one in module.sources if number in one.rows)
        sources = "; ".join(named) or "none that we could read"
        for module, activities in _meeting(number):
            names = " · ".join(one.title or one.key for one in activities)
            link = f"[{module.title}](modules/{file_name(module)})"
            seen, figure = activities[0].seen or "nothing: it stays on each phone", activities[0].figure or "–"
            lines.append(f"{head}| {link} | {names} | {seen} | {figure} | {sources} |\n")
            head, sources = "| | | ", ""
    return "".join(lines)


def _meeting(number: int) -> Iterator[tuple[Module, list[Activity]]]:
    """The activities that meet one idea, together where they are of one module and the room sees the same of them."""
    for module in curriculum.modules():
        alike: dict[tuple[str, str], list[Activity]] = {}
        for activity in module.activities:
            if number in activity.rows:
                alike.setdefault((activity.seen, activity.figure), []).append(activity)
        yield from ((module, activities) for activities in alike.values())


def timing(one: formats.Format) -> str:
    """One row a part: when it begins, how long it is, how long phones are face down in it."""
    rows, minute = ["| minute | part | minutes | phones face down |\n|--:|---|--:|--:|\n"], 0
    lines = one.lines()
    for place, (part, title) in enumerate(zip(one.parts, one.titles(), strict=True)):
        down = sum(line.step.minutes for line in lines if line.part == place and line.step.phones == "down")
        link = f"[{title}](modules/{file_name(curriculum.module(part.module))})" if part.module else title
        rows.append(f"| {minute} | {link} | {part.minutes} | {down} |\n")
        minute += part.minutes
    slack = sum(part.minutes for part in one.parts if part.slack)
    share = round(100 * formats.down(one) / one.minutes)
    rows.append(f"| {minute} | *the end* | **{one.minutes}**, {slack} of them slack | {share} % without the slack |\n")
    return "".join(rows)


def evening(one: formats.Format) -> str:
    """The whole evening as a list: minute, step, the first words, what to do."""
    rows, minute, titles, part = [], 0, one.titles(), -1
    for line in one.lines():
        if line.part != part:
            part = line.part
            rows.append(f"\n**{minute}′ {titles[part]}**\n\n")
        step = line.step
        rows.append(
            f"- **{minute}′** {step.title} · {step.minutes} min · phones {step.phones}" + (f" · {step.do}" if step.do else "") + "\n"
        )
        minute += step.minutes
    return "".join(rows).lstrip()


def spoken_table(one: formats.Format) -> str:
    """One row a step: its minutes, and in seconds what it takes to say, what people need, and what is left."""
    head, *rows = spoken.table(one.name)
    lines = [head, ("---", *["--:"] * (len(head) - 1)), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def cast() -> str:
    """The people in the stories, a line each."""
    return "".join(f"- {line}\n" for line in curriculum.words()["cast"].values())


def opening() -> str:
    """The opening words."""
    return _quote(curriculum.words()["spoken"]["opening"])


def closing() -> str:
    """The closing words."""
    return _quote(curriculum.words()["spoken"]["closing"])


OF_ALL: dict[str, Callable[[], str]] = {
    "modules": modules_table,
    "rows": rows_table,
    "shown": shown_table,
    "cast": cast,
    "opening": opening,
    "closing": closing,
}
OF_ONE: dict[str, Callable[[Module], str]] = {
    "facts": facts,
    "steps": steps,
    "questions": questions,
    "misreadings": misreadings,
    "care": care,
    "bridge": bridge,
    "worksheet": worksheet,
    "sources": sources,
}


OF_FORMAT: dict[str, Callable[[formats.Format], str]] = {"timing": timing, "evening": evening, "spoken": spoken_table}


def file_name(module: Module) -> str:
    """`01-arrive.md`: the session plan of a module."""
    return f"{module.path.stem}.md"


def filled(text: str, page: str = "page") -> str:
    """The same page with every block written again; GuideError for a block that nobody can write."""

    def block(match: re.Match[str]) -> str:
        name, slug = match["name"], match["slug"]
        if slug and name in OF_ONE:
            body = OF_ONE[name](curriculum.module(slug))
        elif slug and name in OF_FORMAT:
            body = OF_FORMAT[name](formats.plan(slug))
        elif not slug and name in OF_ALL:
            body = OF_ALL[name]()
        else:
            asked = f"{name} {slug}" if slug else name
            blocks = [*OF_ALL, *(f"{one} SLUG" for one in OF_ONE), *(f"{one} FORMAT" for one in OF_FORMAT)]
            raise GuideError(f"{page}: nobody can write the block '{asked}'; known blocks: {', '.join(blocks)}.")
        return match["begin"] + body + match["end"]

    return BLOCK.sub(block, text)


def pages(directory: Path) -> list[Path]:
    """Every page of the guide in `directory`."""
    return sorted(directory.rglob("*.md"))


def drawings(directory: Path) -> dict[Path, str]:
    """The pictures that pages show and activities draw: file -> SVG."""
    shown = "\n".join(page.read_text("utf-8") for page in pages(directory))
    activities = (activity for module in curriculum.modules() for activity in module.activities)
    return {directory / "pictures" / one.drawn: one.drawing for one in activities if one.drawing and one.drawn in shown}


def stale(directory: Path) -> list[Path]:
    """The pages whose blocks, and the pictures whose drawings, no longer are what the modules say."""
    return list(_changes(directory))


def write(directory: Path) -> list[Path]:
    """Fill every block and draw every picture again; the files that changed."""
    changes = _changes(directory)
    for path, text in changes.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return list(changes)


def _changes(directory: Path) -> dict[Path, str]:
    fresh = {page: filled(page.read_text("utf-8"), page.name) for page in pages(directory)} | drawings(directory)
    return {path: text for path, text in fresh.items() if not path.exists() or path.read_text("utf-8") != text}


def _quote(text: str) -> str:
    return "".join(f"> {line}".rstrip() + "\n" for line in text.strip().splitlines())
