"""Who misreads whom, and what could go wrong by it, for programs: the types."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from standoff.conflict.model import StateName
from standoff.documents.entries import EditRecord, EndEntry, ModelEntry, MoveEntry


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
