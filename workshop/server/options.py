"""What can be chosen when a workshop starts: declared here once, read by the commands, by `launch` and by both servers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workshop.phases import Mode


def option(default: Any, help: str, flags: tuple[str, ...] = (), **settings: Any) -> Any:
    """A field with the help of its flag. `flags`: if the flag isn't the field's name; `settings`: what else click is told."""
    return field(default=default, metadata={"help": help, "flags": flags, "settings": settings})


@dataclass(frozen=True, kw_only=True)
class StartOptions:
    """What is asked for, unchecked. "" and None: not given. A field without a flag is set by the command itself."""

    host: str = option("0.0.0.0", "The address where phones can reach this computer.", show_default=True)
    port: int = option(8000, "The port for phones; 0 takes any free one.", show_default=True)
    desk_port: int = option(8001, "The port for the desk; 0 takes any free one.", show_default=True)
    desk_host: str = option("127.0.0.1", "Where the desk can be reached; any other address needs TLS.", show_default=True)
    certfile: str = option("", "A certificate in PEM form, with its chain: both servers speak TLS.")
    keyfile: str = option("", "The certificate's key, without a password.")
    join_base: str = option(
        "", "If there's a proxy in front: the address phones use, such as https://workshop.example.org/evening", flags=("--join-url",)
    )
    desk_base: str = option("", "The same for the desk.", flags=("--desk-url",))
    base_url: str = option(
        "",
        "If there's a proxy in front that shows us under a path: that path, such as /user/ana/proxy/8000/. {port} in it stands for "
        "each server's own port.",
        metavar="PATH",
    )
    any_name: bool = option(
        False, "Say that a proxy with its own login is in front of the desk, so that it may be called by any name.", is_flag=True
    )
    tls_in_front: bool = option(
        False, "Say that a proxy encrypts everything that comes to --desk-host.", flags=("--i-have-tls-in-front",), is_flag=True
    )
    data_dir: str = option("", "Where rooms are kept.")
    store: str = option("", "A PostgreSQL address (postgresql://…) or a file, instead of the data directory's own.")
    code: str = option("", "Carry on with the room that has this code.", flags=("--room",))
    k: int | None = option(None, "How many people must have answered before a result is shown. You can raise it, never lower it.", type=int)
    seats: int = option(0, "How many pages can be open at once; 0: as many as this computer allows.", min=0)
    preheat: bool = option(
        True,
        "Have pages ready before anyone asks for them. This is on unless you say no.",
        flags=("--preheat/--no-preheat",),
        envvar="WORKSHOP_PREHEAT",
    )
    fork: bool | None = option(
        None,
        "Copy kernels from one warm process. If you say neither, this happens on Linux only.",
        flags=("--fork/--no-fork",),
    )
    debug: bool = option(False, "Say more on the standard error stream.", is_flag=True)
    mode: Mode = "room"
