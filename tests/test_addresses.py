"""At which of its addresses phones find a computer: the wifi's, and not that of a VPN or of a virtual machine."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import psutil
import pytest

from workshop.server import addresses, reach


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch):
    """`networks(way_out, wlan0="192.168.1.5", …)`: this computer's interfaces from here on, in this order."""

    def have(way_out: str = "", **interfaces: str) -> None:
        named = {name.replace("_", " "): texts.split() for name, texts in interfaces.items()}
        state = lambda name: SimpleNamespace(isup=True, flags="up,pointopoint" if name == "oddly named" else "up")  # noqa: E731
        family = lambda text: socket.AF_INET6 if ":" in text else socket.AF_INET  # noqa: E731
        known = {name: [SimpleNamespace(family=family(one), address=one) for one in texts] for name, texts in named.items()}
        monkeypatch.setattr(psutil, "net_if_stats", lambda: {name: state(name) for name in named})
        monkeypatch.setattr(psutil, "net_if_addrs", lambda: known)
        monkeypatch.setattr(addresses, "_way_out", lambda: way_out)

    return have


@pytest.mark.parametrize(
    ("chosen", "way_out", "interfaces"),
    [
        ("192.168.1.5", "10.8.0.2", {"tun0": "10.8.0.2", "wlan0": "192.168.1.5"}),
        ("10.42.0.1", "", {"docker0": "172.17.0.1", "wlp2s0": "10.42.0.1"}),
        ("192.168.1.5", "192.168.7.9", {"enp3s0": "192.168.7.9", "wlp2s0": "192.168.1.5"}),
        ("192.168.7.9", "192.168.7.9", {"enp4s0": "10.0.0.3", "enp3s0": "192.168.7.9"}),
        ("192.168.0.20", "100.101.1.2", {"utun4": "100.101.1.2", "en0": "192.168.0.20"}),
        ("192.168.0.20", "100.101.1.2", {"en7": "100.101.1.2", "other": "192.168.0.20"}),
        ("192.168.0.20", "10.1.1.1", {"oddly_named": "10.1.1.1", "Wi-Fi": "192.168.0.20"}),
        (
            "192.168.0.20",
            "",
            {"vEthernet (WSL)": "172.28.16.1", "VMware Network Adapter": "192.168.163.1", "Ethernet": "192.168.0.20"},
        ),
        ("192.168.137.1", "10.5.5.5", {"Ethernet": "10.5.5.5", "Local Area Connection* 2": "192.168.137.1"}),
        ("172.17.0.1", "", {"docker0": "172.17.0.1"}),
        ("127.0.0.1", "", {"lo": "127.0.0.1 ::1", "wlan0": "169.254.3.4 fe80::1%wlan0"}),
        ("127.0.0.1", "", {}),
    ],
)
def test_the_wifi_comes_first(networks, chosen: str, way_out: str, interfaces: dict[str, str]) -> None:
    networks(way_out, **interfaces)
    assert reach.own_address("0.0.0.0") == chosen


def test_ipv6(networks) -> None:
    """`--host ::` prints an address that answers; a network without IPv4 is heard in by itself."""
    networks("2001:db8::5", wlan0="fe80::1%wlan0 2001:db8::5")
    assert addresses.listening("0.0.0.0") == "::"
    assert reach.url(reach.own_address("::"), 8000, False) == "http://[2001:db8::5]:8000"
    networks("192.168.1.5", wlan0="192.168.1.5 2001:db8::5")
    assert addresses.listening("0.0.0.0") == "0.0.0.0"
    assert reach.own_address("::") == reach.own_address("0.0.0.0") == "192.168.1.5"
    assert reach.own_address("192.168.1.7") == "192.168.1.7"


def test_what_somebody_may_want_instead(networks) -> None:
    """One line for each other network; those of virtual machines are never the right ones."""
    networks("10.8.0.2", tun0="10.8.0.2", docker0="172.17.0.1", wlan0="192.168.1.5 2001:db8::5", eth0="10.0.0.9")
    rest = addresses.others(addresses.candidates("::"), "192.168.1.5")
    assert [(one.address, one.kind) for one in rest] == [("10.0.0.9", "cable"), ("10.8.0.2", "VPN")]


def test_inside_windows() -> None:
    assert addresses.inside_windows("172.20.5.6", "5.15.153.1-microsoft-standard-WSL2")
    assert not addresses.inside_windows("192.168.1.5", "5.15.153.1-microsoft-standard-WSL2"), "it shares the network of its Windows"
    assert not addresses.inside_windows("172.20.5.6", "6.8.0-generic")


def test_the_terminal_names_the_others(networks) -> None:
    networks("10.8.0.2", tun0="10.8.0.2", wlan0="192.168.1.5", docker0="172.17.0.1")
    (said,) = reach.about("0.0.0.0", "http://192.168.1.5:8000/K7PM")
    assert "10.8.0.2 (VPN, tun0)" in said and "172.17" not in said and "--host" in said
    assert not reach.about("192.168.1.5", "http://192.168.1.5:8000/K7PM"), "somebody has chosen"
    assert not reach.about("0.0.0.0", "https://workshop.example.org/K7PM")
    networks("192.168.1.5", wlan0="192.168.1.5")
    assert not reach.about("0.0.0.0", "http://192.168.1.5:8000/K7PM")
