"""The widgets: each is an anywidget whose front end is one ES module of ours. Only the page's PageWidget and the desk's two
screens say anything to the kernel."""

from __future__ import annotations

from typing import Any, ClassVar

import anywidget
import traitlets

from workshop import assets


class _Part(anywidget.AnyWidget):
    module: ClassVar[str]
    styles: ClassVar[tuple[str, ...]] = ("activity.css",)
    live: ClassVar[bool] = False  # whether its traits change later; what the Visitor says of the room comes with its greeting

    _esm = traitlets.Unicode().tag(sync=True)

    def __init__(self, module: str = "", **traits: Any) -> None:
        super().__init__(_esm=assets.esm(module or self.module, self.styles, self.live), **traits)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class PageWidget(_Part):
    """A page's one channel to the browser; it shows nothing. What identifies the visitor never becomes a trait of it.

    `page`: a random name of the page; `questions`: question -> the one that it goes with, or ""; `pairs`: declared
    pair -> {of: its questions, title}; `view`: what everybody may know of the room; `words`: the shared words;
    `plotly`: where plotly's own file is, "" when alone.
    """

    module = "page.js"

    page = traitlets.Unicode().tag(sync=True)
    questions = traitlets.Dict().tag(sync=True)
    pairs = traitlets.Dict().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    plotly = traitlets.Unicode().tag(sync=True)


class ActivityWidget(_Part):
    """One activity, as its `spec` says."""

    styles = ("activity.css", "kinds.css")

    spec = traitlets.Dict().tag(sync=True)

    def __init__(self, spec: dict[str, Any], **traits: Any) -> None:
        super().__init__(f"{spec['kind']}.js", spec=spec, **traits)

    def __repr__(self) -> str:
        return f"<{self.spec['kind']} {self.spec['id']}>"


class Contents(_Part):
    """The list of modules in a room: the open one is a link. `modules`: [{slug, title, minutes}]."""

    module = "contents.js"

    page = traitlets.Unicode().tag(sync=True)
    modules: traitlets.List[Any] = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)


class Board(_Part):
    """What the facilitator works with. `state`: see `screens.BoardState`; `plan`: see `screens.Plan`; `only`: the id of one
    question, or "" for the whole desk."""

    module = "board.js"
    live = True
    styles = ("activity.css", "board.css")

    state = traitlets.Dict().tag(sync=True)
    plan = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    only = traitlets.Unicode().tag(sync=True)


class Projector(_Part):
    """The screen that everybody sees. `state`: see `screens.ScreenState`; nothing in it that isn't revealed."""

    module = "projector.js"
    live = True
    styles = ("activity.css", "board.css")

    state = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
