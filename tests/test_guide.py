"""The guide stays in step with the modules."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.contracts.authoring import BET, BOX, HEAD, write
from workshop.cli import main
from workshop.declaration import curriculum
from workshop.guide import blocks, pages

GUIDE = Path(__file__).resolve().parent.parent / "facilitator-guide"


def test_no_block_of_the_guide_is_stale() -> None:
    """Every generated block says what the modules say (else: `workshop guide`)."""
    assert blocks.stale(GUIDE) == []


@pytest.mark.parametrize("module", curriculum.modules(), ids=lambda module: module.slug)
def test_every_module_has_a_session_plan_with_every_block(module: curriculum.Module) -> None:
    """A plan that leaves out a block would leave a facilitator without it."""
    plan = (GUIDE / "modules" / blocks.file_name(module)).read_text("utf-8")
    assert {match["name"] for match in blocks.BLOCK.finditer(plan) if match["slug"] == module.slug} == set(blocks.OF_ONE)


def test_a_change_in_a_module_makes_its_page_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check has teeth: other words in a module are noticed, and `write` mends the page and nothing else."""
    modules = tmp_path / "modules"
    modules.mkdir()
    for module in curriculum.modules():
        (modules / module.path.name).write_text(module.path.read_text("utf-8").replace("heavy box", "light box"), "utf-8")
    guide = tmp_path / "guide"
    guide.mkdir()
    (guide / "plan.md").write_text((GUIDE / "modules" / "01-arrive.md").read_text("utf-8"), "utf-8")
    (guide / "prose.md").write_text("Nothing generated here: the heavy box.\n", "utf-8")
    monkeypatch.setenv("WORKSHOP_MODULES", str(modules))
    assert blocks.write(guide) == [guide / "plan.md"]
    assert "light box" in (guide / "plan.md").read_text("utf-8")
    assert blocks.stale(guide) == []


def test_a_question_without_its_cell_its_steps_and_its_page_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody forgets who adds a question or a module: each has one sentence, and none is left when it's done."""
    monkeypatch.setenv("WORKSHOP_MODULES", str(write(tmp_path, HEAD + BET + BOX).parent))
    notebooks, guide = tmp_path / "notebooks", tmp_path / "guide"
    for folder in (notebooks / "facilitator", guide / "modules"):
        folder.mkdir(parents=True)
    said = "\n".join(map(str, pages.check(notebooks, guide)))
    for part in (
        "01-small.ipynb: is missing in notebooks/:",
        "in notebooks/facilitator/:",
        "01-small.md: is missing",
        "for the question 'box'",
    ):
        assert part in said

    def notebook(*keys: str) -> None:
        cells = [{"cell_type": "code", "source": f'page.activity("{key}")'} for key in keys]
        (notebooks / "01-small.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")

    opened = 'form = "screen"\nphones = "up"\n'
    reveal = '[[steps]]\ntitle = "Look"\nminutes = 0\ncut = 0\nform = "plenary"\nphones = "down"\nactivity = "box"\nreveals = true\n\n'
    planned = HEAD.replace(opened, f'{opened}activity = "box"\n').replace("[[misreadings]]", f"{reveal}[[misreadings]]")
    write(tmp_path, planned + BET + BOX)
    (notebooks / "facilitator" / "01-small.ipynb").write_text("{}", "utf-8")
    (guide / "modules" / "01-small.md").write_text("<!-- generated: facts small -->\nOld.\n<!-- end -->\n", "utf-8")
    notebook("box")
    found = [str(problem) for problem in pages.check(notebooks, guide)]
    bet = curriculum.module("small").activities[0].key
    assert found == [
        f"01-small.ipynb: doesn't show the activity '{bet}': add a cell `page.activity(\"{bet}\")`",
        "01-small.md: isn't what the modules say: run `workshop guide`",
    ]
    blocks.write(guide)
    notebook("box", bet)
    assert ["another order" in str(problem) for problem in pages.check(notebooks, guide)] == [True]
    notebook(bet, "box", "bax")
    assert ["Did you mean 'box'?" in str(problem) for problem in pages.check(notebooks, guide)] == [True]
    notebook(bet, "box")
    assert pages.check(notebooks, guide) == []


def test_a_page_with_the_table_of_a_format_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An author's own modules have no formats of ours; a module that was changed may no longer fit one."""
    monkeypatch.setenv("WORKSHOP_MODULES", str(write(tmp_path, HEAD + BOX).parent))
    (tmp_path / "plan.md").write_text("<!-- generated: timing 90 -->\n<!-- end -->\n", "utf-8")
    said = CliRunner().invoke(main, ["guide", str(tmp_path)])
    assert said.exit_code == 2 and "formats.toml, line" in said.output and "format '90'" in said.output


def test_a_picture_that_a_page_shows_is_drawn_and_kept_fresh(tmp_path: Path) -> None:
    """The printed jar is the jar on the screen."""
    (tmp_path / "plan.md").write_text("![A jar](../pictures/power-jar.svg)\n", "utf-8")
    jar = tmp_path / "pictures" / "power-jar.svg"
    assert blocks.write(tmp_path) == [jar] and blocks.stale(tmp_path) == []
    jar.write_text(jar.read_text("utf-8").replace("<circle", "<ellipse", 1), "utf-8")
    assert blocks.stale(tmp_path) == [jar]


def test_the_table_of_ideas_says_what_the_modules_say() -> None:
    """Every mark of an activity is in the table, in the line of its idea and module, with what the room sees of it."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in blocks.rows_table().splitlines()[2:]]
    found, number = set(), 0
    for first, *_, link, names, seen, _, _ in lines:
        number = int(first or number)
        found |= {(number, link, name, seen) for name in names.split(" · ") if name}
    marked = [(module, one) for module in curriculum.modules() for one in module.activities if one.rows]
    for module, one in marked:
        link, seen = f"[{module.title}](modules/{blocks.file_name(module)})", one.seen or "nothing: it stays on each phone"
        assert {(row, link, one.title or one.key, seen) for row in one.rows} <= found
    assert {number for number, link, *_ in found if link} == {row for _, one in marked for row in one.rows}
    for number, *_, sources in ([cell.strip() for cell in line.split("|")[1:-1]] for line in blocks.rows_table().splitlines()[2:]):
        named = {one.named for module in curriculum.modules() for one in module.sources if number and int(number) in one.rows}
        assert set(filter(None, sources.split("; "))) == named  # each idea's, once; none of them is without any


def test_an_idea_without_a_source_says_so_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash would not say whether nothing was found or nobody looked."""
    bare = [replace(module, sources=()) for module in curriculum.modules()]
    monkeypatch.setattr(curriculum, "modules", lambda: bare)
    heads = [line for line in blocks.rows_table().splitlines()[2:] if not line.startswith("| |")]
    assert len(heads) == 25 and all(line.endswith("| none that we could read |") for line in heads)


def test_an_unknown_block_is_named() -> None:
    """A typing error in a block's name is one sentence with the page and the known names."""
    with pytest.raises(blocks.GuideError, match=r"plan.md: nobody can write the block 'stepps arrive'; known blocks: .*steps SLUG"):
        blocks.filled("<!-- generated: stepps arrive -->\n<!-- end -->", "plan.md")
