"""How much memory a conflict needs, told before it is used; and a refusal where the machine has less."""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from pathlib import Path

from standoff.errors import LargeConflict, TooLarge

BYTES = 160  # per combination: states, formulas, the engine's scratch (measured at 2^20 combinations, rounded up)
BYTES_EACH = 45  # per combination and decision maker: ranks, orders, verdicts
TOLD_FROM = 2**30
_GROUPS = Path("/sys/fs/cgroup")


def needed(combinations: int, decision_makers: int) -> int:
    """About how many bytes an analysis of all states takes."""
    return combinations * (BYTES + BYTES_EACH * decision_makers)


def available() -> int | None:
    """How many bytes this process may still take; None where that cannot be said."""
    found = []
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.append(int(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) * 1024)
    with suppress(OSError, ValueError):
        limit = int((_GROUPS / "memory.max").read_text(encoding="ascii"))
        found.append(limit - int((_GROUPS / "memory.current").read_text(encoding="ascii")))
    if not found:
        with suppress(OSError, ValueError, AttributeError):
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(found, default=None)


def require(combinations: int, decision_makers: int) -> None:
    """Say how much memory it takes where that is much. Raises TooLarge where there is less."""
    need, have = needed(combinations, decision_makers), available()
    told = f"{combinations:,} combinations of levels need about {_gigabytes(need)} of memory"
    if have is not None and need > have:
        raise TooLarge(f"{told}; {_gigabytes(have)} are free")
    if need >= TOLD_FROM:
        warnings.warn(told, LargeConflict, stacklevel=2)


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
