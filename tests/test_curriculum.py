"""The loader says what is wrong, where, and all of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.contracts.authoring import BET, BOX, HEAD, example_of, write
from workshop.declaration.curriculum import CurriculumError, check, load, module, modules, rows, scales, words
from workshop.kinds.text import Text
from workshop.reveal import Side, release, release_pair

RIGHT = HEAD + BET + BOX


def line_of(text: str, part: str) -> int:
    """The line, from one, on which `part` stands first."""
    return text[: text.index(part)].count("\n") + 1


def said(tmp_path: Path, text: str) -> list[str]:
    """All problems of a module with this text, as printed."""
    return [str(problem) for problem in check([write(tmp_path, text)])]


def test_the_right_one_is_right(tmp_path: Path) -> None:
    """Otherwise the tests below would prove nothing."""
    assert said(tmp_path, RIGHT) == []
    assert [activity.id for activity in load(tmp_path / "01-small.toml").activities] == ["small.guess", "small.box"]


def test_the_promised_sentence(tmp_path: Path) -> None:
    """An unknown scale is answered as the design says."""
    text = HEAD + '\n[[activities]]\nkey = "before"\nkind = "choice"\nscale = "agre"\nexample = {}\n'
    line = line_of(text, 'scale = "agre"')
    promised = f"activity 'before' uses scale 'agre'; known scales: {', '.join(scales())}. Did you mean 'agree'?"
    assert f"01-small.toml, line {line}: {promised}" in said(tmp_path, text)


# What to replace in the right file, with what, the text at whose line the problem is, and what it says.
WRONG: dict[str, tuple[str, str, str, str]] = {
    "unknown kind": ('"choice"', '"choise"', "choise", "activity 'box' is of kind 'choise'; known kinds: back, bet, card, choice,"),
    "no kind": ('kind = "choice"\n', "", '[[activities]]\nkey = "box"', "activity 'box' has no 'kind'"),
    "unknown field": ("about =", "abuot =", "abuot", "activity 'guess' has a field 'abuot' that nobody reads"),
    "unknown field of a module": ("cut_to =", "cutto =", "cutto", "Did you mean 'cut_to'?"),
    "missing field": ('hit = "You guessed {bet}."\n', "", '[[activities]]\nkey = "guess"', "activity 'guess' has no 'hit'"),
    "empty field": ('purpose = "We try one thing."', 'purpose = ""', "purpose", "the module is empty in 'purpose'"),
    "text for a number": ("minutes = 10", 'minutes = "10"', "minutes =", "the module: 'minutes' is a text; it should be a whole number"),
    "number for a text": ('title = "Talk"', "title = 7", "title = 7", "'title' is a whole number; it should be a text"),
    "truth for a number": ("minutes = 6", "minutes = true", "minutes = true", "'minutes' is true or false; it should be a whole number"),
    "fraction of a person": ("glad = 6", "glad = 6.5", "glad = 6.5", "'glad' is a fraction; it should be a whole number"),
    "text for a list": ('outcomes = ["One.", "Two."]', 'outcomes = "One."', "outcomes", "'outcomes' is a text; it should be a list"),
    "a table for a list": ("options = [\n", "options = [ 3,\n", "options", "'options', number 1 is a whole number; it should be a table"),
    "unknown value": ('"pairs"', '"pair"', '"pair"', "'form' is 'pair'; known values: talk, screen, pairs, plenary. Did you mean 'pairs'?"),
    "filled by us": ('kind = "choice"', 'kind = "choice"\nmodule = "x"', 'module = "x"', "'module' that nobody reads"),
    "twice in a table": ("minutes = 10", 'minutes = 10\nslug = "again"', 'slug = "again"', "'slug' is written twice, first in line 1"),
    "key twice": ('key = "guess"', 'key = "box"', 'key = "box"\nkind = "choice"', "activity 'box' is there twice"),
    "key of blanks": ('key = "guess"', 'key = "my guess"', 'key = "my guess"', "is not small letters, digits and _"),
    "option twice": ('key = "owe"', 'key = "glad"', "options", "has the option 'glad' twice"),
    "one option": (
        '  { key = "owe", text = "I owe something" },\n  { key = "other", text = "Something else" },\n',
        "",
        "options",
        "two options",
    ),
    "options and scale": ("options =", 'scale = "near"\noptions =', 'scale = "near"', "has both 'options' and 'scale'"),
    "a bet about nothing": ('about = "box"', 'about = "bx"', 'about = "bx"', "is about 'bx'; known questions: box. Did you mean 'box'?"),
    "a bet about itself": ('about = "box"', 'about = "guess"', 'about = "guess"', "is about 'guess'; known questions: box."),
    "a bet on another option": (
        'about = "box"',
        'about = "box"\noptions = [{ key = "gald", text = "G" }, { key = "owe", text = "O" }]',
        "options = [{",
        "bets on 'gald', which 'box' doesn't have; known options: glad, owe, other. Did you mean 'glad'?",
    ),
    "a bet without its sentence": (
        'tie = "You guessed {bet}. Level: {most}."\n',
        "",
        "[[activities]]",
        "which needs 'tie' and has no use for 'unknown'",
    ),
    "more than half without yes and no": (
        'about = "box"',
        'about = "box"\noutcome = "half"',
        "[[activities]]",
        "bets on more than half: its options are 'yes' and 'no'",
    ),
    "a match against nothing": (
        'about = "box"',
        'about = "box"\nagainst = "box"',
        "against =",
        "has the outcome 'most', which has no use for 'against'",
    ),
    "a lean without its middle": (
        'about = "box"',
        'about = "box"\noutcome = "lean"\nagainst = "box"\noptions = [{ key = "glad", text = "Glad" }, { key = "owe", text = "Owe" }]',
        "options = [{",
        "is about a lean: its options are one cell, 'same' and another cell",
    ),
    "nobody to count": (
        'about = "box"',
        'about = "box"\noption = "glad"',
        "option =",
        "has only one of the outcome 'chose' and an 'option'",
    ),
    "people in ten with a gap": (
        'about = "box"',
        'about = "box"\noutcome = "alike"\noptions = [{ key = "0-4", text = "Few" }, { key = "6-10", text = "Many" }]',
        "options = [{",
        "has options whose keys aren't people out of ten, from 0 to 10 without a gap",
    ),
    "quotes what no bin gives": (
        'nobet = "It was {most}."',
        'nobet = "{bet}"',
        "nobet =",
        "quotes {bet} in 'nobet', which may quote {most}",
    ),
    "quotes with a format": ("It was {most}", "It was {most!r}", "miss =", "quotes {most} in 'miss'"),
    "half a brace": ("It was {most}", "It was {most", "miss =", "has a brace without its partner in 'miss'"),
    "merge in an ordinary question": (
        "example = { glad = 6",
        'merge = { owe = "other" }\nexample = { glad = 6',
        "merge =",
        "sensitive questions only",
    ),
    "example without a cell": ("glad = 6, owe = 4,", "glad = 9,", "example = { glad = 9", "has an example without owe"),
    "example too small": (
        "glad = 6, owe = 4, other = 3",
        "glad = 2, owe = 2, other = 0",
        "glad = 2",
        "an example of 4 people; it needs at least 5",
    ),
    "example too alike": ("glad = 6, owe = 4, other = 3", "glad = 9, owe = 1, other = 0", "glad = 9", "at least 2 people must differ"),
    "example of debts": ("glad = 6", "glad = -6", "glad = -6", "a negative number of people"),
    "minutes": ("minutes = 10", "minutes = 11", "minutes = 11", "'minutes' is 11, and its steps add up to 10"),
    "short version": ("cut_to = 5", "cut_to = 6", "cut_to = 6", "'cut_to' is 6, and its steps add up to 5"),
    "cut longer than whole": ("cut = 5", "cut = 7", "cut = 7", "step 'Talk' has 6 minutes, cut to 7"),
    "heads stay down": ('phones = "down"', 'phones = "up"', "[[steps]]", "phones are face down for 0 of 10 minutes"),
    "step without its activity": (
        'form = "screen"',
        'form = "screen"\nactivity = "bix"',
        "bix",
        "works with 'bix'; known activities: box, guess.",
    ),
    "reveals nothing": ('form = "screen"', 'form = "screen"\nreveals = true', "reveals", "does not say which activity"),
    "slug of blanks": ('slug = "small"', 'slug = "So small"', "slug", "the slug 'So small' is not small letters"),
    "one outcome": ('outcomes = ["One.", "Two."]', 'outcomes = ["One."]', "outcomes", "there are 1 outcomes; give two or three"),
    "no activities": (BET + BOX, "", "", "has no activities"),
    "activities as a number": (RIGHT, "activities = 3\n" + HEAD, "activities = 3", "'activities' is not a list of tables"),
    "one activity table": (BET + BOX, "\n[activities]\nkey = 1\n", "[activities]", "'activities' is not a list of tables"),
    "broken": ('title = "Talk"', 'title = = "Talk"', "title = =", "cannot be read at column 9: invalid value"),
    "never ends": ('text = "What do you feel first?"', 'text = """What', 'text = """What', "begins something that does not end"),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    """One planted mistake: one of the sentences names it, and the line is that of the mistake."""
    old, new, at, message = WRONG[name]
    assert old in RIGHT
    text = RIGHT.replace(old, new, 1)
    line = line_of(text, at) if at else 0
    place = f"01-small.toml, line {line}: " if line else "01-small.toml: "
    problems = said(tmp_path, text)
    assert any(problem.startswith(place) and message in problem for problem in problems), problems
    with pytest.raises(CurriculumError) as refused:
        load(tmp_path / "01-small.toml")
    assert sorted(map(str, refused.value.problems)) == sorted(problems)


@pytest.mark.parametrize(("before", "name"), [('key = "box"', "activity 'box'"), ("[[sources]]", "the source 'Boxes'")])
def test_an_idea_that_doesnt_exist_is_named(tmp_path: Path, before: str, name: str) -> None:
    """A typing error in `rows` would leave a hole in the guide's table that nobody sees."""
    source = '\n[[sources]]\nvoice = "adds to it"\nsays = "S."\nauthors = "A."\nyear = 2001\ntitle = "Boxes"\nwhere = "J."\n'
    text = HEAD + source + 'design = "D."\ncannot_tell = "C."\n' + BET + BOX
    assert said(tmp_path, text) == []
    [problem] = said(tmp_path, text.replace(before, f"{before}\nrows = [26]"))
    assert f"{name} meets row 26; rows.toml has the rows 1 to 25" in problem
    assert f"line {line_of(text, before) + 1}: " in problem


