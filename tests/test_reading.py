"""What `workshop check --reading` counts, and that every shipped page keeps the rules."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.contracts.authoring import BET, BOX, HEAD, write
from workshop.cli import main
from workshop.declaration.curriculum import Module, load, modules, words
from workshop.guide.reading import BETWEEN, NoPage, Report, count, flesch_kincaid, plain, read, shown, syllables

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"

# Syllables by a dictionary of English.
SYLLABLES = {
    1: "a be goes guessed here one takes tea the times used walked whole asked changed choose",
    2: "alone again being careful carry carried changes colleague daughter doing evening every helped's houses language leaning little "
    "lonely money movement neighbour people question quiet rescue safely saying social someone something sometimes standing therefore "
    "wanted wheelchair birthday flatmates",
    3: "area carrying family idea nobody notices serious somebody theory",
    4: "everybody experience independence relationship remembering usually understanding",
    6: "responsibility",
}


def page(tmp_path: Path, *texts: str) -> Path:
    """A notebook: an activity for each text that begins with @, Markdown for the others."""
    code = [f'page.activity("{text[1:]}")' if text.startswith("@") else "" for text in texts]
    made = [{"cell_type": "code" if call else "markdown", "source": call or text} for text, call in zip(texts, code, strict=True)]
    path = tmp_path / "01-small.ipynb"
    path.write_text(json.dumps({"cells": made}), "utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Module:
    """A module with a guess and a question."""
    return load(write(tmp_path, HEAD + BET + BOX))


def report(small: Module, tmp_path: Path, *texts: str, reading: dict[str, str] | None = None) -> Report:
    """How a page with these texts reads."""
    return read(replace(small, reading=reading or {}), page(tmp_path, *texts))


REPORTS = [read(module, NOTEBOOKS / f"{module.path.stem}.ipynb") for module in modules()]


@pytest.mark.parametrize("one", REPORTS, ids=lambda one: one.module.slug)
class TestEveryPage:
    """What each shipped page keeps."""

    def test_it_goes_over_no_rule_without_a_reason(self, one: Report) -> None:
        """Else: `workshop check --reading`."""
        assert [flag for flag in one.flags if not flag.reason] == []

    def test_it_shows_every_activity_once_and_in_order(self, one: Report) -> None:
        """What is declared is on the page, where its author put it; nothing is shown twice."""
        assert shown(NOTEBOOKS / f"{one.module.path.stem}.ipynb") == [activity.key for activity in one.module.activities]

    def test_it_is_met_by_hand_before_it_is_read_at_length(self, one: Report) -> None:
        """The first thing to do stands on the first screen, or the module says why it does not."""
        assert one.stops[0].between <= BETWEEN or one.stops[0].key in one.module.reading

    def test_its_voices_stand_in_their_order(self, one: Report) -> None:
        """The invitation, this group, what researchers found: those that a page has, in this order; the last page ends with the group's."""
        text = (NOTEBOOKS / f"{one.module.path.stem}.ipynb").read_text("utf-8")
        voices = words()["voices"]
        last = [voices["room"], voices["researchers"]][:: -1 if one.module.slug == "steps" else 1]
        places = [text.find(f"## {voice}") for voice in (voices["invitation"], *last)]
        assert places[0] >= 0 and (found := [place for place in places if place >= 0]) == sorted(found)


def test_words_are_counted_from_one_thing_to_do_to_the_next(small: Module, tmp_path: Path) -> None:
    """Headings, bold and links count by their words; a title and a text belong to their activity; a tap starts a new count."""
    one = report(small, tmp_path, "# A heading\n\nTwo **bold** [words](x.html).", "@guess", "@box")
    guess, box = small.activity("guess"), small.activity("box")
    labels = count(" ".join(guess.cells().values()))
    before = 5 + count(guess.title) + count(guess.text)
    assert [(stop.key, stop.between, stop.screen) for stop in one.stops] == [
        ("guess", before, before + labels),
        ("box", count(box.title) + count(box.text), count(box.title) + count(box.text) + labels),
    ]


def test_looking_up_to_talk_is_something_to_do(small: Module, tmp_path: Path) -> None:
    """A paragraph that begins so ends a run of words."""
    long = "word " * 45
    run = [flag.place for flag in report(small, tmp_path, long, long, "@box").flags]
    talked = report(small, tmp_path, long, "**Phones down.** Two by two.", long, "@box")
    assert run == ["box"] and talked.flags == () and [stop.key for stop in talked.stops] == ["talk 1", "box"]


