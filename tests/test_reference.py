"""The generated pages of docs/reference are what the program says today, asked in a process that no other test has touched."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_reference_is_up_to_date():
    command = [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (asked.returncode, asked.stderr) == (0, "")