LATER = """
[[activities]]
key = "later"
kind = "pulse"
text = "How hard was it?"
scale = "hard"
recalls = "small.box"
recalled_as = { glad = "1", owe = "4" }
example = { up = 4, same = 4, down = 5 }
"""


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("lasting = true\n", "", "activity 'later' recalls 'small.box'; known lasting questions: none."),
        ('recalls = "small.box"', 'recalls = "small.bix"', "Did you mean 'small.box'?"),
        ('glad = "1"', 'glad = "9"', "recalls an answer as '9'; known points: 1, 2, 3, 4."),
        ('recalls = "small.box"\n', "", "has only one of 'recalls' and 'recalled_as'"),
    ],
)
def test_what_is_met_again_in_a_later_room_is_kept_by_the_phone(tmp_path: Path, before: str, after: str, message: str) -> None:
    """Otherwise the first tap would silently never be there."""
    text = HEAD + BET + BOX.replace('kind = "choice"', 'kind = "choice"\nlasting = true') + LATER
    assert said(tmp_path, text) == []
    [problem] = said(tmp_path, text.replace(before, after))
    assert message in problem


def test_the_tally_of_the_article() -> None:
    """Of 25 ideas research backs 10 or their core, adds to 12, and does not confirm 3: 17, 21 and 22."""
    voices = [row.voice for row in rows().values()]
    assert list(rows()) == list(range(1, 26))
    assert [voices.count(voice) for voice in ("backs it", "adds to it", "sees it differently")] == [10, 12, 3]
    assert [number for number, row in rows().items() if row.voice == "sees it differently"] == [17, 21, 22]


