"""Pictures for README and tutorial, taken of the program itself: docs/images/*.png of an invented area.

    python tools/screenshots.py            # makes a small area first
    python tools/screenshots.py AREA       # of a built area, such as demo-area

Needs Chromium (`make browser`). Look at the pictures before they are committed.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

IMAGES = Path(__file__).parents[1] / "docs" / "images"
LARGEST = 150_000  # bytes of a picture
OUTLIER, MEASURE = "X81010", "broad_spectrum_antibiotics"  # planted in every invented economy
SERVER = (
    "import sys; from opencommissioning import web; web.serve(sys.argv[1], port=int(sys.argv[2]), workers=1)"
)


@dataclass(frozen=True)
class Picture:
    """A page, or what of it `from_heading` (a CSS selector) begins; `height` in pixels; what its words say."""

    name: str
    address: str
    height: int
    from_heading: str = "h1"
    width: int = 1080


PICTURES = (
    Picture("practice", f"/organisation/{OUTLIER}/", 720),
    Picture(
        "measure-over-time", f"/measure/{MEASURE}/practice/?organisation={OUTLIER}", 460, "#over-time", 860
    ),
    Picture("measure-all", f"/measure/{MEASURE}/practice/?organisation={OUTLIER}", 480, "#all", 760),
    Picture("waiting-list", "/organisation/RZ1/waiting/502/?weeks=26", 1000),
)


def main() -> int:
    """Take every picture; the exit status counts those that are too large."""
    with _area() as area, _site(area) as address:
        taken = _take(address)
    for path in taken:
        print(f"{path.relative_to(IMAGES.parents[1])}: {path.stat().st_size / 1000:.0f} kB")
    return sum(path.stat().st_size > LARGEST for path in taken)


@contextmanager
def _area() -> Iterator[Path]:
    if len(sys.argv) > 1:
        yield Path(sys.argv[1])
        return
    from opencommissioning.area.demo import make_demo

    with tempfile.TemporaryDirectory() as folder:
        make_demo(Path(folder) / "area", 60, 30, 1, lambda title: nullcontext(lambda *step: None))
        yield Path(folder) / "area"


@contextmanager
def _site(area: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(area), str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{address} did not answer within a minute")


def _take(address: str) -> list[Path]:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("OC_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise RuntimeError("no Chromium found: install it with 'make browser', or name it in OC_CHROMIUM")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1080, "height": 900}, base_url=address)
        return [_one(page, picture) for picture in PICTURES]


def _one(page, picture: Picture) -> Path:
    page.goto(picture.address)
    page.wait_for_load_state("networkidle")
    page.locator(picture.from_heading).first.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every(each => each.complete || each.loading === 'lazy')")
    page.wait_for_timeout(1500)  # charts below are asked for when they come into view
    path = IMAGES / f"{picture.name}.png"
    box = page.locator(picture.from_heading).first.bounding_box()
    top = max(0, box["y"] + page.evaluate("scrollY") - 16)
    clip = {"x": 0, "y": top, "width": picture.width, "height": picture.height}
    page.screenshot(path=path, clip=clip, full_page=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
