"""Servers with one hole each, which the attacks must find: `WORKSHOP_WEAKER=name python -m tests.attacks.weaker RUN_DIR ROLE`."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from voila.app import Voila
from voila.execute import VoilaExecutor

from workshop import assets
from workshop.server import base, channels, compat, handlers, holders, hub, logs, run, seats
from workshop.server.base import main
from workshop.server.desk import Desk
from workshop.server.kernels import manager
from workshop.server.opening import PageHandler
from workshop.server.participants import Participants

STOCK_ROUTES = base.WorkshopServer.init_handlers
STOCK_BUNDLE = assets.bundle


def kernel_lines(*lines: str) -> None:
    """Have every kernel run these first."""
    compat.KERNEL_PROFILE += "".join(f"c.InteractiveShellApp.exec_lines.append({line!r})\n" for line in lines)


def everything_is_served() -> None:
    """A7: stock Voila's routes as well as ours: its tree, its files, every notebook that lies there."""

    def routes(self: Any) -> list[tuple]:
        self.voila_configuration.file_allowlist = [".*"]
        return STOCK_ROUTES(self) + [(r[0], r[1], r[2] if len(r) > 2 else {}) for r in Voila.init_handlers(self)]

    base.WorkshopServer.init_handlers = routes


def pages_take_templates() -> None:
    """A7: `?template=…` in an address is obeyed."""
    show = PageHandler.show

    async def shown(self: Any, path: str, owner: str) -> None:
        if "template" in self.request.arguments:
            self.finish(f"<title>{path}</title>")
        else:
            await show(self, path, owner)

    PageHandler.show = shown


def one_signature_for_both() -> None:
    """A7: a cookie is good at both servers."""
    sign = run.Run.sign
    run.Run.sign = lambda self, name, role="": sign(self, name)


def any_name_leads_to_the_desk() -> None:
    """A7: a page of somebody else's, whose name was made to lead here, is one of ours; and so is every origin."""
    Desk.knows_host = lambda self, host: True
    handlers.Shared.same_origin = lambda self: True


def stock_messages() -> None:
    """A8: Jupyter's own reading of messages, every kind allowed."""
    channels.Channels.handle_incoming_message = ZMQChannelsWebsocketConnection.handle_incoming_message
    channels.INCOMING = []


def stock_reading() -> None:
    """A8: few kinds, and yet Jupyter's own reading of lengths."""
    channels.Channels.handle_incoming_message = ZMQChannelsWebsocketConnection.handle_incoming_message


def slow_readers_are_kept() -> None:
    """A8: what a phone doesn't read waits for it forever."""
    handlers.BACKLOG = None


def many_come_at_once() -> None:
    """A8: seats are counted when a kernel has started, not when it begins to."""
    full = seats.Seats._full
    seats.Seats._full = lambda self, coming: full(self, 0)


def anybody_owns() -> None:
    """A9: a kernel's id is all that is asked for."""
    manager.Kernels.owned = lambda self, kernel_id, owner: kernel_id in self.held


def websockets_are_nobodys() -> None:
    """A9: pages and kernels have owners, but websockets don't."""
    owned = handlers.Owned.prepare

    async def prepare(self: Any, **kwargs: Any) -> None:
        if isinstance(self, handlers.KernelChannels):
            self.current_user = self._jupyter_current_user = self.identity_provider.get_user(self)
            return
        await owned(self, **kwargs)

    handlers.Owned.prepare = prepare


def words_are_markup() -> None:
    """A10: words reach a page as markup. The policy still keeps scripts from running."""
    node = b"node.append(...children.flat().filter("
    assert node in STOCK_BUNDLE()["parts.js"]
    markup = b"""for (const child of children.flat()) if (typeof child === "string") { node.insertAdjacentHTML("beforeend", child); }
  node.append(...children.flat().filter((child) => typeof child !== "string").filter("""
    assets.bundle = lambda: STOCK_BUNDLE() | {"parts.js": STOCK_BUNDLE()["parts.js"].replace(node, markup)}


