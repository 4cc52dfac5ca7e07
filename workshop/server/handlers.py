"""What every route of both servers shares: headers, errors in words, ownership, files kept for good."""

from __future__ import annotations

import asyncio
import html
import logging
import re
from typing import Any, Protocol

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.iostream import StreamBufferFullError, StreamClosedError
from tornado.web import HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from workshop.declaration.curriculum import words
from workshop.server import compat, origins
from workshop.server.hub import Hub
from workshop.server.kernels.manager import Kernels
from workshop.server.run import Run, new_name
from workshop.server.shelf import Shelf

# Scripts are files of this server, and the blobs in which anywidget hands over a module; never anything inside a page.
# Styles can't be as strict: widgets and charts write theirs into the page.
POLICY = (
    "default-src 'none'; script-src 'self'{blobs}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'{sockets}; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HOST = re.compile(r"[\w.-]+(?::\d+)?|\[[0-9a-f:.]+\](?::\d+)?")
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # not no-referrer: with it a beacon's Origin would be null
    "Server": "workshop",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TAG = "ws-tag"  # with the port: the cookie that `visitor.js` reads
FOREVER = "public, max-age=31536000, immutable"
PIECE = 128 * 2**10  # bytes that are written at once to somebody who may read slowly
PIECE_TIMEOUT = 60.0  # s for such a piece
BACKLOG = 2 * 2**20  # bytes that a websocket may be behind
SESSION = re.compile(r"[\w-]{1,64}")
ERROR_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">{again}
<link rel="icon" href="data:,"><link rel="stylesheet" href="{look}"><title>{title}</title>
<body><main class="phone"><h1>{words}</h1>{back}</main>"""
BACK = '<p><a href="{}">{}</a></p>'


class Server(Protocol):
    """What a route may ask of the server it belongs to."""

    role: str
    cookie: str
    tag: str
    run: Run
    log: logging.Logger
    shelf: Shelf
    kernels: Kernels
    hub: Hub
    stopping: bool

    def knows_host(self, host: str) -> bool: ...
    def people_changed(self) -> None: ...


class NoIdentity(IdentityProvider):
    """To Jupyter everybody is the same person. Its own provider would set a cookie that marks a browser for 30 days."""

    auth_enabled = False
    login_available = False

    def get_user(self, handler: Any) -> User:
        return User("anybody")

    def get_handlers(self) -> list:
        return []


class Shared(RequestHandler):
    """What every handler has, Jupyter's too: those inherit from this class first."""

    @property
    def server(self) -> Server:
        return self.settings["workshop"]

    @property
    def owner(self) -> str | None:
        """The name in this browser's cookie, or None. Never leaves this process."""
        return self.server.run.owner(self.get_cookie(self.server.cookie), self.server.role)

    @property
    def under(self) -> str:
        """The path under which browsers find this server, with a slash at both ends."""
        return self.server.run.under(self.server.role)

    def onward(self, path: str) -> str:
        """The address of a redirect to `path` on this server, which has no slash at its beginning.

        Under a path it's a relative one, because some proxies put their path before every other kind.
        """
        if self.under == "/":
            return f"/{path}"
        asked = str(self.request.uri).partition("?")[0]
        here = "" if asked.endswith("/") or self.request.path != "/" else asked.rpartition("/")[2] + "/"
        return "../" * (self.request.path.count("/") - 1) + here + path

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **kwargs: Any) -> None:
        """A cookie is for this server only: under another path of the same name there may be another workshop."""
        super().set_cookie(name, value, *args, **{**kwargs, "path": self.under})

    def admit(self, samesite: str) -> None:
        """Give this browser its cookie, if it has none: it lasts until the browser is closed, and nobody else can read it.

        A second cookie holds a tag of the first one for the page's scripts. It tells a tab that was left open that somebody
        else is using this phone now.
        """
        run, role = self.server.run, self.server.role
        name, secure = self.owner, run.secure(role)
        if name is None:
            name = new_name()
            self.set_cookie(self.server.cookie, run.sign(name, role), httponly=True, samesite=samesite, secure=secure)
        self.set_cookie(self.server.tag, run.tag(name), samesite=samesite, secure=secure)

    def dismiss(self) -> None:
        """Take this browser's cookie away: the next person to join is somebody else. The tag changes now, for tabs that are asleep."""
        run, role = self.server.run, self.server.role
        self.clear_cookie(self.server.cookie, samesite="Lax", secure=run.secure(role))
        self.set_cookie(self.server.tag, run.tag(new_name()), samesite="Lax", secure=run.secure(role))

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)
        if self.server.run.secure(self.server.role):  # over plain http browsers complain about it
            self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self._set_policy(" blob:")
        self.set_header("Cache-Control", "no-store")

    def no_blobs(self) -> None:
        """Let no script in but this server's files: no widget of this page brings its own."""
        self._set_policy("")

    def _set_policy(self, blobs: str) -> None:
        host = self.request.host.lower()
        # Older Safari doesn't count a websocket of the same server as 'self'.
        sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
        self.set_header("Content-Security-Policy", POLICY.format(sockets=sockets, blobs=blobs))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        again = ""
        if status_code == 503:  # full, perhaps not for long
            again = '<meta http-equiv="refresh" content="20">'
            self.set_header("Retry-After", "20")
        sentences = words()["errors"]
        ours = sentences.get(f"{self.server.role}_{status_code}")  # then the start would say the same
        said = ours or sentences.get(str(status_code), sentences["other"])
        back = "" if ours else BACK.format(self.under, sentences["back"])
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", STRICT)
        look = self.server.shelf.assets + "look.css"
        self.finish(ERROR_PAGE.format(words=html.escape(said), again=again, look=look, title=sentences["title"], back=back))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what went wrong, and only that: Tornado and Jupyter would add the request with its headers."""
        if not isinstance(value, HTTPError) or (value.status_code >= 500 and value.status_code != 503):
            self.server.log.error("%s failed", type(self).__name__, exc_info=(typ, value, tb))

    def check_host(self) -> bool:
        """True; HTTPError 421 if the request was meant for another name. Jupyter calls this for its own handlers."""
        if not self.server.knows_host(self.request.host.lower()):
            raise HTTPError(421)
        return True

    def same_origin(self) -> bool:
        """True if the browser says that one of our own pages asks (or says nothing, as scripts do)."""
        origin = self.request.headers.get("Origin")
        if origin is None:
            return self.request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        if self.server.run.secure(self.server.role) and not origin.lower().startswith("https:"):
            return False
        return origins.same(origin, self.request.host)


class Plain(Shared):
    """A route that isn't one of Jupyter's."""

    def check_xsrf_cookie(self) -> None:
        if not self.same_origin():
            raise HTTPError(403)

    def prepare(self) -> None:
        self.check_host()
        if self.request.method not in ("GET", "HEAD"):
            self.check_xsrf_cookie()

    def head(self, *names: str, **named: str) -> Any:
        """As GET, without the body: previews and monitors ask like this first, and take a 405 for a dead link."""
        return self.get(*names, **named)


class Missing(Plain):
    def prepare(self) -> None:
        super().prepare()
        raise HTTPError(404)


class Owned(Shared):
    """Refuses a kernel that isn't this browser's, in the same way as one that doesn't exist."""

    async def prepare(self, **kwargs: Any) -> None:
        self.check_host()
        kernel_id = self.path_kwargs.get("kernel_id", "")
        if not self.server.kernels.owned(kernel_id, self.owner):
            raise HTTPError(404)
        await ensure_async(super().prepare(**kwargs))

    def check_xsrf_cookie(self) -> None:
        """Ownership and origin take the place of a token: a beacon sent while leaving can't carry one (voila issue 1458)."""
        if not self.same_origin():
            raise HTTPError(404)


