"""Writes docs/performance.md from one run: ``python -m bench.report FILE``, the file pytest-benchmark's JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import standoff
from bench import floor

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
EVERY = {"copying", "gathers", "size", "numpy", "dense", "as_used", "part", "kind", "sim", "graph_form", "draws"}
EVERY |= {"start", "solve", "picture"}
BUSY = 1.1  # wall time over CPU time of one thread from which other work is in the way
RANK, VERDICT, FIVE = 4, 1, 5  # bytes, and concepts


class Incomplete(Exception):
    """The run was of a part only."""


@dataclass(frozen=True)
class Run:
    """What one run measured: the facts of each benchmark."""

    date: str
    load: float
    facts: dict[str, list[dict[str, Any]]]

    @classmethod
    def read(cls, file: Path) -> Run:
        """From pytest-benchmark's JSON. Raises Incomplete where benchmarks are missing."""
        document = json.loads(file.read_text(encoding="utf-8"))
        facts: dict[str, list[dict[str, Any]]] = {}
        for one in document["benchmarks"]:
            facts.setdefault(one["name"].split("[")[0].removeprefix("test_"), []).append(one["extra_info"])
        if set(facts) != EVERY or not document["whole"]:
            raise Incomplete
        return cls(document["datetime"][:10], document["load"], facts)

    def all(self, name: str, **wanted: Any) -> list[dict[str, Any]]:
        """The benchmarks of a name that have these facts."""
        return [one for one in self.facts[name] if all(one[key] == value for key, value in wanted.items())]

    def one(self, name: str, **wanted: Any) -> dict[str, Any]:
        """The benchmark of a name that has these facts."""
        (found,) = self.all(name, **wanted)
        return found

    # What is computed from several

    def bandwidth(self) -> float:
        """Bytes that are read or written in a second."""
        copying = self.one("copying")
        return float(copying["moved"] / copying["wall"])

    def gather(self, where: str) -> float:
        """Seconds of one gather."""
        found = self.one("gathers", where=where)
        return float(found["cpu"] / found["steps"])

    def exponent(self, dms: int) -> float:
        """Of time in the number of states, least squares on logarithms over 2^12 to 2^20 states."""
        sizes = [one for one in self.all("size", dms=dms) if 12 <= one["options"] <= 20]
        return float(np.polyfit([one["options"] for one in sizes], [np.log2(one["cpu"]) for one in sizes], 1)[0])

    def seq(self) -> float:
        """Seconds of SEQ per state and mover, without the sorting, at 2^20 states and 3 DMs."""
        return float((self.part("SEQ") - self.part("sorting")) / (2**20 * 3 * 2))

    def part(self, part: str) -> float:
        """CPU seconds of one concept alone."""
        return float(self.one("part", part=part)["cpu"])

    def floor(self, options: int, dms: int) -> float:
        """Seconds to read each rank once and to write each verdict once, as fast as copying goes."""
        return (RANK + FIVE * VERDICT) * dms * (1 << options) / self.bandwidth()

    def clock(self, options: int, processes: int, clock: str) -> float:
        """Seconds in which each of one or two processes judges its draws."""
        return float(self.one("draws", options=options)["processes"][str(processes)][clock])

    def rate(self, options: int, processes: int) -> float:
        """Draws a second."""
        return float(processes * self.one("draws", options=options)["draws"] / self.clock(options, processes, "wall"))

    def undisturbed(self, options: int) -> bool:
        """Whether the processes that judged draws had their processors for themselves."""
        return all(self.clock(options, k, "wall") < BUSY * self.clock(options, k, "cpu") for k in (1, 2))


# How numbers are written


