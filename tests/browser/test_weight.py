"""What a phone fetches: Voila's files as one, a page that comes next as itself alone, plotly only for a figure and late."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.walk import go, join


def asked(requests) -> list[str]:
    return [urlsplit(request.url).path for request in requests if request.url.startswith("http")]


def test_few_files_once_and_then_none(start, phone):
    workshop = start()
    one = join(phone(), workshop)
    expect(one.page.locator(".ws-activity").last).to_be_visible(timeout=30_000)
    first = asked(one.requests)
    library = [path for path in first if path.startswith("/lib/")]
    scattered = [path for path in library if not path.endswith("/static/voila.js") and "/remoteEntry." not in path]
    assert not scattered, "with other versions of Voila or its extensions: make chunks"
    assert len(library) == 4
    ours = [path.rpartition("/")[2] for path in first if path.startswith("/assets/")]
    assert "all.js" in ours and not {"page.js", "frame.js", "choice.js", "plotly.min.js"} & set(ours)

    one.requests.clear()
    go(one, workshop, "map")
    again = [path for path in asked(one.requests) if path not in first]  # what it has, a browser does not fetch anew
    unlike = [path for path in again if path != "/en/map" and not path.startswith(("/api/kernels/", "/voila/api/shutdown/"))]
    assert not unlike, "another module needs no other file"
