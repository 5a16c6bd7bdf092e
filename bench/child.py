"""A piece of work in a process of its own: its time, its peak memory, what it returned."""

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as every command does


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


def alternately(runs: int, *works: Sequence[Any]) -> list[Done]:
    """Each (work, argument…) so many times, one after the other, so that a slow minute meets all of them: the medians. What was written before
    is on the disk first, so that the system is not still writing it."""
    if hasattr(os, "sync"):
        os.sync()
    found = [[run(*work) for work in works] for _ in range(runs)]
    return [median_of(each) for each in zip(*found, strict=True)]


def median_of(runs: Sequence[Done]) -> Done:
    """The median of each figure; the result of the last."""
    parts = (
        median(each) for each in zip(*((run.seconds, run.processor, run.memory) for run in runs), strict=True)
    )
    return Done(*parts, runs[-1].result)


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
