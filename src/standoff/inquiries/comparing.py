"""Several models of one conflict: two dates, two experts, before and after a review."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.errors import InvalidConflict, StandoffError, UnreadableFile
from standoff.inquiries.asking import REQUIRED, Question, Subject, option
from standoff.progress import Watch

if TYPE_CHECKING:
    from standoff.analysis.diff import Version
    from standoff.analysis.panel import PanelFound
    from standoff.report.blocks import Section
    from standoff.report.diff import Compared

Other = Any  # a conflict, a path, or the name of a case


def open_subject(model: Other) -> Subject:
    """A conflict, or the one at a path or of the name of a case, which is then known. Raises StandoffError."""
    from standoff.casebook import find, open_meaning
    from standoff.conflict.model import Conflict

    if isinstance(model, Conflict):
        return Subject(model)
    name = os.fspath(model)
    if name == "-":
        raise StandoffError("-: only the first model can be read from standard input")
    return Subject(open_meaning(name), find(name))


def model_names(subjects: Sequence[Subject]) -> tuple[str, ...]:
    """What several models are called: by their files or cases, else by their number; no two alike."""
    told = [_name(one.file, number) for number, one in enumerate(subjects, 1)]
    if len({*told}) < len(told):
        told = [name if told.count(name) == 1 else f"{name} [{number}]" for number, name in enumerate(told, 1)]
    return tuple(told)


def _name(file: Path | None, number: int) -> str:
    if file is None:
        return f"model {number}"
    if file == Path("-"):
        return "standard input"
    return file.parent.name if file.name == "conflict.yaml" and file.parent.name else file.name


def model_of(subject: Subject) -> Version:
    """A model with its event data, where it names some that can be read."""
    from standoff.analysis.diff import Version

    try:
        measured = subject.measured
    except UnreadableFile:
        measured = None
    return Version(subject.source, measured)


class Comparing(Question):
    """A question that is put to several models: all are opened, and all that is wrong with any of them is told."""

    group = "Two models"
    pages = True

    @property
    def models(self) -> Sequence[Other]:
        """The models beside the first."""
        raise NotImplementedError

    def opening(self, first: Callable[[], Subject]) -> Subject:
        errors: list[str] = []
        subject: Subject | None = None
        openings: list[Callable[[], Subject]] = [first, *(partial(open_subject, model) for model in self.models)]
        for number, opens in enumerate(openings):
            try:
                found = opens()
                subject = found if number == 0 else subject
            except (InvalidConflict, UnreadableFile) as error:
                errors.append(str(error))
        if errors:
            raise StandoffError("\n".join(dict.fromkeys(errors)))
        assert subject is not None
        return subject

    def subjects(self, subject: Subject) -> list[Subject]:
        """All the models, the first of them given."""
        return [subject, *map(open_subject, self.models)]


@dataclass(frozen=True)
class DiffQuestion(Comparing):
    """Compare two models: what differs, and what that does.

    Which verdicts are others in the second, and the smallest sets of changes which, put into the first, give them.
    OTHER is the second model, given as MODEL is.
    """

    name = "diff"
    examples = ("standoff diff before.yaml after.yaml", "standoff diff before.yaml after.yaml -o diff.html")
    main = "changes"
    steps = "sets of changes"
    stops = True
    other: Other = option(REQUIRED, "The second model.", argument=True, names="models")

    @property
    def models(self) -> Sequence[Other]:
        return [self.other]

    def answer(self, subject: Subject, watch: Watch) -> Compared:
        from standoff.analysis.diff import NotComparable, compare_models
        from standoff.report.diff import Compared
        from standoff.wording.words import joined

        both = self.subjects(subject)
        names = model_names(both)
        try:
            found = compare_models(model_of(both[0]), model_of(both[1]), watch.progress, watch.enough)
        except NotComparable as error:
            raise NotComparable(f"{joined(names)} cannot be compared: {error}") from None
        return Compared(found, (names[0], names[1]), _lines(both, names, found.changes))

    def document(self, found: Compared) -> Mapping[str, Any]:
        from standoff.documents.diff import diff_document

        return diff_document(found.found, found.names, dict(found.lines))

    def section(self, subject: Subject, found: Compared, everything: bool = False) -> Section:
        from standoff.report.diff import diff_section

        return diff_section(found, everything)


def _lines(both: Sequence[Subject], names: Sequence[str], changes: Sequence[Any]) -> dict[int, str]:
    """File and line of each change: in the second model, or where it is dropped in the first."""
    from standoff.formats import lines_in_file

    found = {}
    for which, one in enumerate(both):
        tree = None if one.file is None else lines_in_file(one.file)
        for change in changes:
            line = tree.line(change.path) if tree is not None and which == (change.new is not None) else None
            if line is not None:
                found[change.number] = f"{names[which]}:{line}"
    return found


@dataclass(frozen=True)
class PanelAnswer:
    """What came of a panel, and what its models are called."""

    found: PanelFound
    names: tuple[str, ...]


@dataclass(frozen=True)
class PanelQuestion(Comparing):
    """Show where several experts differ, and which difference matters.

    Each verdict in each model, what all agree on, and the difference which, settled one way or the other, changes most
    verdicts. OTHERS are the further models, given as MODEL is.
    """

    name = "panel"
    examples = ("standoff panel anna.yaml boris.yaml chen.yaml",)
    main = "disagreements"
    steps = "differences"
    stops = True
    others: Sequence[Other] = option(REQUIRED, "The other models.", argument=True, several=True, names="models")

    @property
    def models(self) -> Sequence[Other]:
        from standoff.conflict.model import Conflict

        return [self.others] if isinstance(self.others, (str, Path, Conflict)) else self.others

    def answer(self, subject: Subject, watch: Watch) -> PanelAnswer:
        from standoff.analysis.diff import NotComparable
        from standoff.analysis.panel import compare_experts
        from standoff.wording.words import joined

        subjects = self.subjects(subject)
        names = model_names(subjects)
        try:
            return PanelAnswer(compare_experts([*map(model_of, subjects)], watch.progress, watch.enough), names)
        except NotComparable as error:
            raise NotComparable(f"{joined(names)} cannot be compared: {error}") from None

    def document(self, found: PanelAnswer) -> Mapping[str, Any]:
        from standoff.documents.panel import panel_document

        return panel_document(found.found, found.names)

    def section(self, subject: Subject, found: PanelAnswer, everything: bool = False) -> Section:
        from standoff.report.panel import panel_section

        return panel_section(found.found, found.names, everything)
