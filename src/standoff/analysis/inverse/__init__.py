"""What it would take to make a state stable: conditions on a preference, and the smallest change that meets them.

Whether i is stable at s depends on its preference only through the states that it prefers to s; so each concept comes
to conditions of one form: i must not prefer s1 to s, *unless* it prefers no state of some answer (definition 8).
"""

from standoff.analysis.inverse.conditions import Condition, conditions, met
from standoff.analysis.inverse.inversion import Inversion, Inversions, InvertOptions, invert, invert_any
from standoff.analysis.inverse.joint import JointChange, applied, joint_change, tied_groups
from standoff.analysis.inverse.single import (
    MAX_EDITS,
    Change,
    distance,
    lowered,
    ranking_change,
    smallest_change,
    statement_change,
)

__all__ = [
    "MAX_EDITS",
    "Change",
    "Condition",
    "Inversion",
    "Inversions",
    "InvertOptions",
    "JointChange",
    "applied",
    "conditions",
    "distance",
    "invert",
    "invert_any",
    "joint_change",
    "lowered",
    "met",
    "ranking_change",
    "smallest_change",
    "statement_change",
    "tied_groups",
]
