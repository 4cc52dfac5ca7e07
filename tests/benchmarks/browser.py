"""One phone in a real Chromium: from the tap to the first thing to do, bytes over the wire, requests; cold and warm cache."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.chromium import QUIET, executable


@dataclass
class Visit:
    """What one opening of a page cost. `names`: file name -> its bytes, as the browser counts them."""

    seconds: float = 0.0
    requests: int = 0
    wire: int = 0
    names: Counter = field(default_factory=Counter)


class Cable:
    """Stands between phone and server, and counts the bytes that come: all of them, as they come."""

    def __init__(self, port: int) -> None:
        self.came = 0
        self._target = port
        self._loop = asyncio.new_event_loop()
        server = self._loop.run_until_complete(asyncio.start_server(self._join, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, away = await asyncio.open_connection("127.0.0.1", self._target)

        async def pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, counts: bool) -> None:
            with suppress(OSError):
                while data := await source.read(1 << 16):
                    self.came += len(data) * counts
                    target.write(data)
                    await target.drain()
            target.close()

        await asyncio.gather(pass_on(reader, away, False), pass_on(there, writer, True))

    def through(self, url: str) -> str:
        """The same address by way of this."""
        parts = urlsplit(url)
        return parts._replace(netloc=f"{parts.hostname}:{self.port}").geturl()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)


class Watch:
    """Counts requests; what the browser's cache answers doesn't count."""

    def __init__(self, page: Page, cable: Cable) -> None:
        self._cable, self._before = cable, cable.came
        self._client = page.context.new_cdp_session(page)
        self._client.send("Network.enable")
        self._sent: dict[str, str] = {}
        self._cached: set[str] = set()
        self.visit = Visit()
        self._client.on("Network.requestWillBeSent", lambda e: self._sent.__setitem__(e["requestId"], e["request"]["url"]))
        self._client.on("Network.requestServedFromCache", lambda e: self._cached.add(e["requestId"]))
        self._client.on("Network.responseReceived", self._received)
        self._client.on("Network.loadingFinished", self._finished)
        self._client.on("Network.webSocketCreated", lambda e: self._add("websocket", 0, 1))

    def _received(self, event: dict) -> None:
        if event["response"].get("fromDiskCache") or event["response"].get("fromPrefetchCache"):
            self._cached.add(event["requestId"])

    def _finished(self, event: dict) -> None:
        url = self._sent.get(event["requestId"], "")
        if url.startswith("http") and event["requestId"] not in self._cached:
            self._add(url.rsplit("/", 1)[-1], event["encodedDataLength"], 1)

    def _add(self, name: str, size: int, requests: int) -> None:
        self.visit.requests += requests
        self.visit.names[name] += size

    def begin(self) -> None:
        self.visit = Visit()
        self._before = self._cable.came

    def end(self) -> Visit:
        self.visit.wire = self._cable.came - self._before
        return self.visit


def usable(page: Page, url: str, watch: Watch) -> Visit:
    """Open `url` until the first activity stands there and its page is connected."""
    watch.begin()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(".ws-activity", state="visible", timeout=60_000)
    watch.visit.seconds = time.perf_counter() - began
    page.wait_for_timeout(1500)  # what comes after is counted, not timed
    return watch.end()


def visits(join_url: str, first: str, second: str) -> dict[str, Visit]:
    """Cold cache, then the next page and the same page again, in one browser that has joined."""
    cable = Cable(urlsplit(join_url).port)
    join_url, first, second = map(cable.through, (join_url, first, second))
    with sync_playwright() as playwright:
        sandbox = () if os.name == "nt" or os.geteuid() else ("--no-sandbox",)
        browser = playwright.chromium.launch(executable_path=executable(), args=[*QUIET, *sandbox])
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        watch = Watch(page, cable)
        page.goto(join_url)
        page.check("#part")
        page.wait_for_timeout(500)
        join = watch.end()
        watch.begin()
        began = time.perf_counter()
        page.click("#enter")
        page.wait_for_selector(".ws-activity", state="visible", timeout=60_000)
        watch.visit.seconds = time.perf_counter() - began
        page.wait_for_timeout(1500)
        found = {"join page": join, "first page, cold cache": watch.end()}
        found["next page"] = usable(page, second, watch)
        found["same page again"] = usable(page, first, watch)
        browser.close()
    cable.stop()
    return found
