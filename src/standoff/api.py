"""The package as it is used from Python and in notebooks: solve a conflict, and ask the solution everything else.

A result tells names, never numbers inside: it prints as text, shows itself in a notebook, gives its main table as rows
or as a data frame, and the document that the command prints with ``--json``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.analysis.compare import compare
from standoff.analysis.stability import Analysis
from standoff.analysis.stability import solve as analyse
from standoff.casebook import find as file_of
from standoff.casebook import open_meaning
from standoff.conflict.meaning import Source
from standoff.conflict.model import Conflict, StateName
from standoff.documents.explain import explain_document
from standoff.documents.rows import Value, columns, state_rows
from standoff.documents.solve import solve_document
from standoff.errors import MissingExtra, StandoffError
from standoff.formats import write_atomically
from standoff.report.findings import Findings, Question, find
from standoff.report.ties import Ties
from standoff.wording.explain import explain
from standoff.writers.tables import written

if TYPE_CHECKING:
    from rich.console import RenderableType

    from standoff.report.blocks import Block, Section
    from standoff.report.blocks import Report as Contents

Model = Conflict | str | os.PathLike[str]
WIDTH = 100  # of a result as text
NOTHING: Mapping[str, str] = {
    "paths": "no status quo is given from which it could go on",
    "coalitions": "no status quo is given, or there are not two to eight decision makers",
    "stress": "no order of preferences is marked as likely or doubtful",
    "misread": "nobody has a view of the others, and no goal is given",
    "claims": "the conflict makes no claims",
    "relations": "no table of event data is named, or the conflict was not solved by the path of its file",
}


def _opened(model: Model) -> tuple[Source, Path | None]:
    """A conflict, understood where it comes of a file; and the folder of its file where it has one."""
    if isinstance(model, Conflict):
        return model, None
    name = os.fspath(model)
    return open_meaning(name), file_of(name).parent


# What all results can do


class Result:
    """What came of a question. It shows itself in a notebook, prints as text, and gives its rows."""

    def document(self) -> Mapping[str, Any]:
        """The document that the command prints with ``--json``."""
        raise NotImplementedError

    def records(self) -> list[dict[str, Value]]:
        """The main table as plain rows: texts, numbers, truth values and None."""
        raise NotImplementedError

    def _blocks(self) -> Sequence[Block]:
        raise NotImplementedError

    def _parts(self) -> Sequence[RenderableType | None]:
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
        from rich.console import Console

        console = Console(width=WIDTH, highlight=False, color_system=None, force_terminal=False)
        with console.capture() as captured:
            for number, part in enumerate(part for part in self._parts() if part is not None):
                if number:
                    console.print()
                console.print(part)
        return "\n".join(line.rstrip() for line in captured.get().splitlines())

    def _repr_html_(self) -> str:
        from standoff.writers.html import fragment

        return fragment(self._blocks())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return _bundle({"text/plain": self.__str__, "text/html": self._repr_html_}, include, exclude)


def _bundle(makers: Mapping[str, Callable[[], str]], include: Any, exclude: Any) -> dict[str, str]:
    """What a notebook asks for, of what there is."""
    kinds = [kind for kind in makers if (not include or kind in include) and kind not in (exclude or ())]
    return {kind: makers[kind]() for kind in kinds}


# Who would stay where


class Solution(Result):
    """Who would stay where, and which states are equilibria; and whatever else one may ask of the conflict.

    ``analysis`` has the same in numbers. ``folder`` is where the conflict's file is, and with it tables that it names.
    """

    def __init__(self, analysis: Analysis, folder: Path | None = None) -> None:
        self.analysis, self.folder = analysis, folder

    def __repr__(self) -> str:
        found = ", ".join(f"{name} {len(self.analysis.equilibria(name)):,}" for name in self.concepts)
        return f"<Solution of {self.conflict.title!r}: {len(self.analysis.graph.states):,} states; equilibria: {found}>"

    @property
    def conflict(self) -> Conflict:
        """The conflict that was asked about."""
        return self.analysis.graph.conflict

    @property
    def concepts(self) -> list[str]:
        """The concepts of stability that were looked at."""
        return list(self.analysis.stable)

    @property
    def left_out(self) -> Mapping[str, str]:
        """Concepts that the conflict does not allow, each with the reason."""
        return self.analysis.left_out

    def equilibria(self, concept: str) -> list[StateName]:
        """The states at which everybody would stay, by their names. Raises UnknownName."""
        return [self.analysis.graph.states.names[s] for s in self.analysis.equilibria(self._known(concept))]

    def stable(self, concept: str, who: str) -> list[StateName]:
        """The states at which a decision maker would stay, by their names. Raises UnknownName."""
        graph = self.analysis.graph
        mask = self.analysis.stable[self._known(concept)][graph.dm(who)]
        return [graph.states.names[int(s)] for s in mask.nonzero()[0]]

    def explain(self, state: StateName, who: str | None = None) -> Explanation:
        """Why decision makers would stay at a state or leave it: its name, its vector or ``status_quo``."""
        graph = self.analysis.graph
        return Explanation(self.analysis, graph.meaning.state(str(state)), None if who is None else graph.dm(who))

    # Other questions

    def paths(self) -> Answer:
        """How it could go on from the status quo: what improvements reach, by which ways, where it would end."""
        return self._answer("paths")

    def coalitions(self) -> Answer:
        """Which groups would leave the status quo together, and how alike each two decision makers want things."""
        return self._answer("coalitions")

    def flips(self) -> Answer:
        """Which single judgements carry the answer: every smallest change of one, and what it changes."""
        return self._answer("flips")

    def stress(self, draws: int = 1000, seed: int = 0) -> Answer:
        """How robust the answer is when uncertain judgements are drawn again and again."""
        if draws < 1:
            raise StandoffError(f"draws {draws}: expected at least 1")
        return self._answer("stress", draws, seed)

    def misread(self, *to: str) -> Answer:
        """Who misreads whom, and which plays of misreading and slips lead to a state or a formula."""
        return self._answer("misread", goals=to or None)

    def claims(self, draws: int = 200, seed: int = 0) -> Answer:
        """The claims of the conflict put to the test, each with the judgements on which its verdict hangs."""
        return self._answer("claims", draws, seed, claim_draws=draws)

    def relations(self) -> Answer:
        """Who is with whom, measured from the event data that the conflict's file names."""
        return self._answer("relations")

    def report(
        self,
        draws: int = 500,
        seed: int = 0,
        parts: str | Collection[str] | None = None,
        to: str | Collection[str] | None = None,
    ) -> Report:
        """Everything about the conflict. ``parts``: only these analyses; ``to``: where misreading is followed to."""
        question = Question(draws, seed, _several(parts), _several(to))
        return Report(self._found(question), lambda: self._found(replace(question, whole=False)))

    def draw(self, figure: str = "conflict", draws: int = 500, seed: int = 0) -> Picture:
        """A picture: ``conflict``, ``ladder``, ``answers``, ``robustness``, ``series`` or ``network``.

        Raises UnknownName.
        """
        from standoff.report.pictures import analysis_needed, draw

        needs = analysis_needed(figure)
        svg = draw(self._found(Question(draws, seed, (needs,) if needs else (), whole=False)), figure)
        if svg is None:
            raise StandoffError(f"{figure}: there is nothing to draw of this conflict")
        return Picture(figure, svg)

    def _found(self, question: Question) -> Findings:
        return find(self.conflict, question, self.folder, analysis=self.analysis)

    def _answer(
        self,
        part: str,
        draws: int = 0,
        seed: int = 0,
        goals: tuple[str, ...] | None = None,
        claim_draws: int | None = None,
    ) -> Answer:
        found = self._found(Question(draws, seed, (part,), goals, claim_draws))
        if not getattr(found, part):
            raise StandoffError(f"{part}: {found.left_out.get(part) or NOTHING[part]}")
        return Answer(part, found)

    # As a result

    def _known(self, concept: str) -> str:
        from standoff.concepts import concept as looked_up
        from standoff.errors import UnknownName, unknown

        name = looked_up(concept).name
        if name not in self.analysis.stable:
            raise UnknownName(self.left_out.get(name) or unknown("concept", name, self.concepts))
        return name

    def document(self) -> Mapping[str, Any]:
        """As ``standoff solve --json``."""
        return solve_document(self.analysis, compare(self.analysis))

    def records(self) -> list[dict[str, Value]]:
        """A row for each state: levels of options, where it is an equilibrium, who would stay, ranks."""
        return state_rows(self.analysis)

    def _blocks(self) -> Sequence[Block]:
        return self._section().blocks

    def _parts(self) -> Sequence[RenderableType | None]:
        from standoff.writers.terminal import terminal

        return terminal(self._section())

    def _section(self) -> Section:
        from standoff.report.solution import solution

        return solution(Ties(Findings(Question(), self.analysis)), compare(self.analysis))