def seconds(value: float) -> str:
    """With three digits and a unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{digits(value / size)} {unit}"
    return f"{digits(value / 1e-9)} ns"


def digits(value: float) -> str:
    """Three digits that count, and no more."""
    value = float(f"{value:.3g}")
    places = max(0, 2 - int(np.floor(np.log10(value)))) if value else 0
    return f"{value:,.{places}f}"


def size(value: float) -> str:
    """Of memory."""
    return f"{value / 2**30:.1f} GiB" if value >= 2**30 else f"{value / 2**20:,.0f} MiB"


def states(options: int) -> str:
    """How many combinations so many options have."""
    return f"2^{options}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; numbers are to the right."""
    body = list(rows)
    line = "|" + "|".join("---" if k == 0 else "--:" for k in range(len(head))) + "|"
    return "\n".join(["| " + " | ".join(row) + " |" if row else line for row in [head, [], *body]])


# The sections


def machine(run: Run) -> str:
    """On what."""
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    cache = floor.cache_bytes()
    rows = [
        ("Processor", model),
        ("Processors seen", str(os.cpu_count())),
        ("Largest cache, as the machine tells it", "not told" if cache is None else size(cache)),
        ("Memory", size(floor.memory_bytes())),
        ("System", f"{platform.system()}, {platform.machine()}"),
        ("Python, numpy, Standoff", f"{platform.python_version()}, {np.__version__}, {standoff.__version__}"),
        ("C compiler found now", _compiler()),
        ("Load average when the run began", f"{run.load:.1f}"),
        ("Date", run.date),
    ]
    return f"""# Performance

How long the [engine](engine.md) takes, measured. This page is written by a script from one run of the benchmarks;
nothing in it is typed by hand. To measure your own machine:

```text
python3 dev.py bench
```

Every benchmark of stability compares its answer with that of another engine before it is timed: numpy, or the dense
matrix method; where not all of it was compared, this is said. Conflicts are random: options have two levels and are
dealt evenly to the decision makers (DMs), and each DM ranks all states at random, without ties unless it is said.
*All five* means Nash, GMR, SMR, SEQ and SSEQ for every DM at every state. Times are the least of a few calls. *CPU*
is the time that processors worked, *wall* what a clock on the wall would show. Unless it is said, times are CPU
seconds of the compiled kernels in one thread, called outright. Ratios travel to other machines, seconds do not.

{table(("", "This run"), rows)}
"""


def _compiler() -> str:
    try:
        found = subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return found.splitlines()[0]


def targets(run: Run) -> str:
    """What was wanted."""
    least, most = "≥", "≤"
    dense = run.one("dense", options=10)["cpu"] / run.one("size", options=10, dms=3)["cpu"]
    wanted: list[tuple[str, str, float, float, bool]] = [
        ("All five at 10 options, 3 DMs: times faster than the dense matrix method", least, 1000, dense, True)
    ]
    for dms, limit in ((3, 1.0), (4, 2.5)):
        used = run.one("as_used", options=20, dms=dms)
        for clock in ("CPU", "wall"):
            what = f"All five at 2^20 states, {dms} DMs, as used: {clock} s"
            wanted.append((what, most, limit, used[clock.lower()], True))
    one, two, free = run.rate(10, 1), run.rate(10, 2), run.undisturbed(10)
    exponent = max(run.exponent(dms) for dms in (2, 3, 4))
    wanted += [
        ("SEQ per state and mover: gathers from memory", most, 5, run.seq() / run.gather("beyond"), True),
        ("Exponent of time in the number of states, the largest of three", most, 1.25, exponent, True),
        ("Draws a second at 2^10 states, 3 DMs, one process", least, 2000, one, True),
        ("The same with two processes: times as many", least, 1.8, two / one, free),
        ("`standoff solve` at 16 options, 3 DMs: CPU s", most, 1.5, run.one("solve", concepts="default")["cpu"], True),
    ]
    rows = []
    for what, sign, limit, found, clear in wanted:
        met = "yes" if (found >= limit if sign == least else found <= limit) else "**no**"
        rows.append((what, f"{sign} {limit:,}", digits(found), met if clear else "unclear: other work in the way"))
    return f"""## What was wanted, and what was found

"As used" is the way `solve` goes: through Python, with as many threads as it takes.

{table(("What", "Wanted", "Found", "Met"), rows)}
"""


