"""A workshop on this computer, from its options to its end: what is checked before it starts, what the terminal says.

If something is wrong, one clear sentence says what, and the command ends with status 2.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from workshop.server.options import StartOptions

if TYPE_CHECKING:
    from workshop.phases import Mode
    from workshop.server.run import Run
    from workshop.server.terminal import Terminal
    from workshop.store import Room, Store

NO_PHONE_AFTER = 60.0  # s after which we say what to try
MOVED = """This computer's address has changed. Phones that were in don't find it any more: have everybody scan again.

{qr}

Phones join at   {url}

A phone that comes in again counts as another person. Answers to questions that are open now may be counted twice: end these
questions now, or set their results aside."""
ELSEWHERE = """Last time this room had another address. What phones keep, they keep for one address: people who saved their page can open
it here. A phone that answered a question which is still open now counts as another person."""
OPEN_IT = "Open the desk's address in a browser on this computer."
BY_SSH = """To open the desk on the computer in front of you, run this there, and then open the desk's address in its browser:
  ssh -N -L {port}:127.0.0.1:{port} {user}@{here}"""
NO_QR = "This terminal can't draw the QR code; the desk shows it, and so does the screen."
WAITING = "Waiting for the first phone …"
NO_NETWORK = "Only this computer can open the pages. For phones, join a wifi or open a hotspot, then start again without --host."
WHAT_TO_TRY = """No phone has joined yet. If somebody tries and the page doesn't open, look for these; the quickest comes first:
  - Is the phone in the same wifi as this computer? Guest networks often keep devices apart ("client isolation").
  - Does the phone say that this wifi has no internet? Tell it to stay connected.
  - On the phone, turn off a VPN, a private relay, "private DNS", and the data saver of its browser.
  - On an iPhone, take Safari. Other browsers need a permission: Settings, Privacy & Security, Local Network.
  - On this computer, turn off a VPN. In Windows, call this wifi a private network.
  - Does this computer's firewall let phones in on port {port}? Allow it for Python, in private networks.
  - A phone's own hotspot, with this computer joined to it, nearly always works. Then start the workshop again.
  - Meanwhile, begin on paper: the guide has every page as a sheet."""


def fail(sentence: object) -> NoReturn:
    """Say what is wrong and end with status 2."""
    click.echo(str(sentence), err=True)
    sys.exit(2)


def options(*names: str, prefix: str = "") -> Callable[[Callable], Callable]:
    """Decorates a command with the start's options; `names`: only these. `prefix` goes before each help text."""

    def decorate(command: Callable) -> Callable:
        for one in reversed(fields(StartOptions)):  # click lists the last decorator first
            if one.metadata and (not names or one.name in names):
                command = _option(one.name, one.default, prefix, **one.metadata)(command)
        return command

    return decorate


def _option(name: str, default: Any, prefix: str, help: str, flags: tuple[str, ...], settings: dict[str, Any]) -> Callable:
    settings = dict(settings)
    if "min" in settings:
        settings["type"] = click.IntRange(settings.pop("min"))
    text = prefix + help[0].lower() + help[1:] if prefix else help
    return click.option(*(flags or (f"--{name.replace('_', '-')}",)), name, default=default, help=text, **settings)


