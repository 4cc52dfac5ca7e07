"""What the workshop says by name, and words that it no longer uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from workshop.declaration import curriculum, formats
from workshop.declaration.curriculum import module, modules, words
from workshop.guide import terms

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"

# One name for one thing: what people read or hear never says the left, since it says the right.
OLD = {
    r"\bthe wall\b": "the screen",
    r"\btender\b": "sensitive",
    r"\bforget me\b": "Delete my data",
    r"\blines of help\b": "helplines",
    r"\banew\b": "again",
    r"\bforetell\w*": "predict",
    r"\bby lot\b": "at random",
    r"\bof then\b": "last time",
    r"\bcan not\b": "can't",
    r"\bequally good\b": "said once, at the beginning",
    r"\bthree blue things\b": "one settling moment, at the end",
    r"\bstay, skip,? or only watch\b": "said once, at the beginning",
}


def spoken() -> Iterator[tuple[str, str]]:
    """(where, words) of every SAY and DO: of steps, of activities, of the formats' own parts, and the spoken words."""
    for one in modules():
        for step in one.steps:
            yield from ((f"{one.slug}, {step.title}", text) for text in (step.say, step.do))
        for activity in one.activities:
            yield from ((activity.id, text) for text in (activity.say, activity.do))
    for name, plan in formats.formats().items():
        for part in plan.parts:
            yield from ((f"{name}, {part.title}", text) for text in (part.say, part.do))
    yield from words()["spoken"].items()


def met() -> Iterator[tuple[str, str]]:
    """(where, words) of everything that a participant reads or hears, whichever the evening."""
    for text in terms.walk(formats.EVERYTHING, NOTEBOOKS):
        yield f"{text.file}, line {text.line}", text.words
    yield from spoken()


def sentences(texts: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for where, text in texts:
        yield from ((where, sentence) for sentence in re.split(r"(?<=[.!?;])\s+", text))


def test_nobody_is_asked_to_read_the_smallest_aloud() -> None:
    """A cell may hold one person: the largest, and one that surprised you; never a one."""
    small = re.compile(r"\b(?:smallest|shortest|least chosen|fewest people)\b|\ball (?:of )?the (?:numbers|bars)\b", re.IGNORECASE)
    assert [(where, said) for where, said in sentences(spoken()) if small.search(said) and "never" not in said.lower()] == []


def test_no_step_tells_the_facilitator_to_leave_itself_out() -> None:
    """What an evening leaves out is for its format to say."""
    out = re.compile(
        r"^(?:leave|skip) (?:it|this|this step) out\b|\bleave (?:it|this|this step) out here\b|\bhas stood before\b", re.IGNORECASE
    )
    dos = ((f"{one.slug}, {step.title}", step.do) for one in modules() for step in one.steps)
    assert [(where, said) for where, said in sentences(dos) if out.search(said)] == []


def test_the_dots_of_ones_own_life_are_sensitive() -> None:
    """Less say, or less close, can be a heavy answer: it takes more people, and is not asked of those who live together."""
    dots = module("map").activity("dots")
    assert dots.sensitive and dots.own_life


@pytest.mark.parametrize("old", OLD)
def test_one_thing_has_one_name(old: str) -> None:
    assert [(where, text) for where, text in sentences(met()) if re.search(old, text, re.IGNORECASE)] == []


def test_the_workshop_says_its_own_words() -> None:
    """Interdependence, and the picture of oneself that it turns on, in modules, notebooks and shared words."""
    declaration = Path(curriculum.__file__).parent
    modules = sorted((declaration.parent / "modules").glob("*.toml"))
    texts = [path.read_text("utf-8") for path in (*modules, declaration / "words.toml")]
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        texts += ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    whole = "\n".join(texts)
    assert len(re.findall(r"\binterdependen", whole, re.IGNORECASE)) >= 40
    assert len(re.findall(r"\bself-constru", whole, re.IGNORECASE)) >= 10


@pytest.mark.parametrize("name", ["90", "90-trust", "90-weather"])
def test_after_ninety_minutes_everyone_has_met_the_idea(name: str) -> None:
    """Each of the words that people should go home with is read or heard in the short evening."""
    heard = " ".join(text.words for text in terms.walk(name, NOTEBOOKS)).lower()
    for word in ("interdependence", "pit stop", "independent", "self-construal", "codependency", "rescuing", "small step"):
        assert word in heard, word


def test_every_module_says_what_people_should_leave_with() -> None:
    """One sentence, which stands first in the guide and on the facilitator's page."""
    from workshop.guide import blocks

    for one in modules():
        assert blocks.facts(one).startswith(f"**What people should leave with.** {one.idea}\n") and one.idea.endswith((".", "?", "!", "”"))