def against(run: Run) -> str:
    """Other ways."""
    dense = [(one, run.one("size", options=one["options"], dms=3)) for one in run.all("dense")]
    first = table(
        ("States", "Dense", "Compiled", "Dense / compiled"),
        ((states(d["options"]), seconds(d["cpu"]), seconds(c["cpu"]), digits(d["cpu"] / c["cpu"])) for d, c in dense),
    )
    other = [(one, run.one("size", options=one["options"], dms=3)) for one in run.all("numpy")]
    second = table(
        ("States", "Numpy", "Compiled", "Numpy / compiled"),
        ((states(n["options"]), seconds(n["cpu"]), seconds(c["cpu"]), digits(n["cpu"] / c["cpu"])) for n, c in other),
    )
    return f"""## Against the dense matrix method

The literature computes stability by products of matrices with a row and a column per state {{cite:p}}`xu2018`. Here
this is done with numpy's BLAS in one thread, products of 32-bit floating-point numbers and a test for > 0; the
joint moves of the others are squared until nothing changes. All five, 3 DMs. The time to write down the matrices of
moves is not counted.

{first}

## Against the numpy engine

The same reduction without a compiler. All five, 3 DMs, one thread.

{second}
"""


def growth(run: Run) -> str:
    """With states and decision makers."""
    sizes = sorted({one["options"] for one in run.all("size")})
    by = {(one["options"], one["dms"]): one["cpu"] for one in run.all("size")}
    first = table(
        ("States", "2 DMs", "3 DMs", "4 DMs"),
        ((states(k), *(seconds(by[k, n]) if (k, n) in by else "–" for n in (2, 3, 4))) for k in sizes),
    )
    dms = sorted({n for _, n in by})
    second = table(
        ("DMs", "Time / that of 2 DMs", "Exponent, 2^12 to 2^20 states"),
        ((str(n), digits(by[16, n] / by[16, 2]), f"{run.exponent(n):.3f}" if n in (2, 3, 4) else "–") for n in dms),
    )
    used = []
    for one in run.all("as_used"):
        alone = by[one["options"], one["dms"]]
        clocks = seconds(one["wall"]), seconds(one["cpu"])
        used.append(
            (states(one["options"]), str(one["dms"]), *clocks, digits(alone / one["wall"]), digits(one["cpu"] / alone))
        )
    head = ("States", "DMs", "Wall, as used", "CPU, as used", "One thread / wall", "CPU / one thread")
    return f"""## Growth

All five, by the number of states:

{first}

The exponent says by which power of the number of states the time grows: 1 would be strictly in proportion. It is
fitted by least squares on logarithms. The second column is at 2^16 states.

{second}

As used, the engine gives each DM a thread from 2^14 combinations on. "One thread / wall" is what the threads and
the way through Python bring, "CPU / one thread" what they cost; the run is on {os.cpu_count()} processors.

{table(head, used)}
"""