def prepare(options: StartOptions, forgotten: str = "") -> Run:
    """Everything that a run needs, checked before anything is started; port 0: any free one.

    `forgotten`: whether to "ask" about rooms that aren't finished and old ones that still hold answers, or only to "say" that
    they are there.
    """
    from workshop.server import addresses, reach
    from workshop.server.ending import close_forgotten, offer_unfinished
    from workshop.server.ports import NoPort, free_port
    from workshop.server.run import Run
    from workshop.server.runfiles import last_address, lasting_directory, running, short_directory

    check_curriculum()
    options = replace(options, host=addresses.listening(options.host))
    folder = data_directory(options.data_dir)
    try:
        cert, key = reach.files(options.certfile, options.keyfile)
        join_base, desk_base = reach.base(options.join_base, "--join-url"), reach.base(options.desk_base, "--desk-url")
        reach.desk(options.desk_host, cert, options.tls_in_front, desk_base)
        reach.path(options.base_url, 0)
        port = free_port(options.host, options.port, "--port")
        desk_port = free_port(options.desk_host, options.desk_port, "--desk-port", "--desk-host")
        if port == desk_port:
            raise NoPort("Phones and desk need two ports: choose another one with --desk-port.")
    except (NoPort, reach.Unsafe) as trouble:
        fail(trouble)
    where, opened = open_store(options.store, folder)
    code, tell, ask = options.code, partial(click.echo, err=True), click.confirm if forgotten == "ask" else None
    if forgotten and not code:
        code = offer_unfinished(opened, running(folder), tell, partial(ask, default=True) if ask else None)
    room = find_room(opened, code, options.mode, options.k)
    if forgotten:
        close_forgotten(opened, folder, running(folder), tell, ask, room.code)
    opened.close()
    if other := running(folder).get(room.code):
        fail(f"Room {room.code} is running already, as process {other['pid']}.")
    here = join_base or reach.url(reach.own_address(options.host), port, bool(cert), reach.path(options.base_url, port))
    before = last_address(folder, room.code)
    settled = {
        "code": room.code,
        "mode": room.mode,
        "store": where,
        "data_dir": str(folder),
        "port": port,
        "desk_port": desk_port,
        "join_base": here,
        "moved": before not in ("", here),
        "desk_base": desk_base
        or reach.url(reach.own_address(options.desk_host), desk_port, bool(cert), reach.path(options.base_url, desk_port)),
        "follows": not join_base and options.host in reach.EVERYWHERE,
        "certfile": cert,
        "keyfile": key,
    }
    places = {"directory": lasting_directory(folder), "open_directory": short_directory()}
    decided = places | {"room": room.id, "secret": secrets.token_hex(32), "token": secrets.token_urlsafe(24)}
    return Run(**asdict(options) | settled | decided)


def run_workshop(run: Run, as_json: bool = False, browser: bool = True) -> None:
    """Run both servers until Ctrl-C. With `as_json` the first line on stdout is for programs, and all words go to stderr."""
    from workshop.server.moving import Moving
    from workshop.server.reach import about, local
    from workshop.server.showing import Showing, has_window
    from workshop.server.supervise import Supervisor, Trouble
    from workshop.server.terminal import Terminal

    out = Terminal(sys.stdout)
    words = Terminal(sys.stderr) if as_json else out
    say, asks = words.say, not as_json and sys.stdin.isatty()
    phone, remarks, showing = FirstPhone(run, say), Remarks(run, say), Showing(run)

    def look() -> None:
        if base := moving.look():
            say(MOVED.format(qr=words.qr(f"{base}/{run.code}"), url=f"{base}/{run.code}"))
        remarks.look()
        showing.look()
        phone.look()

    try:
        with Supervisor(run, say, asks) as supervisor:
            moving = Moving(supervisor.files, say)
            if as_json:
                out.say(json.dumps(addresses(run)))
            else:
                welcome(run, out, asks)
            if run.moved:
                say(ELSEWHERE)
            if local(run.join_url) and not run.follows:
                say(NO_NETWORK)
            for sentence in about(run.host, run.join_url):
                say(sentence)
            remarks.look()
            say(WAITING)
            if browser and has_window():
                showing.begin()
            elif browser:
                say(by_ssh(run) if os.environ.get("SSH_CONNECTION") else OPEN_IT)
            supervisor.wait(look)
            say("Ending the workshop …")
    except (Trouble, FileNotFoundError) as trouble:
        words.finish()
        fail(trouble)
    except KeyboardInterrupt:
        pass
    finally:
        showing.end()
    if run.mode == "room":
        say(f"The workshop has ended. To carry on another day: workshop start --room {run.code}")
        say(f"To delete its answers for good: workshop close {run.code}")
    words.finish()


def addresses(run: Run) -> dict[str, object]:
    """What other programs need to know of a running workshop."""
    from workshop.server.pages import Site

    base = run.join_url.rpartition("/")[0]
    pages = {slug: base + page for slug, page in Site(run.site("participants")).addresses("en").items()}
    return {"room": run.code, "join_url": run.join_url, "desk_url": run.desk_url, "pages": pages, "data_dir": run.data_dir}


