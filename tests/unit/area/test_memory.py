"""Memory stays with a process inside, and is handed back afterwards; where nobody can tell the C library, nothing happens."""

import gc
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from opencommissioning.area import memory
from opencommissioning.area.memory import memory_kept

MEGABYTES = 200


def resident():
    """Megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process holds in /proc")
def test_what_is_dropped_stays_inside_and_goes_at_the_end():
    if memory._library() is None:
        pytest.skip("this C library cannot be told what to keep")
    before = resident()
    with memory_kept():
        arrays = [np.ones(2**20) for _ in range(MEGABYTES // 8)]
        assert resident() - before > 0.9 * MEGABYTES
        arrays.clear()
        assert resident() - before > 0.9 * MEGABYTES
    assert resident() - before < 0.2 * MEGABYTES


def test_python_looks_for_circles_less_often_inside():
    often, pool = gc.get_threshold(), pa.default_memory_pool().backend_name
    with memory_kept():
        assert gc.get_threshold()[0] > often[0]
        assert pa.default_memory_pool().backend_name == "system"
    assert (gc.get_threshold(), pa.default_memory_pool().backend_name) == (often, pool)


def test_elsewhere_nothing_is_changed(monkeypatch):
    monkeypatch.setattr(memory.sys, "platform", "win32")
    assert memory._library() is None
    with memory_kept():
        assert np.ones(10).sum() == 10


def test_an_error_inside_hands_memory_back_all_the_same(monkeypatch):
    told = []

    class Library:
        def mallopt(self, name, value):
            told.append((name, value))

        def malloc_trim(self, pad):
            told.append(("trim", pad))

    monkeypatch.setattr(memory, "_library", Library)
    with pytest.raises(KeyError), memory_kept():
        raise KeyError("inside")
    assert told == [*memory.KEPT.items(), *memory.USUAL.items(), ("trim", 0)]
