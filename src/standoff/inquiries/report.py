"""Everything there is to find about a conflict, each question of the register that has something to find."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from standoff.analysis.draws import uncertain_judgements
from standoff.errors import TooLarge, UnknownName, unknown
from standoff.inquiries.asking import DRAWS, Subject
from standoff.inquiries.quoting import quotes_in_passing
from standoff.inquiries.register import QUESTIONS
from standoff.progress import Progress, Watch
from standoff.report.findings import Findings
from standoff.wording.abridged import abridged

STOPPED = "it was stopped early"
PARTS = tuple(name for name, question in QUESTIONS.items() if "of_report" in vars(question))


@dataclass(frozen=True)
class ReportOptions:
    """What is asked of a report beside who would stay where.

    ``parts``: the analyses wanted (None: all that there is something for, and that do not take too long). ``to``:
    formulas or states that misreading and slips are to be followed to (None: those that claims of accidents name).
    ``short``: only what the first page looks at. ``sources``: the folder with the documents of the sources (None: that
    of the conflict's file); quotes are shown in their sentences where a document is there.
    ``pairs``: of changes of judgements that are tried where no single one turns the verdict, at most.
    ``slip``: how probably a move slips (None: only where the file says that it can). ``likely``, ``doubtful`` and
    ``presence``: how far judgements stray in draws, and how probably a doubtful one is held.
    ``whole``: texts as long as they are; else as pages and pictures have room for (``abridged``).
    """

    draws: int = DRAWS
    seed: int = 0
    parts: Collection[str] | None = None
    to: tuple[str, ...] | None = None
    whole: bool = True
    pairs: int = 200
    short: bool = False
    slip: float | None = None
    likely: float = 0.2
    doubtful: float = 0.5
    presence: float = 0.5
    sources: Path | None = None

    SHORT: ClassVar[tuple[str, ...]] = ("deals", "paths", "flips", "stress", "misread")  # what a first page looks at

    def __post_init__(self) -> None:
        for part in self.parts or ():
            if part not in PARTS:
                raise UnknownName(unknown("part of a report", part, PARTS))


def find_all(subject: Subject, asked: ReportOptions | None = None, watch: Watch | None = None) -> Findings:
    """Everything there is to find.

    Where it is ``enough`` before the end, parts that were begun have what they found by then, the others are left out.
    Raises UnknownName for goals that do not exist, and UnreadableFile for a table of relations that cannot be read.
    """
    asked, watch = asked or ReportOptions(), watch or Watch()
    analysis = subject.solved()
    conflict, original = subject.conflict, None
    if not asked.whole and (shown := abridged(conflict)) is not conflict:
        meaning = replace(analysis.graph.meaning, conflict=shown)
        analysis, original = replace(analysis, graph=analysis.graph.with_meaning(meaning)), conflict
    shortened = Subject(analysis.graph.meaning, subject.file, analysis)
    for goal in asked.to or ():
        shortened.graph.meaning.place(goal)  # what does not exist is told before anything takes long
    quotes, unread = quotes_in_passing(subject, asked.sources)
    found, left_out = _parts(shortened, asked, watch)
    if unread is not None:
        left_out["quotes"] = unread
    is_certain = bool(asked.draws) and asked.parts is None and not uncertain_judgements(conflict).drawn
    return Findings(
        analysis,
        **found,
        left_out=left_out,
        original=original,
        is_certain=is_certain,
        short=asked.short,
        quotes=tuple(quotes),
    )


def _parts(subject: Subject, asked: ReportOptions, watch: Watch) -> tuple[dict[str, Any], dict[str, str]]:
    """What each part found, and why others were not looked at."""
    found: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    questions = {part: QUESTIONS[part].of_report(subject, asked) for part in PARTS}
    among = asked.parts if asked.parts is not None else asked.SHORT if asked.short else PARTS
    wanted = [part for part in PARTS if questions[part] and part in among]
    for part in asked.parts or ():
        if not questions[part]:
            left_out[part] = QUESTIONS[part].nothing(subject)
    for number, part in enumerate(wanted):
        if asked.parts is None and (many := _too_many(subject, part)):
            left_out[part] = many
        elif watch.enough():
            left_out[part] = STOPPED
        else:
            try:
                answers = [
                    one.answer(subject, replace(watch, progress=_share_of(watch.progress, number, len(wanted))))
                    for one in questions[part]
                ]
            except TooLarge as error:
                left_out[part] = str(error)
                continue
            found[part] = tuple(answers) if QUESTIONS[part].several else answers[0]
            if left := [what for one in answers for what in getattr(one, "not_done", ())]:
                left_out[part] = f"{STOPPED}: {'; '.join(left)}"
    return found, left_out


def _too_many(subject: Subject, part: str) -> str:
    """Why a part that grows faster than the states is left out unless it is asked for by name."""
    most, states = QUESTIONS[part].most_states, len(subject.graph.states)
    return f"{states:,} states are more than {most:,}; ask for it by name" if most and states > most else ""


def _share_of(progress: Progress, number: int, of: int) -> Progress:
    """Progress in one of several jobs that are taken to be equally long."""
    return lambda done, total: progress(1000 * number + (1000 * done // total if total else 0), 1000 * of)


def document(found: Findings) -> Mapping[str, Any]:
    """All documents in one, for programs."""
    from standoff.analysis.compare import compare
    from standoff.analysis.lint import lint
    from standoff.documents.check import check_document
    from standoff.documents.entries import model_entry
    from standoff.documents.solve import solve_document

    parts: dict[str, Any] = {}
    for part in PARTS:
        answers, question = getattr(found, part), QUESTIONS[part]()
        several = QUESTIONS[part].several
        parts[part] = [question.document(one) for one in answers] if several else answers and question.document(answers)
    return {
        "brief": QUESTIONS["brief"]().document(found),
        "solve": solve_document(found.analysis, compare(found.analysis)),
        "check": check_document(found.conflict, found.quotes, lint=lint(found.graph)),
        **parts,
        "left_out": dict(found.left_out),
        "model": model_entry(found.conflict),
    }
