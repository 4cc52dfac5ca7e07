"""Every screen of a rehearsed evening, side by side: two phones, desk and screen at each step (run by `make evening`).

They are written to build/evening; its index.html has a row for each step.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.screenshots import NARROW, PATIENCE, SCREEN, WIDE, press, rehearsed
from workshop.declaration import curriculum, formats
from workshop.declaration.formats import Line

OUT = Path(__file__).resolve().parent.parent / "build" / "evening"
SMALL = {"width": 360, "height": 740}
DRAWN, COUNTED = 1500, 11_500  # ms until a screen stands still; until a question is closed for good


class Evening:
    """A desk, a screen and two phones in one rehearsal, and the pictures that were taken of them."""

    def __init__(self, browser: Browser, said: dict[str, str], lines: tuple[Line, ...]) -> None:
        def page(size: dict[str, int], scheme: str = "light") -> Page:
            return browser.new_context(viewport=size, color_scheme=scheme).new_page()

        self.desk, self.phones = page(WIDE), [page(NARROW), page(SMALL, "dark")]
        self.desk.goto(said["desk_url"])
        expect(self.desk.locator(".ws-board")).to_be_visible(timeout=PATIENCE)
        self.screen = self.desk.context.new_page()
        self.screen.set_viewport_size(SCREEN)
        self.screen.goto(said["desk_url"].split("?")[0] + "projector")
        expect(self.screen.locator(".ws-projector")).to_be_visible(timeout=PATIENCE)
        self.rows: list[tuple[str, list[str]]] = []
        self.shown = {(line.module, line.step.activity) for line in lines if line.step.reveals}
        self.slug = "arrive"
        for phone in self.phones:
            phone.goto(said["join_url"])
        self.look("Before it begins")
        for phone in self.phones:
            phone.get_by_label("I want to take part").check()
            phone.get_by_label("My answers may join").check()
            phone.get_by_role("button", name="Come in").click()
            phone.wait_for_url("**/en/*")

    def look(self, title: str) -> None:
        """One row: what all four screens show now."""
        self.desk.wait_for_timeout(DRAWN)
        names = []
        for place, page in enumerate((*self.phones, self.desk, self.screen)):
            names.append(f"{len(self.rows):02d}-{place}.png")
            page.screenshot(path=OUT / names[-1], animations="disabled")
        self.rows.append((title, names))
        print(title, flush=True)

    def step(self, line: Line) -> None:
        """Go on to this line of the plan, do what it says, and look."""
        self.desk.locator(".ws-next").click()
        expect(self.desk.locator(".ws-now h1")).to_have_text(line.step.title, timeout=PATIENCE)
        if line.opens and line.step.phones == "up" and line.module != self.slug:
            self.slug = line.module
            for phone in self.phones:
                phone.locator(".ws-along").click(timeout=PATIENCE)
                phone.locator(".ws-activity").last.wait_for(timeout=PATIENCE)
        elif line.step.phones == "down" and not line.step.reveals:
            button = self.desk.locator(".ws-standing").get_by_role("button", name="Phones face down")
            if button.count():
                button.click()
            return self.look(line.step.title)
        module = curriculum.module(line.module) if line.module else None
        question = next((one for one in module.questions if one.key == line.step.activity), None) if module else None
        if question and line.step.reveals:
            self._main()
            self.look(f"{line.step.title}, closing")
            self.desk.wait_for_timeout(COUNTED)
            if question.pooled:
                self._read()
            self._bring(f".ws-key-{question.key} .ws-reveal")
            self.look(line.step.title)
        elif question:
            if re.match("Open|Start", self.desk.locator(".ws-present .ws-main").inner_text()):
                self._main()
            for phone in self.phones:
                self._answer(phone, question.key)
            self.look(line.step.title)
            if (line.module, question.key) not in self.shown:  # it ends in its own step
                self._main()
                self.desk.wait_for_timeout(COUNTED)
        else:
            if module and line.step.activity in {game.key for game in module.games}:
                self.desk.locator(".ws-debrief").click()
            self._bring(f".ws-key-{line.step.activity}")
            self.look(line.step.title)

    def _read(self) -> None:
        """The texts that came, before they are shown: all of them may be."""
        batch = self.desk.locator(".ws-question.ws-present .ws-batch")
        for box in batch.get_by_role("checkbox").all():
            box.check()
        self.look("Texts to be read")
        batch.locator(".ws-main").click()

    def _main(self) -> None:
        """The one thing that the step's card offers."""
        button = self.desk.locator(".ws-question.ws-present .ws-main")
        expect(button).to_have_attribute("aria-disabled", "false", timeout=PATIENCE)
        button.click()

    def _answer(self, phone: Page, key: str) -> None:
        card = phone.locator(f".ws-activity.ws-key-{key}").first
        expect(card).to_have_class(re.compile("ws-state-open"), timeout=PATIENCE)
        if (options := card.get_by_role("radio")).count() > 1:
            options.nth(1).click()
            send = card.locator(".ws-send")
            if send.get_attribute("aria-disabled") == "false":
                send.click()
        elif (box := card.locator("textarea.ws-text-box")).count():
            box.fill("my own two feet, and yours beside them")
            card.locator(".ws-send").click()
        self._bring(f".ws-activity.ws-key-{key}")

    def _bring(self, where: str) -> None:
        for phone in self.phones:
            if (there := phone.locator(where)).count():
                run = there.first.get_by_role("button", name="See what happens")
                if run.count():
                    run.click()
                there.first.evaluate("node => node.scrollIntoView({block: 'center'})")

    def write(self) -> None:
        """The page that lays all of them side by side."""
        row = lambda title, names: f"<h2>{html.escape(title)}</h2><p>" + "".join(f'<img src="{name}" alt="">' for name in names)  # noqa: E731
        style = "body { font: 16px sans-serif; background: #888 } p { display: flex; gap: 8px } img { block-size: 440px }"
        (OUT / "index.html").write_text(
            f"<!doctype html><title>An evening</title><style>{style}</style>" + "".join(row(*one) for one in self.rows)
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="make evening", description=__doc__)
    parser.add_argument("--format", default="90", help="the plan, as in `workshop rehearse --format`")
    chosen = parser.parse_args().format
    OUT.mkdir(parents=True, exist_ok=True)
    with rehearsed(people=14, speed=8) as (browser, said):
        lines = formats.plan(chosen).lines()
        evening = Evening(browser, said, lines)
        evening.desk.locator(".ws-setup select").select_option(chosen)
        press(evening.desk, "Begin now")
        expect(evening.desk.locator(".ws-now h1")).to_have_text(lines[0].step.title, timeout=PATIENCE)
        evening.look(lines[0].step.title)
        try:
            for line in lines[1:]:
                evening.step(line)
        finally:
            evening.write()
    print(f"open {OUT.relative_to(Path.cwd()) if OUT.is_relative_to(Path.cwd()) else OUT}/index.html")


if __name__ == "__main__":
    main()
