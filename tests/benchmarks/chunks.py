"""`make chunks`: which of Voila's files a page with core widgets asks for, seen in a real Chromium; written to workshop/server/chunks.json.

To be run again when the pinned versions of voila, jupyterlab-widgets or anywidget change.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.authored import SLIDER, author
from tests.benchmarks.servers import ours
from tests.chromium import QUIET, executable
from workshop.server.shelf import CHUNKS, MAIN, Shelf

FILE = re.compile(r"/lib/[0-9a-f]+/((?:static|labextensions)/[\w./@-]+\.js)")


def asked(join_url: str, pages: list[str]) -> list[set[str]]:
    """For each page the files that it asked for, with an empty cache each time."""
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=[*QUIET, "--no-sandbox"])
        for address in pages:
            page = browser.new_page()
            files: set[str] = set()
            page.on("request", lambda request, files=files: files.update(FILE.findall(request.url)))
            page.goto(join_url)
            page.check("#part")
            page.click("#enter")
            page.wait_for_url("**/en/*")
            page.goto(address)
            page.wait_for_selector("[role=slider]", state="visible", timeout=60_000)
            page.wait_for_timeout(3000)
            found.append(files)
            page.close()
        browser.close()
    return found


def main() -> None:
    shelf = Shelf()
    known = json.loads(CHUNKS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= author(Path(folder), sliders=[SLIDER])  # our own pages do without Voila's files
        with ours() as running:
            files = set().union(*asked(running.join_url, [running.pages["sliders"]]))
    chunks = {name for name in files if name != MAIN and "remoteEntry" not in name} | set(known.get(shelf.edition, []))
    CHUNKS.write_text(json.dumps({shelf.edition: sorted(chunks)}, indent=1) + "\n", encoding="utf-8")
    print(f"{len(chunks)} files go out as one")


if __name__ == "__main__":
    main()
