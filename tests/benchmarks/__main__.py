"""`make bench`: a crowd against our server, a plain Voila and a bare page, in one run. `--quick` for a first look."""

from __future__ import annotations

import argparse
import asyncio
import gzip
import sys
from pathlib import Path

from tests.benchmarks import crowd, peer, slow, sudden, table
from tests.benchmarks.browser import visits
from tests.benchmarks.servers import bare_forms, floor, ours, plain_voila
from workshop.server.shelf import Shelf

README = Path(__file__).parents[2] / "README.md"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def of_ours(slug: str, count: int, warm: bool) -> crowd.Wave:
    name = "ours, pages ready" if warm else "ours, nothing ready"

    async def play(served) -> crowd.Wave:
        phones = await crowd.joined(served, slug, count + (not warm))
        memory = 0.0
        if warm:
            memory = await crowd.warmed(served, slug, phones)
        else:  # one has opened the page before, as with plain Voila
            first = phones.pop()
            await first.open()
            await first.leave()
        result = await crowd.wave(name, served, phones)
        result.memory = max(memory, result.memory)
        await asyncio.gather(*(phone.leave() for phone in phones), return_exceptions=True)
        return result

    with ours("--seats", "700", preheat=warm) as served:
        result = asyncio.run(play(served))
    say(f"{name}, {count}: last {result.last:.2f} s, {result.memory:.0f} MB in all, errors {result.errors[:2]}")
    return result


def on_a_cheap_phone(slug: str, runs: int, beside_otree: bool) -> str:
    """The table of the slow phone, beside plain Voila with the same notebook and forms with the same words: bare ones, oTree's."""
    others = ("messages", "map")
    with ours() as served:
        mine = slow.medians(lambda browser, seen: slow.ours(browser, served, others, seen), runs)
    with plain_voila(crowd.notebook_of(slug)) as served:
        voila = slow.medians(lambda browser, seen: slow.plain(browser, served, slow.SELECTOR, seen), runs)
    with bare_forms(slug) as served:
        bare = slow.medians(lambda browser, seen: slow.bare(browser, served, seen), runs)
    peers = {"plain Voila": voila, "bare HTML forms": bare}
    if beside_otree:
        with peer.otree(slug, *others) as served:
            peers["oTree"] = slow.medians(lambda browser, seen: slow.otree(browser, served, seen), runs)
    with ours() as served, slow.chromium() as browser:
        back = slow.crowd_back(browser, served, slug, 30)
    return table.slow_table(mine, peers, back)


def unannounced(slug: str) -> str:
    with ours(warm=False) as served:
        door = asyncio.run(sudden.at_the_door(served, slug, 30))
    with ours("--seats", "700") as served:
        killed = asyncio.run(sudden.killed(served, slug, 100))
    return table.sudden_table({"in the second in which the QR code appears": door, "a participants' server killed under them": killed})


def multitude(slug: str, counts: list[int]) -> str:
    """More phones than one laptop was made for: all on a page, all answering, all shown the result."""
    rows = []
    for count in counts:
        with ours("--seats", str(count + 50)) as served:
            answered = asyncio.run(crowd.answers(served, slug, count, 5))
        rows.append((count, answered))
        say(f"{count} phones: {answered.memory / 1024:.1f} GB, errors {answered.errors[:2]}")
    return table.multitude_table(rows)


def of_a_crowd(sizes: list[int], quick: bool) -> tuple[str, bool]:
    """The tables of the crowd beside plain Voila, and whether everybody got everything."""
    with ours("--seats", "700", preheat=False) as served:
        slug, _ = asyncio.run(crowd.heaviest(served))
    say(f"the heaviest page is {slug}")
    with plain_voila(crowd.notebook_of(slug)) as served:
        plain = asyncio.run(crowd.plain_wave(served, sizes[0]))
    say(f"plain Voila, {sizes[0]}: last {plain.last:.2f} s, errors {plain.errors[:2]}")
    measured = [of_ours(slug, size, warm) for size in sizes for warm in (True, False)]
    with floor(int(measured[0].wire)) as served:
        bare = asyncio.run(crowd.floor_wave(served, sizes[0]))
    rows = [plain, *(wave for wave in measured if wave.phones == sizes[0]), bare, *(wave for wave in measured if wave.phones != sizes[0])]
    people = 10 if quick else 100
    with ours("--seats", "700") as served:
        answered = asyncio.run(crowd.answers(served, "arrive", people, 3 if quick else 20))
    say(f"answers: errors {answered.errors[:2]}")
    most = max(measured, key=lambda wave: wave.memory)
    parts = [
        f"Measured by `make bench` on {table.machine()}. "
        f"The page is the heaviest of the sequence ({slug}); usable is every widget's state arrived.",
        table.waves_table(rows, plain),
        f"{most.phones} phones on their pages, with as many pages ready, take {most.memory / 1024:.1f} GB in all, servers included.",
        table.answers_table(answered, people),
    ]
    if not quick:
        with ours() as served:
            seen = visits(served.join_url, served.pages["arrive"], served.pages[slug if slug != "arrive" else "map"])
        shelf = Shelf()
        plotly = len(gzip.compress(shelf._plotly.read_bytes(), 9)) if shelf._plotly else 0
        parts.append(table.browser_table(seen, plotly))
    return "\n\n".join(parts), not answered.errors and not any(wave.errors for wave in rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=["crowd", "slow", "many"], help="one part of it; without it all three, which takes an hour")
    parser.add_argument("--phones", default="30,100,300", help="crowd: its sizes, with commas between them")
    parser.add_argument("--quick", action="store_true", help="crowd: ten phones, short rests, no browser, nothing written")
    parser.add_argument(
        "--otree", action="store_true", help="slow: oTree beside the cheap phone; the first time it's installed in build/otree"
    )
    parser.add_argument("--runs", type=int, default=5, help="slow: visits of the cheap phone, of which the median counts")
    parser.add_argument("--many", default="600,1000", help="many: sizes of crowds that answer and see a result")
    parser.add_argument("--no-readme", action="store_true", help="only print")
    options = parser.parse_args()
    parts = ["crowd"] if options.quick else [options.only] if options.only else ["crowd", "slow", "many"]
    well = True
    for part in parts:
        if part == "crowd":
            text, well = of_a_crowd([10] if options.quick else numbers(options.phones), options.quick)
        elif part == "slow":
            tables = on_a_cheap_phone("arrive", options.runs, options.otree), unannounced("arrive")
            text = "\n\n".join([f"Medians of {options.runs} visits, on {table.machine()}.", *tables])
        else:
            text = f"On {table.machine()}.\n\n{multitude('arrive', numbers(options.many))}"
        print(text, end="\n\n")
        if not options.quick and not options.no_readme:
            table.write(README, part, text)
    if not well:
        sys.exit("Some phones did not get what they must get; see above.")


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    main()
