"""The `workshop` command: what it prints for people and for programs, and one sentence for everything that is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

import workshop
from tests.browsing import Browser
from tests.running import run, until
from workshop import launch
from workshop.server.kernels.provisioner import ForkServer
from workshop.server.options import StartOptions
from workshop.server.ports import NoPort, free_port
from workshop.server.run import Run
from workshop.server.runfiles import RunFiles, running, short_directory
from workshop.server.supervise import Server
from workshop.store import Store
from workshop.store.store import ALPHABET

MODULES = Path(workshop.__file__).parent / "modules"


@pytest.fixture
def refused(tmp_path):
    """`refused("start", …)`: the one sentence with which the command ended, status 2, nothing on stdout."""

    def go(*arguments: str, **env: str) -> str:
        if "--data-dir" not in arguments and arguments[0] != "check":
            arguments = (*arguments, "--data-dir", str(tmp_path / "data"))
        done = run(*arguments, env={**os.environ, **env})
        assert done.returncode == 2, done
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        return done.stderr.strip()

    return go


def quiet(*more: str) -> tuple[str, ...]:
    return ("start", "--no-browser", "--host", "127.0.0.1", "--port", "0", "--desk-port", "0", *more)


def test_a_taken_port(refused):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused("start", "--no-browser", "--host", "127.0.0.1", "--port", port, "--desk-port", "0")
        assert said == f"Port {port} is taken by another program: choose another one with --port."
        said = refused("start", "--no-browser", "--host", "127.0.0.1", "--port", "0", "--desk-port", port)
        assert said == f"Port {port} is taken by another program: choose another one with --desk-port."


def test_phones_and_desk_need_two_ports(refused):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    said = refused("start", "--no-browser", "--host", "127.0.0.1", "--port", port, "--desk-port", port)
    assert said == "Phones and desk need two ports: choose another one with --desk-port."


def test_an_address_that_this_computer_does_not_have(refused):
    assert "no address 192.0.2.77" in refused("start", "--no-browser", "--host", "192.0.2.77", "--port", "0", "--desk-port", "0")
    with pytest.raises(NoPort, match="99999 isn't a port"):
        free_port("127.0.0.1", 99999, "--port")


def test_a_data_directory_that_cannot_be_written(refused, tmp_path):
    (tmp_path / "file").touch()
    said = refused(*quiet("--data-dir", str(tmp_path / "file" / "data")))
    assert said.startswith(f"The data directory {tmp_path / 'file' / 'data'} can't be written")
    assert said.endswith("choose another one with --data-dir.")


def test_rooms_that_are_not_there(refused, tmp_path):
    assert "no room 2345" in refused(*quiet("--room", "2345"))
    store = Store.open(tmp_path / "data" / "workshop.sqlite")
    ended, rehearsed = store.create_room(), store.create_room("rehearsal")
    store.close_room(ended.id)
    store.close()
    assert f"Room {ended.code} has ended" in refused(*quiet("--room", ended.code))
    assert f"Room {rehearsed.code} is a rehearsal" in refused(*quiet("--room", rehearsed.code))
    assert "no room 2345" in refused("close", "2345", "--yes")


def test_a_store_of_another_version(refused, tmp_path):
    file = tmp_path / "old.sqlite"
    Store.open(file).close()
    with sqlite3.connect(file) as db:
        db.execute("UPDATE meta SET value = '0' WHERE name = 'version'")
    db.close()
    assert "another version" in refused(*quiet("--store", str(file)))
    file.write_bytes(b"not a database, but long enough to look at" * 100)
    assert str(file) in refused(*quiet("--store", str(file)))
    assert "postgresql" in refused(*quiet("--store", "mysql://somewhere/else"))


def test_a_broken_module_is_named_by_file_and_line(refused, tmp_path):
    (tmp_path / "modules").mkdir()
    text = (MODULES / "01-arrive.toml").read_text("utf-8").replace('kind = "choice"', 'kind = "choise"', 1)
    line = text[: text.index("choise")].count("\n") + 1
    (tmp_path / "modules" / "01-arrive.toml").write_text(text, "utf-8")
    env = {"WORKSHOP_MODULES": str(tmp_path / "modules")}
    said = refused(*quiet(), **env)
    assert said.startswith(f"01-arrive.toml, line {line}: ")
    assert "Did you mean 'choice'?" in said
    checked = run("check", env={**os.environ, **env})
    assert checked.returncode == 1
    assert said in checked.stdout


def test_check_says_how_many():
    checked = run("check")
    assert checked.returncode == 0, checked.stdout
    assert re.match(r"\d+ modules? checked; nothing is wrong\.", checked.stdout)


def test_the_json_line_comes_first_and_a_room_can_be_carried_on(start):
    first = start()
    assert re.fullmatch(f"[{ALPHABET}]{{4}}", first.room)
    assert first.join_url.endswith(f"/{first.room}")
    assert set(first.pages) >= {"start", "arrive"}
    assert first.pages["arrive"].endswith("/en/arrive")
    assert first.join_url not in first.log.read_text()
    again = run(*quiet("--room", first.room, "--data-dir", str(first.data_dir)))
    assert again.returncode == 2
    assert f"Room {first.room} is running already" in again.stderr
    refused = run("close", first.room, "--yes", "--data-dir", str(first.data_dir))
    assert refused.returncode == 2
    assert "end it first" in refused.stderr
    first.stop()
    second = start("--room", first.room.lower())
    assert second.room == first.room
    assert second.desk_url.partition("token=")[2] != first.desk_url.partition("token=")[2]


def test_what_a_facilitator_reads(tmp_path):
    """The QR code and both addresses, then that it waits; Ctrl-C ends it with how to go on."""
    command = [sys.executable, "-m", "workshop.cli", *quiet("--data-dir", str(tmp_path))]
    log = tmp_path / "out"
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    until(lambda: "Waiting for the first phone" in log.read_text(), 30)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    said = log.read_text()
    assert "█" in said or "▀" in said
    code = re.search(r"Phones join at +http://127\.0\.0\.1:\d+/(\w{4})\n", said)[1]
    assert re.search(r"Your desk +http://127\.0\.0\.1:\d+/\?token=\S+\n", said)
    assert "Only this computer can open the pages" in said
    assert f"workshop start --room {code}" in said
    closed = run("close", code, "--yes", "--data-dir", str(tmp_path))
    assert closed.returncode == 0
    assert closed.stdout.startswith(f"Room {code} has ended. The answers of this room are deleted")
    assert "0 results" in closed.stdout


def test_a_room_asks_for_more_people_and_never_for_fewer_again(tmp_path, refused):
    assert refused(*quiet("--k", "4")) == "A room may ask for more than 5 answers before a result is shown, not for 4."
    store = Store.open(tmp_path / "workshop.sqlite")
    made = launch.find_room(store, "", "room", 7)
    assert made.k == 7
    launch.find_room(store, made.code, "room", 9)
    assert store.room(made.id).k == 9
    store.close()
    said = refused(*quiet("--room", made.code, "--k", "8", "--data-dir", str(tmp_path)))
    assert said == f"Room {made.code} needs 9 people before it shows a result: you can raise that, never lower it."


def test_without_a_terminal_forgotten_rooms_are_only_named(tmp_path, capsys):
    store = Store.open(tmp_path / "workshop.sqlite")
    room = store.create_room().id
    with store._database.write() as db:
        db.exec_driver_sql("UPDATE rooms SET created = '2020-01-01'")
    launch.prepare(StartOptions(host="127.0.0.1", port=0, desk_port=0, data_dir=str(tmp_path)), forgotten="say")
    said = capsys.readouterr()
    assert said.out == "" and f"workshop close {store.room(room).code}" in said.err
    assert not store.room(room).ended
    store.close()


def test_check_says_how_often_a_question_would_be_shown():
    printed = run("check").stdout
    assert re.search(r"^  arrive\.box +shown to 8 people: \d+ %, to 15: 100 %$", printed, re.MULTILINE)


def test_the_guide_is_written_again(tmp_path, refused):
    page = tmp_path / "page.md"
    page.write_text("<!-- generated: modules -->\n<!-- end -->\n")
    done = run("guide", str(tmp_path))
    assert done.returncode == 0 and "1 page of the guide changed." in done.stdout and "Arriving" in page.read_text()
    assert "no folder" in run("guide", str(tmp_path / "nowhere")).stderr


def test_close_asks_first(tmp_path):
    store = Store.open(tmp_path / "workshop.sqlite")
    room = store.create_room()
    asked = run("close", room.code, "--data-dir", str(tmp_path), input="n\n")
    assert asked.returncode == 1
    assert not store.room(room.id).ended
    store.close()


def test_every_start_option_is_declared_once():
    """click's options are made of the dataclass: same names, same values, unless somebody says otherwise."""
    from workshop.cli import rehearse, start

    declared = {one.name: one.default for one in fields(StartOptions) if one.metadata}
    offered = {option.name: option for option in start.params}
    assert set(offered) == {*declared, "no_browser", "as_json"}
    asked = start.make_context("start", [], obj=None).params if "WORKSHOP_PREHEAT" not in os.environ else None
    assert asked is None or {name: asked[name] for name in declared} == declared
    said = start.make_context("start", ["--room", "K7PM", "--no-fork", "--seats", "7", "--k", "9", "--join-url", "https://a.b"]).params
    chosen = StartOptions(**{name: said[name] for name in declared})
    assert (chosen.code, chosen.fork, chosen.seats, chosen.k, chosen.join_base) == ("K7PM", False, 7, 9, "https://a.b")
    practised = {option.name: option for option in rehearse.params}
    for name in ("host", "port", "desk_port"):
        assert practised[name].default == declared[name] and practised[name].help.startswith("With --desk: ")