# Which ideas each module is there for, as the curriculum lays them down.
ROWS = {
    "arrive": [25],
    "messages": [1],
    "self": [10, 18],
    "map": [2, 3, 4, 24],
    "portrait": [4, 5, 18, 24],
    "standing": [3, 10, 12],
    "power": [11, 15],
    "helping": [9, 13, 17],
    "trust": [5, 20, 23],
    "space": [6, 16],
    "weather": [17, 21, 22],
    "commons": [7, 8, 14],
    "steps": [19, 25],
}


def test_no_idea_of_the_article_is_dropped() -> None:
    """Thirteen modules and the page for meeting again; each module meets the ideas that it is there for, and all 25 are met."""
    assert [one.number for one in modules()] == list(range(1, 15))
    assert {slug: sorted(set(wanted) - set(module(slug).rows)) for slug, wanted in ROWS.items()} == {slug: [] for slug in ROWS}
    assert {row for one in modules() for row in one.rows} == set(rows()) == set(range(1, 26))


def test_every_idea_that_research_backs_has_a_source_that_backs_it() -> None:
    """An idea is never said to be backed where all its sources only add to it."""
    backed = {row for one in modules() for source in one.sources if source.voice == "backs it" for row in source.rows}
    assert {number for number, row in rows().items() if row.voice == "backs it"} <= backed


