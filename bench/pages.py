"""Pages as readers meet them: twenty readers with a second's think time against the site as `opencommissioning serve` starts it.

Cold: the page of an organisation or a measure that nobody has asked for since the server started, so that it is made; a worker opens the
area before its first reader. There is one home page, so it is only warm. Warm: the few addresses that everybody asks for, each of which every worker has answered before. Charts
are requests of their own and not among them: one reader alone asks for those of a few measure pages, twice. They stay on disk for as long as a build
serves, so the practice that is picked out is another one in each run.
"""

import html
import http.client
import itertools
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np

from bench.scale import Scale
from bench.table import Row
from opencommissioning.area.demo import make_demo

READERS, THINK, SECONDS = (
    20,
    1.0,
    8.0,
)  # twice SECONDS and a reader alone: within 20 seconds, but for answers still on their way
ALONE = 5  # pages of each kind
NEW = ("organisation", "measure")
KINDS = ("home", *NEW)
MOST = {"warm": 50, "cold": 200}  # milliseconds, 95th percentile
MEASURE = "broad_spectrum_antibiotics"
PICTURED = 5  # measure pages whose pictures are asked for
PICTURE = re.compile('<img class="oc-chart" src="([^"]+)"')
Took = dict[str, list[float]]


def rows(scale: Scale) -> list[Row]:
    """The 95th percentile of each kind of page, cold first; refuses an answer that is no page."""
    with _site(scale.area or small_area(scale.folder / "pages-area")) as port:
        opening = _timed(port, "/")
        codes, measures = _known(port)
        few = _addresses(codes[:3], measures[:3])
        cold = {kind: iter(each) for kind, each in _addresses(codes[3:], measures[3:]).items() if kind in NEW}
        alone = {kind: [_timed(port, next(cold[kind])) for _ in range(ALONE)] for kind in NEW}
        made = _read(port, cold)
        _answer(port, [address for each in few.values() for address in each] * 6)
        kept = _read(port, {kind: itertools.cycle(few[kind]) for kind in KINDS})
        drawn, again = _pictures(port, random.choice(codes), measures[-PICTURED:])
    return [
        Row("home page, the first after the start", opening * 1000, "ms"),
        *(_row(kind, "cold", made[kind], alone[kind]) for kind in NEW if made[kind]),
        *(_row(kind, "warm", kept[kind], None) for kind in KINDS),
        _row_of_pictures("cold", drawn),
        _row_of_pictures("warm", again),
    ]


def _row(kind: str, how: str, took: list[float], alone: list[float] | None) -> Row:
    """The 95th percentile, beside the median of a reader alone, or of the same requests."""
    value = float(np.percentile(took, 95)) * 1000
    what = f"{kind} page, {how}, 95th percentile of {len(took)} requests"
    beside = float(np.median(alone or took)) * 1000
    return Row(
        what,
        value,
        "ms",
        "median of one reader alone" if alone else "their median",
        beside,
        MOST[how],
        "ours",
    )


def _pictures(port: int, code: str, measures: list[str]) -> tuple[list[float], list[float]]:
    """Seconds that each picture of the measures' pages takes one reader alone: when it has to be drawn, and when it is on the disk."""
    pages = [_ask(port, f"/measure/{name}/practice/?organisation={code}").decode() for name in measures]
    found = [html.unescape(address) for page in pages for address in PICTURE.findall(page)]
    drawn, again = ([_timed(port, address) for address in found] for _ in range(2))
    return drawn, again


def _row_of_pictures(how: str, took: list[float]) -> Row:
    what = f"chart pictures, {how}, 95th percentile of {len(took)}, one reader alone"
    return Row(
        what, float(np.percentile(took, 95)) * 1000, "ms", "their median", float(np.median(took)) * 1000
    )


def small_area(folder: Path) -> Path:
    """An invented area of 60 practices and 30 months."""
    make_demo(folder, 60, 30, 1, lambda title: nullcontext(lambda what, done, of: None))
    return folder


@contextmanager
def _site(folder: Path) -> Iterator[int]:
    """The port of a site that runs on this machine's own address only, until the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "opencommissioning.cli", "--area", str(folder), "serve", "--port"]
    server = subprocess.Popen([*command, str(port)], env=os.environ, stdout=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, server: subprocess.Popen) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode} before it answered")
        try:
            _ask(port, "/health/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within a minute")


def _known(port: int) -> tuple[list[str], list[str]]:
    """Codes of practices with a value, and measures, from the site's own API."""
    answers = f"measures/{MEASURE}/verdicts?level=practice&per_page=500", "measures?per_page=500"
    lists = []
    for answer in answers:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{answer}", timeout=60) as got:
            lists.append(json.load(got)["items"])
    return [each["organisation"] for each in lists[0]], [each["id"] for each in lists[1]]


def _addresses(codes: list[str], measures: list[str]) -> dict[str, list[str]]:
    return {
        "home": ["/"],
        "organisation": [f"/organisation/{code}/" for code in codes],
        "measure": [f"/measure/{name}/practice/" for name in measures],
    }


def _answer(port: int, addresses: list[str]) -> None:
    """Ask for all of them, side by side, so that each worker answers some."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda address: _ask(port, address), addresses))


def _timed(port: int, address: str) -> float:
    began = time.perf_counter()
    _ask(port, address)
    return time.perf_counter() - began


def _read(port: int, addresses: dict[str, Iterator[str]]) -> Took:
    """All readers at once, for SECONDS; seconds that each kind of page took."""
    until = time.monotonic() + SECONDS
    taken = {kind: iter(_shared(each)) for kind, each in addresses.items()}
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(_reader, port, taken, number, until) for number in range(READERS)]
        done = [reader.result() for reader in readers]
    return {kind: [took for each in done for took in each[kind]] for kind in addresses}


def _shared(addresses: Iterator[str]) -> list[str]:
    """More addresses than readers can ask for, taken beforehand: an iterator of a list may be shared by threads."""
    return list(itertools.islice(addresses, int(READERS * SECONDS / THINK) + READERS))


def _reader(port: int, addresses: dict[str, Iterator[str]], number: int, until: float) -> Took:
    """One reader: thinks, asks for a page of the next kind, thinks; until the end, or until no address of the kind is left."""
    thoughts, took = random.Random(number), {kind: [] for kind in addresses}
    time.sleep(thoughts.uniform(0, THINK))
    for kind in itertools.islice(itertools.cycle(addresses), number, None):
        address = next(addresses[kind], None)
        if address is None or time.monotonic() >= until:
            return took
        took[kind].append(_timed(port, address))
        time.sleep(THINK)
    return took


def _ask(port: int, address: str) -> bytes:
    """The whole page, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}, not a page")
    return body
