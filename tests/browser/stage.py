"""A stage for the browser's half alone: the bundle over plain HTTP, and a kernel played by a few lines of script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import Phone
from workshop import assets, reveal
from workshop.declaration import curriculum
from workshop.page import front_words

ROOM = "0123456789abcdef" * 2
BOX, BET = "arrive.box", "arrive.box_bet"

HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>stage</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/look.css"><link rel="stylesheet" href="/activity.css">
<link rel="stylesheet" href="/board.css">
<body class="ws-page"><main id="main"></main><script type="module">
const given = %s;
class Model {
  constructor(traits) { this.traits = traits; this.heard = {}; this.sent = []; }
  get(name) { return this.traits[name]; }
  set(name, value) { this.traits[name] = value; this.emit("change:" + name); }
  on(name, act) { (this.heard[name] ??= []).push(act); }
  emit(name, ...rest) { (this.heard[name] ?? []).forEach((act) => act(...rest)); }
  send(message) {
    this.sent.push(message);
    setTimeout(() => { const reply = kernel(message); if (reply) this.emit("msg:custom", reply); }, 20);
  }
}
window.Model = Model;
// The played kernel: `dead` answers nothing, `stored` is what it has committed.
Object.assign(window, { dead: false, stored: JSON.parse(sessionStorage.getItem("stored") ?? "{}") });
window.kernel = (message) => {
  if (window.dead) return null;
  if (message.type === "reveal") return { type: "reveal", id: message.id, payload: given.payloads[message.id] };
  if (message.type === "hello") {
    const mine = {};
    for (const [question, [key, done]] of Object.entries(message.keys)) {
      mine[question] = { value: stored[key] ?? null, done: Boolean(stored[done]) };
    }
    return { type: "hello", view: visitor.get("view"), mine };
  }
  const { id, question, keys: [key, done], value, intent } = message;
  const committed = { send: "saved", skip: "skipped", keep: "kept", undo: "removed" };
  const result = visitor.get("view").phases[question] === "closed" ? "late" : committed[intent];
  if (result !== "late") {
    delete stored[key];
    if (intent === "send") stored[key] = value;
    stored[done] = intent !== "undo";
    sessionStorage.setItem("stored", JSON.stringify(stored));
  }
  return { type: "ack", id, question, result, message: "" };
};
window.see = (change) => visitor.set("view", { ...visitor.get("view"), ...change });
window.visitor = new Model(given.traits);
(await import("/page.js")).default.initialize({ model: visitor });
window.models = [];
for (const spec of given.specs) {
  const el = document.createElement("div");
  main.append(el);
  const model = new Model({ spec });
  models.push(model);
  (await import(`/${spec.kind}.js`)).default.render({ model, el });
}
window.set = true;
</script>"""


def payloads() -> dict[str, str]:
    """face -> payload's JSON, of the heavy box: "shown" (most owe something) and "withheld"."""
    module = curriculum.module("arrive")
    box = module.activity("box")
    answers = {"shown": ["owe"] * 4 + ["glad"] * 2 + ["closer"], "withheld": ["glad"]}
    return {face: reveal.payload(box, values).decode() for face, values in answers.items()}


@contextmanager
def stage() -> Iterator[str]:
    """The stage's address. `?mode=alone` plays a page that is alone."""
    module = curriculum.module("arrive")
    questions = {one.id: BOX if one.with_ else "" for one in module.questions}
    reveals = payloads()

    def page(mode: str) -> bytes:
        view = {"id": ROOM, "code": "K7PM", "mode": mode, "module": "arrive", "closing": {}, "ended": False}
        view |= {"phases": dict.fromkeys(questions, "open"), "reveals": {}, "on": [BOX], "until": BOX}
        alone = {"lost": front_words()["page"]["lost"]} if mode == "alone" else {}
        given = {
            "traits": {"page": "p", "questions": questions, "view": view, "words": front_words(), "plotly": "/plotly.min.js"},
            "specs": [activity.spec() | {"page": "p", **alone} for activity in module.activities],
            "payloads": {face: json.loads(text) for face, text in reveals.items()},
        }
        return (HTML % json.dumps(given).replace("<", "\\u003c")).encode()

    class Stage(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            name = path[1:]
            kinds = {"js": "text/javascript", "css": "text/css", "json": "application/json"}
            if name == "plotly.min.js":
                body = (Path(find_spec("plotly").submodule_search_locations[0]) / "package_data" / name).read_bytes()
            elif name.startswith("reveals/"):
                body = reveals[name.removeprefix("reveals/").removesuffix(".json")].encode()
            else:
                body = page("alone" if "alone" in query else "room") if not name else assets.bundle().get(name, b"")
            self.send_response(200)
            self.send_header("Content-Type", kinds.get(name.rsplit(".", 1)[-1], "text/html"))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stage)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """One stage for a whole file."""
    with stage() as address:
        yield address


def at(phone: Phone, address: str, share: bool = True) -> Page:
    """Open the stage and wait until it is set."""
    phone.page.goto(address)
    phone.page.wait_for_function("window.set")
    expect(phone.page.locator(".ws-key-box.ws-state-open")).to_be_visible()  # the room has answered
    if share:
        phone.page.evaluate("import('/visitor.js').then((visitor) => visitor.setConsent({ part: true, share: true }))")
    return phone.page
