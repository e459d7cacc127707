"""Every ranking, every edit, every variation of a document: the judge of `inverse` and `flips`.

Numbers in docstrings are those of the definitions page. Nothing here imports the package under test.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, product
from random import Random
from typing import Any

from oracles.oracle import Oracle, State, Tree, Vector
from strategies.conflicts import Drawn, random_conflict

Rank = dict[State, int]
Signed = tuple[str, bool]  # the text of a statement, and whether it is wanted or its negation
Place = tuple[str | int, ...]
Key = frozenset[Vector] | State  # a state by its given name, else its combination: so it is found again


def weak_orders(states: Sequence[State]) -> Iterator[Rank]:
    """Every total preorder as numbers, higher is better: 1, 3, 13, 75, 541 of them."""
    for levels in product(range(len(states)), repeat=len(states)):
        if set(levels) == set(range(max(levels) + 1)):
            yield dict(zip(states, levels, strict=True))


def random_order(rng: Random, states: Sequence[State]) -> Rank:
    """Some total preorder."""
    levels = rng.randint(1, len(states))
    return {s: rng.randrange(levels) for s in states}


def pairs_apart(one: Mapping[State, int], other: Mapping[State, int]) -> int:
    """Pairs of states whose relation (better, tied, worse) differs."""
    return sum(_relation(one, s, t) != _relation(other, s, t) for s, t in combinations(one, 2))


def _relation(rank: Mapping[State, int], s: State, t: State) -> int:
    return (rank[s] > rank[t]) - (rank[s] < rank[t])


class Negations(dict[str, Tree]):
    """Trees by text, also of texts that were negated."""

    def __missing__(self, text: str) -> Tree:
        assert text.startswith("not (")
        return "not", self[text[5:-1]]


class Inverse(Oracle):
    """A conflict in which preferences are replaced."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__(drawn.document, Negations(drawn.formulas))

    def with_ranks(self, ranks: Mapping[str, Rank]) -> "Inverse":
        """The same states and moves under other preferences of some."""
        twin = copy(self)
        twin.rank = {**self.rank, **ranks}
        better = {
            (dm, s): frozenset(t for t in self.moves[dm][s] if twin.prefers(dm, t, s))
            for dm in ranks
            for s in self.states
        }
        twin._improvements = {**self._improvements, **better}
        kept = {key: ends for key, ends in self._reached.items() if not key[2] or not key[0] & set(ranks)}
        twin._reached = kept
        return twin

    def holds(self, concept: str, dm: str, s: State) -> bool:
        """Is s stable for one DM (definition 5)?"""
        return all(self.answers(concept, dm, s, s1) for s1 in self.improvements(dm, s))

    def all_hold(self, concept: str, s: State) -> bool:
        """Is s an equilibrium?"""
        return all(self.holds(concept, dm, s) for dm in self.dms)

    def judged(self, concept: str, dm: str, s: State, ranks: Iterable[Rank]) -> Iterator[tuple[Rank, bool]]:
        """With each ranking as the DM's: is s stable for it?"""
        self.holds(concept, dm, s)
        for s1 in self.moves[dm][s] if concept != "Nash" else ():
            self._replies(concept, dm, s, s1)  # so that the twins inherit where the others can go
        for rank in ranks:
            yield rank, self.with_ranks({dm: rank}).holds(concept, dm, s)

    def least_joint_change(self, concept: str, s: State) -> int:
        """The least total of pairs apart, over all rankings of all, with which s is an equilibrium."""
        orders = {
            dm: sorted(((pairs_apart(self.rank[dm], rank), k, rank) for k, rank in enumerate(weak_orders(self.states))))
            for dm in self.dms
        }
        totals = sorted(
            (sum(n for n, _, _ in each), number, each) for number, each in enumerate(product(*orders.values()))
        )
        for total, _, each in totals:
            ranks = {dm: rank for dm, (_, _, rank) in zip(self.dms, each, strict=True)}
            if self.with_ranks(ranks).all_hold(concept, s):
                return total
        raise AssertionError("a tie of everything is an equilibrium")

    def no_joint_change_below(self, concept: str, s: State, total: int) -> bool:
        """Does no joint change of a smaller total make s an equilibrium? All of them are gone through, smaller first.

        A DM that gives ordered statements changes by edits of them, any other by pairs of states of its ranking.
        """
        costs = {dm: self._preferences(dm, total - 1) for dm in self.dms}
        for sum_ in range(total):
            for split in _splits(sum_, len(self.dms)):
                for each in product(*(costs[dm].get(cost, ()) for dm, cost in zip(self.dms, split, strict=True))):
                    if self.with_ranks(dict(zip(self.dms, each, strict=True))).all_hold(concept, s):
                        return False
        return True

    def _preferences(self, dm: str, most: int) -> dict[int, list[Rank]]:
        """Every ranking that the DM comes to at a cost of at most so much, by its least cost."""
        if "prefers" in self._document["decision_makers"][dm]:
            return self._by_edits(dm, most)
        found: dict[int, list[Rank]] = {}
        for rank in weak_orders(self.states):
            found.setdefault(pairs_apart(self.rank[dm], rank), []).append(rank)
        return found

    def _by_edits(self, dm: str, most: int) -> dict[int, list[Rank]]:
        found: dict[int, list[Rank]] = {}
        level, orders, ranks = {tuple(self.wanted(dm))}, set[tuple[Signed, ...]](), set[tuple[int, ...]]()
        for depth in range(most + 1):
            orders |= level
            for rank in map(self.rank_of, level):
                if tuple(rank.values()) not in ranks:
                    ranks.add(tuple(rank.values()))
                    found.setdefault(depth, []).append(rank)
            level = {edited for order in level for _, _, edited in edited_orders(order)} - orders
        return found

    # Ordered statements: definitions 2 and 9

    def wanted(self, dm: str) -> list[Signed]:
        """The ordered statements of a DM."""
        return [(_text(each), True) for each in self._document["decision_makers"][dm]["prefers"]]

    def rank_of(self, order: Sequence[Signed]) -> Rank:
        """The total preorder that signed statements give."""
        score = {
            s: tuple(self._says(text, vectors[0]) == sign for text, sign in order)
            for s, vectors in self.members.items()
        }
        better = sorted(set(score.values()))
        return {s: better.index(score[s]) for s in self.states}

    def least_edits(self, concept: str, dm: str, s: State, most: int) -> int | None:
        """The fewest edits of the DM's statements with which s is stable for it; None if so many will not do."""
        level = {tuple(self.wanted(dm))}
        seen: set[tuple[int, ...]] = set()
        for depth in range(most + 1):
            for rank in map(self.rank_of, level):
                key = tuple(rank.values())
                if key not in seen and self.with_ranks({dm: rank}).holds(concept, dm, s):
                    return depth
                seen.add(key)
            level = {edited for order in level for _, _, edited in edited_orders(order)} if depth < most else set()
        return None


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to make up a sum of so many numbers from 0."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _splits(total - first, parts - 1))


