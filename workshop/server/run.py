"""The run directory: what `workshop start` tells its two servers. Mode 0700, gone when the workshop ends."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

SETTINGS = "settings.json"
PROFILE = """
from ipykernel.iostream import IOPubThread

IOPubThread._setup_pipe_in = lambda thread: setattr(thread, "_pipe_flag", False)
c.HistoryManager.enabled = False
"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """Settings of one run. `role`'s own files lie beside `settings.json` in `directory`."""

    directory: Path
    store: str
    room: str
    code: str
    mode: str
    host: str
    port: int
    desk_host: str
    desk_port: int
    join_url: str
    data_dir: str
    secret: str
    token: str
    seats: int = 0
    debug: bool = False
    certfile: str = ""  # with `keyfile`: both servers speak TLS
    keyfile: str = ""
    desk_base: str = ""  # scheme, name and port by which a browser comes to the desk
    ping: float = 30.0  # s between two signs of life on a websocket; after three without an answer it is closed

    preheat: bool = True  # whether pages are made before they are asked for
    fork: bool | None = None  # kernels from one warm process; None: where that is known to be safe

    @property
    def forks(self) -> bool:
        """Whether kernels are forked: on Linux unless somebody said no; elsewhere (macOS) only where somebody said yes."""
        return hasattr(os, "fork") and (sys.platform == "linux" if self.fork is None else self.fork)

    @property
    def desk_address(self) -> str:
        """Scheme, name and port at which a browser finds the desk."""
        return self.desk_base or f"http://{self.desk_host}:{self.desk_port}"

    @property
    def desk_url(self) -> str:
        """The desk's address, with the token that opens it."""
        return f"{self.desk_address}/?token={self.token}"

    def secure(self, role: str) -> bool:
        """Whether browsers come to the role's server by https: its own, or that of a proxy in front of it."""
        return (self.desk_address if role == "desk" else self.join_url).startswith("https:")

    def save(self) -> None:
        values = {key: value for key, value in asdict(self).items() if key != "directory"}
        descriptor = os.open(self.directory / SETTINGS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(values, file)

    @classmethod
    def load(cls, directory: Path) -> Run:
        return cls(directory=directory, **json.loads((directory / SETTINGS).read_text(encoding="utf-8")))

    def site(self, role: str) -> Path:
        """Where the role's notebooks are."""
        return self.directory / f"site-{role}"

    def connections(self, role: str) -> Path:
        """Where the role's kernels keep their connection files and sockets. Short: a Unix socket's path holds 104 bytes."""
        return self.directory / f"k-{role[0]}"

    def socket(self, role: str) -> str:
        """The address at which the role serves the room to its kernels."""
        return str(self.directory / f"{role}.sock")

    def ready(self, role: str) -> Path:
        """Written by the role's server when it answers."""
        return self.directory / f"{role}.ready"

    def sign(self, name: str, role: str = "participants") -> str:
        """A cookie's value: a name that nobody else can have made, good at one server only."""
        mark = hmac.new(self.secret.encode(), f"{role} {name}".encode(), hashlib.sha256).hexdigest()[:32]
        return f"{name}.{mark}"

    def owner(self, cookie: str | None, role: str = "participants") -> str | None:
        """The name in a cookie, or None where it is not one of ours for that server."""
        name, _, _ = (cookie or "").partition(".")
        if not name or not name.isascii() or not cookie.isascii():
            return None
        return name if hmac.compare_digest(self.sign(name, role), cookie) else None

    def tag(self, name: str) -> str:
        """What a page's scripts may know of their browser's cookie: whether it's still the same one, and nothing more."""
        return hmac.new(self.secret.encode(), f"tag {name}".encode(), hashlib.sha256).hexdigest()[:16]


def new_name() -> str:
    return secrets.token_hex(16)


def kernel_environment(run: Run, role: str, assets: str, plotly: str) -> dict[str, str]:
    """What a kernel may know: how to run, where its server's socket is. Never the store, never the visitor."""
    keep = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH")
    keep += ("WORKSHOP_KINDS", "WORKSHOP_MODULES")  # an author's own
    windows = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA")
    names = keep + (windows if sys.platform == "win32" else ())
    inherited = {n: v for n, v in os.environ.items() if n in names or n.startswith("LC_")}
    return inherited | {
        "IPYTHONDIR": str(run.directory / "ipython"),
        "WORKSHOP_MODE": run.mode,
        "WORKSHOP_SOCKET": run.socket(role),
        "WORKSHOP_ASSETS": assets,
        "WORKSHOP_PLOTLY": plotly,
    }


def write_kernel_profile(run: Run) -> None:
    """IPython without this machine's start-up files, without a history file, which would record when, and without a port.

    Its pipe for the output of child processes listens on loopback TCP, for every user of the machine; ours have none.
    """
    profile = run.directory / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(PROFILE, encoding="utf-8")
