"""The results as Markdown, and their place in the README."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import psutil

from tests.benchmarks.browser import Visit
from tests.benchmarks.crowd import Answers, Wave

BEGIN, END = "<!-- bench {part}: written by `make bench` -->", "<!-- /bench {part} -->"


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, phones and servers on the same machine"


def waves_table(waves: list[Wave], plain: Wave | None) -> str:
    heads = ["everybody opens the page at once", "phones", "median", "p95", "last usable", "to plain Voila", "last / phones"]
    heads += ["CPU a phone", "private a phone", "a phone's bytes"]
    rows = ["| " + " | ".join(heads) + " |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    for wave in waves:
        ratio = f"1/{plain.last / wave.last:.0f}" if plain and plain.phones == wave.phones and wave is not plain and wave.last else "–"
        if plain and plain.phones == wave.phones and wave is not plain and plain.last / wave.last < 10:
            ratio = f"1/{plain.last / wave.last:.1f}"
        private = f"{sum(wave.private) / len(wave.private):.1f} MB" if wave.private else "–"
        rows.append(
            f"| {wave.name}{' (' + str(len(wave.errors)) + ' errors)' if wave.errors else ''} | {wave.phones} | {wave.share(0.5):.2f} s "
            f"| {wave.share(0.95):.2f} s | {wave.last:.2f} s | {ratio} | {1000 * wave.last / wave.phones:.0f} ms "
            f"| {1000 * wave.cpu / wave.phones:.0f} ms | {private} | {wave.wire / 1000:.0f} kB |"
        )
    return "\n".join(rows)


def answers_table(answers: Answers, count: int) -> str:
    def share(values: list[float], part: float) -> str:
        ordered = sorted(values)
        return f"{1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]:.0f} ms" if ordered else "–"

    rows = [
        f"| {count} phones{' (' + str(len(answers.errors)) + ' errors)' if answers.errors else ''} | median | p95 | last |",
        "|---|--:|--:|--:|",
    ]
    for name, values in (
        ("answers within ten seconds, until saved", answers.spread),
        ("answers within 50 ms, until saved", answers.burst),
        ("the result on the phone, from the end of the countdown", answers.reveal),
    ):
        rows.append(f"| {name} | {share(values, 0.5)} | {share(values, 0.95)} | {share(values, 1)} |")
    rows.append(f"| pages at rest: share of one core | {100 * answers.idle:.1f} % | | |")
    return "\n".join(rows)


def multitude_table(rows: list[tuple[int, Answers]]) -> str:
    heads = [
        "phones, all on a page",
        "memory in all",
        "private a kernel",
        "answers within ten seconds, p95",
        "within 50 ms, p95",
        "result, p95",
    ]
    lines = ["| " + " | ".join([*heads, "errors"]) + " |", "|---" + "|--:" * len(heads) + "|"]
    for count, one in rows:
        measured = (one.spread, one.burst, one.reveal)
        late = [f"{1000 * sorted(values)[int(0.95 * len(values))]:.0f} ms" if values else "–" for values in measured]
        private = sum(one.private) / len(one.private) if one.private else float("nan")
        lines.append(f"| {count} | {one.memory / 1024:.1f} GB | {private:.1f} MB | " + " | ".join(late) + f" | {len(one.errors)} |")
    return "\n".join(lines)


def browser_table(visits: dict[str, Visit], plotly: int) -> str:
    rows = ["| one phone in Chromium | tap to first thing to do | requests | over the wire |", "|---|--:|--:|--:|"]
    for name, visit in visits.items():
        seconds = f"{visit.seconds:.2f} s" if visit.seconds else "–"
        rows.append(f"| {name} | {seconds} | {visit.requests} | {visit.wire / 1000:.0f} kB |")
    rows.append(f"| a figure adds, once | | 1 | {plotly / 1000:.0f} kB |")
    return "\n".join(rows)


def slow_table(ours: dict, peers: dict[str, dict], back: list[float]) -> str:
    """Seconds until there's something to do, on a cheap phone: ours, and each peer in the same run."""
    rows = ["| a cheap phone on bad wifi, until the first thing to do | ours | requests | over the wire | " + " | ".join(peers) + " |"]
    rows.append("|---|--:|--:|--:" + "|--:" * len(peers) + "|")
    for name, row in ours.items():
        beside = [f"{peer[name].seconds:.2f} s, {peer[name].wire / 1000:.0f} kB" if name in peer else "–" for peer in peers.values()]
        cost = f"{row.requests:.0f} | {row.wire / 1000:.0f} kB" if row.wire else "– | –"
        rows.append(f"| {name} | {row.seconds:.2f} s | {cost} | " + " | ".join(beside) + " |")
    middle, late = back[len(back) // 2], back[int(0.95 * len(back))]
    rows.append(f"| {len(back)} phones after a break of 1 s | {middle:.1f} s; p95 {late:.1f} s | – | –" + " | –" * len(peers) + " |")
    return "\n".join(rows)


def sudden_table(rows: dict) -> str:
    lines = ["| all at once, unannounced | phones | median | last usable | plain kernels |", "|---|--:|--:|--:|--:|"]
    for name, one in rows.items():
        ordered = sorted(one.seconds) or [float("nan")]
        errors = f" ({len(one.errors)} errors)" if one.errors else ""
        lines.append(f"| {name}{errors} | {len(one.seconds)} | {ordered[len(ordered) // 2]:.1f} s | {one.last:.1f} s | {one.plain} |")
    return "\n".join(lines)


def write(readme: Path, part: str, text: str) -> None:
    """Put `text` between the markers of its part. ValueError where there are none."""
    begin, end, whole = BEGIN.format(part=part), END.format(part=part), readme.read_text(encoding="utf-8")
    if begin not in whole or end not in whole:
        raise ValueError(f"{readme.name} has no place for the figures of `make bench`: it should hold the line {begin} and the line {end}.")
    new = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: f"{begin}\n\n{text}\n\n{end}", whole, flags=re.DOTALL)
    readme.write_text(new, encoding="utf-8")
