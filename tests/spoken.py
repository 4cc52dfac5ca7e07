"""Every SAY of an evening, spoken by a machine: how long it takes beside its minutes (run by `make spoken`).

The voice of `espeak-ng` speaks at 130 words a minute; what it needs, and what people need for what they do, should fit.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from workshop.declaration import formats
from workshop.guide import spoken


def length(words: str, path: Path) -> float:
    """Seconds that the voice takes for these words."""
    subprocess.run(["espeak-ng", "-v", "en-gb", "-s", str(spoken.SPEED), "-w", str(path), "--stdin"], input=words.encode(), check=True)
    with wave.open(str(path)) as sound:
        return sound.getnframes() / sound.getframerate()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", default="90", help="the format to speak")
    name = parser.parse_args().format
    if not shutil.which("espeak-ng"):
        sys.exit("This needs espeak-ng. Debian and Ubuntu: sudo apt install espeak-ng; macOS: brew install espeak-ng.")
    rows = list(zip(spoken.of(name), formats.plan(name).lines(), strict=True))
    width = max(len(row.step.title) for row, _ in rows)
    over, whole = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for row, _ in rows:
            heard = length(row.step.say, Path(folder, "say.wav")) if row.step.say else 0.0
            left = 60 * row.step.minutes - heard - row.people
            whole += heard
            over += left < 0
            mark = "  DOES NOT FIT" if left < 0 else ""
            told = f"{row.step.minutes:2} min  heard {heard:5.1f} s (counted {row.spoken:3})  people {row.people:3} s  left {left:6.1f} s"
            print(f"{row.step.title:{width}}  {told}{mark}")
    print(f"{whole / 60:.1f} minutes of speech in all; {over or 'no'} step{'' if over == 1 else 's'} over.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