class KernelModel(Owned, KernelHandler):
    SUPPORTED_METHODS = ("GET",)


class KernelChannels(Owned, VoilaKernelWebsocketHandler):
    def set_default_headers(self) -> None:
        """A websocket's answer has no page's headers."""
        self.set_header("Server", HEADERS["Server"])

    async def prepare(self, **kwargs: Any) -> None:
        if not SESSION.fullmatch(self.get_query_argument("session_id", "")):
            raise HTTPError(404)
        await super().prepare(**kwargs)

    def check_origin(self, origin: str | None = None) -> bool:
        return self.same_origin()

    def get_websocket_protocol(self) -> Any:
        return compat.jupyter_pings_alone(super().get_websocket_protocol())

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Pass on what the kernel says. A phone that doesn't read is let go; it may come back and start again."""
        try:
            sent = super().write_message(message, binary)
            sent.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody waits for this one
            return sent
        except WebSocketClosedError:
            return None
        except StreamBufferFullError:
            self.ws_connection.stream.close()
            return None

    async def open(self, kernel_id: str) -> None:
        self.ws_connection.stream.max_write_buffer_size = BACKLOG
        self.server.kernels.opened(kernel_id, self)
        self.server.people_changed()
        await super().open(kernel_id)

    def on_close(self) -> None:
        self.server.kernels.closed(self.kernel_id, self)
        self.server.people_changed()
        super().on_close()


class Leave(Owned, JupyterHandler):
    """The beacon of a page that somebody leaves."""

    SUPPORTED_METHODS = ("POST",)

    @allow_unauthenticated
    async def post(self, kernel_id: str) -> None:
        await self.server.kernels.end(kernel_id)
        self.set_status(204)


class Alive(Plain):
    """204 while this browser's kernel lives, else 410, for somebody else's kernel too."""

    async def get(self, kernel_id: str) -> None:
        if self.server.stopping:  # after a 410 every phone would reload, and land on its browser's own error page
            raise HTTPError(503)
        kernels = self.server.kernels
        alive = kernels.owned(kernel_id, self.owner) and await ensure_async(kernels.is_alive(kernel_id))
        self.set_status(204 if alive else 410)


class Kept(Plain):
    """Assets, reveals and Voila's own files, each at an address that changes with its content."""

    async def get(self, path: str) -> None:
        item = await self.server.shelf.take(self.request.path)
        if item is None:
            raise HTTPError(404)
        await self.send(*item)

    async def send(self, content: bytes, packed: bytes | None, kind: str) -> None:
        self.set_header("Cache-Control", FOREVER)
        self.set_header("Content-Type", kind)
        self.set_header("Vary", "Accept-Encoding")
        if packed is not None and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            content = packed
        self.set_header("Content-Length", str(len(content)))
        try:
            for start in range(0, len(content), PIECE):  # a thousand slow phones hold a thousand pieces, not whole files
                self.write(content[start : start + PIECE])
                await asyncio.wait_for(self.flush(), PIECE_TIMEOUT)
        except (TimeoutError, StreamClosedError):
            compat.hang_up(self.request)


class Reveal(Kept):
    """A frozen aggregate, the same bytes for everybody."""

    async def get(self, content_id: str) -> None:
        content = await self.server.hub.reveal(content_id)
        if content is None:
            raise HTTPError(404)
        await self.send(content, None, "application/json")