def test_a_run_keeps_what_was_asked_for(tmp_path):
    asked = StartOptions(host="127.0.0.1", port=0, desk_port=0, data_dir=str(tmp_path), seats=7, k=9, fork=False, debug=True)
    made = launch.prepare(asked)
    made.save()
    assert Run.load(made.directory) == made
    for name in ("host", "seats", "k", "fork", "debug", "preheat", "mode"):
        assert getattr(made, name) == getattr(asked, name)
    assert made.port and made.desk_port and made.code and made.join_url == f"http://127.0.0.1:{made.port}/{made.code}"
    for place in (made.directory, made.open_directory):
        shutil.rmtree(place)


BROKEN = "import sys\nif 'workshop.server.kernels.fork' in sys.orig_argv: raise SystemExit(3)\n"


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")
def test_if_kernels_cannot_be_copied_the_terminal_says_so_and_pages_open_all_the_same(start, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(BROKEN)
    room = start(env={"PYTHONPATH": os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))})
    until(lambda: "Pages open more slowly" in room.log.read_text(), 30)
    assert "doesn't start" in room.log.read_text()
    one = Browser(room.join_url)
    one.join(room.room)
    one.open("/en/start")
    [kernel] = room.kernels()
    assert "ipykernel_launcher" in kernel.cmdline()
    room.stop()
    assert room.log.read_text().count("Pages open more slowly") == 1


