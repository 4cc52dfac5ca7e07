"""What is said and done at each step fits its minutes; a term is explained before it is used; texts are read before they are shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.contracts.authoring import BOX, HEAD, write
from workshop.cli import main
from workshop.declaration import curriculum, formats
from workshop.declaration.curriculum import Step, load, module
from workshop.guide import blocks, spoken, terms
from workshop.guide.spoken import BREATH, CLOSE, LOOK, OPENED, PAIR, PHONE, ROUND, SCREEN, STEPS, TALK, TURN, VOICE, timed
from workshop.guide.terms import Text, too_early
from workshop.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
NAMES = list(formats.formats())
TEXT = """
[[activities]]
key = "sentence"
kind = "text"
text = "A sentence."
example = ["One.", "Two.", "Three.", "Four.", "Five."]
"""
ASKED = '[[steps]]\ntitle = "Write"\nminutes = 3\ncut = 3\nform = "screen"\nphones = "up"\nactivity = "sentence"\n'
SHOWN = (
    '[[steps]]\ntitle = "Ours"\nminutes = 2\ncut = {cut}\nform = "plenary"\nphones = "down"\nactivity = "sentence"\nreveals = true\n{do}\n'
)


def step(say: str = "", **rest) -> Step:
    """A step of two minutes of talk."""
    return Step(**{"title": "One", "minutes": 2, "cut": 2, "form": "talk", "phones": "down", "say": say} | rest)


def test_everything_fits() -> None:
    """Every step of every module, full and short, and of every format; else: `workshop check`."""
    assert [str(problem) for problem in spoken.check()] == []


def test_every_term_is_explained_before_it_is_used() -> None:
    """In every format, and for whoever reads every page in order."""
    assert [str(problem) for problem in terms.check(NOTEBOOKS)] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_evening_is_calm(name: str) -> None:
    """Few steps, few questions, talk with each other; nobody looks at a phone for less than two minutes."""
    one = formats.plan(name)
    share = one.minutes / 90
    assert sum(not one.parts[line.part].slack for line in one.lines()) <= STEPS * share
    assert len(spoken.opened(one)) <= OPENED * share
    assert spoken.talk(one) >= TALK * share
    assert all(line.step.minutes >= SCREEN for line in one.lines() if line.step.phones == "up")
    assert all(row.left >= 0 for row in spoken.of(name))


@pytest.mark.parametrize(
    ("one", "said", "people"),
    [
        (step("word " * 130), 60, 0),
        (step("Here we are.", do="Leave ten seconds of silence."), 1, 10),
        (step("", do="Press Close. Ten seconds later it is final.", reveals=True), 0, CLOSE + LOOK),
        (step("Half a minute of silence."), 2, 30),
        (step("", do="A minute of talk, then the promise."), 0, 60),
        (step("Who else?"), 1, BREATH),
        (step("Who else?", do="Two or three voices."), 1, 2 * VOICE),
        (step("One word each, round the room."), 3, ROUND * TURN),
        (step("Seven minutes.", form="pairs"), 1, PAIR),
        (step("", phones="up", form="screen"), 0, PHONE),
    ],
)
def test_a_step_takes_what_its_words_say(one: Step, said: int, people: int) -> None:
    """130 words a minute, and the pauses, voices and rounds that are named."""
    found = timed(one)
    assert (found.spoken, found.people, found.left) == (said, people, 120 - said - people)


def test_people_get_the_time_of_what_they_do(tmp_path: Path) -> None:
    """More words to choose among, more lines to write: more time; and every kind has its own, with the reason."""
    assert set(KINDS) - {"thanks"} <= {*spoken.TAKES} and all(one.why for one in spoken.TAKES.values())
    short = load(write(tmp_path, HEAD + BOX))
    long = load(write(tmp_path, HEAD + BOX.replace("Something else", "Something else that takes a while to read, and to think about")))
    shown = step(phones="up", form="screen", activity="box")
    assert timed(shown, short).people < timed(shown, long).people
    assert timed(replace(shown, reveals=True), short).people == PHONE + CLOSE + LOOK


def test_what_does_not_fit_is_named_by_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too much to say, a screen for a moment, a talk that is promised more than it gets."""
    text = HEAD.replace('phones = "down"\n', f'phones = "down"\nsay = "{"word " * 800}"\ndo = "Ten minutes each way."\n', 1)
    text = text.replace("minutes = 4\ncut = 0", "minutes = 4\ncut = 1").replace("cut_to = 5", "cut_to = 6")
    monkeypatch.setenv("WORKSHOP_MODULES", str(write(tmp_path, text + BOX).parent))
    lines = (tmp_path / "01-small.toml").read_text("utf-8").splitlines()
    found = {problem.message: lines[problem.line - 1] for problem in spoken.check()}
    assert {message.partition(" (")[0] for message in found} == {
        "step 'Talk' has 6 min and needs 429 seconds: 369 to say it, 60 for people",
        "step 'Talk' has 5 min and needs 429 seconds: 369 to say it, 60 for people",
        "step 'Tap' has phones up for 1 minute; 2 are the fewest",
        "step 'Talk' promises Ten minutes and has 6",
        "step 'Talk' promises Ten minutes and has 5",
    }
    assert {line.partition(" ")[0] for line in found.values()} == {"say", "do", "[[steps]]"}
    printed = CliRunner().invoke(main, ["check"])
    assert printed.exit_code == 1 and "01-small.toml, line" in printed.output and "5 to mend, named above" in printed.output


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        (SHOWN.format(cut=2, do='do = "Read the texts on the desk, and tick those that may be shown."'), True),
        (SHOWN.format(cut=0, do='do = "Read the texts on the desk, and tick those that may be shown."'), False),
        (SHOWN.format(cut=2, do='do = "Press Close."'), False),
        ("", False),
    ],
)
def test_texts_for_everyone_are_read_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: str, fits: bool) -> None:
    """In both versions somebody reads them before they are shown; else the text's own line is named."""
    head, talk = HEAD.replace('slug = "small"', 'slug = "messages"\npools_text = true').split("\n\n[[steps]]\n", 1)
    whole = f"{head}\n\n{ASKED}{shown}[[steps]]\n{talk}{TEXT}"
    minutes = sum(int(line.split()[2]) for line in whole.splitlines() if line.startswith("minutes")) - 10
    cut = sum(int(line.split()[2]) for line in whole.splitlines() if line.startswith("cut ="))
    whole = whole.replace("minutes = 10\ncut_to = 5", f"minutes = {minutes}\ncut_to = {cut}")
    monkeypatch.setenv("WORKSHOP_MODULES", str(write(tmp_path, whole, "01-messages.toml").parent))
    found = [problem for problem in spoken.check() if "asks for a text" in problem.message]
    assert bool(found) != fits
    assert all(whole.splitlines()[problem.line - 1] == "[[activities]]" for problem in found)


