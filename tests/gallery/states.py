"""The gallery: every kind of activity on one page, in one state, without a room behind it.

`gallery_server()` shows it in a browser at /STATE, with the real front end, and with the real `Page` behind it; only the room is
a scripted one. `python -m tests.gallery.states` serves it until Ctrl-C.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from workshop import assets, reveal
from workshop.declaration import curriculum
from workshop.declaration.curriculum import Module
from workshop.kinds import Question
from workshop.kinds.text import Text
from workshop.page import Page, front_words
from workshop.room.contract import RoomError

HERE = Path(__file__).parent
STATES = ("open", "saved", "changed", "waiting", "closing", "revealed", "withheld", "late", "skipped", "offline")
ROOM = "0123456789abcdef" * 2
CLOSED = ("revealed", "withheld", "late")


@cache
def module() -> Module:
    """The gallery's module, with a text for the room, which is allowed in few modules and shown here all the same."""
    read = curriculum.load(HERE / "modules" / "99-gallery.toml")
    example = ("Don't make a fuss.", "Ask, and you will be helped.", "Sort it out yourself.", "We share.", "Big boys don't cry.")
    words = curriculum.words()["pooled"]
    text = Text(
        key="sentence", module=read.slug, title="For the screen", text="A sentence that you heard often.", example=example, words=words
    )
    return replace(read, activities=(*read.activities, text))


@cache
def reveals(state: str) -> dict[str, tuple[str, bytes]]:
    """Question -> (content id, payload): a group like the example, or one of four people, which stays closed."""
    made = {}
    for question in module().questions:
        if question.with_:
            continue
        luck = random.Random(7)
        group = [question.scripted(luck) for _ in range(4 if state == "withheld" else 40)]
        if question.pooled and state != "withheld":
            batch = reveal.batch(question, group[:6])
            frozen = reveal.approved(question, batch, range(6))
        else:
            frozen = reveal.payload(question, group)
        made[question.id] = hashlib.sha256(frozen).hexdigest(), frozen
    return made


def answer(question: Question, seed: int = 1) -> Any:
    """What the person of the gallery has answered."""
    return question.scripted(random.Random(seed))


def another(question: Question) -> Any:
    """What they changed it to."""
    first = answer(question)
    return next(value for value in (answer(question, seed) for seed in range(2, 99)) if value != first)


class StateRoom:
    """A room that stands still in one state. Takes what is sent, except when it is `offline`; keeps nothing."""

    def __init__(self, state: str) -> None:
        self.state = state

    def view(self) -> dict[str, Any]:
        """What everybody may know."""
        questions = [question.id for question in module().questions]
        phase = {"waiting": "waiting", "closing": "closing"}.get(self.state, "closed" if self.state in CLOSED else "open")
        return {
            "id": ROOM,
            "code": "K7PM",
            "mode": "room",
            "module": "gallery",
            "phases": dict.fromkeys(questions, phase)
            | {game.id: "closed" if self.state in CLOSED else "waiting" for game in module().games},
            "closing": dict.fromkeys(questions, 9.0) if self.state == "closing" else {},
            "reveals": {question: id for question, (id, _) in reveals(self.state).items()} if self.state in CLOSED else {},
            "ended": False,
            "stage": {"cover": "", "pace": "free", "fiction": False, "few": False},
            "timer": None,
            "on": [],
            "until": "",
        }

    def hello(self, keys: dict[str, list[str]]) -> dict[str, Any]:
        """What the room has of this person."""
        done = {"value": None, "done": True}
        mine = {
            question.id: {"value": answer(question), "done": True}
            if self.state in ("saved", "changed", "closing", "revealed", "withheld")
            else done
            if self.state == "skipped"
            else {"value": None, "done": False}
            for question in module().questions
        }
        return {"view": self.view(), "mine": mine}

    def submit(self, id: str, question: str, keys: list[str], value: Any, intent: str) -> dict[str, str]:
        """An acknowledgement; none when offline."""
        if self.state == "offline":
            raise RoomError(curriculum.words()["states"]["trying"])
        return {"id": id, "question": question, "result": reveal_results[intent], "message": ""}

    def reveal(self, content_id: str) -> bytes:
        """A payload."""
        return next(frozen for id, frozen in reveals(self.state).values() if id == content_id)

    def subscribe(self, callback: Callable[[dict], object]) -> Callable[[], None]:
        """Nothing ever changes."""
        return lambda: None

    def payoffs(self, game: str, keys: dict[str, list[str]]) -> list[dict[str, Any]]:
        """What became of this person's tokens."""
        return [{"number": 1, "payoff": 34.0, "move": "10", "size": 6, "scripted": 0, "pot": 60, "got": 24.0, "turned": False}]


reveal_results = {"send": "saved", "skip": "skipped", "keep": "kept", "undo": "removed"}


