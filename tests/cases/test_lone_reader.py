"""Alone with a notebook: buttons that do nothing once the kernel was started again, and a home that can't be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page as Browsed
from playwright.sync_api import expect

from tests.chromium import Phone
from workshop.declaration import curriculum
from workshop.page import Page
from workshop.room.local import LocalRoom
from workshop.store import StoreError

WORDS = curriculum.words()["page"]


def alone(phone: Phone, address: str) -> Browsed:
    """The stage's page for somebody who's alone with a notebook. Its clock is the test's to move."""
    page = phone.page
    page.clock.install()
    page.goto(f"{address}?mode=alone")
    page.wait_for_function("window.set")
    return page


def test_a_notebook_whose_kernel_was_started_again_says_what_to_do(phone, address) -> None:
    """Ten seconds after a Send that gets no answer: one sentence, at that question. The answer is saved when a kernel is there again."""
    page = alone(phone(), address)
    page.clock.run_for(1000)
    box = page.locator(".ws-key-box")
    expect(box.locator(".ws-line")).to_have_text(WORDS["open_alone"])
    page.evaluate("dead = true")  # the kernel knows nothing of this page any more
    box.get_by_role("radio").first.click()
    box.locator(".ws-send").click()
    page.clock.run_for(8000)
    expect(box.locator(".ws-line")).not_to_have_text(WORDS["lost"])
    page.clock.run_for(6000)
    expect(box.locator(".ws-line")).to_have_text(WORDS["lost"])
    assert page.get_by_text(WORDS["lost"]).count() == 1
    page.evaluate("dead = false")
    page.clock.run_for(7000)
    expect(box.locator(".ws-line")).to_have_text(WORDS["saved_alone"])


def test_an_output_in_a_frame_of_its_own_says_what_to_do(phone, address) -> None:
    """Some notebook programs put each output into a frame of its own, where no page answers: no button stands there without a word."""
    page = alone(phone(), address)
    page.evaluate(
        """async (key) => {
          const spec = { ...models.find((one) => one.get("spec").key === key).get("spec"), page: "elsewhere" };
          (await import("/choice.js")).default.render({ model: new Model({ spec }), el: document.body });
        }""",
        "box",
    )
    framed = page.locator(".ws-key-box").last
    expect(framed.locator(".ws-line")).to_be_empty()
    page.clock.run_for(11_000)
    expect(framed.locator(".ws-line")).to_have_text(WORDS["lost"])
    expect(framed.locator(".ws-send")).to_be_hidden()
    expect(framed.locator(".ws-skip")).to_be_hidden()


def test_a_home_that_cannot_be_written_is_a_sentence_and_a_page_for_this_sitting(monkeypatch, caplog, tmp_path: Path) -> None:
    """One line says what is wrong and what to set, and the question can be answered all the same."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("WORKSHOP_DATA", str(tmp_path / "file" / "data"))
    with pytest.raises(StoreError):
        LocalRoom.alone()
    page = Page("arrive")
    keys = ["a" * 64, "b" * 64]
    message = {"type": "submit", "id": "1" * 32, "question": "arrive.box", "keys": keys, "value": "glad", "intent": "send"}
    assert page.handle(message)["result"] == "saved"
    assert page.handle({"type": "hello", "keys": {"arrive.box": keys}})["mine"]["arrive.box"]["value"] == "glad"
    [said] = [record.getMessage() for record in caplog.records if "WORKSHOP_DATA" in record.getMessage()]
    assert "cannot be written" in said and "until you close this notebook" in said


def test_what_was_kept_for_a_sitting_is_gone_after_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    script = "from workshop.page import Page; print(Page('arrive').room._store._database.path)"
    environment = os.environ | {"WORKSHOP_DATA": str(tmp_path / "file" / "data")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() and not Path(done.stdout.strip()).parent.exists()
