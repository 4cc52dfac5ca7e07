"""A room that runs for weeks: something tidies the computer up meanwhile, and takes the run's files and sockets away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import httpx

from tests.browsing import Browser
from tests.running import Workshop, until


def note_of(running: Workshop) -> dict:
    return json.loads((running.data_dir / "running" / f"{running.room}.json").read_text())


def opens(browser: Browser, path: str) -> bool:
    try:
        answer = browser.get(path)
    except OSError:
        return False
    return answer.status == 200 and '"kernelId"' in str(answer)


def test_pages_open_and_a_killed_server_comes_back_after_all_files_were_cleaned_away(start):
    running = start()
    said = note_of(running)
    one = Browser(running.join_url)
    assert one.join(running.room).status == 200
    for place in (said["directory"], said["open_directory"]):
        for file in [file for file in Path(place).rglob("*") if file.is_file()]:
            file.unlink()
    until(lambda: opens(one, "/en/arrive"), 60, "a module that nobody had opened")
    servers = running.servers()
    assert len(servers) == 2
    servers["participants"].kill()
    until(lambda: running.servers().get("participants", servers["participants"]).pid != servers["participants"].pid, 60)
    until(lambda: opens(one, "/en/map"), 60, "its cookie is still good, and so are the pages")


def test_pages_open_again_after_the_sockets_were_taken_away(start):
    running = start()
    said = note_of(running)
    one, desk = Browser(running.join_url), httpx.Client(follow_redirects=True, timeout=60)
    assert one.join(running.room).status == 200
    before = running.servers()
    shutil.rmtree(said["open_directory"])
    until(lambda: note_of(running)["open_directory"] != said["open_directory"], 60, "there is a new place for them")
    until(lambda: len(now := running.servers()) == 2 and all(now[name].pid != before[name].pid for name in before), 60)
    until(lambda: opens(one, "/en/arrive"), 60)
    until(lambda: works(desk, running.desk_url), 60)
    assert Path(note_of(running)["desk_socket"]).exists(), "notebooks in JupyterLab find the desk"


def works(desk: httpx.Client, url: str) -> bool:
    try:
        return desk.get(url).status_code == 200
    except httpx.HTTPError:
        return False
