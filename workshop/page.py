"""A participant's page: `page = Page("arrive")`, then `page.activity("box")`.

In a room it speaks to its server over a socket, and loads neither the store nor anything heavy. Alone it keeps its own
room, in this process.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from workshop.declaration import curriculum
from workshop.declaration import helplines as support
from workshop.kinds import BadAnswer
from workshop.kinds.base import Question
from workshop.kinds.pair import Pair
from workshop.kinds.simulation import Simulation
from workshop.phases import Mode
from workshop.room.contract import INTENTS, Keys, PageRoom, RoomError, Submission, View
from workshop.room.wire import RemoteRoom

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import Markdown
    from ipywidgets import Layout

    from workshop.messages import PageReply, PayoffsReply, SimulatedReply
    from workshop.widgets import ActivityWidget, Contents, PageWidget

log = logging.getLogger(__name__)

START = "start"  # the first page: no module of its own
HEX = re.compile(r"[0-9a-f]+")
LONGEST = 16 * 1024  # characters of an answer, as JSON


class BadMessage(ValueError):
    """A message that our own front end would not send; the text is one sentence."""


class Page:
    """What a participant works at. `room`: another one than the environment names (a rehearsal's, a test's)."""

    def __init__(self, slug: str, room: PageRoom | None = None) -> None:
        self.slug = slug
        self.module = None if slug == START else curriculum.module(slug)
        self.mode = cast(Mode, os.environ.get("WORKSHOP_MODE") or "alone")
        self.questions = {question.id: question for question in self.module.questions} if self.module else {}
        self.pairs = {pair.id: pair for pair in self.module.pairs} if self.module else {}
        self._answered: Mapping[str, Question | Pair] = {**self.questions, **self.pairs}
        self._name = secrets.token_hex(8)
        self._room = room
        if shell() is not None:
            shown(self.widget)
            if self.mode == "alone":  # in a room the page around it has Help
                shown(self.help())

    @cached_property
    def room(self) -> PageRoom:
        """The room that this page is part of; RoomError when it is not there."""
        if self._room is not None:
            return self._room
        return open_room()

    @cached_property
    def widget(self) -> PageWidget:
        """The page's channel to the browser; it hears of the room from here on."""
        from workshop.widgets import PageWidget

        widget = PageWidget(
            page=self._name,
            questions={
                question.id: f"{question.module}.{question.with_}" if question.with_ else "" for question in self.questions.values()
            },
            pairs={pair.id: {"of": list(pair.ids), "title": pair.title} for pair in self.pairs.values()},
            words=front_words(),
            plotly=os.environ.get("WORKSHOP_PLOTLY", ""),
            layout=self._layout,
        )
        widget.on_msg(lambda _, content, __: widget.send(self.handle(content)))
        try:
            follow(self.room.subscribe, lambda view: widget.set_trait("view", view))
            widget.set_trait("view", self.room.view())  # only now: what changed before one listens would be lost
        except RoomError:
            if self.mode == "alone":
                raise
            log.warning("the page %s has no room", self.slug)  # the phone says that it is not connected
        return widget

    @cached_property
    def _layout(self) -> Layout:
        """One for all widgets of the page: if each had its own, every phone would get one more message for each."""
        from ipywidgets import Layout

        return Layout()

    def activity(self, key: str) -> ActivityWidget:
        """The widget of one activity of this module; CurriculumError when there is none of that key."""
        from workshop.widgets import ActivityWidget

        if self.module is None:
            raise ValueError(f"The page '{self.slug}' belongs to no module, so it has no activities.")
        activity = self.module.activity(key)
        spec = activity.spec() | activity.borrowed(curriculum.modules) | {"page": self._name}
        if self.mode == "alone":  # said where nothing of the page answers, so an activity has these words itself
            spec |= {"lost": curriculum.words()["page"]["lost"]}
        return ActivityWidget(spec, layout=self._layout)

    def contents(self) -> Markdown | Contents:
        """The modules in order: alone as links to their notebooks, in a room with the open one as a link."""
        modules = curriculum.modules()
        if self.mode == "alone":
            from IPython.display import Markdown

            lines = (f"{m.number}. [{m.title}]({m.number:02d}-{m.slug}.ipynb) · {m.minutes} min" for m in modules)
            return Markdown("\n".join(lines))
        from workshop.widgets import Contents

        listed = [{"slug": m.slug, "title": m.title, "minutes": m.minutes} for m in modules]
        return Contents(page=self._name, modules=listed, words=curriculum.words()["mypage"], layout=self._layout)

    def help(self) -> Any:
        """Where a lone reader finds help, folded to one line: what the Help dialog of a room says, in words for one person."""
        from IPython.display import HTML

        words, found = curriculum.words(), support.shown()
        care = words["care"]
        lines = [care["alone"], care["skip_alone"], care["people_alone"], f"{words['notes']['coercion']}. {care['coercion']}"]
        lines += [f"{one['name']} ({one['country']}): {one['number']}. {one['for_whom']}" for one in found["lines"]]
        lines += [f"{one['name']}: {one['address']}. {one['what']}" for one in found["directories"]]
        lines += [f"{care['danger']} {care['call_log']}"]
        body = "".join(f'<p dir="auto">{escape(line)}</p>' for line in lines)
        return HTML(f"<details><summary>{escape(words['buttons']['help'])}</summary>{body}</details>")

    def handle(self, message: object) -> PageReply:
        """The reply to one message of the browser, a `messages.PageMessage`, or whatever a hostile one sends.

        In a room every trouble becomes {"type": "error", "message": a sentence}, with the submission's id and question
        where it is about one; alone it raises.
        """
        try:
            return self._reply(message)
        except Exception as error:
            if self.mode == "alone":
                raise
            said = str(error)
            if not isinstance(error, BadMessage | RoomError | BadAnswer):
                log.exception("a message could not be answered")
                said = curriculum.words()["states"]["error"]
            about = {}
            if isinstance(message, dict) and message.get("type") in ("submit", "simulate", "payoffs"):
                about = {name: message[name] for name in ("id", "question", "activity") if isinstance(message.get(name), str)}
            return cast("PageReply", {"type": "error", "message": said, **about})

    def _reply(self, message: object) -> PageReply:
        if not isinstance(message, dict):
            raise BadMessage("This page doesn't know that kind of message.")
        kind = message.get("type")
        if kind == "hello":
            said = self.room.hello({self._question(name): _keys(pair) for name, pair in _dict(message, "keys").items()})
            return {"type": "hello", **said}
        if kind == "submit":
            return {"type": "ack", **self._submit(message)}
        if kind == "reveal":
            name = _hex(message.get("id"), 64, "A reveal is named by 64 hex digits.")
            return {"type": "reveal", "id": name, "payload": json.loads(self.room.reveal(name))}
        if kind == "payoffs":
            return self._payoffs(message)
        if kind == "simulate":
            return self._simulate(message)
        if kind == "plotly" and self.mode == "alone":
            return {"type": "plotly", "text": plotly_text()}
        raise BadMessage("This page doesn't know that kind of message.")

    def _submit(self, message: dict[str, Any]) -> Submission:
        question, intent = self._question(message.get("question")), message.get("intent")
        if intent not in INTENTS:
            raise BadMessage("An answer is sent, kept, skipped or taken back.")
        name = _hex(message.get("id"), 32, "A submission is named by 32 hex digits.")
        value = message.get("value") if intent == "send" else None  # what is only kept never leaves this process
        try:
            long = len(json.dumps(value, allow_nan=False)) > LONGEST
        except (ValueError, TypeError, RecursionError):
            raise BadMessage("This answer can't be read.") from None
        if long:
            raise BadMessage("This answer is too long.")
        if intent == "send":
            try:
                value = self._answered[question].check(value)
            except BadAnswer as error:
                return {"id": name, "question": question, "result": "refused", "message": str(error)}
        return self.room.submit(name, question, _keys(message.get("keys")), value, intent)

    def _payoffs(self, message: dict[str, Any]) -> PayoffsReply:
        name = message.get("activity")
        games = {one.id: one for one in self.module.games} if self.module else {}
        if not isinstance(name, str) or name not in games:
            raise BadMessage("This page has no such game.")
        keys = _dict(message, "keys")
        if set(keys) != {one.id for one in games[name].asked}:
            raise BadMessage("A game asks for the keys of each of its rounds.")
        rounds = self.room.payoffs(name, {id: _keys(pair) for id, pair in keys.items()})
        return {"type": "payoffs", "activity": name, "rounds": rounds}

    def _simulate(self, message: dict[str, Any]) -> SimulatedReply:
        name = message.get("activity")
        models = {one.id: one for one in self.module.activities if isinstance(one, Simulation)} if self.module else {}
        if not isinstance(name, str) or name not in models:
            raise BadMessage("This page has no such model.")
        from workshop.simulations import simulate  # with NumPy, which a page needs from its first run on, and not before

        return {"type": "simulated", "activity": name, **simulate(models[name], message.get("values"))}

    def _question(self, name: object) -> str:
        if not isinstance(name, str) or name not in self._answered:
            raise BadMessage("This page has no such question.")
        return name


