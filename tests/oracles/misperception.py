"""Pictures, plays and trembling hands in plain sets and quantifiers: the judge of `misperception` and `accident`.

Numbers in docstrings are those of the definitions page. Nothing here imports the package under test.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from oracles.dynamics import Shares, Walk, solved
from oracles.oracle import Oracle, State, Tree

Chain = tuple[str, ...]  # whose picture: (), the truth; (i,), what i sees; (i, j), what i thinks that j sees
Step = tuple[str, State, State, State]  # who moves, from where, where it means to go, where it goes
Play = tuple[Step, ...]
Place = tuple[str | int, ...]
FORMS = ("prefers", "ranking", "weights")
CREDIBLE = ("Nash", "SEQ", "SSEQ")  # answers that are thought of are improvements


class TooMany(Exception):
    """More plays than a test has time for."""


class Picture(Oracle):
    """A conflict in which some options never change, and some things cannot be brought about."""

    def __init__(
        self,
        document: Mapping[str, Any],
        formulas: Mapping[str, Tree],
        fixed: Collection[tuple[str, str]] = (),
        impossible: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._fixed, self._impossible = fixed, impossible or {}
        super().__init__(document, formulas)

    def _moves_from(self, dm: str, s: State) -> set[State]:
        still = [k for option, k in self.language.place.items() if option in self._fixed]
        changed = [
            w for v in self.members[s] for w in self._changes(dm, v) if all(v[k] == w[k] for k in still)
        ]  # some member of s reaches some member of another state (definition 1)
        reached = {self._state_of[w] for w in changed if w in self._state_of} - {s}
        return {t for t in reached if not any(self._becomes_true(text, s, t) for text in self._impossible.get(dm, ()))}

    def _becomes_true(self, text: str, s: State, t: State) -> bool:
        before, after = ({self._says(text, v) for v in self.members[state]} for state in (s, t))
        assert len(before) == len(after) == 1
        return before == {False} and after == {True}


@dataclass
class _Sight:
    """What somebody sees: the document so changed, options that do not change, what cannot be brought about."""

    document: dict[str, Any]
    fixed: set[tuple[str, str]]
    impossible: dict[str, list[str]]

    def with_view(self, of: str, view: Mapping[str, Any]) -> None:
        """One decision maker seen otherwise; what the view does not give stays."""
        body = self.document["decision_makers"][of]
        believed = {form: view[form] for form in FORMS if form in view}
        if believed:
            for form in FORMS:
                body.pop(form, None)
            body.update(believed)
        if "prefers" in body:
            body["prefers"] = otherwise(body["prefers"], view.get("as_in_truth_except", []))
        for name, given in (view.get("options") or {}).items():
            seen = given or {}
            if "moves" in seen:
                body["options"][name]["moves"] = seen["moves"]
            if seen.get("hidden"):
                self.fixed.add((of, name))
        if view.get("impossible"):
            self.impossible[of] = [each["that"] if isinstance(each, Mapping) else each for each in view["impossible"]]


class Hypergame:
    """A conflict and everybody's picture of it (definition 11)."""

    def __init__(self, document: Mapping[str, Any], formulas: Mapping[str, Tree]) -> None:
        self.document, self.formulas = document, formulas
        self._pictures: dict[Chain, Picture] = {(): Picture(document, formulas)}
        self._stable: dict[tuple[int, str, str], set[State]] = {}
        self._acts: dict[tuple[int, str, str], dict[State, set[State]]] = {}
        self._corrected: dict[Place, Hypergame] | None = None
        self.truth = self._pictures[()]
        self.dms, self.states = self.truth.dms, self.truth.states

    # Pictures

    def views(self, chain: Chain) -> Mapping[str, Any]:
        """What is written of how the last of a chain sees others, in the eyes of those before it."""
        views: Mapping[str, Any] = self.document.get("views", {}).get(chain[0], {})
        for name in chain[1:]:
            views = views.get(name, {}).get("views", {})
        return views

    def chains(self) -> set[Chain]:
        """The truth, everybody's picture, and pictures of pictures of which something is written."""
        found: set[Chain] = {(), *((dm,) for dm in self.dms)}
        unexplored: list[Chain] = [(dm,) for dm in self.dms]
        while unexplored:
            chain = unexplored.pop()
            below = [(*chain, of) for of in self.views(chain) if self.views((*chain, of))]
            found |= set(below)
            unexplored += below
        return found

    def picture(self, chain: Chain) -> Picture:
        """The conflict as a chain sees it: what one thinks that oneself sees is what one sees."""
        if chain not in self._pictures:
            once = tuple(dm for k, dm in enumerate(chain) if k == 0 or chain[k - 1] != dm)
            if once != chain:
                self._pictures[chain] = self.picture(once)
            elif self.views(chain):
                sight = self._sight(chain)
                self._pictures[chain] = Picture(sight.document, self.formulas, sight.fixed, sight.impossible)
            else:
                self._pictures[chain] = self.picture(chain[:-1])
        return self._pictures[chain]

    def _sight(self, chain: Chain) -> _Sight:
        sight = _Sight(deepcopy(dict(self.document)), set(), {})
        for k in range(1, len(chain) + 1):
            for of, view in self.views(chain[:k]).items():
                sight.with_view(of, view)
        return sight

    # What is stable

    def concepts(self) -> list[str]:
        """Those that every picture admits: SIM does not know of impossible moves."""
        bound = any(view.get("impossible") for chain in self.chains() - {()} for view in self.views(chain).values())
        return [name for name in self.truth.concepts() if name != "SIM" or not bound]

    def stable(self, chain: Chain, concept: str, dm: str) -> set[State]:
        """Where a decision maker would stay, as the chain sees it."""
        seen = self.picture(chain)
        key = id(seen), concept, dm
        if key not in self._stable:
            self._stable[key] = seen.stable(concept, dm)
        return self._stable[key]

    def equilibria(self, chain: Chain, concept: str) -> set[State]:
        """Where all would stay, if all saw it as the chain does."""
        return set(self.states).intersection(*(self.stable(chain, concept, dm) for dm in self.dms))

    def expected(self, chain: Chain, concept: str) -> set[State]:
        """Where all would stay, each seeing what the chain thinks that it sees; of (): hypergame equilibria."""
        return set(self.states).intersection(*(self.stable((*chain, dm), concept, dm) for dm in self.dms))

    def leaving(self, s: State, concept: str) -> set[str]:
        """Who would leave a state."""
        return {dm for dm in self.dms if s not in self.stable((dm,), concept, dm)}

    def classes(self, concept: str) -> dict[str, set[State]]:
        """What misperception does to the states that are an equilibrium somewhere."""
        found: dict[str, set[State]] = {
            name: set() for name in ("steady", "unrecognised", "unsteady", "illusory", "imagined")
        }
        truly, hold = self.equilibria((), concept), self.expected((), concept)
        by_each = [self.equilibria((dm,), concept) for dm in self.dms]
        for s in self.states:
            true, holds = s in truly, s in hold
            seen = [s in each for each in by_each]
            if true and holds:
                found["steady" if all(seen) else "unrecognised"].add(s)
            elif true:
                found["unsteady"].add(s)
            elif holds:
                found["illusory"].add(s)
            elif any(seen):
                found["imagined"].add(s)
        return found

    # Who acts

    def acts(self, chain: Chain, dm: str, concept: str) -> dict[State, set[State]]:
        """From each state the improvements of a decision maker that no answer deters, as the chain sees it."""
        seen = self.picture(chain)
        key = id(seen), dm, concept
        if key not in self._acts:
            self._acts[key] = {
                s: {t for t in seen.improvements(dm, s) if not seen.answers(concept, dm, s, t)} for s in self.states
            }
        return self._acts[key]

    def own_acts(self, dm: str, s: State, concept: str) -> set[State]:
        """The moves that one would make in one's own picture."""
        return self.acts((dm,), dm, concept)[s]

    def unforeseen(self, concept: str, states: Collection[State]) -> set[tuple[str, str, State, State, str]]:
        """Who does not see which move of whom coming, and why."""
        return {
            (who, by, s, t, self._why(who, by, s, t))
            for who in self.dms
            for by in self.dms
            if by != who
            for s in states
            for t in self.own_acts(by, s, concept) - self.acts((who, by), by, concept)[s]
        }

    def _why(self, who: str, by: str, s: State, t: State) -> str:
        seen = self.picture((who,))
        if t not in seen.moves[by][s]:
            return "impossible"
        return "deterred" if seen.prefers(by, t, s) else "unwanted"

    # Plays

    def ways(self, dm: str, s: State, meant: State) -> dict[str, set[State]]:
        """By option that a move changes and that can go wrong: the states a level beside, where the mover may go."""
        (before,), (after,) = self.truth.members[s], self.truth.members[meant]
        own = {name: k for (owner, name), k in self.truth.language.place.items() if owner == dm}
        found = {}
        for name, k in own.items():
            near = [(*after[:k], after[k] + step, *after[k + 1 :]) for step in (-1, 1) if before[k] != after[k]]
            allowed = self.truth.moves[dm][s] | {s}
            found[name] = {t for t in self.states if self.truth.members[t][0] in near and t in allowed}
        return {name: states for name, states in found.items() if states}

    def own_slips(self, dm: str, option: str) -> Fraction | None:
        """How probably an option goes wrong, where that is said of it."""
        given = self.document["decision_makers"][dm]["options"][option].get("slips")
        return None if given is None else Fraction(0) if given == "never" else Fraction(str(given))

    def slips(self, dm: str, s: State, meant: State) -> set[State]:
        """Where a move may go instead: one option that it changes, and that may go wrong, ends a level away."""
        ways = self.ways(dm, s, meant)
        return {t for option, states in ways.items() for t in states if self.own_slips(dm, option) != 0}

    def legal(self, q: State, concept: str, slips: int = 0, most: int = 3000) -> list[Play]:
        """All plays from q, the empty one too, with at most so many slips; shorter ones first. Raises TooMany."""
        found: list[Play] = [()]
        for play in found:
            found += self._longer(q, play, concept, slips - slipped(play))
            if len(found) > most:
                raise TooMany
        return found

    def _longer(self, q: State, play: Play, concept: str, slips: int) -> Iterator[Play]:
        at, last = (play[-1][3], play[-1][0]) if play else (q, None)
        been = {q} | {step[3] for step in play}
        for dm in self.dms:
            if dm == last:
                continue
            for meant in self.own_acts(dm, at, concept):
                for to in {meant} | (self.slips(dm, at, meant) if slips else set()):
                    if to not in been:
                        yield (*play, (dm, at, meant, to))

    def plays(
        self, q: State, concept: str, goals: Collection[State] | None, slips: int, strict: bool = False
    ) -> set[Play]:
        """Those that end, and accidents; or those that first reach the goals.

        Where none without a slip is bad (``strict``: and an accident), the shortest such with the fewest slips too.
        """
        if goals is not None and q in goals:
            return set()
        plain = self.legal(q, concept)
        found = {play for play in plain if self._bad(play, goals)}
        if goals is None:
            found |= {play for play in plain if play and not list(self._longer(q, play, concept, 0))}
        for allowed in range(1, slips + 1):
            if any(self._bad(play, goals, strict) for play in found):
                break
            legal = [play for play in self.legal(q, concept, allowed) if slipped(play) == allowed]
            bad = [play for play in legal if self._bad(play, goals, strict)]
            found |= {play for play in bad if len(play) == min(map(len, bad))}
        return found

    def _bad(self, play: Play, goals: Collection[State] | None, strict: bool = False) -> bool:
        if (goals is None or strict) and not self.accident(play):
            return False
        if goals is None:
            return True
        return bool(play) and play[-1][3] in goals and not any(step[3] in goals for step in play[:-1])

    def accident(self, play: Play) -> bool:
        """Every mover holds the end worse than the state before its own first move."""
        first = {by: next(step[1] for step in play if step[0] == by) for by, *_ in play}
        return bool(play) and all(self.truth.prefers(by, s, play[-1][3]) for by, s in first.items())

    def rests(self, play: Play, concept: str) -> bool:
        """Nobody who may move would move on."""
        by, _, _, end = play[-1]
        return not any(self.own_acts(dm, end, concept) for dm in self.dms if dm != by)

    def ended(self, q: State, play: Play, concept: str) -> bool:
        """No move, without a slip, makes a longer play of it."""
        return not list(self._longer(q, play, concept, 0))

    def foreseen(self, dm: str, meant: State, concept: str) -> set[State]:
        """What one sees coming of a move: what it means, and what answers lead to."""
        seen = self.picture((dm,))
        return {meant} | seen.reach(seen.opponents(dm), meant, improvements=concept in CREDIBLE)

    def got(self, play: Play, k: int) -> State:
        """Where the others have taken the conflict before the mover of the k-th move moves again, or at the end."""
        return next((start for by, start, *_ in play[k + 1 :] if by == play[k][0]), play[-1][3])

    # The chain

    def shares(self, s: State, concept: str, weights: Mapping[str, int]) -> dict[tuple[str, State], Fraction]:
        """Each move that somebody would make, with its probability: one is drawn by weight, then one of its moves."""
        able = {dm: self.own_acts(dm, s, concept) for dm in self.dms if self.own_acts(dm, s, concept)}
        total = sum(weights[dm] for dm in able)
        return {
            (dm, t): Fraction(weights[dm], total * len(targets)) if total else Fraction(0)
            for dm, targets in able.items()
            for t in targets
        }

    def outcomes(self, dm: str, s: State, meant: State, epsilon: Fraction) -> Shares:
        """Where a move that was meant so goes: one option is in danger, and goes wrong with its own probability."""
        ways = self.ways(dm, s, meant) if epsilon else {}
        if not ways:
            return {meant: Fraction(1)}
        found: Shares = {meant: Fraction(0)}
        for option, states in ways.items():
            own = self.own_slips(dm, option)
            p = epsilon if own is None else own
            found[meant] += (1 - p) / len(ways)
            found |= {t: p / len(ways) / len(states) for t in states}
        return found

    def probability(self, play: Play, concept: str, weights: Mapping[str, int], epsilon: Fraction) -> Fraction:
        """That exactly these moves are made."""
        result = Fraction(1)
        for by, start, meant, to in play:
            result *= self.shares(start, concept, weights)[by, meant]
            result *= self.outcomes(by, start, meant, epsilon).get(to, Fraction(0))
        return result

    def step(self, s: State, concept: str, weights: Mapping[str, int], epsilon: Fraction) -> Shares:
        """Where the next move leads, and with what probability; empty where nobody moves."""
        found: Shares = {}
        for (dm, meant), share in self.shares(s, concept, weights).items():
            for t, p in self.outcomes(dm, s, meant, epsilon).items():
                found[t] = found.get(t, Fraction(0)) + share * p
        return {t: p for t, p in found.items() if p}

    def walk(self, q: State, concept: str, weights: Mapping[str, int], epsilon: Fraction) -> Walk:
        """The chain from q on."""
        steps: dict[State, Shares] = {}
        unexplored = [q]
        while unexplored:
            s = unexplored.pop()
            if s not in steps:
                steps[s] = self.step(s, concept, weights, epsilon)
                unexplored += steps[s]
        return Walk(q, steps)

    # Corrections

    def corrections(self) -> dict[Place, "Hypergame"]:
        """The conflict after each correction of a view that is not in another's eyes."""
        if self._corrected is None:
            self._corrected = {place: self._without(place) for place in self._parts()}
        return self._corrected

    def _parts(self) -> Iterator[Place]:
        for by, views in self.document.get("views", {}).items():
            for of, view in views.items():
                here = ("views", by, of)
                yield from ((*here, form) for form in FORMS if form in view)
                yield from ((*here, "options", name) for name in view.get("options") or {})
                yield from ((*here, "impossible", k) for k in range(len(view.get("impossible", []))))
                differences = view.get("as_in_truth_except", [])
                yield from ((*here, "as_in_truth_except", k) for k in range(len(differences)))
                if len(differences) > 1:
                    yield (*here, "as_in_truth_except")
                if len(view.get("prefers", [])) > 1:
                    yield from ((*here, "prefers", k) for k in range(len(view["prefers"])))

    def _without(self, place: Place) -> "Hypergame":
        document = deepcopy(dict(self.document))
        around: Any = document
        for part in place[:-1]:
            around = around[part]
        del around[place[-1]]
        return Hypergame(document, self.formulas)

    def possible(self, play: Play, concept: str) -> bool:
        """Would each mover still make its moves?"""
        return all(meant in self.own_acts(by, start, concept) for by, start, meant, _ in play)


