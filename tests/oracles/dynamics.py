"""Groups, evolution and replay in plain sets and quantifiers: the judge of `coalition` and `evolution`.

Numbers in docstrings are those of the definitions page. Nothing here imports the package under test.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import combinations
from random import Random

from oracles.oracle import Move, Oracle, State, Vector

Group = frozenset[str]
Pair = tuple[State, str | None]  # a state and who moved last
Shares = dict[State, Fraction]


@dataclass(frozen=True)
class Observed:
    """One observed move: None where nothing can be said."""

    event: int
    by: str
    start: State | None
    to: State | None
    possible: bool
    improvement: bool | None = None
    best: bool | None = None
    deterred: tuple[tuple[str, bool], ...] = ()
    together: tuple[str, ...] = ()
    moved: bool = field(default=True, compare=False)  # whether it changed anything


def subsets(members: Iterable[str], least: int = 0) -> list[Group]:
    """All subsets of at least so many members, smaller ones first."""
    listed = list(members)
    return [frozenset(each) for size in range(least, len(listed) + 1) for each in combinations(listed, size)]


class Dynamics(Oracle):
    """A conflict, what groups could do in it, and where it could go."""

    JOINT_CONCEPTS = ("Nash", "GMR", "SMR", "SEQ")

    # Coalitions: definition 6

    def joint(self, group: Iterable[str], s: State) -> frozenset[State]:
        """R_H^{++}(s), remembered."""
        key = frozenset(group), s
        known: dict[tuple[Group, State], frozenset[State]] = self.__dict__.setdefault("_joint", {})
        if key not in known:
            known[key] = frozenset(self.coalition_improvements(*key))
        return known[key]

    def rest(self, group: Iterable[str]) -> Group:
        """N - H."""
        return frozenset(self.dms) - frozenset(group)

    def some_hold_back(self, group: Iterable[str], s: State, t: State) -> bool:
        """s ≿_i t for some i in H."""
        return any(not self.prefers(dm, t, s) for dm in group)

    def joint_answers(self, concept: str, group: Group, s: State, s1: State) -> set[State]:
        """The states to which the others can take the conflict after s1 and which deter the group at s."""
        return {
            s2
            for s2 in self._joint_replies(concept, group, s1)
            if self.some_hold_back(group, s, s2)
            and (concept != "SMR" or all(self.some_hold_back(group, s, s3) for s3 in self.reach(group, s2)))
        }

    def _joint_replies(self, concept: str, group: Group, s1: State) -> Set[State]:
        if concept == "Nash":
            return frozenset()
        if concept == "SEQ":
            return self.credible_replies(group, s1)
        return self.reach(self.rest(group), s1)

    def credible_replies(self, group: Group, s1: State) -> set[State]:
        """Ends of sequences of joint improvements of subcoalitions of N-H, none of them twice in a row."""
        movers = subsets(self.rest(group), least=1)
        found: set[tuple[State, Group]] = set()
        new = {(t, mover) for mover in movers for t in self.joint(mover, s1)}
        while new:
            found |= new
            after = {(t, mover) for s, last in new for mover in movers if mover != last for t in self.joint(mover, s)}
            new = after - found
        return {t for t, _ in found}

    def undeterred(self, concept: str, group: Iterable[str], s: State) -> set[State]:
        """The joint improvements of the group from s that no answer deters."""
        members = frozenset(group)
        return {s1 for s1 in self.joint(members, s) if not self.joint_answers(concept, members, s, s1)}

    def jointly_stable(self, concept: str, group: Iterable[str], s: State) -> bool:
        """Every joint improvement has an answer that deters."""
        return not self.undeterred(concept, group, s)

    def joint_equilibria(self, concept: str) -> set[State]:
        """The states that are stable for every non-empty group."""
        return {s for s in self.states if all(self.jointly_stable(concept, g, s) for g in subsets(self.dms, least=1))}

    def agreement(self, one: str, other: str) -> float | None:
        """Kendall's tau-b: pairs in the same order less pairs in opposite order, over pairs that are not tied."""
        pairs = list(combinations(self.states, 2))
        signs = [[self._sign(dm, s, t) for s, t in pairs] for dm in (one, other)]
        untied = [sum(map(abs, each)) for each in signs]
        if 0 in untied:
            return None
        return float(sum(x * y for x, y in zip(*signs, strict=True)) / (untied[0] * untied[1]) ** 0.5)

    def _sign(self, dm: str, s: State, t: State) -> int:
        return self.prefers(dm, s, t) - self.prefers(dm, t, s)

    # Status quo analysis: definition 7

    def levels(self, q: State, improvements: bool = False, group: Iterable[str] | None = None) -> list[set[Pair]]:
        """S^(k)(q), or V^(k)(q), for k = 0, 1, ... with last movers, until nothing changes."""
        members = frozenset(self.dms if group is None else group)
        levels: list[set[Pair]] = [{(q, None)}]
        while True:
            after = {
                (t, dm) for s, last in levels[-1] for dm in members - {last} for t in self._steps(dm, s, improvements)
            }
            if after <= levels[-1]:
                return levels
            levels.append(levels[-1] | after)

    def fewest(self, q: State, improvements: bool = False, group: Iterable[str] | None = None) -> dict[State, int]:
        """How many moves it takes at least, for every state that is reached."""
        levels = self.levels(q, improvements, group)
        return {t: min(k for k, level in enumerate(levels) for u, _ in level if u == t) for t, _ in levels[-1]}

    def last_movers(self, q: State, t: State, improvements: bool = False) -> set[str]:
        """Who can make the last of the fewest moves that lead to t."""
        k = self.fewest(q, improvements)[t]
        return {last for u, last in self.levels(q, improvements)[k] if u == t and last is not None}

    def attainable(self, concept: str, q: State, improvements: bool = False) -> set[State]:
        """The equilibria among the states reached."""
        return self.equilibria(concept) & set(self.fewest(q, improvements))

    def shortest(
        self, q: State, goals: Set[State], improvements: bool = False, group: Iterable[str] | None = None
    ) -> set[tuple[Move, ...]]:
        """All legal sequences into the goals with as few moves as any."""
        members = frozenset(self.dms if group is None else group)

        @cache
        def sequences(s: State, last: str | None, k: int) -> list[tuple[Move, ...]]:
            """The legal sequences of exactly k moves that end in a goal."""
            if k == 0:
                return [()] if s in goals else []
            steps = [(dm, t) for dm in members - {last} for t in self._steps(dm, s, improvements)]
            return [((dm, s, t), *later) for dm, t in steps for later in sequences(t, dm, k - 1)]

        needed = [k for t, k in self.fewest(q, improvements, members).items() if t in goals]
        return set(sequences(q, None, min(needed))) if needed else set()

    # Whose moves it takes

    def can(self, group: Iterable[str], q: State, goals: Set[State], improvements: bool = False) -> bool:
        """Can the group alone bring the conflict from q into the goals?"""
        return q in goals or bool(self.reach(group, q, improvements) & goals)

    def able(self, q: State, goals: Set[State], improvements: bool = False) -> set[Group]:
        """The groups that can, and none of whose proper subgroups can."""
        groups = [group for group in subsets(self.dms) if self.can(group, q, goals, improvements)]
        return {group for group in groups if not any(other < group for other in groups)}

    def blocking(self, q: State, goals: Set[State], improvements: bool = False) -> set[Group]:
        """The smallest groups without whose moves the others cannot; none where the conflict is there already."""
        groups = [g for g in subsets(self.dms) if not self.can(self.rest(g), q, goals, improvements)]
        return {group for group in groups if len(group) == len(groups[0])}

    # A Markov chain over improvements

    def allowed(self, choice: str, dm: str, s: State) -> set[State]:
        """The improvements that the mover picks from, each with the same probability."""
        better = set(self.improvements(dm, s))
        if choice == "best":
            return {t for t in better if not any(self.prefers(dm, u, t) for u in better)}
        if choice == "credible":
            return {t for t in better if not self.answers("SEQ", dm, s, t)}
        return better

    def step(self, s: State, weights: Mapping[str, int], choice: str) -> Shares:
        """Where the next move leads, and with what probability; empty where nobody moves."""
        allowed = {dm: self.allowed(choice, dm, s) for dm in self.dms if weights[dm] > 0}
        total = sum(weights[dm] for dm, targets in allowed.items() if targets)
        shares: Shares = {}
        for dm, targets in allowed.items():
            for t in targets:
                shares[t] = shares.get(t, Fraction(0)) + Fraction(weights[dm], total * len(targets))
        return shares

    def chain(self, q: State, weights: Mapping[str, int], choice: str) -> "Walk":
        """The chain from q on."""
        steps: dict[State, Shares] = {}
        unexplored = [q]
        while unexplored:
            s = unexplored.pop()
            if s not in steps:
                steps[s] = self.step(s, weights, choice)
                unexplored += steps[s]
        return Walk(q, steps)

    # Replay

    def replay(self) -> list[Observed]:
        """What was observed, event by event, those that move in one event together."""
        history = self._document.get("history", [])
        given = history if isinstance(history, Mapping) else {"events": history}
        events, quo = given["events"], self._document.get("status_quo")
        if not events or (quo is None and "from" not in given):
            return []
        split = len(events) if quo is None else self._split(events)
        moved = {name for event in events[:split] for name in event["moves"]}
        at = {name: levels[0] if name in moved else self._standing()[name] for name, levels in self._named.items()}
        at |= given.get("from", {})
        found: list[Observed] = []
        for number, event in enumerate(events):
            before = self._standing() if number == split else at
            at = before | event["moves"]
            found += self._joint_event(number, before, at, set(event["moves"]))
        return found

    @property
    def _named(self) -> dict[str, Sequence[str]]:
        """The levels of each option by its full name."""
        return {f"{dm}.{option}": levels for (dm, option), levels in self.language.levels.items()}

    def _split(self, events: Sequence[Mapping[str, str]]) -> int:
        """The first event after the conflict's date; where the one date is less exact, as far as that goes."""
        now = str(self._document.get("date", "9999")).split("-")
        for number, event in enumerate(events):
            then = str(event.get("date", "0000")).split("-")
            if [*map(int, then)][: len(now)] > [*map(int, now)][: len(then)]:
                return number
        return len(events)

    def _standing(self) -> dict[str, str]:
        """The levels of the status quo: as given, or of the combination that its state has; first levels if none."""
        given = self._document.get("status_quo")
        named = self._named.items()
        if isinstance(given, Mapping):
            return {name: given.get(name, levels[0]) for name, levels in named}
        at = self.members[given][0] if given is not None else [0 for _ in named]
        return {name: levels[k] for (name, levels), k in zip(named, at, strict=True)}

    def _state(self, at: Mapping[str, str]) -> State | None:
        return self._state_of.get(tuple(levels.index(at[name]) for name, levels in self._named.items()))

    def _joint_event(
        self, number: int, before: Mapping[str, str], after: Mapping[str, str], named: Set[str]
    ) -> Iterator[Observed]:
        """One event: everybody whose options it names, in the order of the decision makers."""
        owner = {f"{dm}.{option}": dm for dm, option in self.language.levels}
        moving = {owner[name] for name in before if before[name] != after[name]}
        start, to = self._state(before), self._state(after)
        for dm in self.dms:
            if dm not in {owner[name] for name in named}:
                continue
            others = tuple(each for each in self.dms if each in moving - {dm})
            if start is None or to is None or dm not in moving or start == to:
                possible = start is not None and to is not None
                yield Observed(number, dm, start, to, possible, together=others, moved=dm in moving)
            elif others:
                # what the mover could have made of it, the others' parts as they were
                choices = {
                    self._state_of[w]
                    for w in self._state_of
                    if all(
                        self._permitted(name, before[name], level) if owner[name] == dm else level == after[name]
                        for name, level in zip(self._named, self._levels_of(w), strict=True)
                    )
                }
                own = [name for name in before if owner[name] == dm]
                able = all(self._permitted(name, before[name], after[name]) for name in own)
                yield self._judged(number, dm, start, to, able, choices, others)
            else:
                yield self._judged(number, dm, start, to, to in self.moves[dm][start], self.moves[dm][start], ())

    def _levels_of(self, v: Vector) -> list[str]:
        return [levels[k] for levels, k in zip(self._named.values(), v, strict=True)]

    def _permitted(self, name: str, before: str, after: str) -> bool:
        """Does the direction of an option let it go from one level to another, or stay?"""
        dm, option = name.split(".")
        levels, moves = self._named[name], self._document["decision_makers"][dm]["options"][option].get("moves", "both")
        change = levels.index(after) - levels.index(before)
        return {"both": True, "forward": change >= 0, "backward": change <= 0}[moves]

    def _judged(
        self,
        event: int,
        dm: str,
        start: State,
        to: State,
        able: bool,
        choices: Set[State],
        together: tuple[str, ...],
    ) -> Observed:
        if not able:
            return Observed(event, dm, start, to, possible=False, together=together)
        gain = self.prefers(dm, to, start)
        best = gain and not any(self.prefers(dm, t, to) for t in choices)
        answered = [(name, bool(self.answers(name, dm, start, to))) for name in ("GMR", "SEQ")] if gain else []
        return Observed(event, dm, start, to, True, gain, best, tuple(answered), together)