def _dict(message: dict[str, Any], name: str) -> dict[str, Any]:
    value = message.get(name)
    if not isinstance(value, dict):
        raise BadMessage(f"The message has no '{name}'.")
    return value


def _hex(value: object, digits: int, sentence: str) -> str:
    if not isinstance(value, str) or len(value) != digits or not HEX.fullmatch(value):
        raise BadMessage(sentence)
    return value


def _keys(pair: object) -> Keys:
    sentence = "A question has two keys of 64 hex digits."
    if not isinstance(pair, list) or len(pair) != 2:
        raise BadMessage(sentence)
    return [_hex(key, 64, sentence) for key in pair]


def open_room() -> PageRoom:
    """The room that the environment names, else this person's own."""
    if address := os.environ.get("WORKSHOP_SOCKET"):
        return RemoteRoom.at(address, page=os.environ.get("WORKSHOP_PAGE", ""))
    from workshop.room.local import LocalRoom
    from workshop.store import StoreError

    try:
        return LocalRoom.alone()
    except StoreError as error:  # a home that can't be written, a full disk: a person can still go through the page
        _say(curriculum.words()["page"]["sitting"].replace("{trouble}", str(error)))
        folder = tempfile.mkdtemp(prefix="workshop-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return LocalRoom.alone(Path(folder) / "alone.sqlite")


def _say(sentence: str) -> None:
    """Tell a person who is alone, above the page."""
    if shell() is None:
        log.warning("%s", sentence)
        return
    from IPython.display import HTML

    shown(HTML(f'<p role="status" dir="auto">{escape(sentence)}</p>'))


def front_words() -> dict[str, dict[str, str]]:
    """The words that the browser itself says."""
    words = curriculum.words()
    return {section: words[section] for section in ("marks", "buttons", "states", "reveal", "page", "desk", "stage", "care")}


def plotly_text() -> str:
    """Plotly's own file, read without importing plotly."""
    found = find_spec("plotly")
    if found is None or not found.submodule_search_locations:
        raise BadMessage("Plotly is not installed here.")
    return (Path(found.submodule_search_locations[0]) / "package_data" / "plotly.min.js").read_text("utf-8")


V = TypeVar("V", bound=View)


def follow(
    subscribe: Callable[[Callable[[V], object]], object], show: Callable[[V], object], loop: asyncio.AbstractEventLoop | None = None
) -> None:
    """Call `show(view)` at each change, on `loop`, else on the loop of the kernel that this runs in: the room speaks
    from another thread. Without a kernel: on the room's thread."""
    if loop is None and getattr(shell(), "kernel", None) is not None:
        loop = asyncio.get_running_loop()

    def hear(view: V) -> None:
        if loop is None:
            show(view)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(show, view)

    subscribe(hear)


def shell() -> InteractiveShell | None:
    """The IPython that this runs in, or None."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    found: InteractiveShell | None = get_ipython()
    return found


def shown(widget: Any) -> None:
    from IPython.display import display

    display(widget)
