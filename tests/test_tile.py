"""The tiles in JupyterLab's launcher: their command is run here as jupyter-server-proxy runs it, under a hub's path."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tests.browsing import Browser
from tests.running import until
from workshop import tile

ROOT = Path(__file__).resolve().parent.parent
HUB = {"Host": "hub.example.org", "X_Forwarded_Proto": "https"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., tuple[Browser, str]]]:
    """`opened(rehearsal, …)`: a browser at the desk's port, and the token that the proxy adds; keywords: the environment."""
    begun = []

    def run(server: dict, **environment: str) -> tuple[Browser, str]:
        port = free_port()
        command = [part.format(port=port, base_url="/user/ana/") for part in server["command"]]
        surroundings = os.environ | server["environment"] | {"WORKSHOP_DATA": str(tmp_path / "data")} | environment
        with (tmp_path / "log").open("w") as log:
            begun.append(subprocess.Popen(command, env=surroundings, stdout=log, stderr=log))
        browser = Browser(f"http://127.0.0.1:{port}")

        def answers() -> bool:
            assert begun[-1].poll() is None, (tmp_path / "log").read_text()
            with suppress(OSError):
                return bool(browser.get("/").status)
            return False

        until(answers, 60)
        (token,) = server["request_headers_override"].values()
        return browser, token

    yield run
    for process in begun:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def settings(folder: Path) -> dict:
    (note,) = (folder / "data" / "running").glob("*.json")
    return json.loads((Path(json.loads(note.read_text())["directory"]) / "settings.json").read_text())


def test_jupyter_finds_the_tiles() -> None:
    """Each start of JupyterLab has a token of its own, and no command line holds it."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["jupyter_serverproxy_servers"]
    found = {name: EntryPoint(name, value, "").load() for name, value in declared.items()}
    assert found == {"interdependence-workshop": tile.workshop, "interdependence-rehearsal": tile.rehearsal}
    for server in (tile.workshop(), tile.rehearsal()):
        (token,) = server["request_headers_override"].values()
        assert token in server["environment"].values() and token not in " ".join(server["command"])
        assert server["launcher_entry"]["title"]
    assert tile.workshop()["environment"] != tile.workshop()["environment"]


def test_on_a_hub_the_desk_opens_by_jupyters_login(opened, tmp_path: Path) -> None:
    """Only the proxy's token opens it, at any name; phones' address is the hub's, as the facilitator's browser calls it."""
    browser, token = opened(tile.rehearsal(), JUPYTERHUB_SERVICE_PREFIX="/user/ana/")
    assert settings(tmp_path)["mode"] == "rehearsal"
    for stranger in ({}, {"X_Workshop_Token": "guessed"}):
        assert browser.get("/", **HUB, **stranger).status == 403
    came = browser.get("/", **HUB, X_Workshop_Token=token)
    assert came.status == 302 and came.headers["Location"] == "desk"
    assert "Path=/user/ana/interdependence-rehearsal/" in came.headers["Set-Cookie"]
    port = settings(tmp_path)["port"]
    assert settings(tmp_path)["join_base"] == f"https://hub.example.org/user/ana/proxy/{port}"
    assert settings(tmp_path)["host"] == "127.0.0.1"


def test_a_public_way_is_the_hosts_to_say(opened, tmp_path: Path) -> None:
    where = {"JUPYTERHUB_SERVICE_PREFIX": "/user/ana/", "WORKSHOP_JOIN_URL": "https://workshop.example.org/{port}"}
    browser, token = opened(tile.workshop(), **where)
    browser.get("/", **HUB, X_Workshop_Token=token)
    said = settings(tmp_path)
    assert said["join_base"] == f"https://workshop.example.org/{said['port']}" and said["mode"] == "room"


def test_the_header_opens_no_other_desk(start) -> None:
    """Without a proxy that has a login, a token comes by its address, at the desk's own name."""
    workshop = start()
    browser = Browser(workshop.desk_url)
    token = workshop.desk_url.partition("token=")[2]
    assert browser.get("/", X_Workshop_Token=token).status == 403
    assert browser.get(f"/?token={token}", Host="hub.example.org").status == 421