def in_the_browser(state: str) -> dict[str, str]:
    """What this browser holds: all three consents, and what a state needs besides: name -> text."""

    def shown(key: str) -> Any:
        question = module().activity(key)
        return another(question) if state == "changed" else answer(question)

    held = {"ws.consent": json.dumps({"part": True, "keep": True, "share": True})}
    for question in module().questions:
        if state == "changed":
            held[f"ws.{ROOM}.draft.{question.id}"] = json.dumps({"value": another(question), "how": "open"})
        if state == "late":
            held[f"ws.{ROOM}.draft.{question.id}"] = json.dumps({"value": answer(question), "how": "late"})
        if state == "skipped":
            held[f"ws.{ROOM}.draft.{question.id}"] = json.dumps({"value": None, "how": "skipped"})
        if state == "offline":
            id = hashlib.sha256(question.id.encode()).hexdigest()[:32]
            sent = {"id": id, "question": question.id, "value": answer(question), "intent": "send"}
            held[f"ws.{ROOM}.draft.{question.id}"] = json.dumps({"value": answer(question), "how": "open"})
            held[f"ws.{ROOM}.outbox.{question.id}"] = json.dumps(sent)
    if state not in ("open", "waiting"):  # dots and taps that fit the answers above
        to = {"stay": [4, 4], "both": [8, 7], "say": [4, 8], "close": [8, 5], "less": [1, 2]}[shown("dots")]
        held["ws.own.gallery.dots"] = json.dumps({"at": {"then": [4, 5], "now": to}})
        held["ws.own.gallery.here"] = json.dumps({"at": {"now": [7, 7]}, "name": "money matters with my sister"})
        held["ws.own.gallery.portrait"] = json.dumps({"raw": lines(shown("portrait_own")), "at": 12, "ms": 60_000})
        held["ws.own.gallery.why"] = json.dumps({"goal": "walk ten kilometres", "taps": ["mastery", shown("why")]})
        held["ws.own.gallery.choices"] = json.dumps({"at": {"say": "mine", "answer": "theirs", "agree": "ours"}, "name": "a chair"})
        lean = {"lift.on": "several", "lift.me": "one", "soup.on": "me", "soup.me": "nobody", "talk.on": "service"}
        held["ws.own.gallery.lean"] = json.dumps(lean)
        held["ws.own.gallery.step"] = json.dumps({"mine": "I ask Noor to water my plants.", "when": "Friday"})
        first, then = {"same": ("tie", "tie")}.get(shown("among"), ("inner" if shown("among") != "inner" else "tie", shown("among")))
        for key, kind in (("plain", first), ("among", then)):
            held[f"ws.own.gallery.{key}"] = json.dumps({"lines": [{"text": "glad of Noor", "codes": {"about": kind}}]})
        days = ["3 · 3 · 4", "2 · – · 3", "3 · 4 · 4", "5 · 4"]
        held["ws.own.gallery.log"] = json.dumps({f"day_{number}": taps for number, taps in enumerate(days, 1)})
        things = [("Noor", "person", 0, ""), ("cook", "role", 1, "gone"), ("the choir", "group", 2, "new")]
        placed = [{"name": name, "sort": sort, "ring": ring, "turn": 0.3 * (ring + 1), "mark": mark} for name, sort, ring, mark in things]
        held["ws.own.gallery.circle"] = json.dumps({"items": placed})
        held["ws.own.gallery.cloth"] = json.dumps({"at": {"now": 3, "wish": 5}, "name": "Noor"})
        held[f"ws.{ROOM}.own.gallery.begin"] = json.dumps({"before": "2"})
        held[f"ws.{ROOM}.own.gallery.moved"] = json.dumps({"after": {"up": "4", "same": "2", "down": "1"}[shown("moved")]})
        held[f"ws.{ROOM}.draft.gallery.wish"] = json.dumps({"value": "ask", "how": "open"})
    return held


def lines(band: str) -> dict[str, int]:
    """Answers to the twelve lines that come out in this band."""
    highs = {"low": (1, 1, 1), "lowish": (2, 2, 2), "middle": (4, 3, 3), "highish": (4, 4, 4), "high": (5, 5, 5)}[band]
    own = {"own1": highs[0], "own3": highs[1], "own5": highs[2]} | {f"own{2 + 2 * at}": 6 - high for at, high in enumerate(highs)}
    return own | {f"ties{at}": at % 5 + 1 for at in range(1, 7)}