def test_the_tally_is_shown_once_and_no_count_of_it_is_spoken() -> None:
    """In module 13, as thanks; the page lists the ideas and counts none."""
    thanks = [(one.slug, activity) for one in modules() for activity in one.activities if getattr(activity, "role", "") == "thanks"]
    [(slug, note)] = thanks
    listed = {claim: text for text, claims in note.groups for claim in claims}
    assert slug == "steps" and listed == {row.claim: words()["tally"][row.voice] for row in rows().values()}
    assert all(claim in note.paper() for claim in listed) and not note.items
    spoken = [f"{verb} {count}" for verb in ("backs", "adds to", "sees") for count in ("three", "ten", "twelve")]
    assert not [step.say for one in modules() for step in one.steps if any(words in step.say for words in spoken)]


SENSITIVE: dict[str, tuple[str, str]] = {
    'merge = { owe = "othr" }\nexample = { glad = 5, owe = 4, other = 3 }': (
        "merge",
        "merges 'othr', which isn't one of its cells; known cells: glad, owe, other. Did you mean 'other'?",
    ),
    'merge = { owe = "other", other = "owe" }\nexample = { glad = 5, owe = 4, other = 3 }': (
        "merge",
        "merges in a circle: other into owe into other",
    ),
    'merge = { owe = "owe" }\nexample = { glad = 5, owe = 4, other = 3 }': ("merge", "merges in a circle: owe into owe"),
    "example = { glad = 3, owe = 4, other = 0 }": ("example", "an example of 7 people; it needs at least 8"),
    "example = { glad = 6, owe = 4, other = 2 }": ("example", "no cell may hold 1 or 2 people"),
    "example = { glad = 7, owe = 2, other = 0 }": ("example", "at least 3 people must differ"),
    "example = { glad = 6, owe = 4, othr = 3 }": (
        "example",
        "'othr', which isn't one of its cells; known cells: glad, owe, other. Did you mean 'other'?",
    ),
}


