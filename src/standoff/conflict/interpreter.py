"""A conflict read once: its states, where a formula is true, the ranks; or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import islice

import numpy as np

from standoff import memory
from standoff.conflict import preference
from standoff.conflict.claim_names import claimed_states
from standoff.conflict.formula import Bound, Truth, evaluate
from standoff.conflict.model import Conflict, OrderedStatements, Preference, Ranking, StateName, Weights
from standoff.conflict.names import NameChecker
from standoff.conflict.preference import Ranks
from standoff.conflict.published_names import published_states
from standoff.conflict.states import MAX_COMBINATIONS, Codes, Combinations, States, Truths, unknown_state
from standoff.conflict.understood import Understood
from standoff.errors import Path, Problems, TooManyProblems, shorten


class Depth(IntEnum):
    """How far a conflict is judged: its names alone, the names in its formulas too, or its states and all."""

    NAMES = 0
    FORMULAS = 1
    STATES = 2


class Interpreter:
    """Goes through a conflict once and collects what is wrong; a part that cannot be judged is passed over."""

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self.problems = Problems()
        self.wrong = self.problems.add
        self.names = NameChecker(conflict, self.problems)
        self.bound = self.names.bound
        self.everywhere = Truths()  # over all combinations
        self.defined = Truths()  # over the feasible ones
        self.states: States | None = None

    def read(self, depth: Depth = Depth.STATES) -> Understood | None:
        """What the conflict means; None where something is wrong, or where its states are not to be judged."""
        try:
            holds = self.names.check(formulas=depth >= Depth.FORMULAS)
            return self.read_states() if holds and depth is Depth.STATES else None
        except TooManyProblems:
            return None

    def read_states(self) -> Understood | None:
        """What it means, judged by its states."""
        conflict = self.conflict
        self.states = self.graph_states() if conflict.graph is not None else self.option_states()
        if self.states is None:
            return None
        for dm in conflict.decision_makers:
            if isinstance(dm.preference, OrderedStatements | Weights) and not any(True for _ in dm.preference.stated()):
                path: Path = ("decision_makers", dm.name, dm.preference.key)
                self.wrong(path, f"{dm.preference.key} of {dm.name} is empty; one that is indifferent prefers: [true]")
        ranks = [
            self.ranks(("decision_makers", dm.name), dm.preference, required=True) for dm in conflict.decision_makers
        ]
        status_quo = self.status_quo()
        self.views(status_quo)
        for path, name in (*published_states(conflict), *claimed_states(conflict)):
            if name not in self.states.position:
                self.wrong(path, unknown_state(str(name), self.states.names))
        for path, bound in self.bound.items():
            if path[0] == "claims":
                self.of_states(path, self.states.truth(bound, self.defined).astype(np.int32), self.states)
        if self.problems:
            return None
        table = np.array([rank for rank in ranks if rank is not None], np.int32)
        return Understood(conflict, self.names.vocabulary, self.states, self.defined, table, status_quo)

    # States

    def graph_states(self) -> States | None:
        """The states of a conflict in graph form."""
        graph = self.conflict.graph
        assert graph is not None
        if self.problems.under("graph"):
            return None
        empty = np.zeros(0, np.int32)
        names, titles = zip(*graph.states, strict=True)
        return States(names, titles, Combinations(()), empty, empty)

    def option_states(self) -> States | None:
        """The states of a conflict in option form."""
        space = Combinations(tuple(len(option.levels) for _, option in self.conflict.options))
        if space.count > MAX_COMBINATIONS:
            size = f"{space.count:,}" if space.count < 10**15 else f"more than 2^{space.count.bit_length() - 1:,}"
            self.wrong(
                ("decision_makers",),
                f"{size} combinations of levels; the explicit engine takes {MAX_COMBINATIONS:,} (2^24)",
            )
            return None
        memory.require(space.count, len(self.conflict.decision_makers))
        for name in self.names.order:
            self.everywhere.put(name, _evaluate(self.bound[self.names.defined[name]], space, self.everywhere))
        codes = self.feasible(space)
        if codes is None:
            return None
        plain = States(range(1, len(codes) + 1), (), space, codes, np.arange(len(codes), dtype=np.int32))
        for name in self.everywhere:
            self.defined.put(name, space.spread(self.everywhere[name])[codes])
        return self.named_states(plain) if self.conflict.states else plain

    def feasible(self, space: Combinations) -> Codes | None:
        """The combinations that no rule forbids."""
        impossible = np.zeros(space.radices[::-1], np.bool_)
        for k in range(len(self.conflict.infeasible)):
            rule = self.bound.get(("infeasible", k))
            if rule is None:
                return None
            impossible |= _evaluate(rule, space, self.everywhere)
        codes = np.flatnonzero(~impossible.reshape(-1)).astype(np.int32)
        if not len(codes):
            self.wrong(("infeasible",), "no feasible state: the rules exclude every combination")
            return None
        return codes

    def named_states(self, plain: States) -> States | None:
        """The states as the author names them: each feasible combination matches exactly one entry."""
        entries = self.conflict.states
        of_code = np.full(len(plain), -1, np.int32)
        clash = False
        for number, entry in enumerate(entries):
            bound = self.bound.get(("states", str(entry.name)))
            if bound is None:
                return None
            truth = plain.truth(bound, self.defined)
            path: Path = ("states", str(entry.name))
            if not truth.any():
                self.wrong(path, "no feasible combination matches")
            taken = np.flatnonzero(truth & (of_code >= 0))
            if len(taken):
                other = entries[int(of_code[taken[0]])].name
                words = self.combination(plain, int(taken[0]))
                self.wrong(path, f"{words} matches this entry and {other}; each combination belongs to one state")
                clash = True
            of_code[truth] = number
        left = np.flatnonzero(of_code < 0)
        if len(left):
            more = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
            self.wrong(("states",), f"no entry matches {self.combination(plain, int(left[0]))}{more}")
        if clash or len(left) or len(np.unique(of_code)) < len(entries):
            return None
        titles = tuple(entry.statement.title for entry in entries)
        return States(tuple(entry.name for entry in entries), titles, plain.combinations, plain.codes, of_code)

    def combination(self, states: States, place: int) -> str:
        """A combination in words: ``MoE.modify = no, Uniroyal.stance = delay``."""
        levels = states.combinations.levels(int(states.codes[place]))
        options = self.names.vocabulary.options.items()
        return ", ".join(f"{name} = {names[level]}" for (name, names), level in zip(options, levels, strict=True))

    def holds_at(self, bound: Bound, space: Combinations, code: int) -> bool:
        """Whether a formula is true of one combination."""
        return bool(space.spread(_evaluate(bound, space, self.everywhere))[code])

    # Preferences

    def ranks(self, path: Path, given: Preference | None, required: bool) -> Ranks | None:
        """The ranks that a preference gives."""
        states = self.states
        assert states is not None
        if given is None:
            if required:
                self.wrong(path, f"{path[-1]} has no preferences: one of prefers, ranking or weights")
            return None
        here = (*path, given.key)
        if isinstance(given, Ranking):
            return self.ranked(here, given.groups, states)
        truths = self.truths([(*path, *place) for place, _ in given.stated()], states)
        return None if truths is None else self.of_states(here, given.ranks(truths, len(states.codes)), states)

    def truths(self, paths: Sequence[Path], states: States) -> Iterator[Truth] | None:
        """The truths one by one: all at once they could be large. None where some formula has a problem."""
        bound = [self.bound.get(path) for path in paths]
        known = [tree for tree in bound if tree is not None]
        return (states.truth(tree, self.defined) for tree in known) if len(known) == len(bound) else None

    def of_states(self, path: Path, ranks: Ranks, states: States) -> Ranks | None:
        """Ranks of states from those of their combinations, which must not differ within one state."""
        of_states = ranks[states.first]
        apart = np.flatnonzero(of_states[states.of_code] != ranks)
        if len(apart):
            s = int(states.of_code[apart[0]])
            one, other = self.combination(states, int(states.first[s])), self.combination(states, int(apart[0]))
            self.wrong(path, f"tells two combinations of state {states.names[s]} apart: ({one}) and ({other})")
            return None
        return preference.dense(of_states)

    def ranked(self, path: Path, groups: Sequence[Sequence[StateName]], states: States) -> Ranks | None:
        """The ranks of a ranking; that no state stands in it twice was judged with the names."""
        numbers: list[list[int]] = []
        seen: set[int] = set()
        before = len(self.problems)
        for k, group in enumerate(groups):
            numbers.append([])
            for name in group:
                s = states.position.get(name)
                if s is None:
                    self.wrong((*path, k), unknown_state(str(name), states.names))
                else:
                    seen.add(s)
                    numbers[-1].append(s)
        if len(seen) < len(states) and len(self.problems) == before:
            missing = list(islice((str(name) for s, name in enumerate(states.names) if s not in seen), 9))
            listed = ", ".join(missing[:8]) + (", …" if len(missing) > 8 else "")
            self.wrong(path, f"a ranking names every state once; missing: {listed}")
        good = len(self.problems) == before and not self.problems.at(path)
        return preference.from_ranking(numbers, len(states)) if good else None

    # Views

    def views(self, status_quo: int | None) -> None:
        """What is seen otherwise fits the states; what one does not know of is not there at the status quo."""
        states = self.states
        assert states is not None
        position = self.names.vocabulary.position
        for path, chain, view in self.conflict.all_views():
            self.ranks(path, view.preference, required=False)
            believed = [(*path, "impossible", k) for k in range(len(view.impossible))]
            believed += [(*path, "as_in_truth_except", k) for k in range(len(view.differences))]
            for place in believed:
                bound = self.bound.get(place)
                if bound is not None:
                    self.of_states(place, states.truth(bound, self.defined).astype(np.int32), states)
            for option in view.options:
                at = position.get(f"{view.of}.{option.name}")
                if not option.hidden or status_quo is None or at is None or not states.option_form:
                    continue
                if self.used(at, status_quo):
                    message = f"{chain[-1]} cannot but know of {view.of}.{option.name}: it is used at the status quo"
                    self.wrong((*path, "options", option.name), message)

    def used(self, option: int, status_quo: int) -> bool:
        """Whether an option is not at its first level at the status quo, as that is given."""
        quo, states = self.conflict.status_quo, self.states
        assert quo is not None
        assert states is not None
        if isinstance(quo.state, tuple):
            return bool(self.names.levels(("status_quo",), quo.state).get(option, 0))
        return any(states.combinations.levels(code)[option] for code in states.members(status_quo))

    # Places

    def status_quo(self) -> int | None:
        """The number inside of the state where the conflict stands."""
        quo, states = self.conflict.status_quo, self.states
        assert states is not None
        if quo is None:
            return None
        if not isinstance(quo.state, tuple):
            if quo.state not in states.position:
                self.wrong(("status_quo",), unknown_state(str(quo.state), states.names))
            return states.position.get(quo.state)
        if not states.option_form:
            self.wrong(("status_quo",), "in graph form the status quo is the name of a state")
            return None
        code = self.code_of_status_quo()
        if code is None:
            return None
        s = states.at(code)
        if s is None:
            broken = [
                str(rule.formula)
                for k, rule in enumerate(self.conflict.infeasible)
                if self.holds_at(self.bound[("infeasible", k)], states.combinations, code)
            ]
            self.wrong(("status_quo",), f"infeasible, by the rule: {shorten('; '.join(broken), 200)}")
        return s

    def code_of_status_quo(self) -> int | None:
        """The combination that the status quo gives by levels; None where it gives none, or something is wrong."""
        quo, states = self.conflict.status_quo, self.states
        if self.problems.under("status_quo") or quo is None or not isinstance(quo.state, tuple) or states is None:
            return None
        given = self.names.levels(("status_quo",), quo.state)
        return states.combinations.code([given.get(k, 0) for k in range(len(states.combinations.radices))])


def _evaluate(bound: Bound, space: Combinations, defined: Mapping[str, Truth]) -> Truth:
    return evaluate(bound, space.axis, defined)