@dataclass(frozen=True)
class Walk:
    """A chain from its start: for every state that can come, where the next move leads."""

    start: State
    steps: Mapping[State, Shares]

    def later(self, s: State) -> set[State]:
        """The states that can come from s on, s among them."""
        found: set[State] = set()
        unexplored = [s]
        while unexplored:
            t = unexplored.pop()
            if t not in found:
                found.add(t)
                unexplored += self.steps[t]
        return found

    def ends(self) -> set[frozenset[State]]:
        """The closed classes: from each of its states the very same can come."""
        later = {s: self.later(s) for s in self.steps}
        return {frozenset(later[s]) for s in self.steps if all(later[t] == later[s] for t in later[s])}

    def visits(self) -> Shares:
        """How often each state outside the closed classes is visited: v(t) = [t is the start] + Σ v(s) P(s, t)."""
        closed = set().union(*self.ends())
        unknown = [s for s in self.steps if s not in closed]
        rows = [{s: self.steps[s][t] * -1 for s in unknown if t in self.steps[s]} for t in unknown]
        for t, row in zip(unknown, rows, strict=True):
            row[t] = row.get(t, Fraction(0)) + 1
        return solved(rows, [Fraction(t == self.start) for t in unknown], unknown)

    def probabilities(self) -> dict[frozenset[State], Fraction]:
        """The probability of ending in each closed class."""
        visits = self.visits()
        return {
            end: Fraction(self.start in end)
            + sum((v * p for s, v in visits.items() for t, p in self.steps[s].items() if t in end), Fraction(0))
            for end in self.ends()
        }

    def moves(self) -> Fraction:
        """The expected number of moves until the walk is in a closed class."""
        return sum(self.visits().values(), Fraction(0))

    def simulated(self, rng: Random, walks: int) -> Iterator[tuple[frozenset[State], int]]:
        """Where each of so many walks ends, and after how many moves."""
        ends = {s: end for end in self.ends() for s in end}
        for _ in range(walks):
            s, moves = self.start, 0
            while s not in ends:
                s = rng.choices(list(self.steps[s]), [float(p) for p in self.steps[s].values()])[0]
                moves += 1
            yield ends[s], moves


def solved(rows: list[Shares], right: list[Fraction], unknown: list[State]) -> Shares:
    """The solution of a square system by Gauss-Jordan elimination; a row maps unknowns to their factors."""
    for k, x in enumerate(unknown):
        pivot = next(p for p in range(k, len(rows)) if rows[p].get(x))
        rows[k], rows[pivot], right[k], right[pivot] = rows[pivot], rows[k], right[pivot], right[k]
        right[k] /= rows[k][x]
        rows[k] = {y: factor / rows[k][x] for y, factor in rows[k].items()}
        for other in range(len(rows)):
            times = rows[other].get(x)
            if other != k and times:
                reduced = {
                    y: rows[other].get(y, Fraction(0)) - times * rows[k].get(y, Fraction(0))
                    for y in rows[other].keys() | rows[k].keys()
                }
                rows[other] = {y: factor for y, factor in reduced.items() if factor}
                right[other] -= times * right[k]
    return dict(zip(unknown, right, strict=True))
