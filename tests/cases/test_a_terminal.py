"""The terminal in which the workshop was started: text is selected in it, it can't show a letter, nobody reads it any more."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.running import run, until
from workshop.phases import Mode, Phase
from workshop.server import ending, supervise
from workshop.server.supervise import Supervisor
from workshop.server.terminal import Terminal, _in_blocks, _in_spaces, _modules
from workshop.store import Room, Store

termios = pytest.importorskip("termios", reason="a terminal as Unix has it")
ADDRESS = "http://192.168.1.7:8000/K7PM"


def quiet(folder: Path) -> list[str]:
    where = ["--no-browser", "--host", "127.0.0.1", "--port", "0", "--desk-port", "0", "--data-dir", str(folder / "data")]
    return [sys.executable, "-m", "workshop.cli", "start", *where]


class InTerminal:
    """A workshop that was started in a terminal of its own."""

    def __init__(self, folder: Path, *more: str, typed: str = "") -> None:
        import pty

        self._parent, self._child = pty.openpty()
        os.write(self._parent, typed.encode())
        self._seen: list[str] = []
        ends = {"stdin": self._child, "stdout": self._child, "stderr": self._child}
        self.process = subprocess.Popen([*quiet(folder), *more], **ends, start_new_session=True)
        threading.Thread(target=self._read, daemon=True).start()
        self.url = until(lambda: re.search(r"http://127\.0\.0\.1:\d+/[2-9A-Z]{4}", self.said()), 60)[0]
        until(lambda: "Waiting" in self.said(), 30)

    def _read(self) -> None:
        try:
            while data := os.read(self._parent, 4096):
                self._seen.append(data.decode("utf-8", "replace"))
        except OSError:
            pass

    def said(self) -> str:
        return "".join(self._seen)

    @contextmanager
    def selected(self) -> Iterator[None]:
        """As long as text is selected, or after Ctrl-S: programs that write to the terminal wait."""
        termios.tcflow(self._child, termios.TCOOFF)
        try:
            yield
        finally:
            termios.tcflow(self._child, termios.TCOON)

    def participants(self) -> psutil.Process:
        found = psutil.Process(self.process.pid).children()
        return next(one for one in found if "workshop.server.participants" in one.cmdline())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


@pytest.fixture
def in_terminal(tmp_path):
    started: list[InTerminal] = []

    def go(*more: str, typed: str = "") -> InTerminal:
        started.append(InTerminal(tmp_path, *more, typed=typed))
        return started[-1]

    yield go
    for one in started:
        one.close()


def eventually(condition: Callable[[], object], seconds: float) -> object:
    try:
        return until(condition, seconds)
    except AssertionError:
        return None


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_while_text_is_selected_a_killed_server_comes_back_and_no_request_waits(in_terminal):
    """One start for both: each would wait for good, were anything written by the one who has to go on."""
    workshop = in_terminal("--debug")  # each request is a line of the log
    assert answers(workshop.url)
    with workshop.selected():
        assert all(answers(workshop.url) for _ in range(3))
        before = workshop.participants()
        before.kill()
        until(lambda: answers(workshop.url), 60, "the phones' server is back")
    until(lambda: "stopped by itself" in workshop.said(), 15, "and it's said afterwards")


def test_one_ctrl_c_only_asks_and_a_second_one_ends_it(in_terminal):
    """The workshop's own window has Ctrl-C for "copy" in many people's fingers."""
    workshop = in_terminal()
    assert "pressed twice" in workshop.said()
    workshop.process.send_signal(signal.SIGINT)
    until(lambda: "press Ctrl-C again within five seconds" in workshop.said(), 15)
    assert workshop.process.poll() is None and answers(workshop.url)

    def ends() -> bool:  # on a slow machine the five seconds may be over before we press again
        workshop.process.send_signal(signal.SIGINT)
        return bool(eventually(lambda: "Ending the workshop" in workshop.said(), 3))

    until(ends, 60)
    assert workshop.process.wait(30) == 0


def test_a_second_ctrl_c_after_the_five_seconds_only_asks_again(monkeypatch):
    monkeypatch.setattr(supervise.time, "monotonic", lambda: now[0])
    now, said = [100.0], []
    for asks, waits, stops in ((True, 4.0, True), (True, 6.0, False), (False, 0.0, True)):
        supervisor = Supervisor.__new__(Supervisor)
        Supervisor.__init__(supervisor, None, said.append, asks)
        supervisor._answering = True
        supervisor._signalled(signal.SIGINT, None)
        assert supervisor._stop.is_set() is not asks
        now[0] += waits
        supervisor._signalled(signal.SIGINT, None)
        assert supervisor._stop.is_set() is stops
    supervisor = Supervisor(None, said.append, True)
    supervisor._signalled(signal.SIGTERM, None)
    assert supervisor._stop.is_set(), "only Ctrl-C is pressed by mistake"


def test_the_evening_goes_on_when_nobody_reads_the_terminal_any_more(tmp_path):
    """`| tee` was ended, the ssh session is gone: the next words are said to nobody."""
    process = subprocess.Popen(quiet(tmp_path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        text = b""
        while b"Waiting" not in text:
            text += process.stdout.read1()
        url = re.search(rb"http://127\.0\.0\.1:\d+/[2-9A-Z]{4}", text)[0].decode()
        process.stdout.close()
        (desk,) = desks(process)
        desk.kill()  # something is said about that
        until(lambda: [one for one in desks(process) if one.pid != desk.pid], 60, "the desk's server is started again")
        assert process.poll() is None and answers(url)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def desks(process: subprocess.Popen) -> list[psutil.Process]:
    found = []
    for one in psutil.Process(process.pid).children():
        with suppress(psutil.Error):
            found += [one] if "workshop.server.desk" in one.cmdline() else []
    return found


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_terminal_without_our_letters_gets_the_addresses_all_the_same(tmp_path, encoding):
    log = tmp_path / "out"
    env = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    with log.open("w") as out:
        process = subprocess.Popen(quiet(tmp_path), stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env)
    until(lambda: "Waiting for the first phone" in log.read_text("cp1252") or process.poll() is not None, 60)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    said = log.read_text("cp1252")
    assert "can't draw the QR code" in said and "Phones join at" in said and "workshop start --room" in said


def test_every_other_command_says_what_it_has_to_say_there():
    said = run("check", "--reading", env={**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp437"}, encoding="cp437")
    assert "UnicodeEncodeError" not in said.stderr and "modules checked" in said.stdout, said.stderr[-500:]


class Stubborn(io.StringIO):
    """A disk that is full for a while."""

    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_what_cannot_be_written_is_left_out_and_speaking_goes_on():
    place = Stubborn()
    terminal = Terminal(place)
    terminal.say("lost")
    terminal.finish()
    place.full = False
    terminal.say("found")
    terminal.finish()
    assert place.getvalue() == "found\n"


PLACE = re.compile(r"\x1b\[([0-9;]*)m|([ ▄▀█])")


def seen(text: str, dark_terminal: bool) -> list[list[bool]]:
    """What a phone sees of the lines in a terminal that is dark or light: for each half of each place, whether it's dark."""
    rows: list[list[bool]] = []
    for line in text.split("\n"):
        ink, ground, upper, lower = not dark_terminal, dark_terminal, [], []
        for codes, letter in PLACE.findall(line):
            if not letter:
                for place, colour in re.findall(r"([34])8;5;(\d+)", codes):
                    ink, ground = (colour == "16", ground) if place == "3" else (ink, colour == "16")
                continue
            upper.append(ink if letter in "▀█" else ground)
            lower.append(ink if letter in "▄█" else ground)
        rows += [upper, lower]
    return rows


