"""One command line, in this process: what came of it, how long it took and how much memory."""

from __future__ import annotations

import io
import json
import re
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from standoff.cli import main

SECONDS = 20.0
PATIENCE = 15
TOLD_WITHIN = 2.0
TIDYING = 5.0
MEGABYTES = 1024
FINE = ("0", "1", "2", "long, but told")


@dataclass(frozen=True, slots=True)
class Outcome:
    """``what``: an exit code, or what went wrong; ``where``: the place in the code, ``detail``: the whole story.

    ``seconds`` are those of the processor.
    """

    what: str
    seconds: float
    megabytes: int
    where: str = ""
    detail: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether nobody need look at it."""
        return self.what in FINE


class TooLong(BaseException):
    """The time is over; nothing in the project catches this."""


class Clock:
    """Whether a time limit is over: of the processor's time, as others may be at work on the machine.

    PATIENCE times as long on the wall is over too, for what only waits.
    """

    def __init__(self, limit: float, processor: Callable[[], float] = time.process_time) -> None:
        self.limit = limit
        self._processor = processor
        self._begin = processor(), time.monotonic()

    @property
    def busy(self) -> float:
        """Seconds of the processor so far."""
        return self._processor() - self._begin[0]

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        wall = time.monotonic() - self._begin[1]
        return (self.busy >= self.limit and wall >= self.limit) or wall >= PATIENCE * self.limit


class _Watch:
    """Ends a call that takes too long; ``told``: it had said in time that it would."""

    def __init__(self, limit: float, errors: io.BytesIO) -> None:
        self.clock = Clock(limit)
        self.errors = errors
        self.told = False
        self.ended = float("-inf")  # when it was last ended: what is left is given time to tidy up

    def look(self, _signal: int, _frame: FrameType | None) -> None:
        """Look what time it is. Raises TooLong."""
        self.told = self.told or (self.clock.busy < TOLD_WITHIN and self.errors.tell() > 0)
        if self.clock.is_over and time.monotonic() > self.ended + TIDYING:
            self.ended = time.monotonic()
            raise TooLong


def limit_memory(megabytes: int = 4 * MEGABYTES) -> None:
    """From now on this process can have so much more address space than it has, so that no call ends the machine.

    What a call takes of it is measured; libraries with threads reserve far more than they use.
    """
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limit = now + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _peak(reset: bool = False) -> int:
    """The most memory held since the last reset, in megabytes."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    match = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    return int(match[1]) // 1024 if match else 0


def run(words: Sequence[str], seconds: float = SECONDS) -> Outcome:
    """Run a command line as if from a shell."""
    output, errors = io.BytesIO(), io.BytesIO()
    watch = _Watch(seconds, errors)
    _peak(reset=True)
    with _streams(output, errors), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        what, where, detail = _called(words, watch)
    told = errors.getvalue().decode(errors="replace")
    if what == "0" and "--json" in words:
        what, detail = _judged_json(output.getvalue())
    elif what == "2" and re.search("too large for this machine", told):
        what, detail = "over memory or too deep", told
    elif what not in FINE and not detail:
        detail = told
    peak = _peak()
    if what in FINE and peak > MEGABYTES:
        what, detail = "over memory", f"{peak} MB"
    return Outcome(what, watch.clock.busy, peak, where, detail)


def _called(words: Sequence[str], watch: _Watch) -> tuple[str, str, str]:
    try:
        with _alarm(watch):
            main.main(list(words), prog_name="standoff")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        return (str(code) if code in (0, 1, 2) else f"exit code {code}"), "", ""
    except TooLong as error:
        return "long, but told" if watch.told else "hang", _place(error), _story(error)
    except BaseException as error:
        return "traceback", f"{type(error).__name__} at {_place(error)}", _story(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)  # where the end came while the alarm was being put off
    return "0", "", ""


def _place(error: BaseException) -> str:
    """The innermost line of the project that was at work."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/standoff/" in frame.filename] or frames
    return f"{ours[-1].filename.rpartition('/standoff/')[2]}:{ours[-1].lineno} {ours[-1].name}"


def _story(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-25))[-6000:]


def _judged_json(output: bytes) -> tuple[str, str]:
    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is not JSON")

    try:
        json.loads(output, parse_constant=refuse)
    except ValueError as error:
        return "not JSON", f"{error}: {output[:200]!r}"
    return "0", ""


@contextmanager
def _streams(output: io.BytesIO, errors: io.BytesIO) -> Iterator[None]:
    kept: tuple[Any, ...] = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    sys.stdout = io.TextIOWrapper(output, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(errors, encoding="utf-8", errors="backslashreplace", write_through=True)
    held = sys.stdin, sys.stdout, sys.stderr  # kept until the end: one that is dropped closes what is below it
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
        for stream in held[1:]:
            stream.detach()


@contextmanager
def _alarm(watch: _Watch) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, watch.look)
    signal.setitimer(signal.ITIMER_REAL, watch.clock.limit / 40, watch.clock.limit / 40)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
