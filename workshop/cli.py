"""The `workshop` command. Whatever is wrong is said in one clear sentence; then the command ends with status 2."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from workshop.server.run import Run
    from workshop.store import Room, Store

PATIENCE = 60.0  # s without a phone, after which we say what to try
WAITING = "Waiting for the first phone …"
NO_NETWORK = "Only this computer can open the pages: for phones, join a wifi or open a hotspot, then start again without --host."
WHAT_TO_TRY = """No phone has come yet. If somebody tries and the page does not open:
  - Is the phone in the same wifi as this computer? Guest networks often keep devices apart ("client isolation").
  - Does this computer's firewall let port {port} in? Allow it for Python, in private networks.
  - A phone's own hotspot, with this computer in it, nearly always works. Then start the workshop again.
  - Meanwhile begin on paper: the guide has every page as a sheet."""


def fail(sentence: object) -> NoReturn:
    """Say what is wrong and end with status 2."""
    click.echo(str(sentence), err=True)
    sys.exit(2)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="interdependence-workshop", message="%(version)s")
def main() -> None:
    """A workshop on growing from dependence through independence to interdependence."""


@main.command()
@click.option("--no-browser", is_flag=True, help="Do not open the desk in a browser.")
@click.option("--host", default="0.0.0.0", show_default=True, help="The address that phones may come to.")
@click.option("--port", default=8000, show_default=True, help="The phones' port; 0: any free one.")
@click.option("--desk-port", default=8001, show_default=True, help="The desk's port; 0: any free one.")
@click.option("--desk-host", default="127.0.0.1", show_default=True, help="Where the desk may be reached; others need TLS.")
@click.option("--certfile", help="A certificate in PEM form, with its chain: both servers speak TLS.")
@click.option("--keyfile", help="The certificate's key, without a password.")
@click.option("--join-url", help="Scheme and name that phones use, where a proxy stands in front: https://workshop.example.org")
@click.option("--desk-url", help="The same for the desk.")
@click.option("--i-have-tls-in-front", "tls_in_front", is_flag=True, help="A proxy encrypts what comes to --desk-host.")
@click.option("--data-dir", help="Where rooms are kept.")
@click.option("--store", help="A PostgreSQL address (postgresql://…) or a file, instead of the data directory's own.")
@click.option("--room", "code", help="The code of a room to go on with.")
@click.option("--k", type=int, help="People who must have answered before a result is shown; raised, never lowered.")
@click.option("--seats", default=0, type=click.IntRange(0), help="The most pages at once; 0: as many as memory allows.")
@click.option(
    "--preheat/--no-preheat",
    default=True,
    envvar="WORKSHOP_PREHEAT",
    help="Keep pages ready before they are asked for: on unless you say no.",
)
@click.option("--fork/--no-fork", default=None, help="Copy kernels from one warm process; without either: on Linux.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line first, for other programs.")
@click.option("--debug", is_flag=True, help="Say more on the standard error stream.")
def start(no_browser: bool, as_json: bool, **options) -> None:
    """Run a workshop on this computer: phones join by the QR code, the facilitator works at the desk."""
    asks = not as_json and sys.stdin.isatty()
    serve(prepare(**options, forgotten="ask" if asks else "say"), as_json=as_json, browser=not no_browser)


@main.command()
@click.option("--people", default=12, show_default=True, type=click.IntRange(1, 1000), help="How many simulated people.")
@click.option("--modules", "slugs", help="Which modules, by their slugs with commas between them; without it all.")
@click.option("--format", "plan", help="A whole evening by its plan, as in `--format 90`: one comes late, one leaves in the middle.")
@click.option("--seed", type=int, help="The same number gives the same group; without it every rehearsal differs.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a module; with --desk the one line of `workshop start`.")
@click.option("--desk", is_flag=True, help="Practise yourself: the servers run, and the simulated group follows your desk.")
@click.option("--speed", default=1.0, show_default=True, type=click.FloatRange(0.1, 100), help="With --desk: how quick the group is.")
@click.option("--no-browser", is_flag=True, help="With --desk: do not open it in a browser.")
@click.option("--host", default="0.0.0.0", show_default=True, help="With --desk: the address that phones may come to.")
@click.option("--port", default=8000, show_default=True, help="With --desk: the phones' port; 0: any free one.")
@click.option("--desk-port", default=8001, show_default=True, help="With --desk: the desk's port; 0: any free one.")
@click.option("--data-dir", help="With --desk: where notebooks find the running workshop.")
def rehearse(
    people: int,
    slugs: str | None,
    plan: str | None,
    seed: int | None,
    as_json: bool,
    desk: bool,
    speed: float,
    no_browser: bool,
    **options,
) -> None:
    """Let a simulated group walk the modules unattended; with --desk, practise with it. Nothing of it is kept."""
    from workshop import rehearsal

    if not desk:
        walk_unattended(people, slugs, plan, seed, as_json)
        return
    with tempfile.TemporaryDirectory(prefix="workshop-rehearsal-") as folder:
        run = prepare(**options, store=os.fspath(Path(folder, "rehearsal.sqlite")), mode="rehearsal")
        with rehearsal.following(run.store, run.room, people, seed, speed):
            serve(run, as_json=as_json, browser=not no_browser)


def walk_unattended(people: int, slugs: str | None, plan: str | None, seed: int | None, as_json: bool) -> None:
    """One line a module; ends with status 1 where anything went wrong."""
    from workshop import rehearsal
    from workshop.curriculum import CurriculumError

    wanted = [slug.strip() for slug in slugs.split(",") if slug.strip()] if slugs else []
    errors = 0
    try:
        for report in rehearsal.evening(people, plan, seed) if plan else rehearsal.walk(people, wanted, seed):
            errors += report.errors
            click.echo(json.dumps(asdict(report)) if as_json else str(report))
    except CurriculumError as error:
        fail(error)
    if not as_json:
        click.echo("A simulated group: nothing here is a result. To practise yourself: workshop rehearse --desk")
    if errors:
        sys.exit(1)


def prepare(
    host: str = "0.0.0.0",
    port: int = 8000,
    desk_port: int = 8001,
    data_dir: str | None = None,
    store: str | None = None,
    code: str | None = None,
    mode: str = "room",
    k: int | None = None,
    seats: int = 0,
    preheat: bool = True,
    fork: bool | None = None,
    forgotten: str = "",
    debug: bool = False,
    desk_host: str = "127.0.0.1",
    certfile: str | None = None,
    keyfile: str | None = None,
    join_url: str | None = None,
    desk_url: str | None = None,
    tls_in_front: bool = False,
) -> Run:
    """Everything that a run needs, checked before anything is started; port 0: any free one.

    `forgotten`: whether to "ask" about old rooms that still hold answers, or only to "say" that they are there.
    """
    from workshop.server import reach
    from workshop.server.ending import close_forgotten
    from workshop.server.run import Run
    from workshop.server.supervise import Trouble, free_port, run_directory, running

    check_curriculum()
    folder = data_directory(data_dir)
    try:
        cert, key = reach.files(certfile, keyfile)
        join_base, desk_base = reach.base(join_url, "--join-url"), reach.base(desk_url, "--desk-url")
        reach.desk(desk_host, cert, tls_in_front, desk_base)
        port = free_port(host, port, "--port")
        desk_port = free_port(desk_host, desk_port, "--desk-port", "--desk-host")
        if port == desk_port:
            raise Trouble("Phones and desk need two ports: choose another one with --desk-port.")
    except (Trouble, reach.Unsafe) as trouble:
        fail(trouble)
    where, opened = open_store(store, folder)
    room = find_room(opened, code, mode, k)
    if forgotten:
        close_forgotten(opened, running(folder), partial(click.echo, err=True), click.confirm if forgotten == "ask" else None, room.code)
    opened.close()
    if other := running(folder).get(room.code):
        fail(f"Room {room.code} is running already, as process {other['pid']}.")
    join_base = join_base or reach.url(own_address(host), port, bool(cert))
    return Run(
        directory=run_directory(),
        store=where,
        room=room.id,
        code=room.code,
        mode=room.mode,
        host=host,
        port=port,
        desk_host=desk_host,
        desk_port=desk_port,
        desk_base=desk_base or reach.url(own_address(desk_host), desk_port, bool(cert)),
        join_url=f"{join_base}/{room.code}",
        certfile=cert,
        keyfile=key,
        data_dir=str(folder),
        secret=secrets.token_hex(32),
        token=secrets.token_urlsafe(24),
        seats=seats,
        preheat=preheat,
        fork=fork,
        debug=debug,
    )


def serve(run: Run, as_json: bool = False, browser: bool = True, each_second: Callable[[], object] = lambda: None) -> None:
    """Run both servers until Ctrl-C. With `as_json` the first line on stdout is for programs, and all words go to stderr."""
    from workshop.server.reach import local
    from workshop.server.supervise import Supervisor, Trouble

    def say(text: str) -> None:
        click.echo(text, err=as_json)

    phone = FirstPhone(run, say)
    try:
        with Supervisor(run, say) as supervisor:
            if as_json:
                click.echo(json.dumps(addresses(run)))
            else:
                welcome(run)
            if local(run.join_url):
                say(NO_NETWORK)
            say(WAITING)
            if browser:
                webbrowser.open(run.desk_url)
            supervisor.wait(lambda: (phone.look(), each_second()))
            say("Ending the workshop …")
    except (Trouble, FileNotFoundError) as trouble:
        fail(trouble)
    except KeyboardInterrupt:
        pass
    if run.mode == "room":
        say(f"The workshop has ended. To go on another day: workshop start --room {run.code}")
        say(f"To delete its answers for good: workshop close {run.code}")


def addresses(run: Run) -> dict[str, object]:
    """What other programs need to know of a running workshop."""
    from workshop.server.site import Site

    base = run.join_url.rpartition("/")[0]
    pages = {slug: base + page for slug, page in Site(run.site("participants")).addresses("en").items()}
    return {"room": run.code, "join_url": run.join_url, "desk_url": run.desk_url, "pages": pages, "data_dir": run.data_dir}


def welcome(run: Run) -> None:
    """What the facilitator sees in the terminal."""
    import segno

    click.echo()
    segno.make(run.join_url, error="m").terminal(compact=True)
    click.echo(f"\nPhones join at   {run.join_url}\nYour desk        {run.desk_url}\n")
    click.echo("Ctrl-C ends the workshop.")


class FirstPhone:
    """Looked after each second: says that somebody has come, or after a minute what to try."""

    def __init__(self, run: Run, say: Callable[[str], object]) -> None:
        self._run, self._say, self._began = run, say, time.monotonic()
        self._come = self._told = False

    def look(self) -> None:
        if self._come:
            return
        if self._run.ready("phone").exists():
            self._come = True
            self._say("The first phone is here.")
        elif not self._told and time.monotonic() - self._began > PATIENCE:
            self._told = True
            self._say(WHAT_TO_TRY.format(port=self._run.port))


@main.command()
@click.option("--reading", is_flag=True, help="Also report how each page reads; status 1 where one goes over a rule without a reason.")
def check(reading: bool) -> None:
    """Check every module, model and format; name each problem by file and line."""
    from workshop import curriculum, formats, simulations
    from workshop import help as lines

    problems = curriculum.check() or simulations.check()
    if not problems and not os.environ.get("WORKSHOP_MODULES"):  # the formats are made of our own modules
        problems = formats.check() + lines.check()
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    count = len(curriculum.modules())
    click.echo(f"{count} module{'' if count == 1 else 's'} checked; nothing is wrong.")
    report_chances()
    if reading:
        report_reading()


def report_chances() -> None:
    """Beside every question: how often groups of eight and of fifteen would see its result."""
    from workshop.chance import chance, in_words
    from workshop.curriculum import modules

    questions = [question for module in modules() for question in module.questions]
    width = max((len(question.id) for question in questions), default=0)
    for question in questions:
        tender = ", tender" if question.sensitive else ""
        of_8, of_15 = (in_words(chance(question, people)) for people in (8, 15))
        click.echo(f"  {question.id:{width}}  shown to 8 people: {of_8}, to 15: {of_15}{tender}")


def report_reading() -> None:
    from workshop.reading import NoPage, reports
    from workshop.server.site import notebooks

    try:
        pages = reports(notebooks())
    except (NoPage, FileNotFoundError) as error:
        fail(error)
    for page in pages:
        click.echo("\n".join(["", *page.lines()]))
    if any(not flag.reason for page in pages for flag in page.flags):
        sys.exit(1)


@main.command()
@click.argument("code")
@click.option("--data-dir", help="Where rooms are kept.")
@click.option("--store", help="The room's store, if it is not the data directory's own.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def close(code: str, data_dir: str | None, store: str | None, yes: bool) -> None:
    """End a room for good: its answers are deleted, what the room was shown stays."""
    from workshop.server import ending
    from workshop.server.supervise import running
    from workshop.store import StoreError

    folder = data_directory(data_dir)
    _, opened = open_store(store, folder)
    try:
        room = opened.find(code) or fail(no_room(code))
        if other := running(folder).get(room.code):
            fail(f"Room {room.code} is running, as process {other['pid']}: end it first, with Ctrl-C.")
        if not yes:
            click.confirm(f"Delete the answers of room {room.code} for good?", abort=True)
        sentence, clean = ending.close(opened, room)
    except StoreError as error:
        fail(error)
    finally:
        opened.close()
    click.echo(sentence)
    if not clean:
        sys.exit(1)


@main.command()
@click.argument("directory", default="facilitator-guide", type=click.Path(path_type=Path))
def guide(directory: Path) -> None:
    """Write the tables of the facilitator guide in DIRECTORY anew, from the modules."""
    from workshop import guide as pages

    check_curriculum()
    if not directory.is_dir():
        fail(f"There is no folder {directory}: say where the facilitator guide is.")
    try:
        changed = pages.write(directory)
    except pages.GuideError as error:
        fail(error)
    for page in changed:
        click.echo(page)
    click.echo(f"{len(changed)} page{'' if len(changed) == 1 else 's'} of the guide changed.")


def check_curriculum() -> None:
    from workshop.curriculum import CurriculumError, modules

    try:
        modules()
    except CurriculumError as error:
        fail(error)


def data_directory(given: str | None) -> Path:
    """Where rooms are kept, made where it is missing; ends the command where it cannot be written."""
    from workshop.room import data_dir

    folder = Path(given).expanduser() if given else data_dir()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        trial = folder / f".trial-{secrets.token_hex(4)}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        reason = (error.strerror or "not allowed").lower()
        fail(f"The data directory {folder} cannot be written ({reason}): choose another one with --data-dir.")
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
    return f"There is no room {code.strip().upper()} in this store: look at --store and --data-dir."


def find_room(store: Store, code: str | None, mode: str, k: int | None = None) -> Room:
    """The room of that code, to go on with; without a code a new one. `k` is raised to what is asked, never lowered."""
    from workshop.curriculum import modules
    from workshop.reveal import threshold
    from workshop.room import LocalRoom
    from workshop.store import StoreError

    try:
        threshold(k=k)
        if code is None:
            room = LocalRoom.create(store, mode, k)
            room.open_module(modules()[0].slug)  # two taps from the code to the first page
            return store.room(room.id)
        room = store.find(code) or fail(f"{no_room(code)} Without --room a new one is made.")
    except (StoreError, ValueError) as error:
        fail(error)
    if room.ended:
        fail(f"Room {room.code} has ended; without --room a new one is made.")
    if room.mode != mode:
        kind = {"room": "a real room", "rehearsal": "a rehearsal", "alone": "one person's own"}[room.mode]
        fail(f"Room {room.code} is {kind}; without --room a new one is made.")
    if k is not None and (holds := store.raise_k(room.id, k)) > k:
        fail(f"Room {room.code} asks for {holds} people before a result is shown: that can be raised, never lowered.")
    return room


def own_address(host: str) -> str:
    """The address at which phones reach this computer; loopback where it is in no network."""
    if host not in ("0.0.0.0", "::", ""):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks only which way a packet would go
            if not probe.getsockname()[0].startswith(("0.", "127.")):
                return probe.getsockname()[0]
        except OSError:
            pass
    return next(local_addresses(), "127.0.0.1")


def local_addresses():
    """Addresses of this computer's networks, where no route leads out: a hotspot without internet is one."""
    import psutil

    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    for name, known in psutil.net_if_addrs().items():
        for one in known:
            if name in up and one.family == socket.AF_INET and not one.address.startswith(("127.", "169.254.")):
                yield one.address


if __name__ == "__main__":
    main()
