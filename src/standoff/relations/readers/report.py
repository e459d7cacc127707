"""What was read: the panel, and the report that goes with every series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from standoff.relations.panel import Panel

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of a file. ``record``: its number, the header left out; ``line``: where it begins, None where not known."""

    file: str
    record: int
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line is not None else f"{self.file}, record {self.record}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is an error of its file: why (fields, date, code, country, number), and the offending value."""

    row: ReadRow
    reason: str
    value: str

    def __str__(self) -> str:
        return f'{self.row}: {self.reason} "{self.value}"'


@dataclass(frozen=True, slots=True)
class Undated:
    """An event that is put on no day: its date is not precise. ``dyad`` in the order of the alphabet."""

    row: ReadRow
    dyad: tuple[str, str]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Entity:
    """What contributes most to a dyad, the names of the two states themselves left out: rows that name it, of all."""

    name: str
    rows: int
    of: int

    @property
    def share(self) -> float:
        """Its part of the dyad's rows."""
        return self.rows / self.of


@dataclass(frozen=True, slots=True)
class FileRead:
    """One table that was read."""

    name: str
    encoding: str
    rows: int
    ignored: tuple[str, ...] = ()  # columns that nothing is known about


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """Every row that was read is counted once: ``rows_read`` = refused + set aside + kept.

    (Where a row has several parties, it counts once on the left, each of its pairs that is kept on the right.)
    ``refusals``, ``warned`` and ``undated`` list the first 100 each; ``unmapped`` the parties without an actor that
    occur most, and how often. ``dyad_days`` and ``dyad_day_classes`` are of all actors, late rows included.
    """

    format: str
    files: tuple[FileRead, ...]
    rows_read: int
    refused: Mapping[str, int]
    refusals: tuple[Refusal, ...]
    set_aside: Mapping[str, int]
    kept: int
    unmapped: tuple[tuple[str, int], ...]
    unmapped_parties: int
    notes: tuple[str, ...] = ()
    mirrored_twins: int = 0
    late: int = 0
    imprecise_dates: int = 0
    undated: tuple[Undated, ...] = ()
    rows_with_several_actors: int = 0
    dyad_days: int = 0
    dyad_day_classes: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    warned: tuple[tuple[ReadRow, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """What came of reading event files.

    ``panel``: dyad-days by class (or counts as they are in the file). ``monthly``: the same by month, for estimating
    dispersion, None where it cannot be had. ``coverage`` (T, n): dyad-day-classes of each actor with anyone in the
    set. ``rows`` and ``days`` (T, m): rows of a dyad and its days with any event. ``entities``: of each dyad
    of a panel that was asked for, the one that contributes most, where any is named. ``cells``, where asked for: codes
    seen, by dyad, day and class.
    """

    panel: Panel
    report: ReadingReport
    monthly: Panel | None
    coverage: Counts
    rows: Counts
    days: Counts | None = None
    entities: Mapping[tuple[str, str], Entity] | None = None
    cells: Mapping[str, Mapping[str, Mapping[str, int]]] | None = None