@pytest.mark.parametrize("lines", SENSITIVE)
def test_sensitive_questions_are_held_to_more(tmp_path: Path, lines: str) -> None:
    """Merges go somewhere and end there, and the invented group obeys the stricter rule."""
    field, message = SENSITIVE[lines]
    text = HEAD + BOX.replace("example = { glad = 6, owe = 4, other = 3 }", f"sensitive = true\n{lines}")
    assert [problem for problem in said(tmp_path, text) if f"line {line_of(text, field + ' =')}: " in problem and message in problem]


def test_a_chain_of_merges_that_ends_is_fine(tmp_path: Path) -> None:
    """Owe into other, other into glad: no circle."""
    merge = 'sensitive = true\nmerge = { owe = "other", other = "glad" }\nexample'
    assert said(tmp_path, HEAD + BOX.replace("example", merge)) == []


def test_no_sensitive_yes_or_no(tmp_path: Path) -> None:
    """Two options are refused when the question is sensitive, and taken when it is not."""
    text = BOX.replace('  { key = "other", text = "Something else" },\n', "").replace(", other = 3", "")
    assert said(tmp_path, HEAD + text) == []
    [problem] = said(tmp_path, HEAD + text.replace("example", "sensitive = true\nexample"))
    assert "is sensitive and has two options" in problem


def test_all_problems_at_once(tmp_path: Path) -> None:
    """Mistakes in the module, a step and two activities are all shown."""
    text = RIGHT.replace("number = 1", "nummer = 1").replace('"pairs"', '"pear"').replace('"choice"', '"chois"', 1)
    text += '[[activities]]\nkey = "note"\nkind = "note"\nrole = "keep"\n'
    problems = said(tmp_path, text)
    assert len(problems) == 5, problems  # and no echo of them: the bet about the activity that could not be read is not blamed
    for part in ("'nummer'", "has no 'number'", "'pear'", "'chois'", "is a note 'keep' with nothing in it"):
        assert any(part in problem for problem in problems), part


def test_lines_are_counted_through_long_texts_lists_and_comments(tmp_path: Path) -> None:
    """Headers and equals signs inside texts and lists are not mistaken for tables and keys."""
    text = (
        HEAD + '\n# [[activities]]\n[[activities]]\nkey = "j"\nkind = "journal"\ntext = """\n[[activities]]\nlines = 2\n"""\nlines = 99\n'
    )
    assert said(tmp_path, text) == [
        f"01-small.toml, line {line_of(text, 'lines = 99')}: activity 'j' is 99 lines high; from 1 to 20 fit on a phone"
    ]


def test_other_ways_to_write_the_same_toml(tmp_path: Path) -> None:
    """Dotted keys, tables of their own, Windows line ends and a byte order mark are read, with the right lines."""
    table = RIGHT.replace("example = { glad = 6, owe = 4, other = 3 }", "[activities.example]\nglad = 6\nowe = 4\nother = 3")
    dotted = RIGHT.replace("example = { glad = 6, owe = 4, other = 3 }", "example.glad = 6\nexample.owe = 4\nexample.other = 3")
    for text in (table, dotted, "\ufeff" + RIGHT, RIGHT.replace("\n", "\r\n")):
        assert said(tmp_path, text) == []
    for text, part in ((table, "owe = true"), (dotted, "example.owe = true")):
        wrong = text.replace("owe = 4\n", "owe = true\n")
        assert said(tmp_path, wrong)[0].startswith(f"01-small.toml, line {line_of(wrong, part)}: ")


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "is empty"), (b"\xff\xfe", "is not UTF-8 text"), (None, "cannot be read: No such file")]
)
def test_files_that_arent_module_files(tmp_path: Path, content: bytes | None, message: str) -> None:
    """An empty, a binary and a missing file are problems like others."""
    path = tmp_path / "01-none.toml"
    if content is not None:
        path.write_bytes(content)
    [problem] = check([path])
    assert str(problem).startswith("01-none.toml: ") and message in problem.message


