"""What every question has: options that both faces check alike, and the conflict that it is put to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from standoff.concepts import CONCEPTS, deciding_concepts
from standoff.errors import SeveralStates, StandoffError, unknown
from standoff.progress import Watch

if TYPE_CHECKING:
    from standoff.analysis.errors_needed import ErrorsNeeded
    from standoff.analysis.measured import MeasuredAffinities
    from standoff.analysis.stability import Analysis
    from standoff.conflict.edits import Edit
    from standoff.conflict.meaning import Source
    from standoff.conflict.model import Conflict, StateName
    from standoff.conflict.states import Selection
    from standoff.documents.rows import Value
    from standoff.graph import Graph
    from standoff.inquiries.report import ReportOptions
    from standoff.report.blocks import Section
    from standoff.report.ties import Ties


Names = str | Sequence[str] | None  # one by one, or as a comma list
Groups = Sequence[str | Sequence[str]]  # each a list of names, or a comma list
Weighing = str | Mapping[str, float] | None  # by name, or as DM=W,...


class WrongOption(StandoffError):
    """An option that is out of its bounds, or does not fit the conflict: the command line names it as it writes it."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}{text}")
        self.name, self.text = name, text


@dataclass(frozen=True, slots=True)
class Setting:
    """What may be chosen in a question: the sentence that says what, how a shell spells it, and its bounds.

    ``flag``: its name in a shell (default: that of the field). ``shell``: what is taken in a shell where nothing is
    given, where that is something else than in Python. ``argument``: in a shell it stands without a name.
    ``names``: those that a shell can complete, or what of the model they are names of (``states``, ``decision makers``,
    ``claims``), or ``models``. ``what``: what a number is one of.
    """

    help: str
    kind: type = str
    default: Any = None
    flag: str = ""
    metavar: str | None = None
    among: Sequence[str] = ()
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    several: bool = False
    argument: bool = False
    shell: Callable[[], Any] | None = None
    names: Collection[str] | str = ()
    what: str = ""

    @property
    def is_required(self) -> bool:
        """Whether something must be given."""
        return self.default is REQUIRED

    def check(self, name: str, value: Any) -> None:
        """Raises WrongOption."""
        if value is None:
            return
        if self.among and value not in self.among:
            raise WrongOption(name, f": {unknown('choice', str(value), self.among)}")
        if self.kind not in (int, float):
            return
        if isinstance(value, bool) or not isinstance(value, (int, self.kind)) or not self._within(value):
            shown = repr(value) if isinstance(value, bool) or not isinstance(value, (int, float)) else f"{value:g}"
            raise WrongOption(name, f" {shown}: expected {self.what or _KINDS[self.kind]}{self._bounds()}")

    def _within(self, value: float) -> bool:
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )

    def _bounds(self) -> str:
        least = "" if self.at_least is None else f" from {self.at_least:,}"
        most = "" if self.at_most is None else f" to {self.at_most:,}"
        return least + most + ("" if self.below is None else f", less than {self.below:,}")


DRAWS = 200  # where nobody says how many
_KINDS = {int: "a whole number", float: "a number"}
REQUIRED: Any = MISSING  # something must be given


def option(default: Any, text: str, kind: type = str, **more: Any) -> Any:
    """A field of a question that may be chosen (or, where it is REQUIRED, must be)."""
    return field(default=default, metadata={"option": Setting(text, kind, default, **more)})


def concepts_option() -> Any:
    """Which concepts are looked at."""
    text = f"{', '.join(CONCEPTS)}; may be repeated. Default: all that the conflict allows."
    return option((), text, flag="--concept", metavar="C,C...", several=True, names=CONCEPTS)


def groups_option() -> Any:
    """Which groups of decision makers are looked at."""
    text = "A group (default: all); may be repeated."
    return option((), text, flag="--group", metavar="DM,DM...", several=True, names="decision makers")


def where_option(text: str) -> Any:
    """A formula that picks states."""
    return option(None, text, metavar="FORMULA", names="formulas")


def draws_option(least: int, most: int = 10**6) -> Any:
    """How often what is uncertain is drawn."""
    return option(DRAWS, "How many draws.", int, at_least=least, at_most=most)


def seed_option() -> Any:
    """Where random numbers begin."""
    return option(0, "The same seed, the same draws.", int, at_least=0)


def may_return_option() -> Any:
    """Whether being brought back counts as an answer."""
    text = "Being brought back to the very state one left does not count as an answer (graph form, merged states)."
    return option(True, text, bool, flag="--no-return")


def listed(given: str | Iterable[str] | None) -> list[str]:
    """Names given one by one or as a comma list, each once."""
    texts = () if given is None else (given,) if isinstance(given, str) else given
    return list(dict.fromkeys(name.strip() for text in texts for name in text.split(",")))


