"""Pages that are ready and the waiting line, with the running product: before a page is given it holds nothing of anybody."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from contextlib import suppress
from urllib.parse import urlsplit

import psutil
import pytest

from tests.benchmarks.phones import ask
from tests.meeting import finish, phone_at
from tests.running import gone, until

NUMBER = re.compile(r"re number (\d+)")


def holds(process: psutil.Process, words: list[bytes]) -> set[bytes]:
    """Which of `words` are anywhere in the memory that the process may write to."""
    found = set()
    with suppress(psutil.Error), open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(part, 16) for part in place.split("-"))
            with suppress(OSError, OverflowError):
                memory.seek(start)
                content = memory.read(end - start)
                found |= {word for word in words if word in content}
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_page_that_is_ready_holds_nothing_of_anybody(start):
    workshop = start("--preheat")
    until(lambda: len(workshop.kernels()) >= 2, 60, "pages that are ready")

    async def play() -> None:
        first = phone_at(workshop)
        first.page += "?private=canary-in-the-address"
        await first.join(workshop.room)
        await first.open()
        first.listen()
        await first.hello()
        question = next(iter(first.states[first._visitor]["state"]["questions"]))
        key = first.keys(question)[0].encode()
        secrets = [key, *(value.encode() for value in first.cookies.values()), b"canary-in-the-address", first.session.encode()]
        held = [process for process in workshop.kernels() if key in holds(process, secrets)]
        assert len(held) == 1, "the search has teeth: one kernel, the visitor's own, has been told a key"
        assert holds(held[0], secrets) <= {key, first.session.encode()}, "no address and no cookie, not even in one's own"
        given = first.kernel
        await first.leave()
        until(lambda: gone(held[0]), 10, "a page that was left ends")
        second = phone_at(workshop)
        await second.join(workshop.room)
        await second.open()
        assert second.kernel != given
        for process in (*workshop.kernels(), workshop.fork_server()):
            assert not holds(process, secrets)
        await second.leave()

    finish(play())


def test_a_page_from_readiness_is_the_page_that_would_be_made_now(start):
    workshop = start("--preheat")

    async def play() -> None:
        phones = [phone_at(workshop, slug) for slug in ("arrive", "map")]
        for phone in phones:
            await phone.join(workshop.room)
        until(lambda: len(workshop.kernels()) >= 2, 60)
        again = phone_at(workshop)
        await again.join(workshop.room)
        await phones[0].open()
        texts = []
        for phone in (phones[0], again):
            if phone is again:
                workshop.fork_server().kill()  # with no page ready for it any more, it is made in the plain way
                for kernel in workshop.kernels():
                    kernel.kill()
                await asyncio.sleep(1)
                await again.open()
            # It waited for the process that it's copied from, and its widgets are in the order of their names, which are drawn.
            html = re.sub(r'<p class="ws-starting".*?</p>|<script id="ws-widgets".*?</script>', "", phone.html.decode(), flags=re.S)
            texts.append(re.sub(r'[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|(?<=workshop-)\w+|(?<="page": ")[0-9a-f]{16}', "…", html))
        assert texts[0] == texts[1]
        assert len(phones[0].states) == len(again.states)

    finish(play())


def test_a_phone_that_finds_no_place_waits_in_line_and_goes_on_by_itself(start):
    workshop = start("--seats", "2")
    base = urlsplit(workshop.join_url)

    async def play() -> None:
        phones = [phone_at(workshop) for _ in range(4)]
        for phone in phones:
            await phone.join(workshop.room)
        for phone in phones[:2]:
            await phone.open()
        waiting = []
        for phone in phones[2:]:
            reader, writer = await asyncio.open_connection(base.hostname, base.port)
            cookie = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
            writer.write(f"GET {phone.page} HTTP/1.1\r\nHost: {base.netloc}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode())
            text = await asyncio.wait_for(until_said(reader, b"re number"), 20)
            waiting.append((reader, writer, text))
        assert [NUMBER.findall(text.decode())[-1] for _, _, text in waiting] == ["1", "2"]
        assert b"We learn to give" in waiting[0][2], "the words are there to read meanwhile"
        await phones[0].leave()
        reader, writer, _ = waiting[0]
        rest = await asyncio.wait_for(reader.read(), 60)
        assert b'"kernelId"' in rest, "it goes on by itself"
        writer.close()
        moved = await asyncio.wait_for(until_said(waiting[1][0], b"re number 1"), 20)
        assert b"kernelId" not in moved
        waiting[1][1].close()  # the phone in line goes away: it takes nobody's place
        await phones[1].leave()
        late = phone_at(workshop)
        await late.join(workshop.room)
        await late.open()
        await late.leave()

    finish(play())


async def until_said(reader: asyncio.StreamReader, words: bytes) -> bytes:
    text = b""
    while words not in text:
        got = await reader.read(4096)
        assert got, text[-300:]
        text += got
    return text


def test_pages_follow_the_room(start):
    workshop = start("--preheat")

    async def play() -> None:
        phones = [phone_at(workshop) for _ in range(3)]
        for phone in phones:
            await phone.join(workshop.room)
            await phone.open()
        # Three here, two spare for who comes yet, three of the page that comes next.
        until(lambda: len(workshop.kernels()) == 3 + 2 + 3, 60, "as many of the next page as there are people")
        for phone in phones:
            await phone.leave()

    finish(play())


def test_the_socket_of_the_fork_server_is_this_users_alone(start):
    workshop = start()
    warm = until(workshop.fork_server, 60)
    path = warm.cmdline()[3]
    assert os.stat(path).st_mode & 0o777 == 0o600
    with socket.socket(socket.AF_UNIX) as rude:  # a client that connects and says nothing holds nobody up for long
        rude.connect(path)

        async def play() -> None:
            phone = phone_at(workshop)
            await phone.join(workshop.room)
            await phone.open()
            answer = await ask(phone.base, "GET", f"/alive/{phone.kernel}", phone.cookies)
            assert answer.status == 204

        finish(play())


def test_without_a_fork_server_kernels_start_in_the_plain_way(start):
    workshop = start("--no-fork")
    assert workshop.fork_server() is None

    async def play() -> None:
        phone = phone_at(workshop)
        await phone.join(workshop.room)
        await phone.open()
        [kernel] = workshop.kernels()
        assert "ipykernel_launcher" in kernel.cmdline()
        await phone.leave()

    finish(play())
