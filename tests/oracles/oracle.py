"""The definitions in plain sets and quantifiers: slow, obviously right, the judge of every engine.

Numbers in docstrings are those of the definitions page. Nothing here imports the package under test.
A formula is a tree of nested tuples: `("on", dm, option)`, `("is", dm, option, op, level)`,
`("name", definition)`, `("const", bool)`, `("not", x)`, `("and", x, y)`, `("or", x, y)`,
`("if", x, y)` (x if y), `("iff", x, y)`.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

State = int | str
Vector = tuple[int, ...]
Tree = tuple[Any, ...]
Move = tuple[str, State, State]  # who moves, from where, to where

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def permitted(direction: str, old: int, new: int) -> bool:
    """May an option go from one level to another? Forward to any later level, backward to any earlier one."""
    return {"forward": new >= old, "backward": new <= old, "both": True}[direction]


class Language:
    """What a formula says of a combination of levels, given the options and the named formulas."""

    def __init__(self, levels: Mapping[tuple[str, str], Sequence[str]], define: Mapping[str, Tree]) -> None:
        self.levels = levels
        self.define = define
        self.place = {option: k for k, option in enumerate(levels)}

    def holds(self, tree: Tree, at: Vector) -> bool:
        return bool(getattr(self, f"_{tree[0]}")(at, *tree[1:]))

    def _const(self, at: Vector, value: bool) -> bool:
        return value

    def _name(self, at: Vector, name: str) -> bool:
        return self.holds(self.define[name], at)

    def _on(self, at: Vector, dm: str, option: str) -> bool:
        return at[self.place[dm, option]] != 0

    def _is(self, at: Vector, dm: str, option: str, op: str, level: str) -> bool:
        return COMPARISONS[op](at[self.place[dm, option]], self.levels[dm, option].index(level))

    def _not(self, at: Vector, x: Tree) -> bool:
        return not self.holds(x, at)

    def _and(self, at: Vector, x: Tree, y: Tree) -> bool:
        return self.holds(x, at) and self.holds(y, at)

    def _or(self, at: Vector, x: Tree, y: Tree) -> bool:
        return self.holds(x, at) or self.holds(y, at)

    def _if(self, at: Vector, x: Tree, y: Tree) -> bool:
        return self.holds(x, at) or not self.holds(y, at)

    def _iff(self, at: Vector, x: Tree, y: Tree) -> bool:
        return self.holds(x, at) == self.holds(y, at)


def _given(entry: Any, key: str) -> Any:
    """What an entry gives, in its short form or the long one, which has evidence beside it."""
    return entry[key] if isinstance(entry, Mapping) and key in entry else entry


class Oracle:
    """A conflict read from its document, and everything the definitions say of it.

    `formulas` gives the tree of every formula text in the document, so no parser has to be trusted.
    """

    CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SSEQ", "SIM")

    def __init__(self, document: Mapping[str, Any], formulas: Mapping[str, Tree]) -> None:
        self.dms: list[str] = list(document["decision_makers"])
        self.option_form: bool = "graph" not in document
        self.states: list[State] = []
        self.members: dict[State, list[Vector]] = {}
        self.moves: dict[str, dict[State, set[State]]] = {}
        self.rank: dict[str, dict[State, int]] = {}  # higher is better, equal is a tie
        self.status_quo: State | None = None
        self._document = document
        self._formulas = formulas
        self._state_of: dict[Vector, State] = {}
        if self.option_form:
            self._read_options()
        else:
            self._read_graph()
        self.merged: bool = any(len(vectors) > 1 for vectors in self.members.values())
        self.rank = {dm: self._ranks(dm) for dm in self.dms}
        self.status_quo = self._read_status_quo()
        self._improvements = {
            (dm, s): frozenset(t for t in self.moves[dm][s] if self.prefers(dm, t, s))
            for dm in self.dms
            for s in self.states
        }
        self._reached: dict[tuple[frozenset[str], State, bool], frozenset[State]] = {}

    # Reading: definition 1 (states and moves) and definition 2 (preference)

    def _read_graph(self) -> None:
        graph = self._document["graph"]
        self.states = list(graph["states"])
        self.members = {s: [] for s in self.states}
        arcs = graph["moves"]
        self.moves = {dm: {s: set(arcs.get(dm, {}).get(s, [])) for s in self.states} for dm in self.dms}

    def _read_options(self) -> None:
        owned = [
            (dm, name, option)
            for dm, body in self._document["decision_makers"].items()
            for name, option in body["options"].items()
        ]
        self._owner = [dm for dm, _, _ in owned]
        self._direction = [option.get("moves", "both") for _, _, option in owned]
        levels = {(dm, name): option.get("levels", ["no", "yes"]) for dm, name, option in owned}
        define = self._document.get("define", {})
        self.language = Language(levels, {name: self._meant(entry) for name, entry in define.items()})
        combinations = sorted(product(*(range(len(each)) for each in levels.values())), key=lambda v: v[::-1])
        feasible = [v for v in combinations if self._is_feasible(v)]
        self.members = self._classes(feasible)
        self.states = list(self.members)
        self._state_of = {v: s for s, vectors in self.members.items() for v in vectors}
        self.moves = {dm: {s: self._moves_from(dm, s) for s in self.states} for dm in self.dms}

    def _meant(self, entry: Any) -> Tree:
        """What a definition means: a text, or a tree outright, by itself or with evidence."""
        that = entry["that"] if isinstance(entry, Mapping) else entry
        return that if isinstance(that, tuple) else self._formulas[that]

    def _says(self, text: str, v: Vector) -> bool:
        return self.language.holds(self._formulas[text], v)

    def _is_feasible(self, v: Vector) -> bool:
        rules = self._document.get("infeasible", [])
        return not any(self._says(rule["rule"] if isinstance(rule, Mapping) else rule, v) for rule in rules)

    def _classes(self, feasible: list[Vector]) -> dict[State, list[Vector]]:
        """The states: the feasible combinations numbered from one, or the entries under `states`; at least one."""
        if not feasible:
            raise ValueError("the rules leave no combination")
        if "states" not in self._document:
            return {number: [v] for number, v in enumerate(feasible, start=1)}
        entries: dict[State, str] = self._document["states"]
        for v in feasible:
            matching = [s for s, text in entries.items() if self._says(text, v)]
            if len(matching) != 1:
                raise ValueError(f"combination {v} matches {matching}, expected exactly one entry of states")
        classes = {s: [v for v in feasible if self._says(text, v)] for s, text in entries.items()}
        if not all(classes.values()):
            raise ValueError("an entry of states matches no feasible combination")
        return classes

    def _moves_from(self, dm: str, s: State) -> set[State]:
        """R_i(s) in option form: some member of s reaches some member of another state (definition 1)."""
        changed = [w for v in self.members[s] for w in self._changes(dm, v)]
        return {self._state_of[w] for w in changed if w in self._state_of} - {s}

    def _changes(self, dm: str, v: Vector) -> Iterable[Vector]:
        """Combinations, feasible or not, that differ from v in own options only, each in its direction."""
        options = zip(v, self.language.levels.values(), self._owner, self._direction, strict=True)
        choices = [
            [new for new in range(len(levels)) if permitted(direction, old, new)] if owner == dm else [old]
            for old, levels, owner, direction in options
        ]
        return product(*choices)

    def _ranks(self, dm: str) -> dict[State, int]:
        """The total preorder of one DM as numbers, higher is better (definition 2)."""
        score = self._scores(dm)
        order = sorted(set(score.values()))
        return {s: order.index(score[s]) for s in self.states}

    def _scores(self, dm: str) -> dict[State, Any]:
        body = self._document["decision_makers"][dm]
        if "ranking" in body:
            return self._ranking_scores(_given(body["ranking"], "order"))
        if "prefers" in body:
            texts = [each["that"] if isinstance(each, Mapping) else each for each in body["prefers"]]
            # Tuples compare at the first statement on which they differ.
            return self._member_scores(dm, lambda v: tuple(self._says(text, v) for text in texts))
        weights = {text: Fraction(str(_given(weight, "weight"))) for text, weight in body["weights"].items()}
        return self._member_scores(dm, lambda v: sum(w for text, w in weights.items() if self._says(text, v)))

    def _ranking_scores(self, ranking: list[Any]) -> dict[State, Any]:
        groups = [each if isinstance(each, list) else [each] for each in ranking]
        named = [s for group in groups for s in group]
        if sorted(map(str, named)) != sorted(map(str, self.states)):
            raise ValueError(f"ranking names {named}, expected each of {self.states} once")
        return {s: -position for position, group in enumerate(groups) for s in group}

    def _member_scores(self, dm: str, score: Callable[[Vector], Any]) -> dict[State, Any]:
        for s, vectors in self.members.items():
            if len({score(v) for v in vectors}) > 1:
                raise ValueError(f"the preference of {dm} tells the members of state {s} apart: {vectors}")
        return {s: score(vectors[0]) for s, vectors in self.members.items()}

    def _read_status_quo(self) -> State | None:
        given: Any = _given(self._document.get("status_quo"), "state")
        if not isinstance(given, Mapping):
            return given  # type: ignore[no-any-return]
        levels = self.language.levels.items()
        v = tuple(each.index(given.get(f"{dm}.{option}", each[0])) for (dm, option), each in levels)
        return self._state_of[v]

    # Preference and movement: definitions 2 to 4

    def prefers(self, dm: str, t: State, s: State) -> bool:
        """t is strictly better for dm than s: t ≻_i s."""
        return self.rank[dm][t] > self.rank[dm][s]

    def improvements(self, dm: str, s: State) -> frozenset[State]:
        """R_i^+(s) = {t in R_i(s): t ≻_i s} (definition 3)."""
        return self._improvements[dm, s]

    def _steps(self, dm: str, s: State, improvements: bool) -> Iterable[State]:
        return self.improvements(dm, s) if improvements else self.moves[dm][s]

    def opponents(self, dm: str) -> list[str]:
        return [j for j in self.dms if j != dm]

    def reach(self, group: Iterable[str], s: State, improvements: bool = False) -> frozenset[State]:
        """R_H(s), or R_H^+(s): the ends of non-empty legal sequences of moves of the group (definition 4).

        Legal: no DM moves twice in a row. So s itself is in it only if one can come back.
        """
        key = frozenset(group), s, improvements
        if key not in self._reached:
            self._reached[key] = frozenset(self._close(*key))
        return self._reached[key]

    def _close(self, group: frozenset[str], s: State, improvements: bool) -> set[State]:
        ends: set[tuple[State, str]] = set()
        unexplored: list[tuple[State, str | None]] = [(s, None)]
        while unexplored:
            u, last = unexplored.pop()
            for mover in group - {last}:
                for t in self._steps(mover, u, improvements):
                    if (t, mover) not in ends:
                        ends.add((t, mover))
                        unexplored.append((t, mover))
        return {t for t, _ in ends}

    def simultaneous(self, dm: str, s: State, s1: State) -> set[State]:
        """Where UIs from s of a non-empty set of opponents lead, made while dm moves from s to s1."""
        chosen = [[None, *self.improvements(j, s)] for j in self.opponents(dm)]  # None: does not move
        joint = [
            {j: t for j, t in zip(self.opponents(dm), each, strict=True) if t is not None} for each in product(*chosen)
        ]
        combined = [self._combine(s, {dm: s1, **moved}) for moved in joint if moved]
        return {t for t in combined if t is not None}

    def _combine(self, s: State, moved: Mapping[str, State]) -> State | None:
        """The state in which each mover's options are as in its own target; None if it is infeasible."""
        vectors = {dm: self.members[t][0] for dm, t in moved.items()}
        here = self.members[s][0]
        return self._state_of.get(tuple(vectors.get(dm, here)[k] for k, dm in enumerate(self._owner)))

    # Stability: definition 5

    def answers(self, concept: str, dm: str, s: State, s1: State, returning: bool = True) -> set[State]:
        """The states to which the others can take the conflict after s1 and which deter dm at s."""
        self._require(concept)
        return {s2 for s2 in self._replies(concept, dm, s, s1) if self._deters(concept, dm, s, s2, returning)}

    def _replies(self, concept: str, dm: str, s: State, s1: State) -> Iterable[State]:
        others = self.opponents(dm)
        replies: dict[str, Callable[[], Iterable[State]]] = {
            "Nash": lambda: (),
            "GMR": lambda: self.reach(others, s1),
            "SMR": lambda: self.reach(others, s1),
            "SEQ": lambda: self.reach(others, s1, improvements=True),
            "SSEQ": lambda: self.reach(others, s1, improvements=True),
            "SIM": lambda: self.simultaneous(dm, s, s1),
        }
        return replies[concept]()

    def _deters(self, concept: str, dm: str, s: State, s2: State, returning: bool) -> bool:
        """s ≿_i s2; for SMR and SSEQ also s ≿_i s3 for every s3 in R_i(s2)."""
        if s2 == s and not returning:
            return False
        no_way_out = all(not self.prefers(dm, s3, s) for s3 in self.moves[dm][s2])
        return not self.prefers(dm, s2, s) and (no_way_out or concept not in ("SMR", "SSEQ"))

    def _require(self, concept: str) -> None:
        if concept not in self.CONCEPTS:
            raise ValueError(f"unknown concept {concept}, expected one of {', '.join(self.CONCEPTS)}")
        if concept == "SIM" and (self.merged or not self.option_form):
            raise ValueError("SIM is defined in option form without merged states only")

    def concepts(self) -> list[str]:
        """The concepts that this conflict admits."""
        return [c for c in self.CONCEPTS if c != "SIM" or (self.option_form and not self.merged)]

    def stable(self, concept: str, dm: str, returning: bool = True) -> set[State]:
        """The states at which every improvement of dm has some answer that deters."""
        self._require(concept)
        return {
            s
            for s in self.states
            if all(self.answers(concept, dm, s, s1, returning) for s1 in self.improvements(dm, s))
        }

    def equilibria(self, concept: str, returning: bool = True) -> set[State]:
        """The states that are stable for every DM."""
        return set(self.states).intersection(*(self.stable(concept, dm, returning) for dm in self.dms))

    # Coalitions: definition 6

    def coalition_improvements(self, group: Iterable[str], s: State) -> set[State]:
        """R_H^{++}(s) = {t in R_H(s): t ≻_i s for all i in H}."""
        members = frozenset(group)
        return {t for t in self.reach(members, s) if all(self.prefers(dm, t, s) for dm in members)}

    # Witnesses

    def check_escape(self, concept: str, dm: str, s: State, s1: State, returning: bool = True) -> bool:
        """Is s1 an improvement of dm from s that no answer deters?"""
        self._require(concept)
        known = dm in self.dms and s in self.states
        return known and s1 in self.improvements(dm, s) and not self.answers(concept, dm, s, s1, returning)

    def check_answer(
        self, concept: str, dm: str, s: State, s1: State, moves: Sequence[Move], returning: bool = True
    ) -> bool:
        """Do these moves of the others answer the improvement s1 of dm from s, and deter it?"""
        self._require(concept)
        known = dm in self.dms and s in self.states and s1 in self.improvements(dm, s)
        if not known or not moves or concept == "Nash" or not all(self._is_opponent(dm, m) for m in moves):
            return False
        improvements = concept in ("SEQ", "SSEQ")
        together = concept == "SIM"
        s2 = self._together(dm, s, s1, moves) if together else self._in_turn(s1, moves, improvements)
        return s2 is not None and self._deters(concept, dm, s, s2, returning)

    def _is_opponent(self, dm: str, move: Move) -> bool:
        mover, start, end = move
        return mover in self.opponents(dm) and start in self.states and end in self.states

    def _in_turn(self, s1: State, moves: Sequence[Move], improvements: bool) -> State | None:
        """Where a legal sequence from s1 ends; None if it is not one."""
        here, last = s1, None
        for mover, start, end in moves:
            if start != here or mover == last or end not in self._steps(mover, here, improvements):
                return None
            here, last = end, mover
        return here

    def _together(self, dm: str, s: State, s1: State, moves: Sequence[Move]) -> State | None:
        """Where simultaneous UIs from s end, each mover moving once; None if they are not such."""
        targets = {mover: end for mover, _, end in moves}
        if len(targets) < len(moves):
            return None
        if not all(start == s and end in self.improvements(mover, s) for mover, start, end in moves):
            return None
        return self._combine(s, {dm: s1, **targets})
