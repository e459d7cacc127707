"""What differs between two solved conflicts: equilibria gained and lost, the status quo, and who would stay where.

States of two conflicts are the same where they are the same combinations of levels, by the names of options and levels;
in graph form, where they have the same name. Merged states are the same where they merge the same combinations.
Decision makers are the same by their names. Nothing is taken to be alike that is not the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from standoff._engine import Indices, Mask
from standoff.analysis.stability import Analysis
from standoff.conflict.states import States
from standoff.graph import Graph

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stay:
    """Where one decision maker (or everybody: ``who`` is None) would stay under a concept in one conflict only.

    ``gained``: states of the conflict after, ascending, that are in both and where it stays now and did not before;
    ``lost``: states of the conflict before where it did and does not now. ``new`` and ``gone``: where it stays that are
    states of the conflict after, or before, alone.
    """

    concept: str
    who: str | None
    gained: Indices
    lost: Indices
    new: Indices
    gone: Indices

    def __bool__(self) -> bool:
        return any(len(states) for states in (self.gained, self.lost, self.new, self.gone))


@dataclass(frozen=True)
class Only:
    """What one of the two conflicts has alone: options by full names (also where it is their levels that differ),
    decision makers, concepts that it allows, and states.
    """

    options: tuple[str, ...]
    dms: tuple[str, ...]
    concepts: tuple[str, ...]
    states: Indices


@dataclass(frozen=True)
class AnswerDifference:
    """What differs between two solved conflicts, ``before`` and ``after``.

    ``place``: for each state of the one before the same state after, or -1; shape (m,). ``other_forms``: one is given
    by options and the other as a graph, so that no states are the same. ``equilibria`` has an entry for each concept
    of both, ``stays`` one for each of these and each decision maker of both.
    """

    before: Analysis
    after: Analysis
    place: Places
    other_forms: bool
    only_before: Only
    only_after: Only
    equilibria: tuple[Stay, ...]
    stays: tuple[Stay, ...]

    @property
    def concepts(self) -> list[str]:
        """The concepts of both."""
        return [stay.concept for stay in self.equilibria]

    @property
    def origin(self) -> Places:
        """For each state after the same state before, or -1; shape (m',)."""
        return _turned(self.place, len(self.after.graph.states))

    @property
    def same_status_quo(self) -> bool:
        """Whether both stand at the same state, or neither at any."""
        quo, now = (one.graph.meaning.status_quo for one in (self.before, self.after))
        return quo is now is None or (quo is not None and now is not None and int(self.place[quo]) == now)

    def rests(self, concept: str) -> tuple[bool | None, bool | None]:
        """Whether the status quo is an equilibrium, before and after; None where there is none."""
        return _rests(self.before, concept), _rests(self.after, concept)

    def __bool__(self) -> bool:
        only = any(len(part) for one in (self.only_before, self.only_after) for part in vars(one).values())
        rests = any(len(set(self.rests(name))) > 1 for name in self.concepts)
        return only or self.other_forms or not self.same_status_quo or rests or any((*self.equilibria, *self.stays))


def _rests(analysis: Analysis, concept: str) -> bool | None:
    quo = analysis.graph.meaning.status_quo
    return None if quo is None else bool(analysis.stable[concept][:, quo].all())


def difference(before: Analysis, after: Analysis) -> AnswerDifference:
    """What differs between two solved conflicts, under the concepts that both were asked about."""
    place, options = same_states(before.graph, after.graph)
    origin = _turned(place, len(after.graph.states))
    concepts = [name for name in before.stable if name in after.stable]
    dms = [_names(one.graph) for one in (before, after)]
    both = [name for name in dms[0] if name in dms[1]]
    equilibria, stays = [], []
    for name in concepts:
        one, other = before.stable[name], after.stable[name]
        equilibria.append(_stay(name, None, np.asarray(one.all(axis=0)), np.asarray(other.all(axis=0)), place, origin))
        for who in both:
            rows = one[dms[0].index(who)], other[dms[1].index(who)]
            stays.append(_stay(name, who, *rows, place, origin))
    forms = {one.graph.states.option_form for one in (before, after)}

    def only(k: int, analysis: Analysis, where: Places) -> Only:
        left = tuple(name for name in dms[k] if name not in both)
        further = tuple(name for name in analysis.stable if name not in concepts)
        return Only(options[k], left, further, np.flatnonzero(where < 0))

    alone = only(0, before, place), only(1, after, origin)
    return AnswerDifference(before, after, place, len(forms) > 1, *alone, tuple(equilibria), tuple(stays))


def _turned(place: Places, count: int) -> Places:
    """For each of so many states of the other conflict where it comes from; none comes of two."""
    origin = np.full(count, -1, np.int64)
    matched = np.flatnonzero(place >= 0)
    origin[place[matched]] = matched
    return origin


def _names(graph: Graph) -> list[str]:
    return [dm.name for dm in graph.conflict.decision_makers]


def _stay(concept: str, who: str | None, one: Mask, other: Mask, place: Places, origin: Places) -> Stay:
    """``one`` and ``other``: where it stays before (m,) and after (m',)."""
    there, were = origin >= 0, place >= 0
    did, does = np.zeros(len(other), np.bool_), np.zeros(len(one), np.bool_)
    did[there], does[were] = one[origin[there]], other[place[were]]
    found = (there & other & ~did, were & one & ~does, ~there & other, ~were & one)
    return Stay(concept, who, *(np.flatnonzero(mask) for mask in found))


def same_states(before: Graph, after: Graph) -> tuple[Places, tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each state of the one the same state of the other, or -1; and the options that each has alone."""
    one, other = before.meaning.vocabulary.options, after.meaning.vocabulary.options
    alone = _alone(one, other), _alone(other, one)
    nowhere = np.full(len(before.states), -1, np.int64)
    if before.states.option_form != after.states.option_form or any(alone):
        return nowhere, alone
    if not before.states.option_form:
        known = after.states.position
        return np.array([known.get(name, -1) for name in before.states.names], np.int64), alone
    return _by_levels(before.states, after.states, _translated(before, after)), alone


def _alone(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The options that one has alone, or with other levels."""
    return tuple(name for name, levels in one.items() if set(levels) != set(other.get(name, ())))


def _translated(before: Graph, after: Graph) -> Places:
    """The feasible combinations of the one, as they are numbered in the other; shape of its codes."""
    states, options = before.states, after.meaning.vocabulary.options
    strides = dict(zip(options, after.states.combinations.strides, strict=True))
    codes = np.zeros(len(states.codes), np.int64)
    for k, (name, levels) in enumerate(before.meaning.vocabulary.options.items()):
        to = np.array([strides[name] * options[name].index(level) for level in levels], np.int64)
        codes += to[states.combinations.column(states.codes, k)]
    return codes


def _by_levels(before: States, after: States, codes: Places) -> Places:
    """States that have the same combinations, given those of the one as the other numbers them."""
    at = np.searchsorted(after.codes, codes)
    at[at == len(after.codes)] = 0
    found = np.where(after.codes[at] == codes, after.of_code[at], -1).astype(np.int64)
    count = len(before)
    least, most = np.full(count, len(after), np.int64), np.full(count, -1, np.int64)
    np.minimum.at(least, before.of_code, found)
    np.maximum.at(most, before.of_code, found)
    sizes = np.bincount(before.of_code, minlength=count), np.bincount(after.of_code, minlength=len(after))
    same = (least == most) & (least >= 0)
    same[same] = sizes[0][same] == sizes[1][least[same]]
    return np.where(same, least, -1)