def memory(run: Run) -> str:
    """The walls that memory puts up."""
    beyond, kernel = run.one("gathers", where="beyond"), run.one("gathers", where="kernel")
    how = "each has to wait for the one before (a walk over a random cycle, in C)"
    if beyond["how"] != "walk":
        how = "no C compiler was found, so this is the throughput of np.take and not a latency"
    each, bandwidth = seconds(run.seq()), digits(run.bandwidth() / 1e9)
    first = table(
        ("Gathers over", "One gather", "SEQ per state and mover / gather"),
        (
            (f"{size(one['bytes'])} ({name})", seconds(run.gather(where)), digits(run.seq() / run.gather(where)))
            for where, one, name in (("beyond", beyond, "memory"), ("kernel", kernel, "as much as SEQ works on"))
        ),
    )
    rows = []
    for options, dms in ((16, 3), (20, 3), (20, 4)):
        measured, least = run.one("size", options=options, dms=dms)["cpu"], run.floor(options, dms)
        what = f"All five, {states(options)} states, {dms} DMs"
        rows.append((what, seconds(least), seconds(measured), digits(measured / least)))
    least = (RANK + VERDICT) * 3 * 2**20 / run.bandwidth()
    for name in ("Nash", "GMR", "SMR"):
        measured = run.part(name) - run.part("nothing")
        rows.append((f"{name} alone, 2^20 states, 3 DMs", seconds(least), seconds(measured), digits(measured / least)))
    cached = kernel["bytes"] < (floor.cache_bytes() or 0)
    note = "What SEQ works on fits into the largest cache here, so the second row is the nearer measure."
    return f"""## Against the memory

What SEQ does with each state and each DM that could move from it, at 2^20 states and 3 DMs: SEQ alone, less the
sorting, is {each} per state and mover. It looks up places in no order that the processor could foresee. A gather
from a random place is the measure of that; {how}. "Memory" is an array larger than the caches, as far as the
machine tells their size. A processor works on several gathers at once where it can, so less than one is possible.

{first}

{note if cached else ""}

The floor: each rank must be read once (4 bytes) and each verdict written once (1 byte). Copying large arrays moves
{bandwidth} GB a second here, bytes read and bytes written both counted. The last column is how far off this the
kernels are.

{table(("What", "Floor", "Measured", "Measured / floor"), rows)}
"""


def remaining(run: Run) -> str:
    """Where the time goes."""
    nothing, nash, whole = run.part("nothing"), run.part("Nash"), run.part("all")
    sorting = run.part("sorting") - nothing
    parts = {"memory for the work": nothing, "sorting": sorting, "Nash": nash - nothing}
    for name in ("GMR", "SMR", "SEQ", "SSEQ"):
        parts[name] = run.part(name) - nash - (sorting if "SEQ" in name else 0)
    rest = whole - sum(parts.values())
    rows = [(name, seconds(max(value, 0)), f"{value / whole:.1%}") for name, value in parts.items()]
    rows.append(("not accounted for", "", f"{rest / whole:.1%}"))
    answers = f"{(parts['SEQ'] + parts['SSEQ']) / whole:.0%}"
    sort = f"{sorting / whole:.0%}"
    plain = f"{(parts['Nash'] + parts['GMR'] + parts['SMR']) / whole:.0%}"
    most = max(parts, key=lambda name: parts[name])
    return f"""## Where the remaining time goes

At 2^20 states and 3 DMs, each concept run alone in one thread, less what it shares with others: Nash has the memory
taken off, GMR and SMR have Nash taken off (the best of one's own moves), SEQ and SSEQ that and the sorting. Shares
are of all five together, {seconds(whole)}.

{table(("Part", "CPU", "Share"), rows)}

What is not accounted for is below 0 where concepts are dearer alone than together.

Sequences of improvements (SEQ and SSEQ) take {answers} and the sorting that they need {sort}; the concepts
that need no sorting take {plain} together. The largest part is {most}.
"""


def kinds(run: Run) -> str:
    """Of conflicts."""
    plain = run.one("kind", kind="plain")
    rows = []
    for one in run.all("kind"):
        ratio, share = one["cpu"] / plain["cpu"], one["states"] / plain["states"]
        rows.append((one["kind"], f"{one['states']:,}", digits(ratio), digits(ratio / share)))
    sims = [
        (
            states(one["options"]),
            seconds(one["cpu"]),
            digits(one["cpu"] / run.one("size", options=one["options"], dms=3)["cpu"]),
        )
        for one in run.all("sim")
    ]
    graphs = []
    for one in run.all("graph_form", engine="compiled"):
        other = run.one("graph_form", engine="numpy", states=one["states"])
        graphs.append(
            (f"{one['states']:,}", seconds(other["cpu"]), seconds(one["cpu"]), digits(other["cpu"] / one["cpu"]))
        )
    return f"""## Kinds of conflicts

All five at 16 options and 3 DMs, as ratios to the plain case: everything feasible and reversible, no ties.

{table(("Kind", "States", "Time / plain", "The same per state"), rows)}

SIM, all DMs, 3 DMs, and its ratio to all five others. At 16 options numpy, which takes long there, checked the
first DM only.

{table(("States", "SIM", "SIM / all five"), sims)}

Graph form, 3 DMs with four random arcs each from each state, all five. Here both go through Python, and only the
minimum over sequences is compiled.

{table(("States", "Numpy", "Compiled", "Numpy / compiled"), graphs)}
"""