class Explanation(Result):
    """Why decision makers would stay at a state or leave it, in sentences with their judgements."""

    def __init__(self, analysis: Analysis, s: int, who: int | None) -> None:
        self.analysis, self._s = analysis, s
        self._found = explain(analysis, s, list(analysis.graph.dms) if who is None else [who])

    def __repr__(self) -> str:
        return f"<Explanation of state {self.analysis.graph.states.names[self._s]}: {len(self._found)} decision makers>"

    def document(self) -> Mapping[str, Any]:
        """As ``standoff explain --json``."""
        return explain_document(self.analysis, self._s, self._found)

    def records(self) -> list[dict[str, Value]]:
        """A row for each sentence."""
        return [
            {"who": told["who"], "sentence": line["text"], "depth": line["depth"], "judgement": line["judgement"]}
            for told in self.document()["explanations"]
            for line in told["sentences"]
        ]

    def _blocks(self) -> Sequence[Block]:
        return self._section().blocks

    def _parts(self) -> Sequence[RenderableType | None]:
        from standoff.writers.terminal import terminal

        return terminal(self._section())

    def _section(self) -> Section:
        from standoff.report.solution import explanation

        return explanation(Ties(Findings(Question(), self.analysis)), self._s, self._found)


# The other questions


class Answer(Result):
    """What one of the other analyses found. ``told`` is what the analysis itself returned."""

    def __init__(self, part: str, found: Findings) -> None:
        self.part, self.findings = part, found

    def __repr__(self) -> str:
        return f"<Answer of {self.part} about {self.findings.conflict.title!r}: {len(self.records()):,} rows>"

    @property
    def told(self) -> Any:
        """What the analysis returned; misreading has one for each goal."""
        return getattr(self.findings, self.part)

    def document(self) -> Mapping[str, Any]:
        """As the command prints with ``--json``; of misreading only what is told of the first goal."""
        return self._document

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        from standoff.report.document import one_document

        return one_document(self.findings, self.part)

    def records(self) -> list[dict[str, Value]]:
        """The main table as plain rows."""
        from standoff.documents.rows import rows

        return rows(self.part, self.document())

    def _blocks(self) -> Sequence[Block]:
        from standoff.report.contents import PARTS

        section = PARTS[self.part](Ties(self.findings))
        return section.blocks if section is not None else ()

    def _parts(self) -> Sequence[RenderableType | None]:
        return _TEXTS[self.part](self.findings)