def test_a_format_that_leaves_out_the_reading_is_named() -> None:
    """The module reads its texts, and this evening would not."""
    one = formats.plan("90")
    last = next(place for place, part in reversed(list(enumerate(one.parts))) if part.module == "steps")
    key = next(question.key for question in module("steps").questions if question.pooled)
    reads = next(one.title for one in module("steps").steps if one.activity == key and one.reveals)
    part = replace(one.parts[last], steps=one.parts[last].steps | {reads: 0})
    without = replace(one, parts=(*one.parts[:last], part, *one.parts[last + 1 :]))
    assert list(spoken._unshown(one)) == []
    assert "none of its steps reads them" in next(spoken._unshown(without))


def test_a_term_that_comes_too_early_is_found() -> None:
    """In the text that holds its line, or after it, a term may be used; before it, it may not. Curly quotes are quotes."""
    line = curriculum.terms()["self-construal"].line
    early, explains, late = (
        Text("Your self-construals, please.", "a", 3),
        Text(f"**Now:** {line.replace(chr(39), '’')}", "b", 1),
        Text("self-construal", "c", 2),
    )
    assert list(too_early([explains, early, late])) == [*too_early([explains])]
    found = [(text.file, term) for text, term in too_early([early, explains, late]) if term == "self-construal"]
    assert found == [("a", "self-construal")]


def test_the_walk_meets_pages_as_far_as_the_step_that_has_come() -> None:
    """The first page first; of a module, what stands before an open question is read before it, and what follows after it."""
    met = list(terms.walk("90", NOTEBOOKS))
    assert met[0].file == "00-start.ipynb"
    lines = [line for line in formats.plan("90").lines() if line.step.say]
    said = [text.words for text in met if not text.key and not text.file.endswith(".ipynb")]
    assert said == [line.step.say for line in lines]
    keys = [text.key for text in met if text.file.startswith("08-") and text.key]
    assert keys == [activity.key for activity in module("helping").activities]
    noor = next(line.step.say for line in lines if line.step.activity == "noor")
    assert [text.words for text in met].index(noor) < [(text.file[:3], text.key) for text in met].index(("08-", "noor"))


def test_a_term_is_found_where_it_stands(tmp_path: Path) -> None:
    """The line of the notebook in which the cell begins."""
    for page in NOTEBOOKS.glob("*.ipynb"):
        text = page.read_text("utf-8")
        if page.name == "01-arrive.ipynb":
            read = json.loads(text)
            read["cells"].insert(0, {"cell_type": "markdown", "id": "x", "metadata": {}, "source": ["# Hello\n", "\n", "Codependency."]})
            text = json.dumps(read, indent=1, ensure_ascii=False)
        (tmp_path / page.name).write_text(text, "utf-8")
    found = [problem for problem in terms.check(tmp_path) if problem.file == "01-arrive.ipynb"]
    [one] = found
    assert "# Hello" in (tmp_path / "01-arrive.ipynb").read_text("utf-8").splitlines()[one.line - 1] and "'codependency'" in one.message


def test_the_table_says_what_the_format_says() -> None:
    """The same rows for a terminal and in the guide, with a sum."""
    rows = spoken.table("90")
    one = formats.plan("90")
    assert [row[:2] for row in rows[1:-1]] == [(line.step.title, str(line.step.minutes)) for line in one.lines()]
    assert rows[-1][1] == "90"
    printed = CliRunner().invoke(main, ["check", "--spoken", "90"])
    assert printed.exit_code == 0 and len(printed.output.splitlines()) == len(rows)
    assert blocks.spoken_table(one).count("\n") == len(rows) + 1
    assert blocks.spoken_table(one) in (ROOT / "facilitator-guide" / "format-90.md").read_text("utf-8")
    wrong = CliRunner().invoke(main, ["check", "--spoken", "91"])
    assert wrong.exit_code == 2 and "no format '91'" in wrong.output
