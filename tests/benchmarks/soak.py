"""`make soak`: phones come, sleep, move on and go, for half an hour; then memory, processes and files are where they began."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tests.benchmarks.crowd import joined
from tests.benchmarks.phones import Phone
from tests.benchmarks.servers import Served, ours

WARMING = 90.0  # s in which the first crowd sees every page
SETTLING = 100.0  # s after the last phone has gone: pages that are ready are ended after a while, the left ones after a minute
GROWTH = 25.0  # MB that a server may have more than after its first crowd
READY = 6  # ready pages that may remain


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def state(served: Served) -> dict[str, float]:
    """Processes, files in the run directory, open descriptors and MB of the servers themselves."""
    servers = [process for process in served.processes() if process not in served.kernels()]
    found = {"processes": len(served.processes()), "kernels": len(served.kernels()), "descriptors": 0, "memory": 0.0, "files": 0}
    for process in servers:
        with suppress(psutil.Error):
            found["memory"] += process.memory_full_info().uss / 2**20
            found["descriptors"] += process.num_fds()
            for word in process.cmdline():
                if "/k-p/" in word:
                    found["files"] = sum(1 for _ in Path(word).parent.iterdir())
    return found


async def live(phone: Phone, slugs: list[str], chance: random.Random, end: float, errors: list[str]) -> None:
    """One person's evening, again and again until `end`."""
    try:
        while time.monotonic() < end:
            for slug in slugs:
                phone.page = f"/en/{slug}"
                await phone.open()
                phone.listen()
                await phone.hello()
                await asyncio.sleep(chance.uniform(1, 8))
                fate = chance.random()
                if fate < 0.15:  # the phone sleeps: its websocket breaks, and comes back or not
                    await phone.socket.close()
                    await asyncio.sleep(chance.uniform(1, 10))
                if fate < 0.9:
                    await phone.leave()
                else:  # an empty battery doesn't say goodbye
                    await phone.socket.close()
                    phone.socket, phone.states = None, {}
                if time.monotonic() > end:
                    break
            await asyncio.sleep(chance.uniform(1, 5))
        await phone.leave()  # or a page that sleeps would be kept for half an hour
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}"[:160])


async def soak(served: Served, minutes: float, people: int) -> int:
    """0 where everything is where it began, else 1."""
    chance, errors = random.Random(3), []
    slugs = [slug for slug in served.pages if slug != "start"]
    phones = await joined(served, slugs[0], people)
    desk = served.desk()
    # The first crowd causes what is made only once: templates, files, pools. Later crowds must add nothing.
    await asyncio.gather(*(live(phone, slugs, chance, time.monotonic() + WARMING, errors) for phone in phones))
    await asyncio.sleep(SETTLING)
    before = state(served)
    say(f"before: {before}")
    end = time.monotonic() + 60 * minutes
    work = [asyncio.create_task(live(phone, slugs, chance, end, errors)) for phone in phones]
    while time.monotonic() < end:
        desk.open_module(chance.choice(slugs))
        await asyncio.sleep(min(60, max(1, end - time.monotonic())))
        say(f"{(end - time.monotonic()) / 60:5.1f} minutes to go: {state(served)}, {len(errors)} errors")
    await asyncio.gather(*work)
    desk.hang_up()
    await asyncio.sleep(SETTLING)
    after = state(served)
    say(f"after: {after}")
    trouble = list(errors[:3])
    trouble += ["kernels remain"] if after["kernels"] > READY else []
    trouble += ["processes remain"] if after["processes"] - after["kernels"] > before["processes"] - before["kernels"] else []
    trouble += ["files of ended kernels remain"] if after["files"] > 6 * after["kernels"] + 1 else []
    trouble += ["descriptors remain open"] if after["descriptors"] > before["descriptors"] + 60 else []
    trouble += [f"servers grew by {after['memory'] - before['memory']:.0f} MB"] if after["memory"] - before["memory"] > GROWTH else []
    print("Everything is where it began." if not trouble else "Not where it began: " + "; ".join(trouble))
    return bool(trouble)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--people", type=int, default=20)
    options = parser.parse_args()
    with ours() as served:
        sys.exit(asyncio.run(soak(served, options.minutes, options.people)))


if __name__ == "__main__":
    main()
