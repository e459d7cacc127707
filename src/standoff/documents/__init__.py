"""The documents that ``--json`` prints. JSON Schemas and the documentation are generated from these types."""

from __future__ import annotations

from typing import (
    Any,
    Literal,
    NotRequired,  # pydantic reads these before Python 3.12
)

from typing_extensions import TypedDict

from standoff.documents.claims import ClaimsDocument
from standoff.documents.coalitions import CoalitionsDocument
from standoff.documents.entries import (
    ComparisonEntry,
    EditRecord,
    EndEntry,
    ModelEntry,
    MoveEntry,
)
from standoff.documents.flips import FlipsDocument
from standoff.documents.invert import InvertDocument
from standoff.documents.paths import PathsDocument
from standoff.documents.relations import RelationsDocument
from standoff.documents.stress import StressDocument
from standoff.model import StateName


class StateEntry(TypedDict):
    """A feasible state. In graph form and for merged states ``vector`` and ``options`` are null."""

    number: StateName
    vector: str | None
    """One character per option, in order: N/Y for two levels, else the level's index."""
    options: dict[str, str] | None
    """The level of each option."""
    members: NotRequired[list[str]]
    """The vectors of a merged state."""
    title: NotRequired[str]


class StatesDocument(TypedDict):
    """What ``standoff states --json`` prints."""

    states: list[StateEntry]
    status_quo: StateName | None
    model: ModelEntry


class SolveDocument(TypedDict):
    """What ``standoff solve --json`` prints."""

    states: list[StateEntry]
    status_quo: StateName | None
    concepts: list[str]
    left_out: dict[str, str]
    """Concepts that the conflict does not allow, with the reason."""
    stability: dict[str, dict[str, list[StateName]]]
    """Concept, decision maker, states where it is stable."""
    equilibria: dict[str, list[StateName]]
    published: list[ComparisonEntry]
    model: ModelEntry
    seconds: float
    """Compiling the graph and the analysis; not reading or writing."""
    engine: str


class AnswerEntry(TypedDict):
    """How an improvement is deterred."""

    improvement: StateName
    moves: list[MoveEntry]
    """One after another; under SIM at the same time, all from the state judged."""
    ends: StateName
    reply: StateName | None


class VerdictEntry(TypedDict):
    """Whether a decision maker would stay, and why: the escape, or the answers that deter."""

    who: str
    concept: str
    stable: bool
    escape: StateName | None
    answers: list[AnswerEntry]


class SentenceEntry(TypedDict):
    """A sentence, and the judgement it rests on (a path in the conflict file)."""

    text: str
    judgement: str | None
    depth: int


class ExplanationEntry(TypedDict):
    """What is said of one decision maker."""

    who: str
    headline: str
    sentences: list[SentenceEntry]


class ExplainDocument(TypedDict):
    """What ``standoff explain --json`` prints."""

    state: StateEntry
    verdicts: list[VerdictEntry]
    explanations: list[ExplanationEntry]
    left_out: dict[str, str]
    model: ModelEntry


class GradeEntry(TypedDict):
    """The Admiralty code, its two halves apart."""

    reliability: str
    credibility: str


class QuoteEntry(TypedDict):
    """A quote looked for."""

    source: str
    citation: str
    """How the source is cited: author or publisher, short title, date."""
    where: str
    """The path in the conflict file."""
    exact: str
    status: Literal["exact", "normalised", "not_found", "no_document"]
    ambiguous: bool
    occurrences: int
    """In how many places the words stand, up to 100: a hundred or more."""
    document: str | None
    sha256: str | None
    """Of the document's file."""
    grade: GradeEntry | None
    via: list[str]
    note: str | None


class JudgementCounts(TypedDict):
    """How many judgements there are, by kind; ``unstated`` where no kind is given."""

    reported: int
    inferred: int
    assumed: int
    unstated: int


class CitedRelationEntry(TypedDict):
    """A measured relation that a judgement cites."""

    where: str
    between: list[str]
    period: str
    cited: list[float]
    """Affinity and the ends of its interval, as the judgement has them."""
    measured: list[float] | None
    """The same from the table; null: not measured."""
    agrees: bool


class CheckDocument(TypedDict):
    """What ``standoff check --json`` prints."""

    quotes: list[QuoteEntry]
    relations: list[CitedRelationEntry]
    judgements: JudgementCounts
    unsourced: JudgementCounts
    """Those without a quote."""
    unsourced_at: list[str]
    model: ModelEntry


class CaseEntry(TypedDict):
    """A case that ships with Standoff."""

    name: str
    title: str
    decision_makers: int
    citation: str | None
    agrees: NotRequired[bool | None]
    """Whether all published answers are reproduced; null where none are published."""


class CasesDocument(TypedDict):
    """What ``standoff cases --json`` prints."""

    cases: list[CaseEntry]


