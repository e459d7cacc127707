"""How far long work has come, and whether it is to go on.

Whoever works calls ``progress(done, total)``, and asks ``enough()`` between steps; who watches decides what to show and
when to stop. Work that stops early gives what is done by then, and says in words what was left out.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int], None]
Enough = Callable[[], bool]


def silent(_done: int, _total: int) -> None:
    """Nothing is shown."""


def never() -> bool:
    """It goes on to the end."""
    return False


def until(seconds: float, now: Callable[[], float] = time.monotonic) -> Enough:
    """It goes on for so many seconds from now."""
    end = now() + seconds
    return lambda: now() >= end


def unheard(_text: str) -> None:
    """Nothing is told."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on: is told how far it is (``progress``) and what is found (``tell``), says when it is ``enough``."""

    progress: Progress = silent
    enough: Enough = never
    tell: Callable[[str], None] = unheard


class Stopped(Exception):
    """It was enough in the middle of a step, and what that step had found by then is of no use."""


def undone(done: int, total: int, what: str) -> list[str]:
    """What to say of work that stopped early; nothing where all is done."""
    return [f"{total - done:,} of {total:,} {what}"] if done < total else []
