"""Every kind through what phones go through: a reload in the middle, a double tap, a second tab, half a minute without a network."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import hands
from tests.browser.gallery import GALLERY, NOTEBOOKS, within
from tests.browser.hands import press, radio
from tests.browser.walk import SLOW, go, join, state
from tests.cable import Cable
from tests.chromium import Phone
from tests.gallery.states import module
from tests.running import Workshop
from workshop.room.wire import RemoteRoom

# A text for the room is allowed in few modules, and the gallery's is none of them: `test_visitor_js.py` sends one.
FIRST = {how.__name__: how for how in hands.KINDS_BY_HAND if how is not hands.sentence}


def tab_to(page: Page, target: Locator) -> None:
    """What the keyboard reaches is the gallery's to test: here a hand goes straight to it."""
    target.focus()


def tick(page: Page) -> None:
    tab_to(page, within(page, "crew").get_by_role("checkbox", name="Family", exact=True))
    press(page, "Space")


def nudge(page: Page) -> None:
    tab_to(page, within(page, "same").get_by_role("slider"))
    press(page, "ArrowRight", "ArrowRight")


def other_end(page: Page) -> None:
    tab_to(page, within(page, "moved").get_by_role("radiogroup").nth(1).locator("[role=radio][tabindex='0']"))
    press(page, "Home")


def lower(page: Page) -> None:
    tab_to(page, within(page, "dots").get_by_role("button", name="Now"))
    press(page, *["ArrowDown"] * 8)


def another_number(page: Page) -> None:
    tab_to(page, within(page, "jar").get_by_label("Your number"))
    press(page, "Backspace", "9", "9")  # 999 of 120: as far off on the other side


def third_row(page: Page) -> None:
    tab_to(page, within(page, "six").get_by_role("checkbox", name="A free day"))
    press(page, "Space")


def another_why(page: Page) -> None:
    tab_to(page, within(page, "why").get_by_role("radiogroup").nth(1).locator("[role=radio][tabindex='0']"))
    press(page, "Home")


def sort_again(page: Page) -> None:
    tab_to(page, within(page, "among").locator(".ws-line-row-of").first)
    press(page, "Enter")
    tab_to(page, within(page, "among").locator(".ws-sorter").get_by_role("button", name="Inside me"))
    press(page, "Enter")
    tab_to(page, within(page, "among").get_by_role("button", name="See what grew"))
    press(page, "Enter")


def line_by_line(page: Page) -> None:
    portrait = within(page, "portrait")
    tab_to(page, portrait.get_by_role("button", name="Look at the statements again"))
    press(page, "Enter")
    for line in module().activity("portrait").statements:
        expect(portrait.locator(".ws-statement")).to_have_text(line.text)
        tab_to(page, portrait.get_by_role("button", name="Not like me at all" if line.turned else "Very much like me", exact=True))
        press(page, "Enter")
    tab_to(page, portrait.get_by_role("button", name="Draw it anyway"))
    press(page, "Enter")


AGAIN = {key: (lambda page, key=key: radio(page, key)) for key in ("box_bet", "box", "travel", "hard", "jar_bet", "noor", "pot_1", "step")}
AGAIN |= {"crew": tick, "same": nudge, "moved": other_end, "dots": lower, "jar": another_number, "six": third_row}
AGAIN |= {"why": another_why, "among": sort_again, "portrait_own": line_by_line}


def test_every_kind_survives(
    start: Callable[..., Workshop],
    phone: Callable[..., Phone],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """One row for each question, with the value sent last, and never "saved" before it is."""
    monkeypatch.setattr(hands, "tab_to", tab_to)
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks", ignore=lambda _, names: [name for name in names if re.match(r"0[1-9]|1\d", name)])
    shutil.copy(GALLERY / "gallery.ipynb", tmp_path / "notebooks" / "99-gallery.ipynb")
    workshop = start(env={"WORKSHOP_MODULES": str(GALLERY / "modules"), "WORKSHOP_NOTEBOOKS": str(tmp_path / "notebooks")})
    note = json.loads((workshop.data_dir / "running" / f"{workshop.room}.json").read_text())
    desk = RemoteRoom(note["desk_socket"])
    desk.open_module("gallery")
    for question in module().questions:
        if question.key in FIRST and not question.with_:
            desk.open(question.id)

    where = urlsplit(workshop.join_url)
    cable = Cable(where.hostname, where.port)
    request.addfinalizer(cable.close)
    behind = lambda url: url.replace(f":{where.port}", f":{cable.port}")  # noqa: E731
    through = replace(workshop, join_url=behind(workshop.join_url), pages={slug: behind(url) for slug, url in workshop.pages.items()})
    one = go(join(phone(), through, keep=True), through, "gallery")
    page = one.page

    for key, how in FIRST.items():
        expect(within(page, key)).to_have_class(state("open"), timeout=SLOW)
        how(page)
    drafts = {key: chosen(page, key) for key in FIRST}
    page.reload()
    for key in FIRST:
        expect(within(page, key)).to_have_class(state("open"), timeout=SLOW)
        assert chosen(page, key) == drafts[key], f"the draft of {key} did not outlast a reload"
    assert rows(workshop) == {}

    for key in FIRST:
        within(page, key).locator(".ws-send").dblclick()
        expect(within(page, key)).to_have_class(state("saved"), timeout=SLOW)
    saved = rows(workshop)
    assert set(saved) == {f"gallery.{key}" for key in FIRST} and all(len(values) == 1 for values in saved.values())

    second = one.context.new_page()
    second.goto(through.pages["gallery"])
    for key in FIRST:
        expect(within(second, key)).to_have_class(state("saved"), timeout=SLOW)
        assert chosen(second, key) == drafts[key], f"a second tab does not find the answer to {key}"
    second.close()

    cable.pull()
    assert set(AGAIN) == set(FIRST)
    for key, how in AGAIN.items():
        how(page)
        within(page, key).locator(".ws-send").click()
        expect(within(page, key)).to_have_class(state("offline"), timeout=SLOW)
    page.wait_for_timeout(12_000)
    assert rows(workshop) == saved
    for key in AGAIN:
        expect(within(page, key)).to_have_class(state("offline"))
    cable.mend()
    for key in AGAIN:
        expect(within(page, key)).to_have_class(state("saved"), timeout=60_000)
    after = rows(workshop)
    assert all(len(values) == 1 for values in after.values()) and set(after) == set(saved)
    for key in AGAIN:
        assert after[f"gallery.{key}"] != saved[f"gallery.{key}"], f"the last answer to {key} was lost"
    desk.hang_up()


def chosen(page: Page, key: str) -> list[str]:
    """What the person sees chosen in an activity."""
    activity = within(page, key)
    marked = activity.locator("[aria-checked=true]").all_inner_texts()
    fields = [field.input_value() for field in activity.locator("input, textarea").all()]
    return [*marked, *fields, *activity.locator(".ws-plane button").evaluate_all("all => all.map(one => one.getAttribute('style'))")]


def rows(workshop: Workshop) -> dict[str, list[str]]:
    """Question -> values, as the store's file has them."""
    with sqlite3.connect(f"file:{workshop.data_dir / 'workshop.sqlite'}?mode=ro", uri=True) as store:
        found: dict[str, list[str]] = {}
        for question, value in store.execute("select question, value from answers"):
            found.setdefault(question, []).append(value)
    return found
