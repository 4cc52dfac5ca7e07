"""This computer's addresses in its networks, those first at which phones are likely to find it.

A laptop has more of them than people know: of a VPN, of Docker, of virtual machines. The way out to the internet often leads
through one of these, and phones are in the wifi.
"""

from __future__ import annotations

import platform
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import psutil

PASSED = "X-Workshop-Token"  # the desk's token, from a proxy that lets only the facilitator through (workshop/tile.py)
UNKNOWN = "unknown.invalid"  # the host of a join address until somebody has used it
EVERYWHERE = ("0.0.0.0", "::", "")  # hosts that mean all of this computer's addresses
# Which kind of network an interface belongs to, by the names that Linux, macOS and Windows give; the first that fits.
KINDS = {
    "virtual": r"docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|podman|cni|flannel|cali|kube|vethernet|.*(virtualbox|vmware|hyper-v|wsl)|lo$",
    "VPN": r"tun|tap|utun|ppp|wg|zt|tailscale|ipsec|nordlynx|proton|gpd|cscotun|.*(vpn|wireguard|tailscale|zerotier)",
    "wifi": r"wl|wi-?fi|wlan|ath|ap\d|bridge100|local area connection\*|lan-verbindung\*",
    "cable": r"eth|en|em\d|usb|lan",
}
ORDER = ("wifi", "cable", "other", "virtual", "VPN")
LIKELY = ORDER[:3]  # phones are hardly ever in the others
SHARED = ip_network("100.64.0.0/10")  # between a provider and its customers, and inside some VPNs
WSL = ip_network("172.16.0.0/12")  # the network between Windows and the Linux inside it


@dataclass(frozen=True)
class Candidate:
    """An address at which phones may find this computer."""

    address: str
    name: str  # of the interface
    kind: str  # one of ORDER
    leads_out: bool  # the way to the internet begins here

    @property
    def rank(self) -> tuple[int, bool, bool]:
        """The smaller, the likelier. IPv4 comes first within a kind: every phone has it, and it's shorter in a QR code."""
        return ORDER.index(self.kind), ":" in self.address, not self.leads_out


def candidates(host: str = "0.0.0.0") -> list[Candidate]:
    """The likeliest first; only those that a server at `host` answers at."""
    flags = {name: state for name, state in psutil.net_if_stats().items() if state.isup}
    out = _way_out()
    found = []
    for name, known in psutil.net_if_addrs().items():
        if name not in flags:
            continue
        for one in known:
            if one.family in (socket.AF_INET, socket.AF_INET6) and (address := _of_a_network(one.address)):
                kind = "VPN" if "pointopoint" in getattr(flags[name], "flags", "") or address in SHARED else kind_of(name)
                found.append(Candidate(str(address), name, kind, str(address) == out))
    return sorted((one for one in found if host != "0.0.0.0" or ":" not in one.address), key=lambda one: one.rank)


def kind_of(name: str) -> str:
    return next((kind for kind, pattern in KINDS.items() if re.match(pattern, name, re.IGNORECASE)), "other")


def listening(host: str) -> str:
    """The host to listen at: IPv6 too, where this computer has no IPv4 network."""
    return "::" if host == "0.0.0.0" and not candidates(host) and candidates("::") else host


def inside_windows(chosen: str, release: str = "") -> bool:
    """Whether this is a Linux inside Windows, at an address that only that Windows reaches."""
    with suppress(ValueError):
        return "microsoft" in (release or platform.release()).lower() and ip_address(chosen) in WSL
    return False


def others(found: Iterable[Candidate], chosen: str) -> list[Candidate]:
    """Those that somebody may want instead: one for each interface, and none that phones never reach."""
    rest = {one.name: one for one in reversed(list(found)) if one.kind != "virtual"}
    return sorted((one for one in rest.values() if one.address != chosen), key=lambda one: one.rank)


def _of_a_network(text: str) -> IPv4Address | IPv6Address | None:
    """None for what no phone could use: loopback, and addresses that a computer gives itself."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return None if address.is_loopback or address.is_link_local or address.is_unspecified else address


def _way_out() -> str:
    """The address from which a packet to the internet would go; "" without one."""
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))  # sends nothing: asks only which way it would go
            if not probe.getsockname()[0].startswith(("0.", "127.", "::1")):
                return probe.getsockname()[0]
    return ""
