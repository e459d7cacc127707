"""Long work as the command line watches it: how far it is, when to stop, what an interruption does."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import chain, repeat
from math import prod
from typing import TYPE_CHECKING

import click

from standoff.cli.output import is_quiet, say
from standoff.progress import Watch, silent

if TYPE_CHECKING:
    from standoff.conflict.model import Conflict
    from standoff.progress import Enough, Progress


class Work:
    """Long work as the command line watches it: ``progress`` shows how far it is, ``enough`` says when to stop.

    It is enough when the time given with ``--time`` is over, and after the first interruption (Ctrl-C): then what is
    done is still told. The second interruption ends everything.
    """

    def __init__(self, progress: Progress, enough: Enough) -> None:
        self.progress = progress
        self._over = enough
        self._begun = time.monotonic()
        self.interrupted = False

    @property
    def watch(self) -> Watch:
        """What is handed to the work."""
        return Watch(self.progress, self.enough, self.tell)

    def enough(self) -> bool:
        """Whether to stop with what is done."""
        return self.interrupted or self._over()

    def tell(self, line: str) -> None:
        """Something that was found, told on standard error where the work takes long."""
        if time.monotonic() - self._begun >= Teller.FIRST:
            say(line)

    def interrupt(self) -> None:
        """Stop at the next step."""
        self.interrupted = True
        click.echo("Interrupted: what is done is told; once more ends at once.", err=True)


SHOWN_AFTER = 1.0  # seconds of work: what is sooner done would only flicker


@contextmanager
def at_work(
    what: str, seconds: float | None = None, conflict: Conflict | None = None, stops: bool = True
) -> Iterator[Work]:
    """Long work in steps of a kind (``what``). Seconds count from the command's begin.

    ``conflict``: on what it is, if that is known. Where it ``stops`` early, the first interruption asks it to; work
    that cannot is ended by it.
    """
    from standoff.progress import never, until

    spent = time.monotonic() - begun()
    with shown_progress(what, conflict is None or has_long_steps(conflict)) as progress:
        work = Work(progress, never if seconds is None else until(seconds - spent))
        with _interruptible(work) if stops else nullcontext():
            yield work


def begun() -> float:
    """When the command began."""
    context = click.get_current_context(silent=True)
    return float(context.meta.setdefault("standoff.begun", time.monotonic())) if context else time.monotonic()


@contextmanager
def _interruptible(work: Work) -> Iterator[None]:
    """While this lasts, the first interruption stops the work and not the program.

    Where signals can be had and are not ignored, as they are by a job that a script leaves in the background.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is signal.SIG_IGN:
        yield
        return

    def interrupted(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        work.interrupt()

    signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def ended(work: Work, code: int = 0) -> int:
    """The exit code of a verb that told what it had: that of an interruption where there was one."""
    return 130 if work.interrupted else code


@contextmanager
def shown_progress(what: str, long_steps: bool = True) -> Iterator[Progress]:
    """Progress with an estimate on standard error: a bar on a terminal, elsewhere a line where it takes long.

    ``long_steps``: a single step may take seconds.
    """
    if is_quiet():
        yield silent
        return
    if not sys.stderr.isatty():
        with Teller(what, long_steps) as teller:
            yield teller.progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(what or click.get_current_context().info_name or "", total=None)
    later = threading.Timer(SHOWN_AFTER, bar.start)
    later.daemon = True
    later.start()
    try:
        yield lambda done, total: bar.update(task, completed=done, total=total)
    finally:
        later.cancel()
        later.join()
        if bar.live.is_started:
            bar.stop()


MANY_STATES, MANY_JUDGEMENTS = 4096, 500  # up to which a step of any verb takes a small part of a second


def has_long_steps(conflict: Conflict) -> bool:
    """Whether a single step of work on a conflict may take seconds."""
    given = conflict.graph
    states = prod(len(option.levels) for _, option in conflict.options) if given is None else len(given.states)
    return states > MANY_STATES or sum(1 for _ in conflict.judgements()) > MANY_JUDGEMENTS


class Teller:
    """Says in a line on standard error that work takes long: within two seconds of its begin, with an estimate.

    Where there is none by then, that it may take long, if the steps or their number make that likely; else it waits for
    an estimate. Again only where it turns out to take twice as long. A thread of its own looks, so that it is said even
    while one step lasts.
    """

    FIRST, SECOND, AGAIN = 1.5, 0.4, 2.5  # seconds after which it is looked how far the work has come
    LONG = 10.0  # seconds from which work is long: half of what people wait in doubt, as an estimate may be wrong
    UNKNOWN = 5.0  # seconds after which it is said of any work that there is no estimate
    MANY = 500  # steps, of which all may take long though each is short

    def __init__(self, what: str, long_steps: bool = True) -> None:
        context = click.get_current_context(silent=True)
        self.verb = context.info_name if context is not None else None
        self.stops = context is not None and "seconds" in context.params
        self.what, self.long_steps = what, long_steps
        self.begun = time.monotonic()
        self.done = self.total = 0
        self._since = 0.0  # seconds after which the steps began that are counted now
        self._told = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Teller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def progress(self, done: int, total: int) -> None:
        """So much is done."""
        if total != self.total or done < self.done:
            self._since = time.monotonic() - self.begun
        self.done, self.total = done, total

    def _watch(self) -> None:
        for wait in chain((self.FIRST, self.SECOND), repeat(self.AGAIN)):
            if self._over.wait(wait):
                return
            line = self.line(time.monotonic() - self.begun)
            if line:
                click.echo(f"{self.verb or 'standoff'}: {line}", err=True)

    def line(self, seconds: float) -> str:
        """What to say after so many seconds, if anything: an estimate that is long, and twice any that was told."""
        stop = "; --time 60 stops earlier" if self.stops else ""
        of = f" for {self.total:,} {self.what}" if self.total > 1 and self.what else ""
        counted = self.done > 0 and self.total > 0
        whole = self._since + (seconds - self._since) * self.total / self.done if counted else 0
        if whole >= max(self.LONG, 2 * self._told):
            self._told = whole
            return f"about {_duration(whole)}{of}{stop}"
        likely = self.long_steps or self.total > self.MANY or seconds >= self.UNKNOWN
        if not counted and likely and not self._told:
            self._told = self.LONG / 2
            return f"this may take long{of}; after {seconds:.0f} s there is no estimate yet{stop}"
        return ""


def _duration(seconds: float) -> str:
    """A time as people say it."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.0f} s"
