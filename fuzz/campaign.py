"""A campaign: many inputs through workers that may hang or die, what came of each call counted, findings kept."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from fuzz import call, files

GRACE = 10.0  # seconds after the time limit until a worker that does not answer is ended
KEPT_OF_A_KIND = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: of which input, by which command line, what, and where in the code."""

    name: str
    words: Sequence[str]
    what: str
    where: str
    detail: str

    @property
    def kind(self) -> tuple[str, str, str]:
        """What is one and the same fault, as far as that can be told."""
        return self.what, "" if self.what == "traceback" else self.words[0], self.where


@dataclass
class Tally:
    """What came of a campaign so far."""

    inputs: Counter[str] = field(default_factory=Counter)  # by kind of input
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)  # by verb and outcome
    slowest: dict[str, tuple[float, str]] = field(default_factory=dict)  # by verb: seconds, input
    largest: dict[str, tuple[int, str]] = field(default_factory=dict)  # by verb: megabytes, input
    findings: list[Finding] = field(default_factory=list)

    def count(self, name: str, words: Sequence[str], told: dict[str, Any]) -> None:
        """Count what came of one call."""
        verb, what = words[0], told["what"]
        self.calls[verb, what] += 1
        self.slowest[verb] = max(self.slowest.get(verb, (0.0, "")), (told["seconds"], name))
        self.largest[verb] = max(self.largest.get(verb, (0, "")), (told["megabytes"], name))
        if what not in call.FINE:
            self.findings.append(Finding(name, words, what, told["where"], told["detail"]))

    def kinds(self) -> dict[tuple[str, str, str], list[Finding]]:
        """The findings, those of one kind together."""
        found: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.kind, []).append(finding)
        return found


def names(count: int, seed: int, kind: str | None = None) -> Iterator[str]:
    """The names of the inputs of a campaign: of one kind, or of all in their shares."""
    turn = [kind] if kind else [one for one, share in files.SHARES.items() for _ in range(share)]
    for number in range(count):
        yield f"{turn[number % len(turn)]}:{seed}:{number}"