class Subject:
    """The conflict that questions are put to, its folder where it has a file, and what is known of it by now.

    ``analysis``: who would stay where, if that was asked already; then the other questions look at its concepts.
    """

    def __init__(self, source: Source, file: Path | None = None, analysis: Analysis | None = None) -> None:
        self.source, self.file, self.given = source, file, analysis
        self._errors: dict[tuple[str, ...], tuple[ErrorsNeeded, ...]] = {}

    @property
    def folder(self) -> Path | None:
        """Where the conflict's file is, and with it tables and documents that it names."""
        return None if self.file is None else self.file.parent

    @cached_property
    def graph(self) -> Graph:
        """The conflict as a graph."""
        from standoff.graph import build_graph

        return build_graph(self.source) if self.given is None else self.given.graph

    @property
    def conflict(self) -> Conflict:
        """The conflict."""
        from standoff.conflict.meaning import conflict_of

        return conflict_of(self.source)

    def solved(self, concepts: Sequence[str] = (), may_return: bool = True) -> Analysis:
        """Who would stay where under these concepts, or under those that were asked for (default: all)."""
        from standoff.analysis.stability import solve

        known = self.given
        if known is None:
            found = solve(self.source, list(concepts) or None, may_return)
            self.graph = found.graph  # as a question asks it; none is built a second time
            return found
        if {*concepts} <= {*known.stable, *known.left_out}:
            wanted = {name: table for name, table in known.stable.items() if name in concepts}
            return replace(known, stable=wanted) if concepts else known
        return solve(known.graph.meaning, list(concepts), known.graph.may_return)

    def concepts(self, asked: str | Sequence[str] | None) -> list[str] | None:
        """The concepts asked for; else those that were looked at; None for all that there are."""
        known = self.given
        if asked or known is None:
            return listed(asked) or None
        return None if {*known.stable, *known.left_out} == {*CONCEPTS} else list(known.stable)

    def errors(
        self,
        concepts: Sequence[str] | None,
        watch: Watch,
        singles: Mapping[str, Mapping[Edit, bool]] | None = None,
    ) -> tuple[ErrorsNeeded, ...]:
        """What would have to be wrong for the verdict on the status quo to turn; looked for once.

        ``singles``: by concept, single changes of which this is known.
        """
        from standoff.analysis.errors_needed import errors_by_concept

        names = tuple(deciding_concepts() if concepts is None else concepts)
        if names not in self._errors:
            self._errors[names] = errors_by_concept(self.graph, names, enough=watch.enough, singles=singles)
        return self._errors[names]

    def group(self, given: str | Sequence[str]) -> tuple[int, ...]:
        """A group of decision makers by their numbers. Raises UnknownName."""
        return tuple(sorted({self.graph.dm(name) for name in listed(given)}))

    def groups(self, given: str | Groups) -> tuple[tuple[int, ...], ...] | None:
        """Groups by their numbers, each once; None where none is given. Raises UnknownName."""
        listed_groups = [given] if isinstance(given, str) else given
        return tuple(dict.fromkeys(self.group(one) for one in listed_groups)) or None

    def state(self, given: StateName, where: bool = False) -> int:
        """The number inside of a state that is asked for; ``where``: several could be asked for by a formula.

        Raises UnknownName, SeveralStates, FormulaError.
        """
        try:
            return self.graph.meaning.state(str(given))
        except SeveralStates as error:
            raise SeveralStates(f"{error}, or ask for all with --where") if where else error from None

    def one_or_several(self, given: StateName) -> Selection:
        """The states that a state's name or a formula means, one at least. Raises UnknownName, FormulaError."""
        import numpy as np

        from standoff.conflict.states import Selection

        try:
            only = self.state(given)
        except SeveralStates:
            return self.graph.meaning.selection(str(given))
        return Selection(str(given).strip(), np.arange(len(self.graph.states)) == only)

    def selection(self, where: str | None) -> Selection | None:
        """The states where a formula is true; None where none is given. Raises UnknownName, FormulaError."""
        return None if where is None else self.graph.meaning.selection(where)

    def weights(self, given: str | Mapping[str, float] | None) -> tuple[float, ...] | None:
        """How likely each is to move next: by name, or as ``DM=W,...``; who is not named weighs 1."""
        if given is None:
            return None
        names = [dm.name for dm in self.graph.conflict.decision_makers]
        pairs = given.items() if isinstance(given, Mapping) else [_weight(part, names) for part in given.split(",")]
        weights = dict.fromkeys(names, 1.0)
        seen = set()
        for name, weight in pairs:
            if name in seen:
                raise WrongOption("weights", f": {name} is given twice")
            seen.add(name)
            if name not in weights or not 0 <= weight < float("inf"):
                raise _wrong_weight(f"{name}={weight:g}", names)
            weights[name] = float(weight)
        if not any(weights.values()):
            raise WrongOption("weights", ": all are 0, so nobody would move")
        return tuple(weights.values())

    @cached_property
    def measured(self) -> MeasuredAffinities | None:
        """The table of event data that the conflict names; None where it names none, or has no file."""
        from standoff.analysis import measured

        return None if self.folder is None else measured.load_measured(self.conflict, self.folder)