def draws(run: Run) -> str:
    """Of preferences."""
    rows = []
    for k in sorted(one["options"] for one in run.all("draws")):
        one, two = run.rate(k, 1), run.rate(k, 2)
        by_cpu = 2 * run.clock(k, 1, "cpu") / run.clock(k, 2, "cpu")
        times = f"{two / one:.2f}" if run.undisturbed(k) else f"({two / one:.2f})"
        rows.append((states(k), digits(one), digits(two), times, f"{by_cpu:.2f}"))
    return f"""## Many draws of preferences

How many random preferences are judged in a second by wall time: all five, 3 DMs, in batches as `standoff stress`
makes them. The draws themselves are made beforehand. One process judges its draws, then two judge as many each, in
turns; they were started before. Two dozen draws are compared with numpy. The last column takes the CPU time of the
slower process in place of the wall's: what two processors would give that nothing else uses, as far as they do not
get in each other's way. A ratio in brackets means nothing: wall time was more than {BUSY} of CPU time, so there was
other work in the way.

{table(("States", "One process", "Two processes", "Two / one", "Two / one, by CPU"), rows)}
"""


def command(run: Run) -> str:
    """As a user feels it."""
    alone = run.one("start", what="Python alone")["cpu"]
    rows = [(one["what"], seconds(one["cpu"]), digits(one["cpu"] / alone)) for one in run.all("start")]
    kernel = run.one("kind", kind="plain")["cpu"]
    default = run.one("solve", concepts="default")
    (asked,) = (one for one in run.all("solve") if one["concepts"] != "default")
    solves = [
        (f"`standoff solve`{', SIM included' if default['sim'] else ', SIM left out'}", default),
        ("`standoff solve --concept` with the five", asked),
    ]
    body = [(name, seconds(one["cpu"]), seconds(one["wall"]), digits(one["cpu"] / kernel)) for name, one in solves]
    return f"""## Start, and a whole command

CPU seconds of a new process from its start to its end.

{table(("What", "CPU", "Ratio to Python alone"), rows)}

`standoff solve` on a conflict file of 16 options, 3 DMs and 12 ordered statements each, with everything: start,
reading the file, ranking 65,536 states, the analysis, and printing. The last column is the ratio to the kernels
alone, all five on random ranks of the same size. The answers with the compiled and the numpy engine are the same
document.

{table(("What", "CPU", "Wall", "CPU / kernels alone"), body)}
"""


def pictures(run: Run) -> str:
    """Of the whole conflict."""
    rows = [
        (states(one["options"]), str(one["dms"]), str(one["drawn"]), seconds(one["cpu"]), seconds(one["wall"]))
        for one in run.all("picture")
    ]
    return f"""## The picture of a conflict

What to draw, the layout and the SVG; the analysis is not counted. Each DM has 8 ordered statements. States that are
not drawn one by one are counted.

{table(("States", "DMs", "States drawn", "CPU", "Wall"), rows)}
"""


SECTIONS = (machine, targets, against, growth, memory, remaining, kinds, draws, command, pictures)


def main(file: Path) -> str:
    """Write the page, unless the run was of a part only; say which."""
    try:
        run = Run.read(file)
    except Incomplete:
        return f"Only a part was run: {PAGE.relative_to(PAGE.parent.parent)} is left as it is."
    PAGE.write_text("\n".join(section(run) for section in SECTIONS), encoding="utf-8")
    return str(PAGE.relative_to(PAGE.parent.parent))


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1])) + "\n")
