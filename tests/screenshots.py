"""Takes the pictures of README and guide from a rehearsal, and of every kind in every state (run by `make screenshots`)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.chromium import QUIET, executable
from tests.gallery.states import STATES, gallery_server
from workshop.declaration import formats

PICTURES = Path(__file__).resolve().parent.parent / "facilitator-guide" / "pictures"
GALLERY = Path(__file__).resolve().parent.parent / "build" / "gallery"  # to look at; not kept
PATIENCE = 60_000  # ms
NARROW, WIDE, SCREEN = {"width": 390, "height": 844}, {"width": 1440, "height": 900}, {"width": 1600, "height": 900}


def open_page(browser: Browser, size: dict[str, int], address: str, dark: bool = False) -> Page:
    """A browser of its own at this address."""
    page = browser.new_context(viewport=size, color_scheme="dark" if dark else "light", device_scale_factor=2).new_page()
    page.goto(address)
    return page


def shoot(browser: Browser, said: dict[str, str]) -> None:
    """Join, let the simulated group answer, reveal, and look."""
    desk = open_page(browser, WIDE, said["desk_url"])
    screen = open_page(browser, SCREEN, said["desk_url"])
    screen.goto(said["desk_url"].split("?")[0] + "projector")
    expect(screen.locator(".ws-qr")).to_be_visible(timeout=PATIENCE)
    picture(screen, "projector-join")
    phones = [open_page(browser, NARROW, said["join_url"], dark) for dark in (False, True)]
    for phone, name in zip(phones, ("phone", "phone-dark"), strict=True):
        picture(phone, f"{name}-join")
        phone.get_by_label("I want to take part").check()
        phone.get_by_label("My answers may join").check()
        phone.get_by_role("button", name="Come in").click()
        phone.wait_for_url("**/en/*")
        phone.goto(said["pages"]["arrive"])
        expect(phone.locator(".ws-key-box")).to_be_visible(timeout=PATIENCE)
    press(desk, "Begin now")
    titles = [line.step.title for line in formats.plan("90").lines()]
    expect(desk.locator(".ws-now h1")).to_have_text(titles[0], timeout=PATIENCE)
    for title in titles[1 : titles.index("The heavy box") + 1]:
        desk.wait_for_timeout(1000)  # one press at a time
        desk.get_by_role("button", name=f"Next: {title}").click()
        expect(desk.locator(".ws-now h1")).to_have_text(title, timeout=PATIENCE)
    press(desk, "Open")
    for phone in phones:
        for key in ("box_bet", "box"):
            question = phone.locator(f".ws-key-{key}")
            expect(question).to_have_class(holds("open"), timeout=PATIENCE)
            question.get_by_role("radio").first.click()
            question.locator(".ws-send").click()
            expect(question).to_have_class(holds("saved"), timeout=PATIENCE)
    expect(desk.locator(".ws-question-box .ws-done")).to_contain_text("13 of 13", timeout=PATIENCE)
    picture(desk, "desk")
    press(desk, "Close and reveal")
    for phone, name in zip(phones, ("phone", "phone-dark"), strict=True):
        expect(phone.locator(".ws-key-box .ws-bars")).to_be_visible(timeout=PATIENCE)
        phone.locator(".ws-key-box .ws-reveal").evaluate("node => node.scrollIntoView({block: 'center'})")
        picture(phone, name)
    expect(screen.locator("[data-shows=reveal]")).to_be_visible(timeout=PATIENCE)
    picture(screen, "projector")
    desk.locator(".ws-time").get_by_role("button", name="What we said").click()
    desk.locator(".ws-question-box").evaluate("node => node.scrollIntoView({block: 'end'})")
    picture(desk, "desk-reveal")


def holds(state: str):
    """A pattern for `to_have_class`: the activity is in this state."""
    import re

    return re.compile(rf"\bws-state-{state}\b")


def press(page: Page, name: str) -> None:
    """Press a button of the desk once it can be pressed."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_have_attribute("aria-disabled", "false", timeout=PATIENCE)
    button.click()


def picture(page: Page, name: str) -> None:
    """Save what the page shows, once nothing moves."""
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
    print(f"facilitator-guide/pictures/{name}.png")


VARIANTS = {"light": "", "dark": "", "rtl": "?rtl=1", "large": ""}


def shoot_gallery(browser: Browser) -> None:
    """Every kind in every state at 360 × 740: light, dark, from right to left, and with letters twice as large."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    with gallery_server() as address:
        for variant, query in VARIANTS.items():
            scheme = "dark" if variant == "dark" else "light"
            for state in STATES:  # a browser of its own for each: what one state keeps is not another's
                context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme, reduced_motion="reduce")
                page = context.new_page()
                page.goto(f"{address}/{state}{query}")
                page.locator("body[data-drawn]").wait_for(timeout=PATIENCE)
                if variant == "large":
                    page.evaluate("document.documentElement.style.fontSize = '200%'")
                page.wait_for_timeout(1500)
                page.screenshot(path=GALLERY / f"{state}-{variant}.png", full_page=True, animations="disabled")
                context.close()
                print(f"build/gallery/{state}-{variant}.png")


@contextmanager
def rehearsed(people: int, speed: int) -> Iterator[tuple[Browser, dict[str, str]]]:
    """A browser, and the addresses of a rehearsal at the desk that ends with it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        group = ["rehearse", "--desk", "--people", str(people), "--seed", "5", "--speed", str(speed), "--no-browser", "--json"]
        ports = ["--host", "127.0.0.1", "--port", "0", "--desk-port", "0", "--data-dir", folder]
        process = subprocess.Popen([sys.executable, "-m", "workshop.cli", *group, *ports], stdout=subprocess.PIPE, text=True)
        try:
            browser = playwright.chromium.launch(executable_path=executable(), args=[*QUIET, "--no-sandbox"])
            yield browser, json.loads(process.stdout.readline())
            browser.close()
        finally:
            process.terminate()
            process.wait(30)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with rehearsed(people=12, speed=4) as (browser, said):
        shoot(browser, said)
        shoot_gallery(browser)


if __name__ == "__main__":
    main()
