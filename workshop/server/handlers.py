"""What every route of both servers shares: headers, errors in words, ownership, files kept for good."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler
from voila.handler import VoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from workshop.server.kernels import VISIT, Visit

if TYPE_CHECKING:
    from workshop.server.base import WorkshopServer

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' ws: wss: blob: data:; font-src 'self' data:; "
    "worker-src 'self' blob:; frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
)
STRICT = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; object-src 'none'; base-uri 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # not no-referrer: with it a beacon's Origin would be null
    "Server": "workshop",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
FOREVER = "public, max-age=31536000, immutable"
WORDS = {
    403: "This page belongs to another browser, or to nobody.",
    404: "There is nothing at this address.",
    405: "There is nothing at this address.",
    410: "This page has ended.",
    503: "The room is full just now. Please look on with somebody beside you, or try again in a minute.",
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="{look}"><title>Workshop</title>
<body><main class="phone"><h1>{words}</h1><p><a href="/">To the beginning</a></p></main>"""


class Visitors(IdentityProvider):
    """Everybody is the same visitor to Jupyter. Its own provider would set a cookie that marks a person for 30 days."""

    auth_enabled = False
    login_available = False

    def get_user(self, handler: Any) -> User:
        return User("visitor")

    def get_handlers(self) -> list:
        return []


class Shared:
    """Mixed into every handler."""

    @property
    def server(self) -> WorkshopServer:
        return self.settings["workshop"]

    @property
    def owner(self) -> str | None:
        """The name in this browser's cookie, or None. Never leaves this process."""
        return self.server.run.owner(self.get_cookie(self.server.cookie))

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        words = WORDS.get(status_code, "Something went wrong here. Reload the page to go on.")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", STRICT)
        self.finish(PAGE.format(words=html.escape(words), look=self.server.shelf.assets + "look.css"))

    def same_origin(self) -> bool:
        """True where the browser says that one of our own pages asks (or says nothing, as scripts do)."""
        origin = self.request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == self.request.host


class Plain(Shared, RequestHandler):
    """A route that is not Jupyter's."""

    def check_xsrf_cookie(self) -> None:
        if not self.same_origin():
            raise HTTPError(403)

    def prepare(self) -> None:
        if self.request.method not in ("GET", "HEAD"):
            self.check_xsrf_cookie()


class Missing(Plain):
    def prepare(self) -> None:
        raise HTTPError(404)


class Owned(Shared):
    """Refuses a kernel that is not this browser's, in the same way as one that does not exist."""

    async def prepare(self, **kwargs: Any) -> None:
        kernel_id = self.path_kwargs.get("kernel_id", "")
        if not self.server.kernel_manager.owned(kernel_id, self.owner):
            raise HTTPError(404)
        await ensure_async(super().prepare(**kwargs))

    def check_xsrf_cookie(self) -> None:
        """Ownership and origin stand in for a token: a leave beacon cannot carry one (voila issue 1458)."""
        if not self.same_origin():
            raise HTTPError(404)


class KernelModel(Owned, KernelHandler):
    SUPPORTED_METHODS = ("GET",)


class KernelChannels(Owned, VoilaKernelWebsocketHandler):
    def set_default_headers(self) -> None:
        """A websocket's answer has no page's headers."""

    async def open(self, kernel_id: str) -> None:
        self.server.kernel_manager.opened(kernel_id, self)
        self.server.people_changed()
        await super().open(kernel_id)

    def on_close(self) -> None:
        self.server.kernel_manager.closed(self.kernel_id, self)
        self.server.people_changed()
        super().on_close()


class Leave(Owned, JupyterHandler):
    """The beacon of a page that is being left."""

    SUPPORTED_METHODS = ("POST",)

    @allow_unauthenticated
    async def post(self, kernel_id: str) -> None:
        await self.server.kernel_manager.end(kernel_id)
        self.set_status(204)


class Alive(Plain):
    """204 while this browser's kernel lives, else 410: the same for a kernel of somebody else's."""

    async def get(self, kernel_id: str) -> None:
        if self.server.stopping:  # 410 would make every phone reload into its browser's own error page
            raise HTTPError(503)
        kernels = self.server.kernel_manager
        alive = kernels.owned(kernel_id, self.owner) and await ensure_async(kernels.is_alive(kernel_id))
        self.set_status(204 if alive else 410)


class Kept(Plain):
    """Assets, reveals and Voila's own files: each under an address that changes with its content."""

    async def get(self, path: str) -> None:
        item = await self.server.shelf.take(self.request.path)
        if item is None:
            raise HTTPError(404)
        self.send(*item)

    def send(self, content: bytes, packed: bytes | None, kind: str) -> None:
        self.set_header("Cache-Control", FOREVER)
        self.set_header("Content-Type", kind)
        self.set_header("Vary", "Accept-Encoding")
        if packed is not None and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            content = packed
        self.finish(content)


class Reveal(Kept):
    """A frozen aggregate, the same bytes for everybody."""

    async def get(self, content_id: str) -> None:
        content = await self.server.hub.reveal(content_id)
        if content is None:
            raise HTTPError(404)
        self.send(content, None, "application/json")


class Page(Shared, VoilaHandler):
    """One notebook as a page, with a kernel of its own that ends if the browser goes away meanwhile."""

    SUPPORTED_METHODS = ("GET",)

    async def show(self, path: str) -> None:
        """Render the notebook at `path` (relative to the role's site) for this browser."""
        kernels = self.server.kernel_manager
        if kernels.full():
            raise HTTPError(503)
        await kernels.make_room()
        visit = Visit(self.owner)
        VISIT.set(visit)
        gone = False
        try:
            async for piece in self.get_generator(path=path):
                if not gone:
                    self.write(piece)
                    try:
                        await self.flush()
                    except StreamClosedError:
                        gone = True  # the page is rendered to its end: breaking off would leave tasks behind
        finally:
            if gone and visit.kernel_id:
                await kernels.end(visit.kernel_id)

    def get_argument(self, name: str, default: Any = None, **kwargs: Any) -> Any:
        """A page takes nothing from its address: no template, no theme."""
        return default