def _text(verb: str) -> Any:
    return import_module(f"standoff.rendering.{verb}").text


_TEXTS: Mapping[str, Callable[[Findings], Sequence[RenderableType | None]]] = {
    "coalitions": lambda found: _told(found, "coalitions", named=True),
    "paths": lambda found: _told(found, "paths", named=True),
    "flips": lambda found: _told(found, "flips", named=True),
    "stress": lambda found: _told(found, "stress", named=True),
    "misread": lambda found: [part for told in found.misread for part in _text("misread")(told)],
    "claims": lambda found: _told(found, "claims", named=True),
    "relations": lambda found: _told(found, "relations"),
}


def _told(found: Findings, part: str, named: bool = False) -> Sequence[RenderableType]:
    """The section of one analysis, for a terminal; ``named``: its heading names the conflict."""
    from standoff.report.contents import PARTS
    from standoff.writers.terminal import terminal

    ties = Ties(found)
    section = PARTS[part](ties)
    assert section is not None
    return terminal(ties.alone(section) if named else section)


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
        from standoff.report.document import document

        return document(self.findings)

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> None:
        """Write a .html, .md, .json, .pdf or .docx file. Raises FileExistsError unless ``overwrite``."""
        from standoff.writers.files import WRITERS, suffix_of

        path = Path(path)
        suffix = suffix_of(path)
        found = self.findings if suffix == ".json" else self._shown
        write_atomically(path, WRITERS[suffix](found), overwrite)

    def _repr_html_(self) -> str:
        from standoff.report.blocks import Fold
        from standoff.writers.html import fragment

        sections = (Fold((section.title,), section.blocks) for section in self.contents.sections)
        return fragment([*self.contents.answer, *sections])


def _several(names: str | Collection[str] | None) -> tuple[str, ...] | None:
    """One name, or several."""
    return None if names is None else (names,) if isinstance(names, str) else tuple(names)


# Where it begins


def solve(model: Model, concepts: Sequence[str] | None = None, may_return: bool = True) -> Solution:
    """Who would stay where, under each concept (default: all that the conflict allows).

    ``model``: a conflict, a path, or the name of a case. ``may_return``: whether an answer that brings one back to the
    very state one left counts as deterring; it can matter only in graph form and with merged states. Raises
    InvalidConflict, UnknownName, UnreadableFile, NotDefined.
    """
    source, folder = _opened(model)
    return Solution(analyse(source, concepts, may_return), folder)
