"""The concepts of stability as data (definition 5): all that a concept is; how it is found is in ``stability``.

Whoever needs to know something about concepts (their names, which looks at what, which implies which) asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from standoff.errors import UnknownName, unknown


class Standing(IntEnum):
    """Four ways to stand still, the least firm first: how one decision maker stands at a state, or all of them."""

    WILL_MOVE = 0
    DETERRED_AT_COST = 1
    DETERRED = 2
    AT_REST = 3

    @property
    def words(self) -> str:
        """What it is called."""
        return _STANDINGS[self][0]

    @property
    def short(self) -> str:
        """What it is called where there is little room."""
        return "costly threats" if self is Standing.DETERRED_AT_COST else self.words

    @property
    def meaning(self) -> str:
        """What it says of a decision maker, as a sentence."""
        return _STANDINGS[self][1]


_STANDINGS = {
    Standing.AT_REST: ("at rest", "No move of its own brings it anything better."),
    Standing.DETERRED: ("deterred", "It could gain, but others would gladly answer so that it ends no better."),
    Standing.DETERRED_AT_COST: (
        "deterred by costly threats only",
        "It could gain; others could answer so that it ends no better, but would gain nothing by that, or lose.",
    ),
    Standing.WILL_MOVE: ("will move", "It gains, and nothing holds it."),
}


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of stability.

    ``sentence``: what it says of a decision maker that is stable; ``looks_at``: the end of "it looks at".
    ``answers``: whether answers of others are looked at; ``credible``: only those of which each move is an improvement
    for its mover; ``replies``: whether i's own reply to the answer is looked at; ``simultaneous``: whether all move at
    the same time. ``implies``: the concepts that follow from it at once (what follows from these is in ``implied``).
    ``standing``: how one stands that is stable under it; None: it does not say.
    ``of_groups``: what it says of a group (definition 6); None: it is not defined for groups.
    """

    name: str
    title: str
    sentence: str
    looks_at: str
    answers: bool = True
    credible: bool = False
    replies: bool = False
    simultaneous: bool = False
    implies: tuple[str, ...] = ()
    standing: Standing | None = None
    of_groups: str | None = None

    @property
    def implied(self) -> frozenset[str]:
        """All concepts that follow from it; not itself."""
        return frozenset(self.implies).union(*(CONCEPTS[name].implied for name in self.implies))

    @property
    def minds_preferences_of_others(self) -> bool:
        """Whether it can depend on what the others want, and not only on what they can do."""
        return self.credible or self.simultaneous

    @property
    def one_after_another(self) -> bool:
        """Whether it looks at moves that follow one another, so that decision makers can act by it."""
        return not self.simultaneous


NASH = Concept(
    "Nash",
    "Nash stability",
    "No move of its own brings it anything better.",
    "no answers of others",
    answers=False,
    implies=("SSEQ", "SIM"),
    standing=Standing.AT_REST,
    of_groups="the group has no joint improvement",
)
GMR = Concept(
    "GMR",
    "general metarationality",
    "Whatever it could improve, the others can answer so that it ends up no better, even to their own harm.",
    "any answer",
    standing=Standing.DETERRED_AT_COST,
    of_groups="after every joint improvement the others can move so that some member is no better off than before",
)
SMR = Concept(
    "SMR",
    "symmetric metarationality",
    "As GMR, and it cannot get out of the answer by another move of its own.",
    "any answer and one's own reply to it",
    replies=True,
    implies=("GMR",),
    standing=Standing.DETERRED_AT_COST,
    of_groups="as CGMR, and wherever the group could then move, some member is still no better off than before",
)
SEQ = Concept(
    "SEQ",
    "sequential stability",
    "Whatever it could improve, the others have an answer that serves themselves and leaves it no better.",
    "answers that serve whoever gives them",
    credible=True,
    implies=("GMR",),
    standing=Standing.DETERRED,
    of_groups="as CGMR, by moves each of which is a joint improvement for those of the others who make it",
)
SSEQ = Concept(
    "SSEQ",
    "symmetric sequential stability",
    "As SEQ, and it cannot get out of the answer by another move of its own.",
    "such answers and one's own reply to them",
    credible=True,
    replies=True,
    implies=("SEQ", "SMR"),
    standing=Standing.DETERRED,
)
SIM = Concept(
    "SIM",
    "simultaneous stability",
    "Whatever it could improve, some others improving at the same time would leave it no better.",
    "moves made at the same time",
    simultaneous=True,
)

CONCEPTS: Mapping[str, Concept] = {one.name: one for one in (NASH, GMR, SMR, SEQ, SSEQ, SIM)}
ACTING = SEQ  # by what decision makers act where nothing else is said


def concept(name: str) -> Concept:
    """The concept of that name, whatever its case. Raises UnknownName."""
    for known in CONCEPTS.values():
        if known.name.casefold() == name.strip().casefold():
            return known
    raise UnknownName(unknown("concept", name, CONCEPTS))


def one_after_another() -> tuple[str, ...]:
    """The names of the concepts by which decision makers can act."""
    return tuple(one.name for one in CONCEPTS.values() if one.one_after_another)


def strongest(names: Iterable[str]) -> list[str]:
    """Those of the concepts that none of the others implies."""
    among = list(names)
    return [name for name in among if not any(name in CONCEPTS[other].implied for other in among)]


def deciding(standing: Standing) -> Concept:
    """The concept that tells whether one stands at least so firmly: the weakest that says so. Raises KeyError."""
    saying = [one for one in CONCEPTS.values() if one.standing is standing]
    for one in saying:
        if all(one is other or one.name in other.implied for other in saying):
            return one
    raise KeyError(standing)


def deciding_concepts() -> list[str]:
    """The names of the concepts that tell the four ways to stand still apart, the firmest first."""
    return [deciding(step).name for step in sorted(Standing, reverse=True) if step is not Standing.WILL_MOVE]