def said(statement: str | Mapping[str, Any]) -> str:
    """The formula of a statement."""
    return statement["that"] if isinstance(statement, Mapping) else statement


def otherwise(wanted: Sequence[Any], differences: Sequence[Mapping[str, Any]]) -> list[Any]:
    """A list of statements with some dropped, added and moved; numbers are those in the list as it was.

    What is about a statement that is not there is not heard.
    """
    now = list(wanted)
    for one in differences:
        ((kind, given),) = ((key, one[key]) for key in ("drop", "add", "move") if key in one)
        left = list(now)
        taken = given
        if kind != "add":
            gone = _found(given, wanted, left)
            if gone is None:
                continue
            taken = left.pop(gone)
        if kind != "drop":
            place = one.get("at", one.get("to"))
            if place is not None:
                left.insert(place - 1, taken)
            else:
                beside = _found(one.get("before", one.get("after")), wanted, left)
                if beside is None:
                    continue
                left.insert(beside + ("after" in one), taken)
        now = left
    return now


def _found(given: Any, numbered: Sequence[Any], now: Sequence[Any]) -> int | None:
    text = said(numbered[given - 1]) if isinstance(given, int) else given
    return next((k for k, statement in enumerate(now) if said(statement) == text), None)


def slipped(play: Play) -> int:
    """How many moves went wrong."""
    return sum(meant != to for _, _, meant, to in play)