def edited_orders(order: Sequence[Signed]) -> Iterator[tuple[str, int, tuple[Signed, ...]]]:
    """Kind, place and outcome of every edit of ordered statements (definition 9)."""
    items = list(order)
    for k, (text, sign) in enumerate(items):
        rest = items[:k] + items[k + 1 :]
        if rest:
            yield "drop", k, tuple(rest)
        yield "negate", k, (*items[:k], (text, not sign), *items[k + 1 :])
        if k + 1 < len(items):
            yield "swap", k, (*items[:k], items[k + 1], items[k], *items[k + 2 :])
        if k > 1:
            yield "top", k, (items[k], *rest)


def _text(entry: Any) -> str:
    return str(entry["that"] if isinstance(entry, Mapping) else entry)


# Variations of whole documents: definition 9


@dataclass(frozen=True)
class Variation:
    """A document after one edit: where, which, and the level that an option of the status quo goes to."""

    path: Place
    kind: str
    level: str | int | None  # of a definition which of its parts is left out
    document: dict[str, Any]


def variations(document: Mapping[str, Any], formulas: Mapping[str, Tree]) -> Iterator[Variation]:
    """The document after every single edit of a judgement."""
    for dm, body in document["decision_makers"].items():
        for part, entries, vary in (("prefers", "prefers", _statements), ("weights", "weights", _weights)):
            if part in body:
                for kind, place, changed in vary(body[entries]):
                    yield _put(document, ("decision_makers", dm, part), place, kind, changed)
        ranking = body.get("ranking", [])
        for k in range(len(ranking) - 1):
            swapped = [*ranking[:k], ranking[k + 1], ranking[k], *ranking[k + 2 :]]
            yield _put(document, ("decision_makers", dm, "ranking"), k, "swap", swapped)
        for option, given in body.get("options", {}).items():
            if given.get("moves", "both") != "both":
                changed = {**given, "moves": "both"}
                yield _put(document, ("decision_makers", dm, "options", option), None, "make_reversible", changed)
    rules = document.get("infeasible", [])
    kept = _with_levels(document, formulas) if rules else document
    for k in range(len(rules)):
        yield _put(kept, ("infeasible",), k, "drop_rule", [*rules[:k], *rules[k + 1 :]])
    yield from _status_quos(document, formulas)
    for name, entry in document.get("define", {}).items():
        for change, number, tree in definition_changes(entry, formulas):
            yield _put(kept, ("define", name), None, change, {**entry, "that": tree}, number)


def definition_changes(entry: Any, formulas: Mapping[str, Tree]) -> Iterator[tuple[str, int | None, Tree]]:
    """Kind, part and outcome of each change of a definition that gives evidence and joins parts by one word."""
    evidence = {k for k, v in entry.items() if (k, v) != ("sure", "certain")} if isinstance(entry, Mapping) else set()
    if not evidence - {"that", "title"}:
        return
    tree = formulas[entry["that"]]
    word = tree[0]
    if word not in ("and", "or"):
        return
    parts = list(_joined_by(word, tree))
    for k in range(len(parts)):
        yield "leave_out", k, reduce(lambda x, y: (word, x, y), parts[:k] + parts[k + 1 :])
    other = "or" if word == "and" else "and"
    yield "join_otherwise", None, reduce(lambda x, y: (other, x, y), parts)


