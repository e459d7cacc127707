"""What came of a question, as it is used from Python and in notebooks: text, table, document, picture, report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.analysis.stability import Analysis
from standoff.conflict.model import Conflict
from standoff.documents.rows import Value, columns
from standoff.errors import MissingExtra
from standoff.formats import write_atomically
from standoff.inquiries.asking import Changing, Question, Subject
from standoff.inquiries.report import document
from standoff.report.findings import Findings
from standoff.writers.tables import written

if TYPE_CHECKING:
    from standoff.report.blocks import Report as Contents
    from standoff.report.blocks import Section


WIDTH = 100  # of a result as text


class Result:
    """What came of a question. It shows itself in a notebook, prints as text, and gives its rows."""

    def document(self) -> Mapping[str, Any]:
        """The document that the command prints with ``--json``."""
        raise NotImplementedError

    def records(self) -> list[dict[str, Value]]:
        """The main table as plain rows: texts, numbers, truth values and None."""
        raise NotImplementedError

    def section(self) -> Section:
        """What is told of it, in blocks."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """The main table as a pandas DataFrame. Raises MissingExtra where pandas is not installed."""
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtra("a pandas DataFrame", "pandas") from None
        rows = self.records()
        return pd.DataFrame(rows, columns=columns(rows))

    def to_polars(self) -> Any:
        """The main table as a polars DataFrame. Raises MissingExtra where polars is not installed."""
        try:
            import polars as pl
        except ImportError:
            raise MissingExtra("a polars DataFrame", "polars") from None
        rows = self.records()
        return pl.DataFrame({name: [row.get(name) for row in rows] for name in columns(rows)}, strict=False)

    def write_table(self, path: str | os.PathLike[str], overwrite: bool = False) -> None:
        """Write the main table to a .csv, .xlsx or .tex file. Raises FileExistsError unless ``overwrite``."""
        path = Path(path)
        write_atomically(path, written(self.records(), path.suffix), overwrite)

    def __str__(self) -> str:
        from standoff.writers.terminal import plain_text

        return plain_text(self.section(), WIDTH)

    def _repr_html_(self) -> str:
        from standoff.writers.html import fragment

        return fragment(self.section().blocks)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return _bundle({"text/plain": self.__str__, "text/html": self._repr_html_}, include, exclude)


def _bundle(makers: Mapping[str, Callable[[], str]], include: Any, exclude: Any) -> dict[str, str]:
    """What a notebook asks for, of what there is."""
    kinds = [kind for kind in makers if (not include or kind in include) and kind not in (exclude or ())]
    return {kind: makers[kind]() for kind in kinds}


class Answer(Result):
    """What came of one question. ``found`` is what the analysis itself returned."""

    def __init__(self, question: Question, subject: Subject, found: Any) -> None:
        self.question, self.subject, self.found = question, subject, found

    def __repr__(self) -> str:
        title = self.subject.conflict.title
        return f"<{type(self).__name__} of {self.question.name} about {title!r}: {len(self.records()):,} rows>"

    def document(self) -> Mapping[str, Any]:
        """As the command prints with ``--json``."""
        return self._document

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        return self.question.document(self.found)

    def records(self) -> list[dict[str, Value]]:
        """The main table as plain rows."""
        return self.question.rows(self.found)

    def section(self) -> Section:
        """What is told of it, in blocks."""
        return self.question.section(self.subject, self.found)


class Changes(Answer):
    """An answer with changes of judgements that can be made."""

    def changed(self, number: int = 1) -> Conflict:
        """The conflict after the change of that number, counted from 1 as it is printed. Raises StandoffError."""
        assert isinstance(self.question, Changing)
        return self.question.changed(self.found, number)


class Difference(Result):
    """What differs between two solutions. ``found`` is what the analysis itself returned."""

    def __init__(self, before: Analysis, after: Analysis) -> None:
        from standoff.analysis.difference import difference

        self.found = difference(before, after)

    def __repr__(self) -> str:
        changes = ", ".join(f"{one.concept} +{len(one.gained)} -{len(one.lost)}" for one in self.found.equilibria)
        return f"<Difference: {int((self.found.place >= 0).sum()):,} states of both; equilibria: {changes}>"

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.found)

    def document(self) -> Mapping[str, Any]:
        """What differs, in the names of states; no verb prints it."""
        from standoff.documents.difference import document

        return document(self.found)

    def records(self) -> list[dict[str, Value]]:
        """A row for each state and concept: who (None: everybody) stays there in one of the two only."""
        from standoff.documents.difference import difference_rows

        return difference_rows(self.found)

    def section(self) -> Section:
        """What differs, in blocks."""
        from standoff.report.difference import difference_section

        return difference_section(self.found)


# Pictures and reports


class Picture:
    """A picture as SVG, which a notebook shows."""

    def __init__(self, name: str, svg: str) -> None:
        self.name, self.svg = name, svg

    def __repr__(self) -> str:
        return f"<Picture {self.name}: {len(self.svg):,} characters of SVG>"

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> None:
        """Write a .svg, .png or .pdf file (the last two need the extra pdf). Raises FileExistsError."""
        from standoff.writers.figures import figure

        path = Path(path)
        write_atomically(path, figure(self.svg, path.suffix), overwrite)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return _bundle({"image/svg+xml": lambda: self.svg, "text/plain": self.__repr__}, include, exclude)


class Report:
    """Everything about a conflict on one page."""

    def __init__(self, found: Findings, abridged: Callable[[], Findings] | None = None) -> None:
        self.findings, self._abridged = found, abridged

    @cached_property
    def _shown(self) -> Findings:
        """What was found, in words that a page has room for."""
        from standoff.wording.abridged import abridged

        conflict = self.findings.conflict
        whole = self._abridged is None or abridged(conflict) is conflict
        return self.findings if whole or self._abridged is None else self._abridged()

    def __repr__(self) -> str:
        keys = ", ".join(section.key for section in self.contents.sections)
        return f"<Report on {self.contents.title!r}: {keys}>"

    @cached_property
    def contents(self) -> Contents:
        """What the report is made of."""
        from standoff.report.contents import report as made

        return made(self._shown)

    def html(self) -> str:
        """The page."""
        from standoff.writers.html import page

        return page(self.contents)

    def document(self) -> Mapping[str, Any]:
        """As ``standoff report --json``."""
        return document(self.findings)

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> None:
        """Write a .html, .md, .json, .pdf or .docx file, pictures of .md beside it.

        Raises FileExistsError unless ``overwrite``.
        """
        from standoff.inquiries.files import WRITERS, markdown_beside, suffix_of

        path = Path(path)
        suffix = suffix_of(path)
        if suffix == ".md":
            text, pictures = markdown_beside(self._shown, path)
            write_atomically(path, text, overwrite)
            for picture, svg in pictures.items():
                picture.parent.mkdir(exist_ok=True)
                write_atomically(picture, svg, overwrite)
            return
        found = self.findings if suffix == ".json" else self._shown
        write_atomically(path, WRITERS[suffix](found), overwrite)

    def _repr_html_(self) -> str:
        from standoff.report.blocks import Fold
        from standoff.writers.html import fragment

        sections = (Fold((section.title,), section.blocks) for section in self.contents.sections)
        return fragment([*self.contents.answer, *sections])
