"""One phone in a real Chromium: from the tap to the first thing to do, bytes over the wire, requests; cold and warm cache."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import Page, sync_playwright

from tests.chromium import QUIET, executable


@dataclass
class Visit:
    """What one opening of a page cost. `names`: file name -> bytes over the wire."""

    seconds: float = 0.0
    requests: int = 0
    wire: int = 0
    names: Counter = field(default_factory=Counter)


class Watch:
    """Counts what goes over the wire; what the browser's cache answers does not."""

    def __init__(self, page: Page) -> None:
        self._client = page.context.new_cdp_session(page)
        self._client.send("Network.enable")
        self._sent: dict[str, str] = {}
        self._cached: set[str] = set()
        self.visit = Visit()
        self._client.on("Network.requestWillBeSent", lambda e: self._sent.__setitem__(e["requestId"], e["request"]["url"]))
        self._client.on("Network.requestServedFromCache", lambda e: self._cached.add(e["requestId"]))
        self._client.on("Network.responseReceived", self._received)
        self._client.on("Network.loadingFinished", self._finished)
        self._client.on("Network.webSocketFrameReceived", lambda e: self._add("websocket", len(e["response"]["payloadData"]), 0))
        self._client.on("Network.webSocketCreated", lambda e: self._add("websocket", 0, 1))

    def _received(self, event: dict) -> None:
        if event["response"].get("fromDiskCache") or event["response"].get("fromPrefetchCache"):
            self._cached.add(event["requestId"])

    def _finished(self, event: dict) -> None:
        url = self._sent.get(event["requestId"], "")
        if url.startswith("http") and event["requestId"] not in self._cached:
            self._add(url.rsplit("/", 1)[-1], event["encodedDataLength"], 1)

    def _add(self, name: str, size: int, requests: int) -> None:
        self.visit.wire += size
        self.visit.requests += requests
        self.visit.names[name] += size

    def begin(self) -> None:
        self.visit = Visit()


def usable(page: Page, url: str, watch: Watch) -> Visit:
    """Open `url` until the first activity stands there and its page is connected."""
    watch.begin()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(".ws-activity", state="visible", timeout=60_000)
    watch.visit.seconds = time.perf_counter() - began
    page.wait_for_timeout(1500)  # what comes after is counted, not timed
    return watch.visit


def visits(join_url: str, first: str, second: str) -> dict[str, Visit]:
    """Cold cache, then the next page and the same page again, in one browser that has joined."""
    with sync_playwright() as playwright:
        sandbox = () if os.name == "nt" or os.geteuid() else ("--no-sandbox",)
        browser = playwright.chromium.launch(executable_path=executable(), args=[*QUIET, *sandbox])
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        watch = Watch(page)
        page.goto(join_url)
        page.check("#part")
        join = watch.visit
        watch.begin()
        began = time.perf_counter()
        page.click("#enter")
        page.wait_for_selector(".ws-activity", state="visible", timeout=60_000)
        watch.visit.seconds = time.perf_counter() - began
        page.wait_for_timeout(1500)
        found = {"join page": join, "first page, cold cache": watch.visit}
        found["next page"] = usable(page, second, watch)
        found["same page again"] = usable(page, first, watch)
        browser.close()
    return found