@pytest.mark.parametrize(
    ("texts", "place", "says"),
    [
        (("word " * 61, "@box"), "end", "a block of 61 words"),
        (("word " * 41, "word " * 41, "@box"), "box", "comes after"),
        (("@box", *["word " * 44] * 3), "end", "after the last thing to do"),
        (("Congeniality necessitates unconditional intergenerational understanding institutionally.", "@box"), "grade", "school year"),
    ],
)
def test_what_is_over_is_named_and_a_reason_stands_beside_it(small: Module, tmp_path: Path, texts, place: str, says: str) -> None:
    """Each rule has teeth, and a module's reason accepts what it names and nothing else."""
    found = report(small, tmp_path, *texts).flags
    assert [(flag.place, flag.reason) for flag in found if says in flag.what] == [(place, "")]
    reasoned = report(small, tmp_path, *texts, reading={place: "It is a poem."})
    assert all(flag.reason == "It is a poem." for flag in reasoned.flags if flag.place == place)
    assert any(line == f"  (accepted) {place}: {flag.what} It is a poem." for flag in found for line in reasoned.lines())


def test_a_reason_that_is_not_needed_any_more_is_over_itself(small: Module, tmp_path: Path) -> None:
    """So that reasons do not outlive what they excuse."""
    [flag] = report(small, tmp_path, "Short.", "@box", reading={"box": "It is a poem."}).flags
    assert flag.place == "box" and not flag.reason and "leave the reason out" in flag.what


def test_minutes_are_told_by_form_in_both_versions(small: Module, tmp_path: Path) -> None:
    """The sums are those of the steps; a short version with too little time face down is over."""
    one = report(small, tmp_path, "@box")
    assert sum(one.minutes[form] for form in ("talk", "screen", "pairs", "plenary")) == small.minutes
    assert sum(one.cut[form] for form in ("talk", "screen", "pairs", "plenary")) == small.cut_to
    short = replace(small, steps=tuple(replace(step, cut=int(step.phones == "up")) for step in small.steps))
    flags = report(short, tmp_path, "@box").flags
    assert [flag.place for flag in flags] == ["phones"] and "short version" in flags[0].what


def test_a_missing_notebook_and_an_unknown_key_are_one_sentence(small: Module, tmp_path: Path) -> None:
    """Both name the file."""
    with pytest.raises(NoPage, match=r"^There is no notebook 09-none\.ipynb\.$"):
        read(small, tmp_path / "09-none.ipynb")
    with pytest.raises(NoPage, match=r"^01-small\.ipynb shows 'bax', which 01-small\.toml does not have\.$"):
        read(small, page(tmp_path, "@bax"))


def test_syllables_are_those_of_a_dictionary() -> None:
    """Words that the pages use, with the vowels that are written and not said."""
    wrong = {word: syllables(word) for number, words in SYLLABLES.items() for word in words.split() if syllables(word) != number}
    assert wrong == {"helped's": 1}  # a possessive is left off before its word is looked at


def test_the_grade_is_that_of_its_formula() -> None:
    """0.39 words a sentence + 11.8 syllables a word - 15.59, worked out by hand; labels without a full stop aren't sentences."""
    text = "The cat sat on the mat. It was a good day for a nap."  # 14 words, 2 sentences, 14 syllables
    assert flesch_kincaid([text, "A label of many unpunctuated syllables"]) == pytest.approx(0.39 * 7 + 11.8 * 1 - 15.59)
    assert flesch_kincaid([]) == 0.0
    assert plain("**A** [link](x) and `code`").split() == ["A", "link", "and", "code"] and count("**A** – [link](x)") == 2


def test_the_subjects_own_words_count_as_one_plain_word_each() -> None:
    """A page may say interdependence as often as it needs to; another long word keeps its syllables."""
    plainly = flesch_kincaid(["We come from people, and go to people and people."])
    for own in ("Interdependence", "independence", "self-construal", "emotional interdependence", "responsibility", "relationships"):
        assert flesch_kincaid([f"We come from {own}, and go to {own.lower()} and {own.upper()}."]) == plainly
    assert flesch_kincaid(["We come from electricity, and go to electricity and electricity."]) > plainly + 5


def test_the_command_prints_every_page() -> None:
    """One block a module, after the check."""
    printed = CliRunner().invoke(main, ["check", "--reading"])
    assert printed.exit_code == 0, printed.output
    assert all(f"{module.path.stem}: " in printed.output for module in modules())
