"""Fixtures for a real Chromium, driven by Playwright: `phone()` opens one more separate phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these Chromium looks up its maker's hosts at every start.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str:
    """The path of this machine's Chromium; RuntimeError with what to do when there is none."""
    path = os.environ.get("WORKSHOP_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        raise RuntimeError("No Chromium was found: run `sh tests/prepare.sh`, or name one in WORKSHOP_CHROMIUM.")
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the whole run."""
    with sync_playwright() as playwright:
        sandbox = () if os.name == "nt" or os.geteuid() else ("--no-sandbox",)  # Chromium's sandbox refuses root
        browser = playwright.chromium.launch(executable_path=executable(), args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@dataclass
class Phone:
    """One browser with its own storage and cookies, and everything that it asked for, sent and complained about."""

    context: BrowserContext
    page: Page
    requests: list[Request] = field(default_factory=list)
    frames: list[str | bytes] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> set[str]:
        """Every host and port that this phone asked for anything."""
        return {urlsplit(request.url).netloc for request in self.requests if request.url.startswith(("http", "ws"))}

    def sent(self) -> str:
        """All that left the phone, as one text: addresses, bodies and websocket frames in both directions."""
        bodies = [f"{request.url} {request.headers} {request.post_data_buffer!r}" for request in self.requests]
        frames = [frame if isinstance(frame, str) else frame.decode("utf-8", "replace") for frame in self.frames]
        return "\n".join(bodies + frames)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Callable[..., Phone]]:
    """`phone()` is one more separate phone, 390 × 844, watched; `phone(width=…, height=…, color_scheme="dark")`."""
    contexts = []

    def new(width: int = 390, height: int = 844, **options) -> Phone:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        one = Phone(context, context.new_page())
        watch(one, one.page)
        context.on("page", lambda page: watch(one, page))
        return one

    yield new
    for context in contexts:
        context.close()


def watch(phone: Phone, page: Page) -> None:
    """Record what `page` asks for, sends and complains about."""

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            phone.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def socket(websocket) -> None:
        websocket.on("framesent", lambda frame: phone.frames.append(frame))
        websocket.on("framereceived", lambda frame: phone.frames.append(frame))

    page.on("request", lambda request: phone.requests.append(request))
    page.on("console", console)
    page.on("pageerror", lambda error: phone.complaints.append(str(error)))
    page.on("websocket", socket)
