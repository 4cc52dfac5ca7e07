"""`make models`: how long each model takes to answer a control that was moved, in the process that serves one page.

Each simulation of each module in a process of its own, by the message that a phone sends. The first answer loads NumPy and
the model; then each control goes to all its ends, and every slider through all its steps. A hand feels no wait below LIMIT.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import product
from typing import Any

from workshop.declaration import curriculum
from workshop.kinds.simulation import Simulation

LIMIT = 100  # ms
PASSES = 3


def settings(one: Simulation) -> Iterator[dict[str, Any]]:
    """Every corner of its controls, and every step of every slider with all others as at the beginning."""
    ends = [[one.low, one.high] for one in one.sliders] + [[option.key for option in pick.options] for pick in one.picks]
    ends += [[False, True] for _ in one.switches] + [[0, 1] for _ in one.buttons]
    for corner in product(*ends):
        yield dict(zip((control.key for control in one.controls), corner, strict=True))
    for slider in one.sliders:
        for step in range(round((slider.high - slider.low) / slider.step) + 1):
            yield {slider.key: min(slider.low + step * slider.step, slider.high)}


def measure(name: str) -> tuple[float, list[float], int]:
    """The first answer and all later ones, in ms, and the longest answer in bytes; `name` is that of an activity, "module.key"."""
    from workshop.page import Page

    page = Page(name.split(".")[0], room=object())
    asked = [
        {"type": "simulate", "activity": name, "values": values} for values in [{}, *settings(page.module.activity(name.split(".")[1]))]
    ]
    took, longest = [], 0
    for message in [asked[0], *(asked[1:] * PASSES)]:
        began = time.perf_counter()
        answer = json.dumps(page.handle(message))
        took.append(1000 * (time.perf_counter() - began))
        longest = max(longest, len(answer))
        assert '"figure"' in answer, answer
    return took[0], took[1:], longest


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
        return
    print("| model | on the page | first answer | median | p99 | longest | bytes | |\n|---|---|--:|--:|--:|--:|--:|---|")
    for module in curriculum.modules():
        for one in (activity for activity in module.activities if isinstance(activity, Simulation)):
            command = [sys.executable, "-m", "tests.benchmarks.models", one.id]
            ran = subprocess.run(command, env={**os.environ, "WORKSHOP_MODE": "room"}, capture_output=True, text=True, check=True)
            first, later, longest = json.loads(ran.stdout)
            later.sort()
            times = [first, later[len(later) // 2], later[int(0.99 * len(later))], later[-1]]
            cells = [one.model, one.id, *(f"{took:.0f} ms" if took >= 10 else f"{took:.1f} ms" for took in times), str(longest)]
            print("| " + " | ".join([*cells, "slow" if times[2] > LIMIT else ""]) + " |", flush=True)


if __name__ == "__main__":
    main()
