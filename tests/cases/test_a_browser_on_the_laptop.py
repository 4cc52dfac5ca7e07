"""The desk opens in the laptop's own browser: not in a text browser over ssh, and without its token in a list of processes."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.running import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there's always a window")


@pytest.fixture
def started(tmp_path) -> Iterator[Callable[..., dict[str, str]]]:
    """`started(**environment)`: a workshop whose browser only notes what it's called with; its --json line."""
    processes = []

    def go(**more: str) -> dict[str, str]:
        program, home, called = tmp_path / "browser", tmp_path / "home", tmp_path / "called"
        home.mkdir()
        program.write_text(f'#!/bin/sh\necho "$@" > {called}.new\nmv {called}.new {called}\n')
        program.chmod(0o755)
        out = ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION")
        env = {key: value for key, value in os.environ.items() if key not in out} | {"HOME": str(home), "TERM": "xterm", **more}
        env["BROWSER"] = str(program)
        where = ["--host", "127.0.0.1", "--port", "0", "--desk-port", "0", "--data-dir", str(tmp_path / "data"), "--json"]
        log = (tmp_path / "log").open("w")
        processes.append(
            subprocess.Popen([sys.executable, "-m", "workshop.cli", "start", *where], stdout=subprocess.PIPE, stderr=log, env=env)
        )
        return json.loads(processes[-1].stdout.readline())

    yield go
    for process in processes:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_the_token_stands_in_no_command_line_and_the_file_goes_when_the_desk_is_open(started, tmp_path):
    said = started(DISPLAY=":99")
    token = said["desk_url"].partition("token=")[2]
    called = until(lambda: (tmp_path / "called").exists() and (tmp_path / "called").read_text(), 30)
    assert token not in called
    file = Path(re.search(r"file://(\S+)", called)[1])
    assert file.parent == tmp_path / "home" and not file.name.startswith("."), "a browser from a snap finds it there only"
    assert said["desk_url"] in file.read_text() and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert httpx.get(said["desk_url"], headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200, "as a browser comes from a file"
    until(lambda: not file.exists(), 30, "nobody needs it any more")


def test_by_ssh_no_text_browser_is_opened_and_it_says_how_to_reach_the_desk(started, tmp_path):
    said = started(SSH_CONNECTION="192.168.1.5 50000 192.168.1.7 22")
    log = until(lambda: "Waiting for the first phone" in (text := (tmp_path / "log").read_text()) and "ssh -N" in text and text, 30)
    port = re.search(r":(\d+)/", said["desk_url"])[1]
    assert f"ssh -N -L {port}:127.0.0.1:{port} " in log and "@192.168.1.7" in log
    assert said["desk_url"].partition("token=")[2] not in log, "the log may be read by others"
    assert not (tmp_path / "called").exists()
