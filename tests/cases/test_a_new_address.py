"""The laptop changes its address in the middle of an evening: from the house's wifi to a phone's hotspot."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser import walk
from tests.browsing import Browser
from tests.running import run, until
from workshop import launch
from workshop.declaration import formats
from workshop.declaration.curriculum import words
from workshop.room.wire import RemoteRoom
from workshop.server import moving, reach
from workshop.server.addresses import Candidate
from workshop.server.options import StartOptions
from workshop.server.run import Run
from workshop.server.runfiles import RunFiles, last_address

# In the workshop's own process the computer has the address that stands in a file.
PRETEND = """
import os, socket, sys
if any("workshop.cli" in word or word.endswith("workshop") for word in sys.orig_argv):
    import psutil
    from pathlib import Path
    from types import SimpleNamespace
    from workshop.server import moving
    address = lambda: Path(os.environ["PRETEND"]).read_text()
    psutil.net_if_addrs = lambda: {"wlan0": [SimpleNamespace(family=socket.AF_INET, address=address())]}
    psutil.net_if_stats = lambda: {"wlan0": SimpleNamespace(isup=True, flags="up")}
    moving.STEADY = 0.0
"""


def test_desk_screen_and_terminal_say_so_with_the_new_code(start, phone, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(PRETEND)
    place = tmp_path / "address"
    place.write_text("192.0.2.10")
    paths = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    running = start("--host", "0.0.0.0", env={"PYTHONPATH": paths, "PRETEND": str(place)})
    port = running.join_url.rpartition(":")[2].partition("/")[0]
    assert running.join_url == f"http://192.0.2.10:{port}/{running.room}"
    room = RemoteRoom(json.loads((running.data_dir / "running" / f"{running.room}.json").read_text())["desk_socket"])
    one = Browser(f"http://127.0.0.1:{port}")
    one.join(running.room)
    with one.channels(one.open("/en/arrive")):
        until(lambda: room.desk_view()["joined"] == 1, 30)
    desk, screen = phone(1200, 800), phone(1200, 800)
    walk.desk(desk, running)
    walk.projector(screen, running)
    before = [page.locator(".ws-qr").get_attribute("src") for page in (desk.page, screen.page)]

    place.write_text("192.0.2.20")
    until(lambda: room.desk_view()["join_url"] == f"http://192.0.2.20:{port}/{running.room}", 30)
    said = until(lambda: "Phones join at" in (text := running.log.read_text()) and text, 30)
    assert f"http://192.0.2.20:{port}/{running.room}" in said and "▀" in said and "counted twice" in said
    for page, sentence, qr in zip((desk.page, screen.page), ("moved", "moved_screen"), before, strict=True):
        page.get_by_text(words()["desk"][sentence]).wait_for(timeout=30_000)
        assert page.locator(".ws-qr").get_attribute("src") != qr
        assert page.get_by_text("192.0.2.20").first.is_visible()
    until(lambda: room.desk_view()["joined"] == 0, 30, "those who were in come again as new people: they aren't counted twice")
    assert one.get("/en/arrive").status == 200, "the servers were not started again"


@pytest.fixture
def make_laptop(monkeypatch):
    """A computer with one address, which changes; `moves` is what the servers were told, `said` what the terminal says."""

    class Laptop:
        now, address = 0.0, "192.0.2.10"

        def __init__(self, **settings: object) -> None:
            self.moves, self.said = [], []
            asked = {"host": "0.0.0.0", "port": 8000, "join_base": "http://192.0.2.10:8000", "follows": True} | settings
            self.run = Run(directory=Path(), open_directory=Path(), room="", secret="", token="", **asked)

        def move(self, base: str, lately: bool) -> None:
            self.moves.append((base, lately))
            self.run = replace(self.run, join_base=base, moved=lately)

        def choose(self, base: str) -> None:
            """Somebody takes this address at the desk."""
            self.run = replace(self.run, join_base=base, moved=True)

        def has(self, host: str) -> list[Candidate]:
            kinds = {one: "virtual" if one.startswith("172.17.") else "wifi" for one in self.address.split()}
            return sorted((Candidate(one, "", kind, False) for one, kind in kinds.items()), key=lambda one: one.rank)

        def watch(self) -> moving.Moving:
            monkeypatch.setattr(moving.time, "monotonic", lambda: self.now)
            monkeypatch.setattr(reach, "candidates", self.has)
            return moving.Moving(self, self.said.append)

    return Laptop


@pytest.fixture
def laptop(make_laptop):
    return make_laptop()


def seconds(laptop, many: int, watch: moving.Moving) -> list[str]:
    found = []
    for _ in range(many):
        laptop.now += 1
        found += [base] if (base := watch.look()) else []
    return found


def test_an_address_that_is_away_for_a_moment_isnt_a_new_one(laptop):
    watch = laptop.watch()
    assert not seconds(laptop, 60, watch)
    laptop.address = "192.0.2.20"
    assert not seconds(laptop, 4, watch)
    laptop.address = "192.0.2.10"
    assert not seconds(laptop, 60, watch) and not laptop.moves and not laptop.said


def test_where_the_old_address_comes_back_soon_phones_are_sent_back(laptop):
    """The lid was closed: the wifi is there again later than the network at the end of a cable."""
    watch = laptop.watch()
    laptop.address = "192.0.2.30"
    assert seconds(laptop, 60, watch) == ["http://192.0.2.30:8000"]
    laptop.address = "192.0.2.30 192.0.2.10"
    assert seconds(laptop, 5, watch) == ["http://192.0.2.10:8000"]
    laptop.address = "192.0.2.20"
    assert seconds(laptop, 60, watch) == ["http://192.0.2.20:8000"]
    seconds(laptop, 300, watch)
    laptop.address = "192.0.2.20 192.0.2.10"
    assert not seconds(laptop, 60, watch), "after some minutes everybody is at the new one"


def test_while_the_wifi_is_away_nobody_is_sent_into_a_virtual_machines_network(laptop):
    watch = laptop.watch()
    laptop.address = "172.17.0.1"
    assert not seconds(laptop, 600, watch) and not laptop.moves and laptop.said == [moving.NOWHERE]
    laptop.address = "172.17.0.1 192.0.2.20"
    assert seconds(laptop, 5, watch) == ["http://192.0.2.20:8000"]


def test_a_virtual_machines_network_at_the_start_gives_way_to_the_first_wifi(make_laptop):
    laptop = make_laptop(join_base="http://172.17.0.1:8000")
    laptop.address = "172.17.0.1"
    watch = laptop.watch()
    assert not seconds(laptop, 60, watch) and not laptop.said
    laptop.address = "172.17.0.1 192.0.2.20"
    assert seconds(laptop, 300, watch) == ["http://192.0.2.20:8000"]


def test_an_address_chosen_at_the_desk_is_kept_while_it_is_there_and_followed_when_it_goes(laptop):
    laptop.address = "192.0.2.10 172.17.0.1"
    watch = laptop.watch()
    laptop.choose("http://172.17.0.1:8000")
    assert not seconds(laptop, 60, watch) and not laptop.moves
    laptop.address = "172.17.0.1"
    assert not seconds(laptop, 60, watch), "the network that nobody uses any more has gone"
    laptop.address = "192.0.2.10 172.17.0.1"
    assert not seconds(laptop, 1000, watch) and laptop.moves == [("http://172.17.0.1:8000", False)], "and it's news for ten minutes"
    laptop.address = "192.0.2.10"
    assert seconds(laptop, 60, watch) == ["http://192.0.2.10:8000"]


def test_a_new_address_is_told_once_and_lately_for_ten_minutes(laptop):
    watch = laptop.watch()
    laptop.address = "192.0.2.20"
    assert seconds(laptop, 500, watch) == ["http://192.0.2.20:8000"] and laptop.moves == [("http://192.0.2.20:8000", True)]
    assert not seconds(laptop, 500, watch) and laptop.moves[1:] == [("http://192.0.2.20:8000", False)]
    laptop.address = "192.0.2.10"
    assert seconds(laptop, 60, watch) == ["http://192.0.2.10:8000"], "and back again"


def test_no_network_at_all_is_said_once_and_the_first_one_is_found(laptop):
    watch = laptop.watch()
    laptop.address = ""
    assert not seconds(laptop, 60, watch) and laptop.said == [moving.NOWHERE]
    laptop.address = "10.42.0.1"
    assert seconds(laptop, 5, watch) == ["http://10.42.0.1:8000"]


def test_an_address_that_was_given_at_the_start_never_changes(make_laptop):
    laptop = make_laptop(follows=False)
    watch = laptop.watch()
    laptop.address = "192.0.2.20"
    assert not seconds(laptop, 60, watch) and not laptop.moves


def test_a_room_that_goes_on_at_another_address_says_so(tmp_path):
    asked = StartOptions(host="127.0.0.1", port=0, desk_port=0, data_dir=str(tmp_path))
    first = launch.prepare(asked)
    assert not first.moved
    RunFiles(first).forget()
    same = launch.prepare(replace(asked, code=first.code, port=first.port))
    assert not same.moved
    RunFiles(same).forget()
    other = launch.prepare(replace(asked, code=first.code))
    assert other.port != first.port and other.moved
    RunFiles(other).forget()
    another = launch.prepare(asked)
    assert not another.moved, "another room has nothing to do with it"
    RunFiles(another).forget()
    assert run("close", first.code, "--yes", "--data-dir", str(tmp_path)).returncode == 0
    kept = [file.name for file in (tmp_path / "addresses").iterdir()]
    assert kept == [another.code] and not list((tmp_path / "running").iterdir()), "nothing is kept of a room that won't run again"


def test_the_weeks_ask_everyone_to_save_their_page_and_rely_on_no_browsers_memory():
    """A browser may forget after a week, and always at a new address; the file works on any phone (`test_my_page.py`)."""
    weeks = [one for name, one in formats.formats().items() if name.startswith("week-")]
    assert len(weeks) == 5
    for week in weeks[:-1]:
        assert "save their page tonight" in week.parts[-1].do


def test_an_address_chosen_at_the_desk_stays_when_the_runs_files_are_written_again(tmp_path):
    files = RunFiles(launch.prepare(StartOptions(host="127.0.0.1", port=0, desk_port=0, data_dir=str(tmp_path))))
    files.write()
    chosen = "http://192.0.2.20:8000"
    replace(Run.load(files.run.directory), join_base=chosen).save()
    files.run.ipython.joinpath("profile_default", "ipython_kernel_config.py").unlink()
    assert files.lost()
    files.write()
    assert Run.load(files.run.directory).join_base == chosen
    files.forget()
    assert last_address(tmp_path, files.run.code) == chosen, "and so the next evening knows whether it's another one"
