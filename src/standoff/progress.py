"""How far long work has come: whoever does it calls ``progress(done, total)``; who watches decides what to show."""

from collections.abc import Callable

Progress = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    """Nothing is shown."""
