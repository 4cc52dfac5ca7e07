"""The run: what `workshop start` tells its two servers. Its directories have mode 0700, and are gone when the workshop ends."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from workshop.server import compat
from workshop.server.options import StartOptions

SETTINGS = "settings.json"


@dataclass(frozen=True, kw_only=True)
class Run(StartOptions):
    """One run: the options once they are checked and complete, and what the start itself decided.

    `join_base`, `desk_base`, `store`, `data_dir` and `code` are never empty here. Each role's own files lie beside
    `settings.json` in `directory`. What kernels may see lies in `open_directory`: nothing there leads to the store.
    """

    directory: Path
    open_directory: Path
    room: str  # the room's id in the store
    secret: str  # signs cookies
    token: str  # opens the desk
    follows: bool = False  # `join_base` is this computer's own address, and changes with it
    moved: bool = False  # it has changed lately
    ping: float = 30.0  # s between two signs of life on a websocket; after three without an answer it is closed

    @property
    def forks(self) -> bool:
        """Whether kernels should be forked: on Linux unless somebody said no; elsewhere (macOS) only if somebody said yes."""
        return hasattr(os, "fork") and (sys.platform == "linux" if self.fork is None else self.fork)

    @property
    def join_url(self) -> str:
        """The address that the QR code holds."""
        return f"{self.join_base}/{self.code}"

    @property
    def desk_url(self) -> str:
        """The desk's address, with the token that opens it."""
        return f"{self.desk_base}/?token={self.token}"

    def under(self, role: str) -> str:
        """The path under which browsers find the role's server, with a slash at both ends: "/", or what a proxy puts in front."""
        return urlsplit(self.desk_base if role == "desk" else self.join_base).path.rstrip("/") + "/"

    def secure(self, role: str) -> bool:
        """Whether browsers reach the role's server by https: its own, or that of a proxy in front of it."""
        return (self.desk_base if role == "desk" else self.join_base).startswith("https:")

    def save(self) -> None:
        values = {key: value for key, value in asdict(self).items() if key != "directory"} | {"open_directory": str(self.open_directory)}
        write_private(self.settings, json.dumps(values))

    @classmethod
    def load(cls, directory: Path) -> Run:
        values = json.loads((directory / SETTINGS).read_text(encoding="utf-8"))
        return cls(directory=directory, **values | {"open_directory": Path(values["open_directory"])})

    @property
    def settings(self) -> Path:
        return self.directory / SETTINGS

    def site(self, role: str) -> Path:
        """Where the role's notebooks are."""
        return self.open_directory / f"site-{role}"

    @property
    def ipython(self) -> Path:
        """Where kernels find their profile."""
        return self.open_directory / "ipython"

    def connections(self, role: str) -> Path:
        """Where the role's kernels keep their connection files and sockets. Short: a Unix socket's path holds 104 bytes."""
        return self.open_directory / f"k-{role[0]}"

    def socket(self, role: str) -> str:
        """The address at which the role's server lets its kernels reach the room."""
        return str(self.open_directory / f"{role}.sock")

    def ready(self, role: str) -> Path:
        """Written by the role's server when it answers."""
        return self.directory / f"{role}.ready"

    @property
    def first_phone(self) -> Path:
        """Written when the first phone has opened a page."""
        return self.directory / "phone.ready"

    @property
    def desk_opened(self) -> Path:
        """Written when somebody has opened the desk."""
        return self.directory / "desk.opened"

    def remark(self, name: str, sentence: str) -> None:
        """Leave a sentence for the terminal, which says it once."""
        self.remarks.mkdir(exist_ok=True)
        if not (file := self.remarks / name).exists():
            coming = file.with_suffix(".new")
            coming.write_text(sentence, encoding="utf-8")
            coming.replace(file)

    @property
    def remarks(self) -> Path:
        """Where the servers leave sentences for the terminal, each in a file of its own."""
        return self.directory / "remarks"

    def sign(self, name: str, role: str = "participants") -> str:
        """A cookie's value: a name that nobody else can have made, good at one server only."""
        mark = hmac.new(self.secret.encode(), f"{role} {name}".encode(), hashlib.sha256).hexdigest()[:32]
        return f"{name}.{mark}"

    def owner(self, cookie: str | None, role: str = "participants") -> str | None:
        """The name in a cookie, or None if it's not one of ours for that server."""
        cookie = cookie or ""
        name, _, _ = cookie.partition(".")
        if not name or not cookie.isascii():
            return None
        return name if hmac.compare_digest(self.sign(name, role), cookie) else None

    def tag(self, name: str) -> str:
        """What a page's scripts may know of their browser's cookie: whether it's still the same one, and nothing more."""
        return hmac.new(self.secret.encode(), f"tag {name}".encode(), hashlib.sha256).hexdigest()[:16]


class Settings:
    """A run's settings as they are now: the desk or the start may write another address for the phones, and all others follow."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._written = 0  # when what we know was written

    def look(self) -> Run:
        """The same object as before, if nobody has written anything since."""
        with suppress(OSError, ValueError):  # they've gone, or are being written
            written = self._run.settings.stat().st_mtime_ns
            if written != self._written:
                self._run, self._written = Run.load(self._run.directory), written
        return self._run

    def save(self, run: Run) -> None:
        self._run = run
        run.save()


def write_private(file: Path, text: str) -> Path:
    """Write a file that only this user may read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as into:
        into.write(text)
    return file


def new_name() -> str:
    return secrets.token_hex(16)


def kernel_environment(run: Run, role: str, assets: str, plotly: str) -> dict[str, str]:
    """What a kernel may know: how to run, and where its server's socket is. Never the store, never who uses the page."""
    keep: tuple[str, ...] = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH")
    keep += ("WORKSHOP_KINDS", "WORKSHOP_MODULES")  # an author's own
    windows = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA")
    names = keep + (windows if sys.platform == "win32" else ())
    inherited = {n: v for n, v in os.environ.items() if n in names or n.startswith("LC_")}
    return inherited | {
        "IPYTHONDIR": str(run.ipython),
        "WORKSHOP_MODE": run.mode,
        "WORKSHOP_SOCKET": run.socket(role),
        "WORKSHOP_ASSETS": assets,
        "WORKSHOP_PLOTLY": plotly,
    }


def write_kernel_profile(run: Run) -> None:
    """IPython without this machine's start-up files, and without a history file, which would record when somebody did what."""
    profile = run.ipython / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(compat.KERNEL_PROFILE, encoding="utf-8")
