"""The verdicts on a conflict, so told that those on others like it can be compared (definition 13).

How firmly each decision maker stands at the status quo, which states are equilibria by the ladder, and what comes of
the claims. States of several conflicts are the same where the same options are at the same levels; an option that a
conflict has not counts as at its first level there. In graph form they are the same where they have the same name.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

import numpy as np

from standoff._engine import Indices
from standoff.analysis.claims import ClaimContext, ClaimVerdict, outcome
from standoff.analysis.measured import MeasuredAffinities
from standoff.analysis.stability import Analysis, standings, weakest
from standoff.concepts import Standing
from standoff.conflict.claim_tests import Drawn, Test, Trend, simple
from standoff.conflict.evidence import Evidence
from standoff.conflict.model import NO_EVIDENCE, Conflict
from standoff.conflict.states import Codes
from standoff.conflict.syntax import Formula
from standoff.errors import TooLarge
from standoff.graph import Graph

Key = Hashable  # a state, the same in every conflict that has it
Of = Literal["standing", "equilibria", "claim"]


class Space:
    """The states of several conflicts, each with one key wherever it is."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.levels: dict[str, dict[str, int]] = {}
        for conflict in conflicts:
            for option, levels in conflict.vocabulary.options.items():
                known = self.levels.setdefault(option, {})
                for level in levels:
                    known.setdefault(level, len(known))
        self._strides, count = dict[str, int](), 1
        for option, known in self.levels.items():
            self._strides[option] = count
            count *= len(known)
        if count > 2**62:
            raise TooLarge("together the conflicts have more options than can be compared")

    def keys(self, graph: Graph, which: Indices | Sequence[int]) -> list[Key]:
        """The keys of some states of a conflict."""
        states = graph.states
        if not states.option_form:
            return [str(states.names[s]) for s in which]
        if not states.merged:
            found: list[Key] = [*self._codes(graph, states.codes[states.first[which]]).tolist()]
            return found
        members = [self._codes(graph, np.array(states.members(int(s)), np.int32)).tolist() for s in which]
        return [codes[0] if len(codes) == 1 else tuple(sorted(codes)) for codes in members]

    def place(self, graph: Graph, key: Key) -> int | None:
        """The number of the state with that key in a conflict; None where it has no such state."""
        states = graph.states
        if not states.option_form:
            return next((s for s, name in enumerate(states.names) if str(name) == key), None)
        found = {self._state(graph, code) for code in (key if isinstance(key, tuple) else (key,))}
        s = found.pop()
        return None if found or s is None or self.keys(graph, [s]) != [key] else s

    def _state(self, graph: Graph, code: int) -> int | None:
        """The state of a conflict that holds a combination as it is numbered here, apart from options it has not."""
        levels = []
        for option, known in graph.meaning.vocabulary.options.items():
            there = self.levels[option]
            level = list(there)[code // self._strides[option] % len(there)]
            if level not in known:
                return None
            levels.append(list(known).index(level))
        return graph.states.at(graph.states.combinations.code(levels))

    def _codes(self, graph: Graph, codes: Codes) -> Indices:
        """Combinations of a conflict as they are numbered here."""
        found = np.zeros(len(codes), np.int64)
        for k, (option, levels) in enumerate(graph.meaning.vocabulary.options.items()):
            to = np.array([self._strides[option] * self.levels[option][level] for level in levels], np.int64)
            found += to[graph.states.combinations.column(codes, k)]
        return found


class Judged:
    """A conflict and its verdicts. ``stands``: each decision maker at the status quo; empty without one.

    ``equilibria``: the states at which nobody will move, with how firmly they stand by their weakest decision maker;
    ``places`` has the number of each of them in this conflict.
    """

    def __init__(self, graph: Graph, space: Space, measured: MeasuredAffinities | None = None) -> None:
        self.graph, self.space = graph, space
        self._context = ClaimContext(graph, measured=measured)
        self._claims: dict[str, ClaimVerdict] = {}
        found = standings(Analysis(graph, {}))
        least = weakest(found)
        resting = np.flatnonzero(least > Standing.WILL_MOVE)
        keys = space.keys(graph, resting)
        quo, dms = graph.meaning.status_quo, graph.conflict.decision_makers
        self.stands: Mapping[str, Standing] = (
            {} if quo is None else {dm.name: Standing(int(found[i, quo])) for i, dm in enumerate(dms)}
        )
        self.equilibria: Mapping[Key, Standing] = {
            key: Standing(value) for key, value in zip(keys, least[resting].tolist(), strict=True)
        }
        self.places: Mapping[Key, int] = dict(zip(keys, resting.tolist(), strict=True))

    @property
    def conflict(self) -> Conflict:
        """The conflict."""
        return self.graph.conflict

    def claim(self, name: str) -> ClaimVerdict:
        """What comes of the claim of that name."""
        if name not in self._claims:
            test = next(one.test for one in self.conflict.claims if one.id == name)
            self._claims[name] = outcome(self._context, test).verdict
        return self._claims[name]

    def value(self, of: Of, name: str = "") -> Any:
        """One verdict: a standing, the equilibria, or what comes of a claim."""
        match of:
            case "standing":
                return self.stands.get(name)
            case "equilibria":
                return self.equilibria
        return self.claim(name)


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whose verdicts are compared: the decision makers and claims that all of some conflicts have."""

    dms: tuple[str, ...]
    claims: tuple[str, ...]

    @classmethod
    def of(cls, conflicts: Sequence[Conflict]) -> Subjects:
        """Those of all, in the order of the first."""
        dms = [[dm.name for dm in one.decision_makers] for one in conflicts]
        claims = [[claim.id for claim in one.claims] for one in conflicts]
        return cls(_in_all(dms), _in_all(claims))

    def verdicts(self) -> Iterator[tuple[Of, str]]:
        """All verdicts that there are; those that cost most come last."""
        yield from (("standing", name) for name in self.dms)
        yield ("equilibria", "")
        yield from (("claim", name) for name in self.claims)


def _in_all(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(name for name in lists[0] if all(name in other for other in lists[1:]))


def same_verdicts(one: Judged, other: Judged, subjects: Subjects) -> bool:
    """Whether all verdicts are the same."""
    return all(one.value(*verdict) == other.value(*verdict) for verdict in subjects.verdicts())


# What carries verdicts


def tests_of(conflict: Conflict, claims: Collection[str]) -> Iterator[Test]:
    """The simple tests that these claims are made of."""
    return (part for claim in conflict.claims if claim.id in claims for part in simple(claim.test))


@dataclass(frozen=True, slots=True)
class Carrying:
    """Which parts of a conflict can change a verdict, beside those that always can."""

    views: bool
    history: bool
    relations: bool

    @classmethod
    def of(cls, conflicts: Sequence[Conflict], claims: Collection[str]) -> Carrying:
        """What the claims that all have look at, in any of them."""
        tests = [test for one in conflicts for test in tests_of(one, claims)]
        return cls(
            any(test.looks_at_views for test in tests),
            any(isinstance(test, Drawn) for test in tests),
            any(isinstance(test, Trend) for test in tests),
        )

    def matters(self, about: Sequence[Hashable]) -> bool:
        """Whether what a change is about can change a verdict."""
        match about:
            case ("views" | "view_depth", *_) | (*_, "slips"):
                return self.views
            case ("history" | "history_start" | "date", *_):
                return self.history
            case ("relations", *_):
                return self.relations
        return True


def bare(conflict: Conflict, claims: Collection[str], carrying: Carrying) -> Conflict:
    """The conflict with nothing but what carries verdicts: without evidence, sources and answers of others.

    Of its claims these are left. So a set of changes is judged by what it changes, and not by whether the sources that
    it quotes, or answers that name its states, came along.
    """
    kept = replace(
        conflict,
        sources=(),
        published=None,
        claims=tuple(replace(one, quote=None) for one in conflict.claims if one.id in claims),
        views=conflict.views if carrying.views else (),
        view_depth=conflict.view_depth if carrying.views else 1,
        history=conflict.history if carrying.history else (),
        history_start=conflict.history_start if carrying.history else None,
        relations=conflict.relations if carrying.relations else None,
    )
    found: Conflict = _without_evidence(kept)
    return found


def _without_evidence(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_without_evidence, value))
    if isinstance(value, Evidence):
        return NO_EVIDENCE
    if not is_dataclass(value) or isinstance(value, (Formula, Test, type)):
        return value
    parts = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
    taken = {name: part for name, old in parts.items() if (part := _without_evidence(old)) is not old and part != old}
    return replace(value, **taken) if taken else value
