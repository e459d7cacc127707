"""What should be known of a claim before its verdict is believed: whether it could have come out otherwise.

Under *placebo* preferences everybody wants something at random: its own statements in any order, each as it stands or
turned into its opposite, with the same moves and definitions. A verdict that never changes there, nor where all want
the same state, does not depend on what anybody wants. And the same sentence can be tested otherwise: under other
concepts, at other places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from standoff._engine import Mask, Values
from standoff.analysis.claims import ClaimContext, ClaimVerdict, Untestable, outcome
from standoff.analysis.measured import MeasuredAffinities
from standoff.concepts import CONCEPTS, one_after_another
from standoff.conflict.claim_tests import (
    ARGUMENTS,
    Argument,
    ArgumentKind,
    Combined,
    Place,
    Test,
    Within,
    given,
    simple,
)
from standoff.conflict.edits import settled, with_preference
from standoff.conflict.evidence import Quote
from standoff.conflict.formula import names_in
from standoff.conflict.model import Claim, Conflict, Judgement
from standoff.conflict.preference import (
    OrderedStatements,
    Preference,
    Ranking,
    Statement,
    Weight,
    Weights,
    dense,
    from_statements,
    negated,
)
from standoff.graph import Graph

PLACEBOS = 60  # draws: what happens in one of twenty is missed by all of them with a probability of 5 %
PULLS, SINGLE = 20, 45  # trials of what is hardly ever met at random
RUN = 4  # words in a row that two quotes have in common: they say the same


# Placebo


def placebos(graph: Graph, draws: int, seed: int = 0) -> Iterator[Graph]:
    """So many conflicts with the same states and moves in which everybody wants something at random.

    Ordered statements are shuffled and each negated or not with equal chances, weights are dealt anew and each turned
    or not, rankings are shuffled. A view follows what it differs from; what it names and is not there any more goes.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("chicken"))
    >>> len({drawn.ranks.tobytes() for drawn in placebos(graph, 50)}) > 20
    True
    """
    rng = np.random.default_rng(seed)
    viewed = bool(graph.conflict.views)
    names = [dm.name for dm in graph.conflict.decision_makers]
    for _ in range(draws):
        conflict = graph.conflict
        for dm in graph.conflict.decision_makers:
            if dm.preference is not None:
                conflict = with_preference(conflict, dm.name, _shuffled(dm.preference, rng))
        for path, _chain, view in graph.conflict.all_views() if viewed else ():
            if view.preference is not None:
                conflict = _with_believed(conflict, path, _shuffled(view.preference, rng))
        found = graph.meaning.with_preferences(conflict, names)
        orders: Mapping[int, Values] = {graph.dm(name): ranks for name, ranks in found.items()}
        yield graph.with_orders(orders, settled(conflict))


def pulls(graph: Graph, draws: int, seed: int = 0) -> Iterator[Graph]:
    """So many conflicts in which all want the same: to be as near as they can to one state, or as far from it.

    The status quo is the first of these states, others are drawn. What many moves in a row must be, or many decision
    makers, is hardly ever so at random: this tells it from what can never be.
    """
    rng = np.random.default_rng(seed)
    states, quo = graph.states, graph.meaning.status_quo
    for k in range(draws):
        target = quo if quo is not None and k < 2 else int(rng.integers(len(states)))
        order = dense(_distance(graph, target) * (1 if k % 2 else -1))
        yield graph.with_orders(dict.fromkeys(graph.dms, order))


def single_minded(graph: Graph, masks: Sequence[Mask], draws: int, seed: int = 0) -> Iterator[Graph]:
    """So many conflicts in which each wants only what a claim speaks of: that it is so, or that it is not.

    ``masks``: where each thing that the claim speaks of is so, (m,) each. Each takes some of them in any order, each
    wanted or shunned; in every third all are of one mind.
    """
    rng = np.random.default_rng(seed)
    for number in range(draws if masks else 0):
        wishes = [_wish(masks, rng) for _ in graph.dms]
        if number % 3 == 0:
            wishes = [wishes[0]] * len(wishes)
        states = len(graph.states)
        yield graph.with_orders({i: from_statements(wish, states) for i, wish in zip(graph.dms, wishes, strict=True)})


def _wish(masks: Sequence[Mask], rng: np.random.Generator) -> list[Mask]:
    order = rng.permutation(len(masks))[: int(rng.integers(1, len(masks) + 1))]
    return [masks[k] if rng.random() < 0.5 else ~masks[k] for k in order]


def _distance(graph: Graph, target: int) -> Any:
    """By how many levels each state differs from one; in graph form only whether it is that one."""
    states = graph.states
    if not states.option_form:
        return (np.arange(len(states)) != target).astype(np.int64)
    codes = states.codes[states.first]
    space = states.combinations
    columns = (space.column(codes, option).astype(np.int64) for option in range(len(space.radices)))
    return sum((np.abs(column - column[target]) for column in columns), np.zeros(len(states), np.int64))


def _shuffled(given: Preference, rng: np.random.Generator) -> Preference:
    if isinstance(given, OrderedStatements):
        order = rng.permutation(len(given.statements))
        turned = rng.random(len(order)) < 0.5
        return OrderedStatements(
            tuple(
                _turned(given.statements[k]) if turn else given.statements[k]
                for k, turn in zip(order, turned, strict=True)
            )
        )
    if isinstance(given, Ranking):
        return replace(given, groups=tuple(given.groups[k] for k in rng.permutation(len(given.groups))))
    sizes = [given.weights[k].weight for k in rng.permutation(len(given.weights))]
    signs = rng.random(len(sizes)) < 0.5
    return Weights(
        tuple(
            Weight(one.statement, -size if sign else Decimal(size))
            for one, size, sign in zip(given.weights, sizes, signs, strict=True)
        )
    )


def _turned(statement: Statement) -> Statement:
    try:
        return negated(statement)
    except ValueError:  # too long to be negated once more
        return statement


def _with_believed(conflict: Conflict, path: Sequence[str | int], preference: Preference) -> Conflict:
    """The conflict in which the view at a path believes another preference."""

    def changed(views: Any, rest: Sequence[str | int]) -> Any:
        _, by, of, *below = ("views", *rest) if rest[0] != "views" else rest
        return tuple(
            view
            if (view.by, view.of) != (by, of)
            else replace(view, views=changed(view.views, [of, *below[1:]]))
            if below
            else replace(view, preference=preference)
            for view in views
        )

    return replace(conflict, views=changed(conflict.views, path[1:]))


@dataclass(frozen=True, slots=True)
class Chance:
    """How often a claim holds, and how often it cannot be tested, of so many conflicts with placebo preferences.

    ``always``: the verdict was the same in all of them as in the conflict itself; ``whatever``: and also where all want
    the same (``pulls``), and where each wants only what the claim speaks of (``single_minded``).
    """

    holds: int
    untestable: int
    draws: int
    always: bool
    whatever: bool


def placebo_chances(
    graph: Graph,
    claims: Sequence[Claim],
    verdicts: Sequence[ClaimVerdict],
    draws: int = PLACEBOS,
    seed: int = 0,
    measured: MeasuredAffinities | None = None,
    step: Callable[[int], None] = lambda _: None,
) -> list[Chance | None]:
    """How often each claim holds under placebo preferences; None for one that does not look at preferences.

    Such a claim cannot depend on what anybody wants: nothing needs to be drawn for it. ``step`` is told before each
    conflict how many tests of claims are counted for it, and may raise Stopped.
    """
    asked = [k for k, claim in enumerate(claims) if claim.test.looks_at_preferences]
    counts: dict[int, list[ClaimVerdict]] = {k: [] for k in asked}
    for drawn in placebos(graph, draws, seed) if asked else ():
        step(len(claims))
        context = ClaimContext(drawn, graph, measured)
        for k in asked:
            counts[k].append(outcome(context, claims[k].test).verdict)
    left = {k for k in asked if all(one is verdicts[k] for one in counts[k])}
    whatever = set(left)
    for drawn in pulls(graph, PULLS, seed) if left else ():
        step(0)
        context = ClaimContext(drawn, graph, measured)
        whatever -= {k for k in whatever if outcome(context, claims[k].test).verdict is not verdicts[k]}
    base = ClaimContext(graph, measured=measured)
    for k in sorted(whatever):
        for drawn in single_minded(graph, _spoken_of(base, claims[k].test), SINGLE, seed):
            step(0)
            if outcome(ClaimContext(drawn, graph, measured), claims[k].test).verdict is not verdicts[k]:
                whatever.discard(k)
                break
    return [_chance(counts[k], k in left, k in whatever) if k in counts else None for k in range(len(claims))]


def _spoken_of(context: ClaimContext, test: Test) -> list[Mask]:
    """What the parts of a test speak of: where each of its places and formulas is so."""
    masks: list[Mask] = []
    for one in _places(test):
        with suppress(Untestable):
            masks.append(context.place(one))
    return [mask for mask in masks if mask.any() and not mask.all()]


def _chance(found: Sequence[ClaimVerdict], always: bool, whatever: bool) -> Chance:
    return Chance(
        sum(one is ClaimVerdict.HOLDS for one in found),
        sum(one is ClaimVerdict.UNTESTABLE for one in found),
        len(found),
        always,
        whatever,
    )


def definitions_behind(conflict: Conflict, test: Test) -> list[str]:
    """The definitions that a test mentions, and those that these mention, in the order of the file."""
    known = {one.name: one.statement.formula for one in conflict.definitions}
    found: set[str] = set()
    spoken = [place.formula for place in _places(test) if place.formula is not None]
    left = {name for formula in spoken for name in names_in(formula)} & known.keys()
    while left:
        found |= left
        left = {name for one in left for name in names_in(known[one])} & (known.keys() - found)
    return [name for name in known if name in found]


def _places(test: Test) -> Iterator[Place]:
    """The places that a test speaks of; a formula by itself is where it is true."""
    for part in simple(test):
        yield from (place for _, place in given(part, ArgumentKind.PLACE))
        yield from (Place(formula=one) for _, formulas in given(part, ArgumentKind.FORMULAS) for one in formulas)


# Said back


def said_back(claim: Claim, judgements: Sequence[Judgement]) -> list[Judgement]:
    """The judgements that stand on the very words on which the claim stands."""
    if claim.quote is None:
        return []
    return [
        one
        for one in judgements
        if one.evidence.quote is not None
        and one.evidence.quote.source == claim.quote.source
        and overlap(one.evidence.quote, claim.quote)
    ]


def overlap(one: Quote, other: Quote) -> bool:
    """Whether two quotes of one source have some words in a row in common; all of them where they are shorter."""
    ours, theirs = (re.findall(r"\w+", quote.exact.casefold()) for quote in (one, other))
    length = min(RUN, len(ours), len(theirs))
    runs = {tuple(ours[k : k + length]) for k in range(len(ours) - length + 1)}
    return length > 0 and any(tuple(theirs[k : k + length]) in runs for k in range(len(theirs) - length + 1))


# The same sentence, tested otherwise


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What comes of a claim where one argument of its test is another: the key, its value then, and the verdict."""

    key: str
    value: Any
    verdict: ClaimVerdict