def _weight(part: str, names: Sequence[str]) -> tuple[str, float]:
    name, _, number = part.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        raise _wrong_weight(part, names) from None


def _wrong_weight(part: str, names: Sequence[str]) -> WrongOption:
    return WrongOption("weights", f': "{part}" is not DM=W with one of {", ".join(names)} and a number from 0')


class Question:
    """One question that can be put to a conflict: its options are the fields, its first sentence what it is about.

    ``name``: of the verb, of the method and of the document. ``group``: under which heading the verb stands in a list
    of all; ``examples``: command lines that its help shows. ``main``: the list in the document that is its table.
    ``steps``: what its work is counted in; ``stops``: it can be stopped, and has what it found by then. ``cuts``: its
    section cuts long lists unless everything is asked for. ``most_states``: of a conflict that a report puts it to
    unasked. ``pages``: it can be written as a page of its own.
    """

    name: ClassVar[str]
    group: ClassVar[str] = "The answer"
    examples: ClassVar[Sequence[str]] = ()
    main: ClassVar[str] = ""
    steps: ClassVar[str] = ""
    stops: ClassVar[bool] = False
    cuts: ClassVar[bool] = True
    most_states: ClassVar[int | None] = None
    several: ClassVar[bool] = False  # in a report
    pages: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name, one in options(type(self)).items():
            one.check(name, getattr(self, name))

    def opening(self, first: Callable[[], Subject]) -> Subject:
        """What it is put to, which ``first`` opens. Raises StandoffError."""
        return first()

    def answer(self, subject: Subject, watch: Watch) -> Any:
        """What the analysis finds. Raises StandoffError."""
        raise NotImplementedError

    def document(self, found: Any) -> Mapping[str, Any]:
        """The answer for programs."""
        raise NotImplementedError

    def section(self, subject: Subject, found: Any, everything: bool = False) -> Section:
        """The answer for people; ``everything``: lists are told whole, however long."""
        raise NotImplementedError

    def rows(self, found: Any) -> list[dict[str, Value]]:
        """The main table as rows of plain values."""
        from standoff.documents.rows import rows

        return rows(self.main, self.document(found))

    def printed(self, subject: Subject, found: Any, everything: bool) -> tuple[list[dict[str, Value]], str]:
        """The main table as it fits a printed page, and its caption."""
        return self.rows(found), f"{subject.conflict.title}: {self.name}."

    def analysis(self, subject: Subject, found: Any) -> Analysis:
        """Whose states and judgements the section speaks of."""
        from standoff.analysis.stability import Analysis

        return Analysis(subject.graph, {})

    def ties(self, subject: Subject, found: Any, everything: bool) -> Ties:
        """What the section is told with: links to what the answer is about."""
        from standoff.report.findings import Findings
        from standoff.report.ties import Ties

        return Ties(Findings(self.analysis(subject, found), **self.kept(found)), everything)

    def kept(self, _found: Any) -> dict[str, Any]:
        """Of the answer what its own section looks up."""
        return {}

    def fails(self, _found: Any) -> bool:
        """Whether something that was checked does not hold."""
        return False

    @classmethod
    def of_report(cls, _subject: Subject, _asked: ReportOptions) -> Sequence[Question]:
        """How a report asks it; not at all where there is nothing to be found."""
        return ()

    @classmethod
    def nothing(cls, _subject: Subject) -> str:
        """Why a report does not ask it of a conflict."""
        return "there is nothing to look at"


class Changing(Question):
    """A question whose answer has changes that can be put into a file; ``numbered``: one of several."""

    numbered: ClassVar[bool] = True
    corrects: ClassVar[bool] = False  # views: then what differs in one is meant to go
    saves: ClassVar[str]

    def changed(self, found: Any, number: int) -> Conflict:
        """The conflict after the change of that number, counted from 1. Raises WrongOption."""
        raise NotImplementedError


def options(question: type[Question]) -> dict[str, Setting]:
    """The options of a question, by their names in Python."""
    return {one.name: one.metadata["option"] for one in fields(question)}  # type: ignore[arg-type]