def finish(coroutine) -> None:
    """Run it on a thread of its own: beside Playwright's fixtures this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def test_a_fork_server_that_ran_once_and_died_gives_no_reason_to_say_anything(tmp_path, monkeypatch):
    """Only one that never came to listen has failed; the next start of one that did is a second away."""
    server = ForkServer(tmp_path / "fork", tmp_path, {})
    monkeypatch.setattr(ForkServer, "start", lambda self: None)

    async def look() -> None:
        server.look_after()

    server.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(server.socket))
        assert server.ready()
    server.process.kill()
    server.process.wait()
    finish(look())
    assert not server.failed
    server._listened, server._next = False, 0.0
    finish(look())
    assert server.failed


def test_after_a_minute_without_a_phone_it_says_what_to_try(tmp_path, monkeypatch):
    said = []
    phone = launch.FirstPhone(a_run(tmp_path), said.append)
    phone.look()
    assert not said
    monkeypatch.setattr(launch, "NO_PHONE_AFTER", -1)
    phone.look()
    phone.look()
    assert len(said) == 1
    assert "wifi" in said[0] and "firewall let phones in on port 8000" in said[0] and "hotspot" in said[0]
    a_run(tmp_path).first_phone.touch()
    phone.look()
    assert said[1:] == ["The first phone is here."]


def test_restarts_wait_longer_and_longer_but_never_long(tmp_path):
    server = Server(RunFiles(a_run(tmp_path)), "desk")
    server.began = float("inf")
    pauses = [server.pause() for _ in range(6)]
    assert pauses == sorted(pauses)
    assert pauses[0] <= 0.5 and pauses[-1] <= 5
    server.began = float("-inf")
    assert server.pause() == 0


def test_notes_of_killed_workshops_are_removed(tmp_path):
    left = tmp_path / "left"
    left.mkdir()
    (tmp_path / "running").mkdir()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    note = {"room": "2345", "pid": gone.pid, "directory": str(left), "desk_socket": "", "mode": "room"}
    (tmp_path / "running" / "2345.json").write_text(json.dumps(note))
    assert running(tmp_path) == {}
    assert not left.exists()
    assert not list((tmp_path / "running").iterdir())


def a_run(directory: Path) -> Run:
    return Run(
        directory=directory,
        open_directory=directory,
        store="",
        room="",
        code="K7PM",
        mode="room",
        host="0.0.0.0",
        port=8000,
        desk_host="127.0.0.1",
        desk_port=8001,
        join_base="http://192.168.1.7:8000",
        desk_base="http://127.0.0.1:8001",
        data_dir=str(directory),
        secret="s",
        token="t",
    )


def test_a_cookie_is_only_what_this_run_signed(tmp_path):
    run_ = a_run(tmp_path)
    assert run_.owner(run_.sign("abc")) == "abc"
    for other in (None, "", "abc", "abc.", ".", run_.sign("abc") + "0", run_.sign("abd").replace("abd", "abc"), "ä.ö", ".x" * 9):
        assert run_.owner(other) is None


def test_run_directories_are_short_and_private():
    directory = short_directory()
    try:
        assert directory.stat().st_mode & 0o777 == 0o700
        assert len(str(directory / "k-p" / f"kernel-{'0' * 36}-ipc-5")) < 100, "a Unix socket's path has 104 bytes at most"
    finally:
        shutil.rmtree(directory)
