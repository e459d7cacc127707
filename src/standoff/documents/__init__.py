"""The documents that ``--json`` prints. JSON Schemas and the documentation are generated from these types."""

from __future__ import annotations

from typing import (
    Any,
    Literal,
    NotRequired,  # pydantic reads these before Python 3.12
)

from typing_extensions import TypedDict

from standoff.documents.claims import ClaimsDocument
from standoff.documents.entries import (
    ComparisonEntry,
    EditEntry,
    EditRecord,
    EndEntry,
    ModelEntry,
    MoveEntry,
)
from standoff.documents.flips import FlipsDocument
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


class GroundEntry(TypedDict):
    """The judgement by which a decision maker prefers one state to another."""

    says: str
    judgement: str
    """Its path in the conflict file."""


class DepartureEntry(TypedDict):
    """A group could leave a state together, and every member would prefer to be where that leads."""

    state: StateName
    group: list[str]
    to: StateName
    moves: list[MoveEntry]
    """A shortest legal sequence of moves of the members."""
    gains: dict[str, GroundEntry]
    """What each member gains: the judgement by which it prefers ``to``."""


class JointStabilityEntry(TypedDict):
    """The states, of those looked at, that a group would not leave under a coalitional concept."""

    concept: str
    name: str
    """The name of the concept in the definitions."""
    group: list[str]
    stable: list[StateName]


class JointConceptEntry(TypedDict):
    """A concept of stability for groups."""

    concept: str
    """What this document calls it: by the concept for one decision maker alone."""
    name: str
    """Its name in the definitions: ``CNash``, ``CGMR``, ``CSMR`` or ``CSEQ``."""
    means: str
    """When a state is stable for a group."""


class PartingEntry(TypedDict):
    """Two decision makers at a state: what they can reach together, and who would want it."""

    pair: list[str]
    state: StateName
    agreement: float | None
    """Kendall's tau-b of their preferences over all states; null where one of them is indifferent."""
    both: list[StateName]
    first_only: list[StateName]
    second_only: list[StateName]
    differ_by: list[PartingReasonEntry]


class PartingReasonEntry(TypedDict):
    """The judgements that make them differ, and over how many states."""

    wants: GroundEntry
    wanted_by: str
    refuses: GroundEntry | None
    """Null where the other is indifferent."""
    refused_by: str
    states: int


class CoalitionsDocument(TypedDict):
    """What ``standoff coalitions --json`` prints."""

    states: list[StateName]
    """The states looked at."""
    concepts: list[JointConceptEntry]
    coalitions: list[DepartureEntry]
    stability: list[JointStabilityEntry]
    equilibria: dict[str, list[StateName]]
    """Coalitional equilibria among the states looked at: stable for every group. Empty unless all groups were asked."""
    partings: list[PartingEntry]
    """At the states asked for, or at the status quo where none is."""
    published: list[ComparisonEntry]
    not_done: list[str]
    """What was left out because the time (``--time``) was over or somebody interrupted; empty where all is done."""
    model: ModelEntry


class PathEntry(TypedDict):
    """A shortest legal sequence of moves."""

    to: StateName
    improving: bool
    """Whether each move is an improvement for its mover."""
    moves: list[MoveEntry]


class NeedsEntry(TypedDict):
    """Whose moves it takes to get where one asked."""

    improving: bool
    possible: bool
    able: list[list[str]]
    """The smallest groups that can do it alone."""
    without: list[str]
    """A smallest set of decision makers without whose move it cannot happen."""


ReplayEntry = TypedDict(
    "ReplayEntry",
    {
        "event": str,
        "by": str,
        "with": list[str],
        "start": StateName | None,
        "to": StateName | None,
        "possible": bool,
        "improvement": bool | None,
        "best": bool | None,
        "deterred": dict[str, bool],
    },
)
ReplayEntry.__doc__ = (
    "An observed move against the model: ``event`` is its path in the conflict file, ``with`` who moved in the same "
    "event (``to`` is where all of them took the conflict), ``best`` an improvement than which its mover had no better."
)


class ChainEntry(TypedDict):
    """The Markov chain over improvements."""

    ends: list[EndEntry]
    expected_moves: float
    assumes: list[str]


PathsDocument = TypedDict(
    "PathsDocument",
    {
        "from": StateName,
        "by": list[str] | None,
        "to": list[StateName] | None,
        "reachable": list[StateName],
        "improvement_reachable": list[StateName],
        "moves_needed": dict[str, int],
        "improvements_needed": dict[str, int],
        "attainable_equilibria": dict[str, list[StateName]],
        "paths": list[PathEntry],
        "paths_cut": bool,
        "needs": list[NeedsEntry],
        "history": list[ReplayEntry],
        "chain": ChainEntry,
        "model": ModelEntry,
    },
)
PathsDocument.__doc__ = "What ``standoff paths --json`` prints."


class ConditionEntry(TypedDict):
    """One must not prefer ``improvement`` to the wanted state, unless one prefers no state of one of ``unless``."""

    improvement: StateName
    unless: list[list[StateName]]
    met: bool


class ChangeEntry(TypedDict):
    """A smallest change of one decision maker's preference."""

    who: str
    distance: int
    bound: int
    """No change of a smaller distance will do, given what the others become."""
    optimal: bool
    """Whether distance and bound are proven to be equal; never in a joint answer that is not proven least itself."""
    unit: Literal["edits", "pairs"]
    """What the distance counts: edits of statements, or pairs of states whose order changes."""
    edits: list[EditEntry]
    """Of ordered statements, one after another."""
    ranking: list[list[StateName]] | None
    """The new ranking where that is what changes, best first."""


class InvertDocument(TypedDict):
    """What ``standoff invert --json`` prints."""

    state: StateName
    concept: str
    conditions: dict[str, list[ConditionEntry]]
    changes: list[ChangeEntry]
    distance: int
    """Of all changes together."""
    bound: int
    """No changes of a smaller distance together will do."""
    optimal: bool
    """Whether that is proven: the changes together are the least."""
    model: ModelEntry


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