class PictureEntry(TypedDict):
    """What is stable in one picture of the conflict."""

    by: list[str]
    """Whose: none, the truth; one, what it sees; more, what the first thinks that the next sees."""
    differs: bool
    """Whether the picture differs from the truth."""
    equilibria: dict[str, list[StateName]]
    """By concept, the equilibria if all saw it so."""
    expects: dict[str, list[StateName]]
    """By concept, the states that would hold as it sees the others' pictures; of the truth: hypergame equilibria."""


class UnforeseenEntry(TypedDict):
    """Moves that would be made and that somebody does not see coming, from states that plays go through."""

    who: str
    move: MoveEntry
    why: Literal["impossible", "unwanted", "deterred"]
    """It takes the move for impossible, for no improvement, or thinks that the mover sees itself deterred."""


StepEntry = TypedDict(
    "StepEntry",
    {
        "by": str,
        "from": StateName,
        "to": StateName,
        "meant": StateName,
        "slip": bool,
        "expected": list[StateName],
        "got": StateName,
        "surprise": bool,
    },
)
StepEntry.__doc__ = (
    "A move of a play: ``meant`` is where its mover wanted to go (``to`` differs if it slipped), ``expected`` what it "
    "saw coming, ``got`` what it had before it moved again or at the end."
)


class CorrectionEntry(TypedDict):
    """A correction of one view."""

    judgement: str
    """Its path in the conflict file."""
    edit: str
    record: EditRecord
    says: str


class PlayEntry(TypedDict):
    """A play: each mover acts on its own picture."""

    moves: list[StepEntry]
    ends_in: StateName
    accident: bool
    """Every mover holds the end worse than the state before its own first move."""
    rests: bool
    """Nobody who may move would move on."""
    ended: bool
    """It goes no further: it has reached the goal, or nobody who may move has a way on."""
    slips: int
    probability: float
    """Of exactly these moves, with slips of the given probability."""
    correction: CorrectionEntry | None
    """The smallest correction of a view that makes the play impossible."""
    corrections: list[CorrectionEntry]
    """All single corrections that do."""


class TremblingEntry(TypedDict):
    """The probability of reaching the goal, exact, for one probability of a slip."""

    epsilon: float
    within: float
    ever: float
    within_slope: float | None
    ever_slope: float | None
    """How fast they change with epsilon."""


class CorrectedEntry(TypedDict):
    """The probabilities after one correction of a view."""

    correction: CorrectionEntry
    within: float
    ever: float


class ProbabilityEntry(TypedDict):
    """How likely it is, and on what assumptions."""

    to: str | None
    """The formula or state asked for; null: none."""
    within: int
    """So many moves."""
    epsilon: float
    """The probability of a slip."""
    rows: list[TremblingEntry]
    """Of the goal: without slips, with the given probability of a slip, with half and with twice it."""
    corrected: list[CorrectedEntry]
    """Of the goal, at the given probability of a slip, after each correction that changes it."""
    ends: list[EndEntry]
    """Where it ends, without slips."""
    assumes: list[str]


class MisreadDocument(TypedDict):
    """What ``standoff misread --json`` prints."""

    concepts: list[str]
    left_out: dict[str, str]
    status_quo: StateName | None
    pictures: list[PictureEntry]
    hypergame_equilibria: dict[str, list[StateName]]
    classes: dict[str, dict[str, list[StateName]]]
    """By concept and class, the states that are an equilibrium somewhere."""
    acting: str
    """The concept by which decision makers act in plays."""
    unforeseen: list[UnforeseenEntry]
    plays: list[PlayEntry]
    plays_cut: bool
    """There are more plays."""
    probability: ProbabilityEntry | None
    not_done: list[str]
    """What was left out because the time (``--time``) was over or somebody interrupted; empty where all is done."""
    model: ModelEntry


class ReportDocument(TypedDict):
    """What ``standoff report --json`` prints: the documents of the analyses; null where there is nothing."""

    solve: SolveDocument
    check: CheckDocument
    """Without the quotes' documents: judgements, and which of them have no quote."""
    coalitions: CoalitionsDocument | None
    paths: PathsDocument | None
    flips: FlipsDocument | None
    stress: StressDocument | None
    misread: list[MisreadDocument]
    """One for each goal that misreading is followed to."""
    claims: ClaimsDocument | None
    relations: RelationsDocument | None
    left_out: dict[str, str]
    """Analyses that were not made, with the reason."""
    model: ModelEntry


DOCUMENTS: dict[str, type] = {
    "states": StatesDocument,
    "solve": SolveDocument,
    "explain": ExplainDocument,
    "check": CheckDocument,
    "cases": CasesDocument,
    "coalitions": CoalitionsDocument,
    "paths": PathsDocument,
    "invert": InvertDocument,
    "flips": FlipsDocument,
    "stress": StressDocument,
    "misread": MisreadDocument,
    "claims": ClaimsDocument,
    "relations": RelationsDocument,
    "report": ReportDocument,
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a document."""
    from pydantic import TypeAdapter

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(DOCUMENTS[name]).json_schema(),
    }
