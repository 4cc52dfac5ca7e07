"""The gallery in a browser: one of every kind, in every state, and what a person does there by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.chromium import Phone
from tests.gallery.states import gallery_server

SETTLED = 10_000  # ms
GALLERY = Path(__file__).parent.parent / "gallery"
NOTEBOOKS = GALLERY.parent.parent / "notebooks"


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The address of the gallery."""
    with gallery_server() as address:
        yield address


def show(phone: Phone, address: str) -> Page:
    """The page, drawn and settled."""
    page = phone.page
    page.goto(address)
    page.locator("body[data-drawn]").wait_for(timeout=SETTLED)
    page.wait_for_function("() => !document.querySelector('.ws-key-box.ws-state-open:has([aria-disabled=true].ws-skip)')")
    return page


def within(page: Page, key: str) -> Locator:
    """One activity."""
    return page.locator(f".ws-key-{key}")


def state_of(name: str) -> re.Pattern[str]:
    """A pattern for the class of that state."""
    return re.compile(rf"\bws-state-{name}\b")