def test_a_damaged_file_is_a_list_of_problems(tmp_path: Path) -> None:
    """Whatever a slip of the hand or a bad disk does to a file, the check answers, and load refuses what the check refuses."""
    rng = random.Random(1)
    text = modules()[0].path.read_text("utf-8")
    values = ["3", "true", "[]", "{}", "[[]]", '"x"', "1979-05-27", "nan", "[1, {}]", '{ key = "x" }']
    refused = 0
    for _ in range(200):
        lines = text.split("\n")
        at = rng.randrange(len(lines))
        damage = rng.choice(["drop", "double", "cut", "value", "swap"])
        if damage == "drop":
            del lines[at]
        elif damage == "double":
            lines.insert(at, lines[at])
        elif damage == "cut":
            lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
        elif damage == "value":
            lines[at] = lines[at].partition("=")[0] + "= " + rng.choice(values)
        else:
            lines[at], lines[0] = lines[0], lines[at]
        path = write(tmp_path, "\n".join(lines), "01-arrive.toml")
        if problems := check([path]):
            refused += 1
            assert all(problem.file == path.name and problem.message for problem in problems)
            with pytest.raises(CurriculumError):
                load(path)
        else:
            assert load(path).activities
    assert refused > 100


def test_files_are_named_after_number_and_slug(tmp_path: Path) -> None:
    """Otherwise the order in a directory would not be that of the path."""
    [problem] = check([write(tmp_path, RIGHT, "arrive.toml")])
    assert "should be called 01-small.toml" in problem.message


def test_two_modules_share_no_slug_and_no_number(tmp_path: Path) -> None:
    """Both are named, with the file that has it already."""
    write(tmp_path, RIGHT)
    other = write(tmp_path, RIGHT.replace("number = 1", "number = 2"), "02-small.toml")
    assert [str(problem) for problem in check([tmp_path / "01-small.toml", other])] == [
        "02-small.toml, line 1: has the slug 'small', which 01-small.toml has too"
    ]


