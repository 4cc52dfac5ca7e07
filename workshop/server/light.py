"""What a page's notebook made, heard while it ran: whether the page can do without Voila's bundle, and its widgets' states.

A page is light when all its widgets are anywidgets without other widgets in them, and nothing but widgets is shown. Then
the states travel in the page, and the browser runs our own small runtime (`front/runtime.js`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode

VIEW = "application/vnd.jupyter.widget-view+json"
PLAIN = frozenset((VIEW, "text/plain"))
WIDGET = "jupyter.widget"
OURS = re.compile(r"/\* workshop: ([\w-]+\.js)( live)? \*/")  # how `assets` begins the stub of one of our modules
# What only Jupyter's own manager reads, and would be sent to every phone with every widget.
UNREAD = (
    *("_model_name", "_model_module", "_model_module_version", "_view_name", "_view_module", "_view_module_version"),
    *("_view_count", "_dom_classes", "_anywidget_id", "layout", "tabbable", "tooltip"),
)

Message = Mapping[str, Any]


class Made:
    """The widgets of one page. `hear` every message that its kernel says to everybody."""

    def __init__(self) -> None:
        self._states: dict[str, dict[str, Any]] = {}
        self._binary = False
        self.own = False  # a light page whose modules are all ours: no script comes from a blob

    def hear(self, message: Message) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "comm_open" and content["target_name"] == WIDGET:
            self._states[content["comm_id"]] = dict(content["data"]["state"])
            self._binary |= bool(message.get("buffers"))
        elif kind == "comm_close":
            self._states.pop(content["comm_id"], None)
        elif kind == "comm_msg" and content["data"].get("method") == "update" and content["comm_id"] in self._states:
            self._states[content["comm_id"]].update(content["data"]["state"])
            self._binary |= bool(message.get("buffers"))

    def light(self, outputs: Iterable[NotebookNode]) -> bool:
        """Whether a page that shows `outputs` needs nothing of Jupyter's."""
        light = all(map(_alone, self._states.values())) and all(map(self._drawn, outputs))
        self.own = light and all(OURS.match(state["_esm"]) for state in self._states.values() if "_esm" in state)
        return light

    def _drawn(self, output: NotebookNode) -> bool:
        if output.output_type in ("error", "stream"):  # the page says a sentence instead, or nothing
            return True
        data = output.get("data", {})
        return VIEW in data and set(data) <= PLAIN and data[VIEW]["model_id"] in self._states

    def widgets(self) -> dict[str, Any]:
        """Id -> {part, live, state} as the page carries them; none where some are binary: those come with the websocket."""
        if self._binary:
            return {}
        return {name: _carried(state) for name, state in self._states.items() if state["_model_module"] == "anywidget"}


def _alone(state: Mapping[str, Any]) -> bool:
    """Whether a widget is a plain anywidget, or the layout of one."""
    if state.get("_model_module") != "anywidget":
        return state.get("_model_name") == "LayoutModel"
    return "_esm" in state and not any(_refers(value) for name, value in state.items() if name != "layout")


def _refers(value: Any) -> bool:
    """Whether another widget is in it: only Jupyter's manager can hand that over."""
    if isinstance(value, str):
        return value.startswith("IPY_MODEL_")
    if isinstance(value, Mapping):
        return any(map(_refers, value.values()))
    return isinstance(value, list | tuple) and any(map(_refers, value))


def _carried(state: Mapping[str, Any]) -> dict[str, Any]:
    ours = OURS.match(state["_esm"])
    kept = {name: value for name, value in state.items() if name not in UNREAD and not (ours and name == "_esm")}
    return {"part": ours[1] if ours else None, "live": not ours or bool(ours[2]), "state": kept}
