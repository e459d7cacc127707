"""What this machine's memory can do: copying in order, and gathering in random order."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

LINE = 64
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")


def cache_bytes() -> int | None:
    """The size of the largest cache, None where it is not told."""
    sizes = [re.fullmatch(r"(\d+)([KM]?)", file.read_text().strip()) for file in CACHES.glob("index*/size")]
    return max((int(s[1]) << {"": 0, "K": 10, "M": 20}[s[2]] for s in sizes if s), default=None)


def memory_bytes() -> int:
    """The machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def beyond_caches() -> int:
    """More bytes than twice the largest cache (256 MB at least), as far as a sixth of the memory allows."""
    return min(max(2**28, 2 * (cache_bytes() or 2**29)), memory_bytes() // 6)


@contextmanager
def gathers(size: int) -> Iterator[tuple[str, int, Callable[[int], None]]]:
    """How gathers are made over that many bytes, how many at once must follow one another, and a call that makes some.

    By a walk over a random cycle, each gather waiting for the one before (checked: the cycle is whole). Without a C
    compiler by np.take, where gathers do not wait for one another: that is throughput, not latency.
    """
    lines = size // LINE
    with tempfile.TemporaryDirectory() as folder:
        library = _built(Path(folder))
        if library is None:
            values = np.zeros(lines * LINE // 4, np.int32)
            places = np.random.default_rng(0).permutation(lines) * (LINE // 4)

            def take(steps: int) -> None:
                values.take(places[:steps])

            yield "np.take", lines, take
            return
        next_ = library.cycle(lines)
        assert next_
        try:
            assert library.walk(next_, 0, lines) == 0
            assert library.walk(next_, 0, lines // 2) != 0
            at = 0

            def walk(steps: int) -> None:
                nonlocal at
                at = library.walk(next_, at, steps)

            yield "walk", lines, walk
        finally:
            library.forget(next_)


def _built(folder: Path) -> ctypes.CDLL | None:
    built = folder / "floor.so"
    command = ["cc", "-O2", "-shared", "-fPIC", "-o", str(built), str(Path(__file__).with_name("floor.c"))]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    library = ctypes.CDLL(str(built))
    library.cycle.argtypes, library.cycle.restype = (ctypes.c_int64,), ctypes.c_void_p
    library.walk.argtypes, library.walk.restype = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64), ctypes.c_int64
    library.forget.argtypes, library.forget.restype = (ctypes.c_void_p,), None
    return library
