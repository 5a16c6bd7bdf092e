"""Memory that a build needs again a moment later stays with the process: asking the system for it costs as much as the work on it.

A build makes and drops thousands of arrays of some megabytes. The C library of Linux (glibc) hands each back to the system, which clears
its pages before it gives them out again: a fifth of the processor time of a build with a nation's register. Elsewhere nothing is changed.

Python looks through all objects for circles of dropped ones whenever some thousand were made, and a build makes millions, nearly all of which
stay: it looks less often.
"""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

TRIM = -1  # mallopt's name of: free memory from which on some is handed back
MAPPED = -3  # and of: size from which on an array is mapped by itself, and so handed back when it is dropped
KEPT = {MAPPED: 2**30, TRIM: 2**31 - 1}
OBJECTS = 200_000  # made before Python looks for circles: some 50 MB
USUAL = {MAPPED: 2**25, TRIM: 2**26}  # what glibc comes to by itself where large arrays are made and dropped


@contextmanager
def memory_kept() -> Iterator[None]:
    """Inside it what is dropped stays for what comes next; at the end it is handed back."""
    library, often, pool = _library(), gc.get_threshold(), pa.default_memory_pool()
    _set(library, KEPT)
    pa.set_memory_pool(pa.system_memory_pool())
    gc.set_threshold(OBJECTS, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        pa.set_memory_pool(pool)
        _set(library, USUAL)
        if library is not None:
            library.malloc_trim(0)


def _library() -> ctypes.CDLL | None:
    """The C library where it can be told; None elsewhere."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def _set(library: ctypes.CDLL | None, limits: dict[int, int]) -> None:
    if library is None:
        return
    for name, value in limits.items():
        library.mallopt(name, value)