_SWITCHES = ("improving", "best", "strict")  # others say what the sentence says


def tested_otherwise(context: ClaimContext, test: Test) -> list[Otherwise]:
    """The verdict under each other concept, at each other place (``within``), with each switch of its kind turned.

    One thing is changed at a time, in all parts of a combined test at once.
    """
    tried: dict[tuple[str, Any], Test] = {}
    for part in simple(test):
        for argument in ARGUMENTS[type(part)]:
            for value in _others(argument):
                changed = _with(test, argument.name, value)
                if changed != test:
                    tried.setdefault((argument.key, value), changed)
    return [Otherwise(key, value, outcome(context, changed).verdict) for (key, value), changed in tried.items()]


def _others(argument: Argument) -> Sequence[Any]:
    match argument.kind:
        case ArgumentKind.FLAG if argument.name in _SWITCHES:
            return (False, True)
        case ArgumentKind.WORD:
            return [one for one in argument.among if isinstance(one, Within)]
        case ArgumentKind.CONCEPT:
            return list(CONCEPTS)
        case ArgumentKind.CONCEPT_IN_TURN:
            return one_after_another()
    return ()


def _with(test: Test, name: str, value: Any) -> Test:
    """The test with an argument changed wherever a part of it has one of that name."""
    if isinstance(test, Combined):
        return replace(test, parts=tuple(_with(part, name, value) for part in test.parts))
    if any(argument.name == name for argument in ARGUMENTS[type(test)]):
        return replace(test, **{name: value})  # type: ignore[type-var]  # every test is a dataclass
    return test
