"""Readers of event files: ICEWS, GDELT 1 and 2, POLECAT, UCDP GED, ACLED, Phoenix, plain tables of events or counts.

``read`` streams files of one format through DuckDB into a ``Panel`` of dyad-days, with a report of every row that was
refused, set aside or kept. A format is a module that says what its columns mean; ``FORMATS`` is the table of them.
"""

from standoff.relations.readers.countries import Mapping, read_mapping
from standoff.relations.readers.detection import FORMATS
from standoff.relations.readers.fields import Format
from standoff.relations.readers.reading import read
from standoff.relations.readers.report import Entity, FileRead, Reading, ReadingReport, ReadRow, Refusal, Undated

__all__ = [
    "FORMATS",
    "Entity",
    "FileRead",
    "Format",
    "Mapping",
    "ReadRow",
    "Reading",
    "ReadingReport",
    "Refusal",
    "Undated",
    "read",
    "read_mapping",
]