@pytest.mark.parametrize("dark_terminal", [True, False])
def test_the_qr_code_is_the_same_on_dark_and_light_terminals(dark_terminal):
    wanted = _modules(ADDRESS, 4)
    rows = seen(_in_blocks(ADDRESS, coloured=True), dark_terminal)
    assert rows[: len(wanted)] == wanted and not any(any(row) for row in rows[len(wanted) :])
    wanted = _modules(ADDRESS, 2)
    wide = seen(_in_spaces(ADDRESS), dark_terminal)[::2]
    assert [row[::2] for row in wide] == wanted and max(map(len, wide)) <= 80


def test_into_a_file_the_qr_code_has_no_colours_and_suits_a_dark_terminal():
    plain = _in_blocks(ADDRESS, coloured=False)
    assert "\x1b" not in plain
    assert seen(plain, dark_terminal=True)[: len(_modules(ADDRESS, 4))] == _modules(ADDRESS, 4)


def used_room(store: Store, mode: Mode = "room") -> Room:
    """A room with one answer."""
    room = store.create_room(mode)
    store.add_questions(room.id, ["arrive.box"], Phase.OPEN)
    store.submit(room.id, "arrive.box", ("a" * 64, "b" * 64), '"hard"')
    return room


def test_the_next_start_asks_whether_to_go_on_and_return_means_yes(in_terminal, tmp_path):
    store = Store.open(tmp_path / "data" / "workshop.sqlite")
    room = used_room(store)
    store.close()
    workshop = in_terminal(typed="\n")
    assert f"Room {room.code}, begun today, isn't finished. Go on with it?" in workshop.said()
    assert workshop.url.endswith(f"/{room.code}")


def test_only_real_rooms_in_which_something_was_done_are_offered(tmp_path):
    store = Store.open(tmp_path / "workshop.sqlite")
    store.create_room()  # nobody has done anything in it
    used, ended = used_room(store), used_room(store)
    store.close_room(ended.id)
    used_room(store, "rehearsal")
    assert [room.code for room in ending.unfinished(store)] == [used.code]
    asked, said = [], []
    assert ending.offer_unfinished(store, {}, said.append, lambda text: asked.append(text) or True) == used.code
    assert asked == [f"Room {used.code}, begun today, isn't finished. Go on with it?"] and not said
    assert ending.offer_unfinished(store, {}, said.append, lambda text: False) == ""
    assert ending.offer_unfinished(store, {used.code: {}}, said.append, lambda text: True) == "", "it's running"
    assert ending.offer_unfinished(store, {}, said.append, None) == ""
    assert said == [f"Room {used.code}, begun today, isn't finished. To go on with it: workshop start --room {used.code}"]
    store.close()
