"""The guide stays in step with the modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from workshop import curriculum, guide

GUIDE = Path(__file__).resolve().parent.parent / "facilitator-guide"


def test_no_block_of_the_guide_is_stale() -> None:
    """Every generated block says what the modules say (else: `workshop guide`)."""
    assert guide.stale(GUIDE) == []


@pytest.mark.parametrize("module", curriculum.modules(), ids=lambda module: module.slug)
def test_every_module_has_a_session_plan_with_every_block(module: curriculum.Module) -> None:
    """A plan that leaves out a block would leave a facilitator without it."""
    plan = (GUIDE / "modules" / guide.file_name(module)).read_text("utf-8")
    assert {match["name"] for match in guide.BLOCK.finditer(plan) if match["slug"] == module.slug} == set(guide.OF_ONE)


def test_a_change_in_a_module_makes_its_page_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check has teeth: other words in a module are noticed, and `write` mends the page and nothing else."""
    modules = tmp_path / "modules"
    modules.mkdir()
    for module in curriculum.modules():
        (modules / module.path.name).write_text(module.path.read_text("utf-8").replace("heavy box", "light box"), "utf-8")
    pages = tmp_path / "guide"
    pages.mkdir()
    (pages / "plan.md").write_text((GUIDE / "modules" / "01-arrive.md").read_text("utf-8"), "utf-8")
    (pages / "prose.md").write_text("Nothing generated here: the heavy box.\n", "utf-8")
    monkeypatch.setenv("WORKSHOP_MODULES", str(modules))
    assert guide.write(pages) == [pages / "plan.md"]
    assert "light box" in (pages / "plan.md").read_text("utf-8")
    assert guide.stale(pages) == []


def test_an_unknown_block_is_named() -> None:
    """A typing error in a block's name is one sentence with the page and the known names."""
    with pytest.raises(guide.GuideError, match=r"plan.md: nobody can write the block 'stepps arrive'; known blocks: .*steps SLUG"):
        guide.filled("<!-- generated: stepps arrive -->\n<!-- end -->", "plan.md")
