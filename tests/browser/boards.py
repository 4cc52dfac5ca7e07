"""The desk or the screen alone in a browser, with its kernel played."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from tests.browser.stage import BET, BOX, payloads
from workshop.declaration import curriculum, formats
from workshop.desk import Desk, qr
from workshop.page import front_words
from workshop.room.front import in_front

MODULE = curriculum.module("arrive")
PAYLOADS = {face: json.loads(text) for face, text in payloads().items()}
PLAN = Desk("arrive").board().plan
JOIN = "http://192.168.1.7:8000/K7PM"


def view(phase: str = "waiting", **more) -> dict:
    """A room at the step of the plan that opens the box, or shows what was said of it."""
    phases = {BOX: phase, BET: phase}
    step = next(place for place, line in enumerate(PLAN["lines"]) if line["activity"] == "box" and line["reveals"] == (phase == "closed"))
    seen = {"code": "K7PM", "mode": "room", "module": "arrive", "join_url": JOIN, "ended": False, "phases": phases, "closing": {}}
    stage = {"cover": "", "pace": "free", "fiction": False, "few": False}
    standing = {"stage": stage, "timer": None, "example": "", "plan": {"format": "", "step": step, "begun": False}}
    return seen | standing | {"clock": {"step": 0, "all": 0}, "joined": 12, "awake": 9, "done": {BOX: 11, BET: 12}} | more


def staged(page: Page, address: str, script: str, state: dict, **traits) -> Page:
    """Put the desk or the screen on the stage, alone."""
    page.goto(address)
    page.wait_for_function("window.set")
    given = {"state": {"running": True, "qr": qr(JOIN), **state}, "words": front_words(), "plotly": "/plotly.min.js", **traits}
    page.evaluate(
        """async ([script, traits]) => {
          window.screen_ = new Model(traits);
          window.kernel = () => null;
          document.body.replaceChildren(document.createElement("main"));
          (await import("/" + script)).default.render({ model: screen_, el: document.querySelector("main") });
        }""",
        [script, given],
    )
    return page


def board(page: Page, address: str, seen: dict, reveals: dict | None = None, **state) -> Page:
    card, here = in_front(MODULE, formats.plan(formats.EVERYTHING).lines(), seen["plan"]["step"], seen["phases"])
    front = {"card": card, "here": here}
    declared = Desk("arrive").state() | {"view": seen, "reveals": reveals or {}, "running": True, "front": front, **state}
    return staged(page, address, "board.js", declared, only="", plan=PLAN)


def asked(page: Page) -> list[dict]:
    return page.evaluate("screen_.sent.filter(({ type }) => type !== 'plotly')")
