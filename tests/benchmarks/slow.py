"""A cheap phone on bad wifi: Chromium with the processor six times slower, 1.6/0.75 Mbit/s and 150 ms, over the DevTools
protocol. Cold, next page, another page, reload, and back after a break of one second; medians of several runs.
"""

from __future__ import annotations

import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.browser import Watch
from tests.benchmarks.servers import Served
from tests.cable import Cable
from tests.chromium import QUIET, executable

RATE = 6
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
BREAK = 1.0  # s
RESTS = 2.5  # s between two visits: people who read a page give the server that long to make the next one ready
SELECTOR = ".ws-activity"
CHOICE = "input[type=radio]"  # in forms of others
VIEWPORT = {"width": 390, "height": 844}
LONGEST = 180_000  # ms
NOTE = "() => { window.back = 0; addEventListener('ws-connection', ({ detail }) => { if (detail === 'open') window.back = Date.now(); }); }"


@dataclass
class Row:
    """Medians of one kind of visit."""

    seconds: float
    requests: float
    wire: float


Seen = dict[str, list[tuple[float, int, int]]]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        sandbox = () if os.name == "nt" or os.geteuid() else ("--no-sandbox",)
        browser = playwright.chromium.launch(executable_path=executable(), args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@contextmanager
def cable_to(served: Served) -> Iterator[tuple[Cable, Callable[[str], str]]]:
    """A cable to the server, and what leads an address over it."""
    where = urlsplit(served.base)
    cable = Cable(where.hostname, where.port)
    try:
        yield cable, lambda url: urlsplit(url)._replace(netloc=f"{where.hostname}:{cable.port}").geturl()
    finally:
        cable.close()


def slow(page: Page) -> None:
    """From here on this page is on a cheap phone."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", NETWORK)
    client.send("Emulation.setCPUThrottlingRate", {"rate": RATE})


def timed(page: Page, watch: Watch, act: Callable[[], object], selector: str) -> tuple[float, int, int]:
    """Seconds until there's something to do, requests, bytes over the wire."""
    watch.begin()
    began = time.perf_counter()
    act()
    page.wait_for_selector(selector, state="visible", timeout=LONGEST)
    took = time.perf_counter() - began
    page.wait_for_timeout(1000 * RESTS)  # what comes after is counted, not timed
    visit = watch.end()
    return took, visit.requests, visit.wire


def back(page: Page, cable: Cable) -> float:
    """Seconds from the end of a break until the page is connected again."""
    page.evaluate(NOTE)
    cable.pull()
    time.sleep(BREAK)
    cable.mend()
    mended = time.time()
    while not (at := page.evaluate("() => window.back")):
        if time.time() - mended > 60:
            return 60.0
        time.sleep(0.05)
    return max(0.0, at / 1000 - mended)


@dataclass
class Cheap:
    """A cheap phone that has just come to `served`; `see` times what it does and keeps that under a name."""

    page: Page
    cable: Cable
    through: Callable[[str], str]  # a server's address -> the same over the cable
    watch: Watch
    seen: Seen

    def see(self, name: str, act: Callable[[], object], selector: str) -> None:
        self.seen[name].append(timed(self.page, self.watch, act, selector))

    def visit(self, name: str, url: str, selector: str) -> None:
        self.see(name, lambda: self.page.goto(self.through(url), wait_until="commit"), selector)

    def reload(self, selector: str) -> None:
        self.see("reload", lambda: self.page.reload(wait_until="commit"), selector)


@contextmanager
def cheap_phone(browser: Browser, served: Served, seen: Seen) -> Iterator[Cheap]:
    with cable_to(served) as (cable, through):
        context = browser.new_context(viewport=VIEWPORT)
        page = context.new_page()
        slow(page)
        yield Cheap(page, cable, through, Watch(page, cable), seen)
        context.close()


def ours(browser: Browser, served: Served, slugs: tuple[str, str], seen: Seen) -> None:
    """One phone's way through our workshop, from the join page on."""
    with cheap_phone(browser, served, seen) as one:
        one.visit("join page", served.join_url, "#part")
        one.page.check("#part")
        one.page.check("#share")
        one.see("first page, cold", lambda: one.page.click("#enter"), SELECTOR)
        for name, slug in zip(("next page", "another page"), slugs, strict=True):
            one.visit(name, served.pages[slug], SELECTOR)
        one.reload(SELECTOR)
        seen["back after a break of 1 s"].append((back(one.page, one.cable), 0, 0))


def plain(browser: Browser, served: Served, selector: str, seen: Seen) -> None:
    """One phone at a page without a door: Voila as it comes."""
    with cheap_phone(browser, served, seen) as one:
        one.visit("first page, cold", served.base, selector)
        one.reload(selector)


def otree(browser: Browser, served: Served, seen: Seen) -> None:
    """One phone at oTree: no door, pages one after the other by the button that it puts there."""
    with cheap_phone(browser, served, seen) as one:
        one.visit("first page, cold", served.join_url, CHOICE)

        def onwards() -> None:
            with one.page.expect_navigation(wait_until="commit"):
                one.page.click(".otree-btn-next")

        one.see("next page", onwards, CHOICE)
        one.see("another page", onwards, CHOICE)
        one.reload(CHOICE)


def bare(browser: Browser, served: Served, seen: Seen) -> None:
    """One phone at bare HTML forms: the least that a browser can be asked for."""
    with cheap_phone(browser, served, seen) as one:
        one.page.goto(one.through(served.base))
        one.page.wait_for_timeout(1000 * RESTS)
        one.see("first page, cold", lambda: one.page.click("button"), CHOICE)
        one.visit("next page", f"{served.base}/page", CHOICE)
        one.reload(CHOICE)


def medians(play: Callable[[Browser, Seen], None], runs: int) -> dict[str, Row]:
    """Name of a visit -> the medians of `runs` phones, one after another."""
    seen: Seen = defaultdict(list)
    with chromium() as browser:
        for _ in range(runs):
            play(browser, seen)
    return {name: Row(*(statistics.median(column) for column in zip(*rows, strict=True))) for name, rows in seen.items()}


# --- many phones at once after a break


def crowd_back(browser: Browser, served: Served, slug: str, count: int) -> list[float]:
    """`count` pages in one Chromium lose their wifi for a second: seconds until each is back."""
    with cable_to(served) as (cable, through):
        pages = []
        for _ in range(count):
            context = browser.new_context(viewport=VIEWPORT)
            page = context.new_page()
            page.goto(through(served.join_url))
            page.check("#part")
            page.click("#enter")
            page.wait_for_selector(SELECTOR, state="visible", timeout=LONGEST)
            pages.append(page)
        time.sleep(2)
        for page in pages:
            page.evaluate(NOTE)
        cable.pull()
        time.sleep(BREAK)
        cable.mend()
        mended = time.time()
        waiting, found = list(pages), []
        while waiting and time.time() - mended < 60:
            for page in list(waiting):
                if at := page.evaluate("() => window.back"):
                    found.append(max(0.0, at / 1000 - mended))
                    waiting.remove(page)
        for page in pages:
            page.context.close()
        return sorted(found + [60.0] * len(waiting))
