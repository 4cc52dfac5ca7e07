"""At the desk another of this computer's addresses is chosen, and the code follows at once."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.walk import SLOW, desk
from tests.browsing import Browser

# In the workshop's processes the computer is in a wifi, in a VPN and beside virtual machines.
PRETEND = """
import socket, sys
from types import SimpleNamespace
if any("workshop" in word for word in sys.orig_argv):
    import psutil
    has = {"tun0": "10.8.0.2", "docker0": "172.17.0.1", "wlan0": "192.0.2.10", "eth0": "192.0.2.20"}
    psutil.net_if_addrs = lambda: {name: [SimpleNamespace(family=socket.AF_INET, address=one)] for name, one in has.items()}
    psutil.net_if_stats = lambda: {name: SimpleNamespace(isup=True, flags="up") for name in has}
"""


def test_the_code_follows(start, phone, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(PRETEND)
    paths = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    workshop = start("--host", "0.0.0.0", env={"PYTHONPATH": paths})
    assert "//192.0.2.10:" in workshop.join_url
    board = desk(phone(1440, 900), workshop)
    before = board.page.locator(".ws-qr").get_attribute("src")
    board.page.get_by_text("Phones can't open it? Try another address").click()
    offered = board.page.locator(".ws-elsewhere button")
    expect(offered).to_have_text(["192.0.2.20 (cable, eth0)", "172.17.0.1 (virtual, docker0)", "10.8.0.2 (VPN, tun0)"], timeout=SLOW)
    offered.first.click()
    port = workshop.join_url.rpartition(":")[2]
    expect(board.page.locator(".ws-address").first).to_have_text(f"192.0.2.20:{port}", timeout=SLOW)
    assert board.page.locator(".ws-qr").get_attribute("src") != before
    expect(board.page.locator(".ws-moved")).to_have_count(0)

    stranger = Browser(workshop.desk_url)
    assert stranger.get("/addresses").status == 403
    assert stranger.ask("POST", "/addresses", {"address": "192.0.2.10"}, Origin=stranger.origin).status == 403


def test_there_is_nothing_to_choose_where_somebody_has_chosen(start, phone) -> None:
    workshop = start()  # at 127.0.0.1
    board = desk(phone(1440, 900), workshop)
    board.page.get_by_text("Phones can't open it? Try another address").click()
    expect(board.page.locator(".ws-elsewhere")).to_have_text("This is the only address we can use.", timeout=SLOW)