def _joined_by(word: str, tree: Tree) -> Iterator[Tree]:
    if tree[0] != word:
        yield tree
        return
    for part in tree[1:]:
        yield from _joined_by(word, part)


def _put(
    document: Mapping[str, Any],
    at: Sequence[str],
    place: str | int | None,
    kind: str,
    part: Any,
    level: str | int | None = None,
) -> Variation:
    changed = deepcopy(dict(document))
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = part
    return Variation((*at, *([] if place is None else [place])), kind, level, changed)


def _statements(entries: list[Any]) -> Iterator[tuple[str, int, list[str]]]:
    order = [(_text(each), True) for each in entries]
    both = [("top", 1, (order[1], order[0], *order[2:]))] if len(order) > 1 else []  # as a swap, of another judgement
    for kind, k, edited in [*edited_orders(order), *both]:
        yield kind, k, [text if sign else f"not ({text})" for text, sign in edited]


def _weights(entries: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for text, weight in entries.items():
        if len(entries) > 1:
            yield "drop", text, {each: w for each, w in entries.items() if each != text}
        opposite = str(weight)[1:] if str(weight).startswith("-") else f"-{weight}"
        yield "negate", text, {**entries, text: opposite}


def _status_quos(document: Mapping[str, Any], formulas: Mapping[str, Tree]) -> Iterator[Variation]:
    given = document.get("status_quo")
    if given is not None and not isinstance(given, Mapping):
        given = _levels_of(document, formulas, given)
    if given is None or "graph" in document:
        return
    for dm, body in document["decision_makers"].items():
        for option, about in body["options"].items():
            name, levels = f"{dm}.{option}", about.get("levels", ["no", "yes"])
            k = levels.index(given.get(name, levels[0]))
            for near in {k - 1, k + 1} & set(range(len(levels))):
                changed = {**given, name: levels[near]}
                yield _put(document, ("status_quo",), name, "status_quo", changed, levels[near])


def _with_levels(document: Mapping[str, Any], formulas: Mapping[str, Tree]) -> Mapping[str, Any]:
    """The document with its status quo by levels where it is a number: without a rule numbers mean other states."""
    given = document.get("status_quo")
    if given is None or isinstance(given, Mapping) or {"states", "graph"} & set(document):
        return document
    return {**document, "status_quo": _levels_of(document, formulas, given)}


def _levels_of(document: Mapping[str, Any], formulas: Mapping[str, Tree], state: State) -> dict[str, str] | None:
    """The levels of a state that is one combination of options."""
    try:
        members = Oracle(document, Negations(formulas)).members[state]
    except (KeyError, ValueError):
        return None
    if len(members) != 1:
        return None
    options = [(f"{dm}.{o}", a) for dm, body in document["decision_makers"].items() for o, a in body["options"].items()]
    return {name: a.get("levels", ["no", "yes"])[k] for (name, a), k in zip(options, members[0], strict=True)}


@dataclass(frozen=True)
class Outcome:
    """Equilibria by concept, told by their given names or their combinations; and where the status quo is one."""

    equilibria: dict[str, dict[Key, State]]
    status_quo: dict[str, bool]


def outcome(drawn: Drawn, document: Mapping[str, Any], concepts: Collection[str]) -> Outcome | None:
    """The answer to a document; None where it is no valid conflict or a concept is not defined for it."""
    try:
        oracle = Oracle(document, Negations(drawn.formulas))
        found = {concept: oracle.equilibria(concept) for concept in concepts}
    except (KeyError, ValueError):
        return None
    if oracle.status_quo is not None and oracle.status_quo not in oracle.states:
        return None
    named = "states" in document or "graph" in document
    keys: dict[State, Key] = {s: s if named else frozenset(oracle.members[s]) for s in oracle.states}
    equilibria = {concept: {keys[s]: s for s in states} for concept, states in found.items()}
    quo = oracle.status_quo
    return Outcome(equilibria, {} if quo is None else {concept: quo in states for concept, states in found.items()})


# Small conflicts


def small_conflicts(seed: int, count: int, most: int, kind: str | None = None, combinations: int = 8) -> list[Drawn]:
    """So many random conflicts of two to so many states."""
    rng, found = Random(seed), list[Drawn]()
    while len(found) < count:
        drawn = random_conflict(rng, kind or rng.choice(["option", "merged", "graph"]), combinations)
        if 2 <= len(Oracle(drawn.document, drawn.formulas).states) <= most:
            found.append(drawn)
    return found


def ranked(drawn: Drawn) -> Drawn:
    """The same conflict with each preference given as the ranking that it comes to."""
    oracle, document = Oracle(drawn.document, drawn.formulas), deepcopy(drawn.document)
    for dm, body in document["decision_makers"].items():
        rank = oracle.rank[dm]
        groups = [[s for s in oracle.states if rank[s] == value] for value in sorted(set(rank.values()), reverse=True)]
        body["ranking"] = groups
        body.pop("prefers", None)
        body.pop("weights", None)
    return Drawn(document, drawn.formulas)