PAGE = """<!doctype html><html lang="en"%(attributes)s><head><meta charset="utf-8"><title>Every kind: %(state)s</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/look.css"><link rel="stylesheet" href="/assets/activity.css">
<link rel="stylesheet" href="/assets/kinds.css">
<body class="ws-page"><div class="phone"><main><h1>Every kind: %(state)s</h1><div id="kinds"></div></main></div>
<script type="module">
const given = %(given)s;
for (const [name, text] of Object.entries(given.held)) if (!localStorage.getItem("ws.gallery")) localStorage.setItem(name, text);
localStorage.setItem("ws.gallery", "1");
// A widget's model, as anywidget gives it: traits to get, messages to send and hear.
function model(traits) {
  const hearers = {};
  return {
    get: (name) => traits[name],
    on: (name, act) => { (hearers[name] ??= []).push(act); },
    off() {},
    async send(message) {
      const answer = await fetch("/handle/" + given.state, { method: "POST", body: JSON.stringify(message) });
      (await answer.json().then((reply) => hearers["msg:custom"]?.forEach((act) => act(reply))));
    },
  };
}
const visitor = (await import("/assets/page.js")).default;
const signal = new AbortController().signal;
const traits = { page: "gallery", questions: given.questions, words: given.words, view: given.view, plotly: "/plotly.min.js" };
visitor.initialize({ model: model(traits), signal });
for (const spec of given.specs) {
  const root = document.getElementById("kinds").appendChild(document.createElement("div"));
  const kind = (await import("/assets/" + spec.kind + ".js")).default;
  kind.render({ model: model({ spec: { ...spec, page: "gallery" } }), el: root, signal });
}
document.body.dataset.drawn = "yes";
</script></body></html>"""


HEBREW = str.maketrans({letter: chr(0x05D0 + place % 22) for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")})
NAMES = {"key", "kind", "id", "module", "role", "about", "with", "again", "first", "page"}


def pseudo(given: Any, name: str = "") -> Any:
    """The same words in a language that nobody speaks, written from right to left; names and {braces} stay."""
    if isinstance(given, str) and name not in NAMES:
        parts = re.split(r"(\{\w+\})", given)
        return "".join(part if part.startswith("{") else part.lower().translate(HEBREW) for part in parts)
    if isinstance(given, dict):
        return {key: pseudo(value, key) for key, value in given.items()}
    return [pseudo(value, name) for value in given] if isinstance(given, list) else given


def html(state: str, rtl: bool = False) -> str:
    """The page of one state; `rtl`: in a pseudo-language that runs from right to left."""
    questions = module().questions
    given = {
        "state": state,
        "held": in_the_browser(state),
        "words": front_words(),
        "view": StateRoom(state).view(),
        "questions": {question.id: f"gallery.{question.with_}" if question.with_ else "" for question in questions},
        "specs": [activity.spec() for activity in module().activities],
    }
    if rtl:
        given |= {name: pseudo(json.loads(json.dumps(given[name]))) for name in ("words", "specs")}
    text = json.dumps(given).replace("</", "<\\/")
    return PAGE % {"state": state, "given": text, "attributes": ' dir="rtl"' if rtl else ""}


@cache
def page_in(state: str) -> Page:
    """The kernel's half of the page: of the gallery's module, which the curriculum doesn't have."""
    with patch.object(curriculum, "module", lambda slug: module()):
        page = Page("gallery", room=StateRoom(state))
    page.mode = "room"
    return page


class Show(RequestHandler):
    def get(self, state: str) -> None:
        self.finish(html(state, rtl=self.get_argument("rtl", "") == "1"))


class Handle(RequestHandler):
    def post(self, state: str) -> None:
        self.finish(json.dumps(page_in(state).handle(json.loads(self.request.body))))


class File(RequestHandler):
    def get(self, name: str) -> None:
        if name not in assets.bundle():
            raise HTTPError(404)
        self.set_header("Content-Type", "text/css" if name.endswith(".css") else "text/javascript")
        self.finish(assets.bundle()[name])


class Payload(RequestHandler):
    def get(self, id: str) -> None:
        found = {id: frozen for state in CLOSED for id, frozen in reveals(state).values()}
        self.set_header("Content-Type", "application/json")
        self.finish(found[id])


class Plotly(RequestHandler):
    def get(self) -> None:
        folder = Path(find_spec("plotly").submodule_search_locations[0])
        self.set_header("Content-Type", "text/javascript")
        self.set_header("Cache-Control", "max-age=3600")
        self.finish((folder / "package_data" / "plotly.min.js").read_bytes())


def application() -> Application:
    """The gallery's own small server."""
    return Application(
        [
            (rf"/({'|'.join(STATES)})", Show),
            (rf"/handle/({'|'.join(STATES)})", Handle),
            (r"/assets/([\w.-]+)", File),
            (r"/reveals/([0-9a-f]{64})\.json", Payload),
            (r"/plotly\.min\.js", Plotly),
        ]
    )


@contextlib.contextmanager
def gallery_server(port: int = 0) -> Iterator[str]:
    """The gallery's address, "http://127.0.0.1:PORT", as long as the block runs; port 0: any free one."""
    sockets = bind_sockets(port, "127.0.0.1")
    ready: list[asyncio.AbstractEventLoop] = []
    stop = asyncio.Event()
    up = threading.Event()

    async def run() -> None:
        server = HTTPServer(application())
        server.add_sockets(sockets)
        ready.append(asyncio.get_running_loop())
        up.set()
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    up.wait(10)
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        ready[0].call_soon_threadsafe(stop.set)
        thread.join(10)


if __name__ == "__main__":
    with gallery_server(8600) as address, contextlib.suppress(KeyboardInterrupt):
        print(*(f"{address}/{state}" for state in STATES), sep="\n", flush=True)
        threading.Event().wait()
