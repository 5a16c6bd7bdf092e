"""The demo's last step: its pages answer, though threads and helpers made the area in the same program a moment before."""

import os
import signal
import subprocess
import sys
import time
from socket import socket
from urllib.error import URLError
from urllib.request import urlopen

import pytest

PATIENCE = 240  # seconds that a busy machine may take to make the small area
ANSWER = 20  # seconds for a page


def free_port():
    """A port that nobody listens on."""
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def first_page(address, demo):
    """The home page once somebody listens; a site that listens and does not answer is a failure."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and demo.poll() is None:
        try:
            return urlopen(address, timeout=ANSWER).read().decode()
        except TimeoutError:
            pytest.fail(f"the site listens and does not answer within {ANSWER} s")
        except URLError as nobody:
            if isinstance(nobody.reason, TimeoutError):
                pytest.fail(f"the site listens and does not answer within {ANSWER} s")
            time.sleep(0.5)
    return pytest.fail("the demo did not serve its pages")


def test_the_demos_pages_answer(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "opencommissioning.cli", "demo", "--folder", str(tmp_path / "area")]
    command += ["--practices", "60", "--months", "14", "--port", str(port)]
    demo = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    try:
        assert "How do practices compare?" in first_page(f"http://127.0.0.1:{port}/", demo)
    finally:
        os.killpg(demo.pid, signal.SIGKILL)
        demo.wait(30)