def within(walk: Walk, goals: Collection[State], moves: int) -> Fraction:
    """The probability of reaching the goals in at most so many moves."""
    hit = {s: Fraction(s in goals) for s in walk.steps}
    for _ in range(moves):
        hit = {
            s: Fraction(1) if s in goals else sum((p * hit[t] for t, p in steps.items()), Fraction(0))
            for s, steps in walk.steps.items()
        }
    return hit[walk.start]


def ever(walk: Walk, goals: Collection[State]) -> Fraction:
    """The probability of ever reaching the goals: h(s) = Σ P(s, t) h(t), where they can be reached at all."""
    unknown = [s for s in walk.steps if s not in goals and walk.later(s) & set(goals)]
    if walk.start not in unknown:
        return Fraction(walk.start in goals)
    rows, right = [], []
    for s in unknown:
        row = {t: -walk.steps[s][t] for t in unknown if t in walk.steps[s]}
        rows.append(row | {s: 1 + row.get(s, Fraction(0))})
        right.append(sum((p for t, p in walk.steps[s].items() if t in goals), Fraction(0)))
    return solved(rows, right, unknown)[walk.start]


def slope(of: Callable[[Fraction], Fraction], at: Fraction) -> float:
    """How fast a value changes: the difference of two values very near, in exact fractions."""
    near = Fraction(1, 10**6)
    return float((of(at + near) - of(at - near)) / (2 * near))
