"""A piece of work in a process of its own: its time, its peak memory, what it returned."""

import importlib
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Done:
    """Seconds by the clock (imports aside), seconds of all processors, peak resident memory in MB, and the result."""

    seconds: float
    processor: float
    memory: float
    result: Any


def run(work: str, *arguments: Any) -> Done:
    """Run `module:function` of this package with arguments that JSON can carry; its failure is ours."""
    command = [sys.executable, "-m", "bench.child", work, json.dumps(arguments)]
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return Done(*json.loads(out.splitlines()[-1]))


def main(work: str, arguments: str) -> None:
    """In the child: do the work, print what it took."""
    module, function = work.split(":")
    do = getattr(importlib.import_module(f"bench.{module}"), function)
    began, busy = time.perf_counter(), time.process_time()
    result = do(*json.loads(arguments))
    took = time.perf_counter() - began, time.process_time() - busy
    print(json.dumps([*took, _peak(), result]))


def _peak() -> float:
    """Peak resident memory in MB: of this program alone where the system tells it (Linux), else with what the process was started from."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
