"""From judgements to ranks: a ranking, ordered statements or weights give each state a number, higher is better.

Ranks are int32, 0 for the least preferred, without gaps; equal ranks are ties. Nothing is ever compared as a
floating-point number. Definition 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from standoff.formula import Truth

Ranks = npt.NDArray[np.int32]
_CHUNK = 30  # bits refined at a time: a rank (at most 24 bits) and a chunk fit an int64
_SMALL, _SPARSE = 2**12, 16  # a table of so many keys, or so many times the states, is quicker than sorting
_EXACT = Context(prec=5000)


def from_ranking(groups: Sequence[Sequence[int]], states: int) -> Ranks:
    """Ranks from groups of tied states, best group first; together they hold each of ``states`` states once."""
    ranks = np.empty(states, np.int32)
    order = np.fromiter(chain.from_iterable(groups), np.intp)
    ranks[order] = np.repeat(np.arange(len(groups))[::-1], [len(group) for group in groups])
    return ranks


def from_statements(truths: Iterable[Truth], states: int) -> Ranks:
    """Ranks from the truth of ordered statements, most important first.

    A state is preferred to another iff at the first statement on which they differ it is the one that satisfies it
    (Peng, Hipel, Fang, Kilgour 1997). Any number of statements: they are compared lexicographically.
    """
    ranks = np.zeros(states, np.int32)
    rest = iter(truths)
    while chunk := list(islice(rest, _CHUNK)):
        digits = np.zeros(states, np.int64)
        for truth in chunk:
            digits = 2 * digits + truth
        ranks = _refine(ranks, digits)
    return ranks


def from_weights(weights: Sequence[Decimal], truths: Iterable[Truth], states: int) -> Ranks:
    """Ranks from the sums of the weights of the statements that are true, exactly, whatever their size."""
    scale = max((-_exponent(weight) for weight in weights), default=0)
    whole = [int(weight.scaleb(max(scale, 0), context=_EXACT)) for weight in weights]
    limbs = 1 + max((abs(number).bit_length() for number in whole), default=0) // _CHUNK
    sums = [np.zeros(states, np.int64) for _ in range(limbs + 1)]
    for number, truth in zip(whole, truths, strict=True):
        sign, rest = (-1 if number < 0 else 1), abs(number)
        for limb in range(limbs):
            sums[limb] += truth * (sign * (rest >> (_CHUNK * limb) & (1 << _CHUNK) - 1))
    for limb in range(limbs):  # carry, so that all limbs but the highest are within 0 .. 2^30-1
        sums[limb + 1] += sums[limb] >> _CHUNK
        sums[limb] &= (1 << _CHUNK) - 1
    ranks = dense(sums[limbs])
    for limb in reversed(range(limbs)):
        ranks = _refine(ranks, sums[limb])
    return ranks


def leaning(ranks: Ranks, where: Truth) -> float:
    """The share of pairs (a state where it is so, one where not) in which the first is preferred; ties count half."""
    inside, outside = ranks[where], np.sort(ranks[~where])
    below = np.searchsorted(outside, inside, side="left")
    upto = np.searchsorted(outside, inside, side="right")
    return float((below + upto).sum() / 2 / (len(inside) * len(outside)))


def correlation(ranks: Ranks, others: Ranks) -> tuple[int, int] | None:
    """Kendall's tau-b of two rankings, exactly: it is n / sqrt(k). None where one of them ties everything.

    n is by how many more pairs of states they order alike than the other way, k the product of how many each orders.
    """
    from scipy.stats import kendalltau

    ordered = [_ordered(one) for one in (ranks, others)]
    if 0 in ordered:
        return None
    pairs = ordered[0] * ordered[1]
    return round(float(kendalltau(ranks, others).statistic) * math.sqrt(pairs)), pairs


def _ordered(ranks: Ranks) -> int:
    """How many pairs of states are not tied."""
    sizes = [int(size) for size in np.unique(ranks, return_counts=True)[1]]
    return (len(ranks) * (len(ranks) - 1) - sum(size * (size - 1) for size in sizes)) // 2


def dense(keys: npt.NDArray[Any]) -> Ranks:
    """Ranks 0, 1, 2 ... in the order of ``keys``, equal keys equal."""
    if len(keys) and keys.dtype.kind == "i":
        least = int(keys.min())
        size = int(keys.max()) - least + 1
        if size <= max(_SMALL, _SPARSE * len(keys)):  # no need to sort: look which keys there are
            there = np.zeros(size, np.bool_)
            there[keys - least] = True
            places: Ranks = np.cumsum(there, dtype=np.int32) - np.int32(1)
            found: Ranks = places[keys - least]
            return found
    return np.unique(keys, return_inverse=True)[1].astype(np.int32).reshape(keys.shape)


def _refine(ranks: Ranks, digits: npt.NDArray[np.int64]) -> Ranks:
    """``ranks``, with ties broken by ``digits`` (0 .. 2^30-1)."""
    return dense((ranks.astype(np.int64) << _CHUNK) + digits)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # weights are finite
    return exponent
