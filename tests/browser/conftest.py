"""A real site in a process of its own, and a real Chromium in front of it. Skips, saying why, where there is no Chromium."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import invented_areas

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SERVER = (
    "import sys; from opencommissioning import web; web.serve(sys.argv[1], port=int(sys.argv[2]), workers=1)"
)


def pytest_collection_modifyitems(items):
    """Every test here is marked `browser`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    """Where Chromium is."""
    found = os.environ.get("OC_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium found: install it with 'make browser', or name it in OC_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def axe():
    """The accessibility checker's script."""
    places = [ROOT / "build" / "npm" / "node_modules", ROOT / "node_modules"]
    found = [
        place / "axe-core" / "axe.min.js" for place in places if (place / "axe-core" / "axe.min.js").is_file()
    ]
    if not found:
        pytest.skip(f"axe-core is not installed in {places[0]}: 'make browser' brings it")
    return found[0].read_text(encoding="utf-8")


SCHEME = """title = "Quality scheme (invented)"
from = {first}
to = {last}
per_point = "25.00"
public = true

[[indicator]]
measure = "broad_spectrum_antibiotics"
months = 3
thresholds = {{ "12" = 5, "9" = 10 }}
"""


@pytest.fixture(scope="session")
def scheme(area_folder):
    """A public incentive scheme over the area's last six months, so that its pages are looked at too."""
    from opencommissioning.area import Area

    months = Area.open(area_folder).current.months
    path = area_folder / "schemes" / "quality.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SCHEME.format(first=months[-6], last=months[-1]), encoding="utf-8")


@pytest.fixture(scope="session")
def address(area_folder, scheme, chromium):
    """The address of a site that runs until the tests are over."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(area_folder), str(port)], env=environment)
    home = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{home}/health/", server)
        yield home
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen) -> None:
    """Until the server answers, a minute at most."""
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode} before it answered")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not answer within a minute")


@pytest.fixture(scope="session")
def area_folder(tmp_path_factory):
    """The invented area that the site is about."""
    if given := os.environ.get("OC_TEST_AREA"):
        return Path(given)
    made = invented_areas.made_once(tmp_path_factory, "demo", invented_areas.demo_area)
    folder = invented_areas.copy_of(made, tmp_path_factory.mktemp("browsed") / "area")
    (folder / "site.toml").write_text(
        'run_by = "Example ICB"\ncontact = "data@example.nhs.uk"\n'
        '[mail]\nsender = "Example ICB <data@example.nhs.uk>"\naddress = "https://compare.example.nhs.uk"\nfolder = "mail"\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium without a window; ended after each file, for its running loop would keep Django from working in this process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser, address, known):
    """`visit(path, width=…, script=False)`: the page at `path`, in a browser with nothing remembered."""
    opened = []

    def visit(path: str, width: int = 1280, script: bool = True, checked_by_axe: bool = False):
        # the checker is put into the page from outside, which the page's own policy rightly forbids
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            bypass_csp=checked_by_axe,
        )
        opened.append(context)
        page = context.new_page()
        page.heard = []
        page.asked = []
        page.on("console", lambda message: page.heard.append(message.text))
        page.on("pageerror", lambda problem: page.heard.append(str(problem)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path.format(**known))
        return page

    yield visit
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def known(address):
    """A code of each level, asked of the site's own API, and a measure on which all have values."""

    def first(path: str, key: str) -> str:
        with urllib.request.urlopen(f"{address}/api/v1/{path}", timeout=30) as answer:
            return json.load(answer)["items"][0][key]

    levels = {
        level: first(f"organisations?level={level}", "code") for level in ("practice", "pcn", "sub_icb")
    }
    measure = "broad_spectrum_antibiotics"
    # the first practice by code is a service without data; `lively` has a value, so that all of a page is there
    lively = first(f"measures/{measure}/verdicts?level=practice&per_page=1", "organisation")
    return {**levels, "measure": measure, "lively": lively}


@pytest.fixture
def keep():
    """Keep a screenshot of the whole page, for who asks for them (OC_KEEP_SCREENSHOTS=1): `keep(page, "home")`."""
    wanted = os.environ.get("OC_KEEP_SCREENSHOTS")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def keep(page, name: str) -> None:
        if wanted:
            page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return keep
