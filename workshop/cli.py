"""The `workshop` command. Whatever is wrong is said in one clear sentence; then the command ends with status 2."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import time
import webbrowser
from pathlib import Path
from typing import NoReturn

import click
import psutil

PATIENCE = 60.0  # s without a phone, after which we say what to try
HELP_FIRST_PHONE = """No phone has come yet. If people stand before it and it does not open:
  - Are phones and this computer in the same wifi? Guest networks often keep devices apart ("client isolation").
  - Does this computer's firewall let port {port} in? Allow it for Python, in private networks.
  - A phone's own hotspot, with this computer in it, nearly always works. Then start the workshop again.
  - Meanwhile begin on paper: the guide has every page as a sheet."""


def fail(sentence: object) -> NoReturn:
    click.echo(str(sentence), err=True)
    sys.exit(2)


def own_address(host: str) -> str:
    """The address at which phones reach this computer, or loopback where there is no network."""
    if host not in ("0.0.0.0", "::", ""):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks only which way a packet would go
            found = probe.getsockname()[0]
            if not found.startswith("127."):
                return found
        except OSError:
            pass
    for name, addresses in psutil.net_if_addrs().items():
        for address in addresses:
            if address.family == socket.AF_INET and not address.address.startswith(("127.", "169.254.")):
                if psutil.net_if_stats()[name].isup:
                    return address.address
    return "127.0.0.1"


def data_directory(given: str | None) -> Path:
    """Where rooms are kept, made where it is missing; ends the command where it cannot be written."""
    import platformdirs

    folder = Path(given or os.environ.get("WORKSHOP_DATA") or platformdirs.user_data_dir("interdependence-workshop", False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(folder / f".try-{secrets.token_hex(4)}", "x") as file:
            pass
        os.unlink(file.name)
    except OSError as error:
        fail(
            f"The data directory {folder} cannot be written ({(error.strerror or 'not allowed').lower()}): "
            "choose another one with --data-dir."
        )
    return folder


def open_store(store: str | None, data_dir: Path):
    from workshop.store import Store, StoreError

    where = store or str(data_dir / "workshop.sqlite")
    try:
        return where, Store.open(where)
    except StoreError as error:
        fail(error)


def the_room(store, code: str | None, mode: str):
    """The room of that code to go on with, or a new one."""
    from workshop.store import StoreError

    if code is None:
        return store.create_room(mode)
    room = store.find(code)
    if room is None:
        fail(f"There is no room {code.upper()} in this store: leave --room out for a new one, or look at --store and --data-dir.")
    if room.ended:
        fail(f"Room {room.code} has ended: leave --room out for a new one.")
    if room.mode == "alone" or (room.mode == "rehearsal") != (mode == "rehearsal"):
        fail(f"Room {room.code} is {'a rehearsal' if room.mode == 'rehearsal' else 'not a rehearsal'}: leave --room out for a new one.")
    try:
        return store.room(room.id)
    except StoreError as error:
        fail(error)


def check_curriculum() -> None:
    from workshop.curriculum import CurriculumError, modules

    try:
        modules()
    except CurriculumError as error:
        fail(error)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="interdependence-workshop", message="%(version)s")
def main() -> None:
    """A workshop on growing from dependence through independence to interdependence."""


@main.command()
@click.option("--no-browser", is_flag=True, help="Do not open the desk in a browser.")
@click.option("--host", default="0.0.0.0", show_default=True, help="The address that phones may come to.")
@click.option("--port", default=8000, show_default=True, help="The phones' port; 0: any free one.")
@click.option("--desk-port", default=8001, show_default=True, help="The desk's port, on this computer only; 0: any free one.")
@click.option("--data-dir", help="Where rooms are kept.")
@click.option("--store", help="A PostgreSQL address (postgresql://…) or a file, instead of the data directory's own.")
@click.option("--room", "code", help="The code of a room to go on with.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line first, for other programs.")
@click.option("--debug", is_flag=True, help="Say more on the standard error stream.")
def start(
    no_browser: bool,
    host: str,
    port: int,
    desk_port: int,
    data_dir: str | None,
    store: str | None,
    code: str | None,
    as_json: bool,
    debug: bool,
) -> None:
    """Run a workshop on this computer: phones join by the QR code, the facilitator works at the desk."""
    from workshop.server.run import Run
    from workshop.server.site import Site
    from workshop.server.supervise import Supervisor, Trouble, free_port, run_directory, running

    check_curriculum()
    folder = data_directory(data_dir)
    others = running(folder)
    try:
        port = free_port(host, port, "--port")
        desk_port = free_port("127.0.0.1", desk_port, "--desk-port")
    except Trouble as trouble:
        fail(trouble)
    where, opened = open_store(store, folder)
    room = the_room(opened, code, "room")
    opened.close()
    if room.code in others:
        fail(f"Room {room.code} is running already, as process {others[room.code]['pid']}.")
    address = own_address(host)
    join_url = f"http://{f'[{address}]' if ':' in address else address}:{port}/{room.code}"
    token = secrets.token_urlsafe(24)
    run = Run(
        directory=run_directory(),
        store=where,
        room=room.id,
        code=room.code,
        mode=room.mode,
        host=host,
        port=port,
        desk_host="127.0.0.1",
        desk_port=desk_port,
        join_url=join_url,
        data_dir=str(folder),
        secret=secrets.token_hex(32),
        token=token,
        debug=debug,
    )
    desk_url = f"http://127.0.0.1:{desk_port}/?token={token}"

    def say(text: str) -> None:
        click.echo(text, err=as_json)

    try:
        with Supervisor(run, say) as supervisor:
            if as_json:
                base = join_url.rpartition("/")[0]
                pages = {slug: base + page for slug, page in Site(run.site("participants")).addresses("en").items()}
                known = {"room": room.code, "join_url": join_url, "desk_url": desk_url, "pages": pages, "data_dir": str(folder)}
                click.echo(json.dumps(known))
                sys.stdout.flush()
            else:
                welcome(join_url, desk_url, address)
            if not no_browser:
                webbrowser.open(desk_url)
            supervisor.wait(FirstPhone(run, say))
            say("Ending the workshop …")
    except Trouble as trouble:
        fail(trouble)
    except FileNotFoundError as error:
        fail(error)
    except KeyboardInterrupt:
        pass
    say(
        f"The workshop has ended. To go on another day: workshop start --room {room.code}. "
        f"To delete its answers for good: workshop close {room.code}."
    )


def welcome(join_url: str, desk_url: str, address: str) -> None:
    """What the facilitator sees in the terminal."""
    import segno

    click.echo()
    segno.make(join_url, error="m").terminal(compact=True)
    click.echo(f"\nPhones join at   {join_url}\nYour desk        {desk_url}\n")
    if address.startswith("127."):
        click.echo("This computer is in no network, so no phone can reach it: join a wifi or open a hotspot, then start again.\n")
    click.echo("Ctrl-C ends the workshop.")


class FirstPhone:
    """Called each second: says that it waits, that somebody came, or after a minute what to try."""

    def __init__(self, run, say) -> None:
        self.run, self.say, self.began, self.told = run, say, time.monotonic(), 0
        self.come = False

    def __call__(self) -> None:
        if self.come:
            return
        if not self.told:
            self.told = 1
            self.say("Waiting for the first phone …")
        if self.run.ready("phone").exists():
            self.come = True
            self.say("The first phone is here.")
        elif self.told == 1 and time.monotonic() - self.began > PATIENCE:
            self.told = 2
            self.say(HELP_FIRST_PHONE.format(port=self.run.port))


@main.command()
def check() -> None:
    """Check every module; name each problem by file and line."""
    from workshop import curriculum

    problems = curriculum.check()
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    count = len(curriculum.modules())
    click.echo(f"{count} module{'s' if count > 1 else ''} checked, nothing is wrong.")


@main.command()
@click.argument("code")
@click.option("--data-dir", help="Where rooms are kept.")
@click.option("--store", help="The room's store, if it is not the data directory's own.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def close(code: str, data_dir: str | None, store: str | None, yes: bool) -> None:
    """End a room for good: its answers are deleted, what the room was shown stays."""
    from workshop.server.supervise import running
    from workshop.store import StoreError

    folder = data_directory(data_dir)
    others = running(folder)
    if code.upper() in others:
        fail(f"Room {code.upper()} is running, as process {others[code.upper()]['pid']}: end it first, with Ctrl-C.")
    _, opened = open_store(store, folder)
    room = opened.find(code)
    if room is None:
        fail(f"There is no room {code.upper()} in this store: look at --store and --data-dir.")
    if not yes:
        click.confirm(f"Delete the answers of room {room.code} for good?", abort=True)
    try:
        left = opened.close_room(room.id)
        kept = len(opened.state(room.id).reveals)
        opened.close()
    except StoreError as error:
        fail(error)
    click.echo(f"Room {room.code} has ended. {left} What the room was shown stays: {kept} result{'' if kept == 1 else 's'}.")
    if not left.clean:
        sys.exit(1)


if __name__ == "__main__":
    main()
