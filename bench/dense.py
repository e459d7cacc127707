"""The dense matrix method of the literature: moves and preferences as m x m matrices, stability by their products.

Xu, Hipel, Kilgour: matrix representation of solution concepts in the graph model. Products are of float32 by BLAS,
with a test for > 0; the entries of a product count states, at most m, and are exact. There is no loop over states.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from standoff._engine import Mask, Values

Matrix = npt.NDArray[np.float32]


def times(left: Mask | Matrix, right: Mask | Matrix) -> Mask:
    """The product of two matrices of 0 and 1, as truth."""
    product: Matrix = np.asarray(left, np.float32) @ np.asarray(right, np.float32)
    return np.asarray(product > 0)


def reach(moves: Sequence[Mask]) -> Mask:
    """M_H or M_H^+: where sequences of the moves lead. Moves are transitive, so squares until nothing changes will do.

    Staying is included; it does no harm, as an improvement that is left unanswered is not deterred by staying there.
    """
    reached: Mask = np.logical_or.reduce([np.eye(len(moves[0]), dtype=np.bool_), *moves])
    while True:
        further = times(reached, reached)
        if np.array_equal(further, reached):
            return reached
        reached = further


def stable(moves: Sequence[Mask], ranks: Values) -> npt.NDArray[np.bool_]:
    """Who would stay where under Nash, GMR, SMR, SEQ and SSEQ, (concepts, N, m), from moves (N, m, m) and ranks (N, m).

    E is the matrix of ones, J_i has the moves of i, P_i^+ what i prefers to the state of the row:
    Nash: a row of J_i^+ that is empty. GMR: the diagonal of J_i^+ (E - sign(M_{N-i} (E - P_i^+)^T)) is 0. SMR: the same
    with (E - P_i^+)^T replaced by its entrywise product with E - sign(J_i (P_i^+)^T). SEQ and SSEQ: with M_{N-i}^+.
    """
    n = len(ranks)
    prefers = [rank[None, :] > rank[:, None] for rank in ranks]
    improving = [move & better for move, better in zip(moves, prefers, strict=True)]
    found = np.empty((5, n, ranks.shape[1]), np.bool_)
    for i in range(n):
        others = [j for j in range(n) if j != i]
        no_better = np.asarray(~prefers[i].T, np.float32)
        no_way_out = np.asarray(~prefers[i].T & ~times(moves[i], prefers[i].T), np.float32)
        found[0, i] = ~improving[i].any(axis=1)
        for credible, place in ((False, 1), (True, 3)):
            reached = np.asarray(reach([(improving if credible else moves)[j] for j in others]), np.float32)
            for k, deters in enumerate((no_better, no_way_out)):
                unanswered = ~times(reached, deters)
                # the diagonal of a product needs no product
                found[place + k, i] = ~(improving[i] & unanswered.T).any(axis=1)
    return found