class _Worker:
    """A process that inputs are put to, one after another."""

    def __init__(self, every: bool, seconds: float) -> None:
        self.seconds = seconds
        self.folder = tempfile.TemporaryDirectory(prefix="standoff-fuzz-", ignore_cleanup_errors=True)
        words = [sys.executable, "-m", "fuzz.worker", "every" if every else "some", str(seconds), self.folder.name]
        root = Path(__file__).resolve().parent.parent
        paths = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "100"}
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(  # noqa: S603
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=environment
        )
        self.unread = b""
        self.silent = False  # it said nothing for too long; whatever it does after that, that is what it did
        self.last_words = ""  # what it wrote to standard error, once it has ended

    def lines(self, name: str) -> Iterator[dict[str, Any] | None]:
        """What the worker says of an input; None where it says nothing for too long, or has died."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{name}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            yield None
            return
        while (line := self._line()) is not None:
            told: dict[str, Any] = json.loads(line)
            yield told
            if "done" in told:
                return
        yield None

    def _line(self) -> bytes | None:
        assert self.process.stdout is not None
        clock = call.Clock(self.seconds + GRACE, lambda: _busy(self.process.pid))
        while b"\n" not in self.unread:
            if not select.select([self.process.stdout], [], [], 0.2)[0]:
                if clock.is_over:
                    self.silent = True
                    return None
                continue
            more = os.read(self.process.stdout.fileno(), 2**20)
            if not more:
                return None
            self.unread += more
        line, _, self.unread = self.unread.partition(b"\n")
        return line

    def end(self) -> int | None:
        """End the process, where it has not ended yet; its exit code where it had ended before it was given up."""
        if self.errors.closed:
            return self.process.returncode
        code: int | None
        try:
            code = self.process.wait(0.5)
            if self.silent:
                code = None
        except subprocess.TimeoutExpired:
            code = None
            self.process.kill()
            self.process.wait()
        self.errors.seek(0)
        self.last_words = self.errors.read()[-4000:].decode(errors="replace")
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()
        self.folder.cleanup()
        return code


def _busy(process: int) -> float:
    """The processor time that a process has taken, in seconds."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Campaign:
    """Inputs and the workers that take them one by one."""

    inputs: Iterator[str]
    total: int
    workers: int = 1
    every: bool = False
    seconds: float = call.SECONDS
    tally: Tally = field(default_factory=Tally)
    _told: int = 0  # kinds of findings that the progress has told of
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, progress: TextIO) -> Tally:
        """Until all inputs are done or the user has had enough; what is done is kept."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        begin = time.monotonic()
        try:
            while any(thread.is_alive() for thread in threads):
                for thread in threads:
                    thread.join(5 / len(threads))
                self._report(progress, begin)
        except KeyboardInterrupt:
            progress.write("Interrupted: this is what was done so far.\n")
            self._stop.set()
            for thread in threads:
                thread.join(GRACE)
        return self.tally

    def _report(self, progress: TextIO, begin: float) -> None:
        done, seconds = self.tally.inputs.total(), time.monotonic() - begin
        left = seconds / done * (self.total - done) if done else 0.0
        calls, kinds = self.tally.calls.total(), self.tally.kinds()
        for (what, _, where), found in list(kinds.items())[self._told :]:
            progress.write(f"New: {what} {where} ({found[0].name}: standoff {' '.join(found[0].words)[:120]})\n")
        self._told = len(kinds)
        told = f"{done:,} of {self.total:,} inputs, {calls:,} calls, {len(kinds)} kinds of findings"
        progress.write(f"{told}; {left / 60:.0f} min left\n")
        progress.flush()

    def _work(self) -> None:
        worker: _Worker | None = None
        while not self._stop.is_set():
            with self._lock:
                name = next(self.inputs, None)
            if name is None:
                break
            worker = worker or _Worker(self.every, self.seconds)
            if not self._put(worker, name):
                worker.end()
                worker = None
        if worker is not None:
            worker.end()

    def _put(self, worker: _Worker, name: str) -> bool:
        """Put an input to a worker; whether it can go on."""
        words: Sequence[str] = ["(making the input)"]
        fit = True
        for told in worker.lines(name):
            with self._lock:
                if self._stop.is_set():
                    return False
                if told is None:
                    code = worker.end()
                    what = "hang" if code is None else f"exit code {code} of the process"
                    self.tally.count(name, words, _dead(what, worker.last_words, self.seconds))
                    self.tally.inputs[name.partition(":")[0]] += 1
                    return False
                if "begin" in told:
                    words = told["begin"]
                elif "what" in told:
                    self.tally.count(name, words, told)
                else:
                    self.tally.inputs[name.partition(":")[0]] += 1
                    fit = told["fit"]
        return fit


def _dead(what: str, detail: str, seconds: float) -> dict[str, Any]:
    return {"what": what, "where": "", "detail": detail, "seconds": seconds, "megabytes": 0}


def keep(tally: Tally, folder: Path) -> None:
    """Write the findings to a folder: all as lines of JSON, and of each kind a few with the files of their input."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "findings.jsonl").open("a", encoding="utf-8") as file:
        for one in tally.findings:
            kept = {"input": one.name, "words": one.words, "what": one.what, "where": one.where, "detail": one.detail}
            file.write(json.dumps(kept) + "\n")
    for found in tally.kinds().values():
        for one in found[:KEPT_OF_A_KIND]:
            below = folder / one.name.replace(":", "-")
            below.mkdir(exist_ok=True)
            with suppress(Exception):  # where the input cannot be made, that is the finding
                files.made(one.name, below)
            command = f"python3 dev.py fuzz --again {one.name}"
            story = f"{command}\n\nstandoff {' '.join(one.words)}\n\n{one.what}: {one.where}\n{one.detail}\n"
            (below / f"{one.words[0].strip('()').replace(' ', '-')}.txt").write_text(
                story, encoding="utf-8", errors="backslashreplace"
            )


def summary(tally: Tally) -> str:
    """The figures of a campaign, and its findings."""
    inputs = ", ".join(f"{count:,} {kind}" for kind, count in tally.inputs.items())
    rows = [f"{tally.inputs.total():,} inputs ({inputs}), {tally.calls.total():,} calls", ""]
    outcomes = sorted({what for _, what in tally.calls}, key=lambda what: (what not in call.FINE, what))
    heads = [f"{what:>8}" for what in (*outcomes, "most s", "most MB")]
    rows.append(f"{'verb':20}" + "  ".join(heads))
    for verb in sorted({verb for verb, _ in tally.calls}):
        counts = [f"{tally.calls[verb, what]:,}" for what in outcomes]
        numbers = [*counts, f"{tally.slowest[verb][0]:.1f}", f"{tally.largest[verb][0]:,}"]
        rows.append(f"{verb:20}" + "  ".join(f"{n:>{len(head)}}" for n, head in zip(numbers, heads, strict=True)))
    kinds = tally.kinds()
    rows.append("")
    rows.append(f"{len(tally.findings):,} findings of {len(kinds)} kinds" if kinds else "No findings.")
    for (what, _, where), found in sorted(kinds.items(), key=lambda item: -len(item[1])):
        rows.append(f"  {len(found):6,} × {what}: {where or found[0].detail.strip()[-100:]}")
        rows.append(f"           {found[0].name}: standoff {' '.join(found[0].words)[:120]}")
    return "\n".join(rows) + "\n"
