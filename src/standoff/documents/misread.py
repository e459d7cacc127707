"""What ``standoff misread --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from typing_extensions import TypedDict

from standoff.analysis.misperception import TRUTH
from standoff.conflict.model import StateName
from standoff.documents.entries import (
    EditRecord,
    EndEntry,
    ModelEntry,
    MoveEntry,
    dm_names,
    edit_entry,
    model_entry,
    move_entry,
    state_name,
)
from standoff.graph import Move
from standoff.wording.misread import assumptions, corrected_words
from standoff.wording.words import upper_first

if TYPE_CHECKING:
    from standoff._engine import Indices
    from standoff.analysis.accident import Trembling
    from standoff.analysis.misperception import Chain, Misreading
    from standoff.analysis.misreading import Misreadings
    from standoff.analysis.plays import Play, Step
    from standoff.conflict.edits import Edit
    from standoff.graph import Graph


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
    """The probability of reaching the goal, exact, for one probability of a slip (null: as the file says)."""

    epsilon: float | None
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
    epsilon: float | None
    """The probability of a slip; null: moves slip where the file says that they can, and nowhere else."""
    rows: list[TremblingEntry]
    """Of the goal: without slips, and with those of the file or of the given probability, half and twice it."""
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


def document(found: Misreadings) -> MisreadDocument:
    """For ``--json``."""
    graph, seen = found.graph, found.misreading
    return {
        "concepts": seen.concepts,
        "left_out": dict(seen.left_out),
        "status_quo": state_name(graph, graph.meaning.status_quo),
        "pictures": [_picture(seen, chain) for chain in seen.pictures.chains],
        "hypergame_equilibria": _by_concept(seen, TRUTH),
        "classes": {
            name: {kind.value: _names(graph, states) for kind, states in seen.classes(name).items()}
            for name in seen.concepts
        },
        "acting": found.actors.under.name,
        "unforeseen": [
            {
                "who": graph.conflict.decision_makers[one.who].name,
                "move": move_entry(graph, Move(one.by, one.start, one.to)),
                "why": one.why.value,
            }
            for one in found.unforeseen
        ],
        "plays": [_play(graph, play) for play in (found.plays.found if found.plays else ())],
        "plays_cut": found.plays is not None and found.plays.cut,
        "probability": None if found.plays is None else _probability(found),
        "not_done": list(found.not_done),
        "model": model_entry(graph.conflict),
    }


def _names(graph: Graph, states: Indices) -> list[int | str]:
    return [graph.states.names[s] for s in states]


def _by_concept(found: Misreading, chain: Chain) -> dict[str, list[int | str]]:
    return {name: _names(found.truth, np.flatnonzero(found.expected(chain, name))) for name in found.concepts}


def _picture(found: Misreading, chain: Chain) -> PictureEntry:
    graph = found.truth
    return {
        "by": dm_names(graph, chain),
        "differs": found.pictures.of(chain) is not graph,
        "equilibria": {name: _names(graph, np.flatnonzero(found.equilibria(chain, name))) for name in found.concepts},
        "expects": _by_concept(found, chain),
    }


def _play(graph: Graph, play: Play) -> PlayEntry:
    told = [_correction(graph, edit) for edit in play.corrections]
    return {
        "moves": [_step(graph, step) for step in play.steps],
        "ends_in": graph.states.names[play.steps[-1].to],
        "accident": play.accident,
        "rests": play.rests,
        "ended": play.ended,
        "slips": play.slips,
        "probability": play.probability,
        "correction": told[0] if told else None,
        "corrections": told,
    }


def _step(graph: Graph, step: Step) -> StepEntry:
    names = graph.states.names
    return {
        "by": graph.conflict.decision_makers[step.by].name,
        "from": names[step.start],
        "to": names[step.to],
        "meant": names[step.meant],
        "slip": step.slip,
        "expected": [names[s] for s in step.expected],
        "got": names[step.got],
        "surprise": step.surprise,
    }


def _correction(graph: Graph, edit: Edit) -> CorrectionEntry:
    return {**edit_entry(edit), "says": upper_first(corrected_words(graph, edit)) + "."}


def _probability(found: Misreadings) -> ProbabilityEntry:
    graph, options = found.graph, found.options
    return {
        "to": None if options.goals is None else options.asked,
        "within": options.within,
        "epsilon": found.epsilon,
        "rows": [_trembling(one) for one in found.trembling],
        "corrected": [
            {"correction": _correction(graph, edit), "within": one.within, "ever": one.ever}
            for edit, one in found.corrected
        ],
        "ends": [
            {"states": [graph.states.names[s] for s in end.states], "probability": end.probability}
            for end in found.ends
        ],
        "assumes": assumptions(found),
    }


def _trembling(one: Trembling) -> TremblingEntry:
    return {
        "epsilon": one.epsilon,
        "within": one.within,
        "ever": one.ever,
        "within_slope": one.within_slope,
        "ever_slope": one.ever_slope,
    }