def test_a_directory_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WORKSHOP_MODULES replaces the shipped modules, in order of number; an edit is seen, a mistake stops."""
    monkeypatch.setenv("WORKSHOP_MODULES", str(tmp_path))
    with pytest.raises(CurriculumError, match="no module files"):
        modules()
    write(tmp_path, RIGHT)
    write(tmp_path, RIGHT.replace("number = 1", "number = 10").replace('"small"', '"ten"'), "10-ten.toml")
    write(tmp_path, RIGHT.replace("number = 1", "number = 2").replace('"small"', '"two"'), "02-two.toml")
    assert [one.slug for one in modules()] == ["small", "two", "ten"]
    assert modules() is modules()
    with pytest.raises(CurriculumError, match=r"no module 'tow'; known modules: small, two, ten. Did you mean 'two'"):
        module("tow")
    with pytest.raises(CurriculumError, match=r"has no activity 'bax'; known activities: guess, box\. Did you mean 'box'"):
        module("two").activity("bax")
    write(tmp_path, RIGHT.replace("A small one", "Edited by its author"))
    assert module("small").title == "Edited by its author"
    write(tmp_path, RIGHT.replace("cut_to = 5", "cut_to = 6"))
    with pytest.raises(CurriculumError, match=r"01-small\.toml, line 5: 'cut_to' is 6, and its steps add up to 5"):
        modules()


def test_the_shared_scales_and_words_are_complete() -> None:
    """Scales of points that differ, five but for one; no word is empty, and the words that care needs are there."""
    assert set(scales()) >= {"agree", "often", "near", "hard"}
    for name, points in scales().items():
        assert len({point.text for point in points}) == len(points) == (4 if name == "hard" else 5)
    assert all(text.strip() for section in words().values() for text in section.values())
    assert "guessed" in words()["reveal"]["withheld"] and "Faiza Haroon" in words()["spoken"]["opening"]


TONE = """
[[activities]]
key = "tone"
kind = "choice"
text = "And then?"
options = [{ key = "soft", text = "Soft" }, { key = "loud", text = "Loud" }]
example = { soft = 6, loud = 7 }
"""
PAIRS = """
[[pairs]]
of = ["box", "tone"]
title = "Both"
example = { "glad/soft" = 5, "glad/loud" = 5, "owe/soft" = 5, "owe/loud" = 6 }
"""
PAIRED = HEAD + PAIRS


def test_a_declared_pair_has_its_questions(tmp_path: Path) -> None:
    """It is no activity, and it has a name that names both."""
    assert said(tmp_path, PAIRED + BOX + TONE) == []
    small = load(tmp_path / "01-small.toml")
    (pair,) = small.pairs
    assert pair.id == "small.box+tone" and pair.ids == ("small.box", "small.tone") and pair.questions == small.questions
    rows = [cells.split("/") for cells, people in pair.example.items() for _ in range(people)]
    alone = zip(pair.questions, zip(*rows, strict=True), strict=True)
    assert release_pair(pair, rows, tuple(Side(release(question, values), values) for question, values in alone))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["box", "tone"]', '["box"]', "doesn't name two questions"),
        ('["box", "tone"]', '["box", "box"]', "doesn't name two questions"),
        ('["box", "tone"]', '["box", "tune"]', "is of 'tune'; known questions that can be paired: box, tone. Did you mean 'tone'?"),
        ('"owe/loud" = 6', '"owe/load" = 6', "has an example for 'owe/load', which isn't one of its cells"),
        ('"owe/loud" = 6', '"owe/loud" = 4', "a cell holds nobody, or at least 5"),
        (', "owe/loud" = 6', "", "in each row and column with people two cells have people"),
        ("[[activities]]", '[[pairs]]\nof = ["tone", "box"]\nexample = {}\n[[activities]]', "which is in another pair"),
    ],
)
def test_what_is_wrong_with_a_pair(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert any(message in problem for problem in said(tmp_path, (PAIRED + BOX + TONE).replace(old, new, 1)))


def test_texts_for_the_room_have_their_place(tmp_path: Path) -> None:
    """In three modules, and there only when the module says so."""
    text = example_of(Text)
    (problem,) = said(tmp_path, HEAD + text)
    assert problem.endswith("activity 'sentence' asks for a text for the room, and the module does not say 'pools_text = true'")
    (problem,) = said(tmp_path, "pools_text = true\n" + HEAD + text)
    assert problem.endswith("texts for the room have their place in messages, commons, steps only")
    few = text.replace(', "We share."', "")
    allowed = ("pools_text = true\n" + HEAD + few).replace('"small"', '"messages"')
    (problem,) = map(str, check([write(tmp_path, allowed, "01-messages.toml")]))
    assert "has an example of 4 texts; it needs at least 5" in problem


def test_a_sensitive_question_has_no_two_options(tmp_path: Path) -> None:
    """One person's answer could be worked out from the other's."""
    sensitive = TONE.replace('text = "And then?"', 'text = "And then?"\nsensitive = true')
    assert any("is sensitive and has two options" in problem for problem in said(tmp_path, HEAD + sensitive))


def test_nobody_in_a_cell_that_would_be_joined_makes_no_example(tmp_path: Path) -> None:
    """The invented group looks like a real one, in which nobody joins a neighbour as one or two do."""
    sensitive = BOX.replace("other = 3 }", 'other = 0 }\nsensitive = true\nmerge = { other = "owe" }')
    message = "has an example with nobody in a cell that would then join its neighbour"
    assert any(message in problem for problem in said(tmp_path, HEAD + sensitive))
