"""Claims in plain sets and quantifiers: the judge of `claims`.

Tests are the plain data of a conflict file. Numbers in docstrings are those of the definitions page. Nothing here
imports the package under test.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from oracles.dynamics import Dynamics, Observed
from oracles.misperception import Hypergame, Play, slipped
from oracles.oracle import Oracle, State, Tree

HOLDS, FAILS, UNTESTABLE = "holds", "fails", "cannot be tested"
PLACES = ("at", "goal", "from", "makes", "with", "if", "to")
Test = Mapping[str, Any]


class Untestable(Exception):
    """There is nothing to look at."""


class Plays(Hypergame):
    """Plays of which something went wrong: somebody was surprised, or slipped (definition 11)."""

    def reaches(self, play: Play, goal: set[State]) -> bool:
        """Does it end in the goal, and not come there before?"""
        return bool(play) and play[-1][3] in goal and not any(step[3] in goal for step in play[:-1])

    def surprising(self, play: Play, acting: str) -> bool:
        """Did some mover get what it had not seen coming of its move?"""
        return any(
            self.got(play, k) not in self.foreseen(by, meant, acting) for k, (by, _, meant, _) in enumerate(play)
        )

    def wrong(self, play: Play, acting: str, strict: bool) -> bool:
        """A slip or a surprise; ``strict``: which is an accident too."""
        return (slipped(play) > 0 or self.surprising(play, acting)) and (self.accident(play) or not strict)

    def going_wrong(self, q: State, goal: set[State], acting: str, slips: int, strict: bool) -> list[Play]:
        """All that lead to the goal with at most so many slips. Raises TooMany."""
        legal = self.legal(q, acting, slips if self.trembles else 0)
        return [play for play in legal if self.reaches(play, goal) and self.wrong(play, acting, strict)]

    @property
    def trembles(self) -> bool:
        """Can moves slip?"""
        return self.truth.option_form and not self.truth.merged


class Claims:
    """A conflict and what its claims come to."""

    def __init__(self, document: Mapping[str, Any], formulas: Mapping[str, Tree]) -> None:
        self.document, self.formulas = document, formulas
        self.truth = Dynamics(document, formulas)

    @cached_property
    def plays(self) -> Plays:
        return Plays(self.document, self.formulas)

    def verdict(self, test: Test) -> str:
        """Whether a test holds, fails, or cannot be carried out. Raises TooMany (of the plays)."""
        ((kind, given),) = test.items()
        if kind == "not":
            return {HOLDS: FAILS, FAILS: HOLDS, UNTESTABLE: UNTESTABLE}[self.verdict(given)]
        if kind in ("all", "any"):
            decisive, other = (FAILS, HOLDS) if kind == "all" else (HOLDS, FAILS)
            parts = [self.verdict(part) for part in given]
            return decisive if decisive in parts else UNTESTABLE if UNTESTABLE in parts else other
        try:
            return HOLDS if getattr(self, kind)(given) else FAILS
        except Untestable:
            return UNTESTABLE

    # Places

    def quo(self) -> State:
        if self.truth.status_quo is None:
            raise Untestable
        return self.truth.status_quo

    def place(self, given: Any) -> set[State]:
        """The status quo, the states named, or those where a formula is true."""
        if isinstance(given, list):
            return set(given)
        if isinstance(given, bool) or (given != "status_quo" and given not in self.truth.states):
            return self.where(given)
        return {self.quo()} if given == "status_quo" else {given}

    def where(self, text: str | bool) -> set[State]:
        tree: Tree = ("const", text) if isinstance(text, bool) else self.formulas[text]
        holds = self.truth.language.holds
        found = {s: {holds(tree, v) for v in members} for s, members in self.truth.members.items()}
        assert all(len(values) == 1 for values in found.values()), "tells members of a merged state apart"
        return {s for s, values in found.items() if True in values}

    def scope(self, name: str) -> set[State]:
        """Every state; or those that all together reach from the status quo, which is one of them."""
        if name == "all":
            return set(self.truth.states)
        if name == "status_quo":
            return {self.quo()}
        return {self.quo()} | self.truth.reach(self.truth.dms, self.quo(), improvements=name == "improvements")

    # One method a kind

    def holds(self, given: Test) -> bool:
        at, concept = self.place(given.get("at", "status_quo")), given["concept"]
        if not at or concept not in self.truth.concepts():
            raise Untestable
        return all(at <= self.truth.stable(concept, dm) for dm in listed(given.get("who")) or self.truth.dms)

    def can_reach(self, given: Test) -> bool:
        return all(self._reached(given))

    def cannot_reach(self, given: Test) -> bool:
        return not any(self._reached(given))

    def _reached(self, given: Test) -> list[bool]:
        """For each group and each state to start from, whether the group gets there by its own moves."""
        start, goal = self.place(given.get("from", "status_quo")), self.place(given["goal"])
        if not start or not goal:
            raise Untestable
        return [self.truth.can(group, s, goal, given.get("improving", False)) for group in groups(given) for s in start]

    def made(self, given: Test) -> set[State]:
        """What a move brings about: states where it is so, reached from one where it was not; the answer still open."""
        makes = self.place(given["makes"])
        before = self.scope(given.get("within", "moves")) - makes
        return {
            t for s in before for t in self.moves(given["by"], s, given.get("improving", False)) if t in makes
        } - self.place(given["with"])

    def moves(self, dm: str, s: State, improving: bool) -> set[State]:
        return set(self.truth.improvements(dm, s)) if improving else self.truth.moves[dm][s]

    def replies(self, dm: str, t: State, best: bool) -> set[State]:
        """The improvements of an answering DM; of these the best."""
        better = set(self.truth.improvements(dm, t))
        return {u for u in better if not best or not any(self.truth.prefers(dm, v, u) for v in better)}

    def answers(self, given: Test) -> bool:
        made, wanted = self.made(given), self.place(given["with"])
        if not made:
            raise Untestable
        replies = [self.replies(given["who"], t, given.get("best", False)) for t in made]
        return all(each and each <= wanted for each in replies)

    def only_if(self, given: Test) -> bool:
        makes, condition = self.place(given["makes"]), self.place(given["if"])
        if not makes:
            raise Untestable
        at = self.scope(given.get("within", "all")) - makes
        return {s for s in at if self.truth.improvements(given["who"], s) & makes} <= condition

    def differ(self, given: Test) -> bool:
        return self._compared(given, -1)

    def agree(self, given: Test) -> bool:
        return self._compared(given, 1)

    def _compared(self, given: Test, sign: int) -> bool:
        if not given.get("over"):
            one, other = given["who"]
            return self.tau_exceeds(one, other, Fraction(str(given.get("correlation", 0))), sign)
        leanings = [[self.leaning(dm, text) - Fraction(1, 2) for dm in given["who"]] for text in given["over"]]
        return all(x * y * sign > 0 for x, y in leanings)

    def leaning(self, dm: str, text: str | bool) -> Fraction:
        """In which share of the pairs the state where it is so is preferred to the one where not; ties count half."""
        inside = self.where(text)
        pairs = [(s, t) for s in inside for t in self.truth.states if t not in inside]
        if not pairs:
            raise Untestable
        prefers = self.truth.prefers
        return sum((Fraction(1 + prefers(dm, s, t) - prefers(dm, t, s), 2) for s, t in pairs), Fraction(0)) / len(pairs)

    def tau_exceeds(self, one: str, other: str, bound: Fraction, sign: int) -> bool:
        """Is Kendall's tau-b above the bound (``sign`` 1) or below it (-1)? In whole numbers: tau = n / sqrt(x y)."""
        prefers = self.truth.prefers
        pairs = list(combinations(self.truth.states, 2))
        signs = [[prefers(dm, s, t) - prefers(dm, t, s) for s, t in pairs] for dm in (one, other)]
        n = sum(a * b for a, b in zip(*signs, strict=True))
        x, y = (sum(map(abs, each)) for each in signs)
        if x == 0 or y == 0:
            raise Untestable
        tau, threshold = Fraction(n * abs(n), x * y), bound * abs(bound)  # squares that keep their signs
        return (tau - threshold) * sign > 0

    def accident(self, given: Test) -> bool:
        goal, q, acting = self.place(given["to"]), self.quo(), given.get("acting", "SEQ")
        slips, strict = given.get("slips", 0), given.get("strict", False)
        if not goal:
            raise Untestable
        if q in goal:
            return False
        if self.plays.going_wrong(q, goal, acting, 0, strict):
            return True
        if slips and not self.plays.trembles:
            raise Untestable  # a move slips to the next level, and here there are none
        return bool(slips) and bool(self.plays.going_wrong(q, goal, acting, slips, strict))

    @property
    def begun(self) -> bool:
        """Does the history say where it begins?"""
        return isinstance(self.document.get("history"), Mapping)

    def observed(self, given: Test) -> list[Observed]:
        """The observed moves of those asked about; who is named and changes nothing has made none."""
        found = self.truth.replay()
        moved = [one for one in found if one.moved and not (one.possible and one.improvement is None)]
        return [one for one in moved if one.by in (listed(given.get("who")) or self.truth.dms)]

    def drawn(self, given: Test) -> bool:
        if "status_quo" not in self.document and not self.begun:
            raise Untestable
        found = self.observed(given)
        if not found:
            raise Untestable
        return all(self.was(one, given) for one in found)

    def was(self, one: Observed, given: Test) -> bool:
        """Was one observed move what is claimed?"""
        if not one.improvement or one.start is None or one.to is None:
            return False
        answered = bool(self.truth.answers(given.get("concept", "SEQ"), one.by, one.start, one.to))
        was = given.get("was", "improvement")
        return {"improvement": True, "best": bool(one.best), "deterred": answered, "undeterred": not answered}[was]

    def trend(self, given: Test) -> bool:
        """There are no events as yet."""
        raise Untestable


def listed(names: str | Iterable[str] | None) -> list[str]:
    """A name, some names, or none."""
    return [names] if isinstance(names, str) else list(names or ())


def groups(given: Test) -> list[list[str]]:
    """Groups of decision makers: one of one may be given by its name alone."""
    return [listed(group) for group in listed(given["by"])]


def renumbered(test: Test, before: Oracle, after: Oracle) -> dict[str, Any]:
    """The same test where states are numbered otherwise: a number stands for its combination."""
    numbers = {v: s for s, members in after.members.items() for v in members}

    def place(given: Any) -> Any:
        if isinstance(given, list):
            return [place(name) for name in given]
        return numbers[before.members[given][0]] if isinstance(given, int) and not isinstance(given, bool) else given

    ((kind, given),) = test.items()
    if kind in ("all", "any"):
        return {kind: [renumbered(part, before, after) for part in given]}
    if kind == "not":
        return {kind: renumbered(given, before, after)}
    return {kind: {key: place(value) if key in PLACES else value for key, value in given.items()}}