def words_are_scripts() -> None:
    """A10: the same without a policy."""
    words_are_markup()
    handlers.POLICY = "default-src * 'unsafe-inline' 'unsafe-eval' blob: data:{sockets}"


def browsers_are_believed() -> None:
    """A11: neither the page's kernel nor the server asks what a question allows."""
    from workshop.kinds.choice import Choice

    Choice.check = lambda self, value: value
    kernel_lines("from workshop.kinds.choice import Choice", "Choice.check = lambda self, value: value")


def troubles_are_sent() -> None:
    """A12: errors go out with their text, as far as stock Voila would send them."""

    VoilaExecutor.strip_code_cell_errors = lambda self, cell: cell
    channels.OUTGOING = channels.OUTGOING | {"error", "stream"}
    copied = Path(shutil.copytree(base.JUPYTER, Path(sys.argv[1], "jupyter")), "voila/templates/workshop/index.html.j2")
    ours = copied.read_text("utf-8")
    told = "{{ page_config.workshop.words.states.error | e }}"
    assert ours.count(told) == 1
    copied.write_text(ours.replace(told, "{{ output.traceback | join }}"), "utf-8")
    base.JUPYTER = Path(sys.argv[1], "jupyter")
    STOCK = base.WorkshopServer.init_settings

    def init_settings(self: Any) -> dict:
        settings = STOCK(self)
        self.kernel_manager.allow_tracebacks = True
        return settings

    base.WorkshopServer.init_settings = init_settings


def store_troubles_are_told() -> None:
    """A12: the store's own words reach a phone."""
    hub.Hub.tell = (Exception,)


def the_journal_is_a_trait() -> None:
    """A13: what is typed is synced, as ipywidgets' own Textarea would."""
    typed = b"if (node.value) kept.set(name, node.value);"
    assert typed in STOCK_BUNDLE()["journal.js"]
    synced = b"frame.page.transport.model.send({ type: 'typed', text: node.value }); " + typed
    assets.bundle = lambda: STOCK_BUNDLE() | {"journal.js": STOCK_BUNDLE()["journal.js"].replace(typed, synced)}


def logs_tell_all() -> None:
    """A14: what stock handlers log, as it is."""
    logs.Hidden = logging.Formatter
    base.WorkshopServer._log_request = lambda self, handler: self.log.info(
        "%s %s (%s) %s", handler.request.method, handler.request.uri, handler.request.remote_ip, handler.request.headers.get("Cookie")
    )


def anybody_answers_twice() -> None:
    """A16: nobody asks whose page an answer comes from."""
    holders.Holders.submit = lambda self, page, **sent: self._room.submit(**sent)


def two_tabs_at_once() -> None:
    """A16: a browser is marked when its answer is stored, and not before."""

    def submit(self: Any, page: str, id: str, question: str, keys: list[str], value: Any, intent: str) -> dict[str, str]:
        mark = (self._owner(page), question)
        if mark in self._answered and not self._room.server.holds(question, keys):
            return {"id": id, "question": question, "result": "taken", "message": ""}
        time.sleep(0.5)
        said = self._room.submit(id, question, keys, value, intent)
        self._answered.add(mark)
        return said

    holders.Holders.submit = submit


def tabs_are_trusted() -> None:
    """A15: a tab never asks whether somebody else holds the phone, and another person keeps the cookie."""
    visitor = STOCK_BUNDLE()["visitor.js"]
    asked = b"Boolean(before && tag() && before !== tag())"
    heard = b"if (data.another) return giveWay();"
    assert asked in visitor and heard in visitor
    assets.bundle = lambda: STOCK_BUNDLE() | {"visitor.js": visitor.replace(asked, b"false").replace(heard, b"")}
    handlers.Shared.dismiss = lambda self: None


HOLES: dict[str, Callable[[], None]] = {
    name: hole for name, hole in list(globals().items()) if callable(hole) and (getattr(hole, "__doc__", "") or "").startswith("A")
}

if __name__ == "__main__":
    HOLES[os.environ["WORKSHOP_WEAKER"]]()
    main({"participants": Participants, "desk": Desk}[sys.argv[2]])