def welcome(run: Run, terminal: Terminal, asks: bool) -> None:
    """What the facilitator sees in the terminal. `asks`: one Ctrl-C isn't enough."""
    terminal.say(f"\n{terminal.qr(run.join_url) or NO_QR}\n")
    terminal.say(f"Phones join at   {run.join_url}\nYour desk        {run.desk_url}\n")
    terminal.say("Ctrl-C, pressed twice, ends the workshop." if asks else "Ctrl-C ends the workshop.")


def by_ssh(run: Run) -> str:
    """How to reach the desk from where somebody has come from by ssh: the desk itself is open to this computer only."""
    from getpass import getuser
    from socket import gethostname

    here = (os.environ.get("SSH_CONNECTION") or "").split()
    return BY_SSH.format(port=run.desk_port, user=getuser(), here=here[2] if len(here) == 4 else gethostname())


class FirstPhone:
    """Says once that somebody has come; if nobody has after a minute, what to try. `look` is called each second."""

    def __init__(self, run: Run, say: Callable[[str], object]) -> None:
        self._run, self._say, self._began = run, say, time.monotonic()
        self._come = self._told = False

    def look(self) -> None:
        if self._come:
            return
        if self._run.first_phone.exists():
            self._come = True
            self._say("The first phone is here.")
        elif not self._told and time.monotonic() - self._began > NO_PHONE_AFTER:
            self._told = True
            self._say(WHAT_TO_TRY.format(port=self._run.port))


class Remarks:
    """Says once what the servers have noticed about this computer. `look` is called each second."""

    def __init__(self, run: Run, say: Callable[[str], object]) -> None:
        self._run, self._say = run, say
        self._told: set[str] = set()

    def look(self) -> None:
        for file in sorted(self._run.remarks.glob("*")):
            if file.name not in self._told and file.suffix != ".new":
                self._told.add(file.name)
                self._say(file.read_text(encoding="utf-8"))


def check_curriculum() -> None:
    from workshop.declaration.curriculum import CurriculumError, modules

    try:
        modules()
    except CurriculumError as error:
        fail(error)


def data_directory(given: str | None) -> Path:
    """Where rooms are kept; made if it's missing. Ends the command if it can't be written."""
    from workshop.room.local import data_dir

    folder = Path(given).expanduser() if given else data_dir()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        trial = folder / f".trial-{secrets.token_hex(4)}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        reason = (error.strerror or "not allowed").lower()
        fail(f"The data directory {folder} can't be written ({reason}): choose another one with --data-dir.")
    return folder.absolute()


def open_store(where: str | None, folder: Path) -> tuple[str, Store]:
    from workshop.store import Store, StoreError

    where = where or os.fspath(folder / "workshop.sqlite")
    if "://" not in where:
        where = os.path.abspath(os.path.expanduser(where))
    try:
        return where, Store.open(where)
    except StoreError as error:
        fail(error)


def no_room(code: str) -> str:
    return f"There's no room {code.strip().upper()} in this store: check --store and --data-dir."


def find_room(store: Store, code: str, mode: Mode, k: int | None = None) -> Room:
    """The room that has this code, to carry on with; a new one for "". `k` is raised to what is asked, never lowered."""
    from workshop.declaration.curriculum import modules
    from workshop.reveal import threshold
    from workshop.room.local import LocalRoom
    from workshop.store import StoreError

    try:
        threshold(k=k)
        if not code:
            new = LocalRoom.create(store, mode, k)
            new.open_module(modules()[0].slug)  # two taps from the code to the first page
            return store.room(new.id)
        room = store.find(code) or fail(f"{no_room(code)} If you leave out --room, you get a new one.")
    except (StoreError, ValueError) as error:
        fail(error)
    if room.ended:
        fail(f"Room {room.code} has ended; if you leave out --room, you get a new one.")
    if room.mode != mode:
        kind = {"room": "a real room", "rehearsal": "a rehearsal", "alone": "one person's own"}[room.mode]
        fail(f"Room {room.code} is {kind}; if you leave out --room, you get a new one.")
    if k is not None and (holds := store.raise_k(room.id, k)) > k:
        fail(f"Room {room.code} needs {holds} people before it shows a result: you can raise that, never lower it.")
    return room
