"""Integer programmes of variables from 0 to 1, built row by row and solved exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Solved:
    """The best values found (None: none at all), whether there are none, and what the cost is at least."""

    values: npt.NDArray[np.float64] | None
    impossible: bool
    bound: int

    def chosen(self, variable: int) -> bool:
        """Whether a variable is 1."""
        return self.values is not None and bool(self.values[variable] > 0.5)


class Programme:
    """Variables with costs (whole numbers), and rows: sums of variables with bounds."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self._whole: list[int] = []
        self._rows: list[tuple[Mapping[int, float], float, float]] = []

    def variable(self, cost: float = 0, whole: bool = True) -> int:
        """A new variable, by its number: 0 or 1, or (not ``whole``) anything between."""
        self.costs.append(cost)
        self._whole.append(int(whole))
        return len(self.costs) - 1

    def row(self, coefficients: Mapping[int, float], low: float = -np.inf, high: float = np.inf) -> None:
        """A sum that lies between two numbers."""
        self._rows.append((coefficients, low, high))

    def solve(self, seconds: float) -> Solved:
        """The cheapest values that keep to all rows, or what is found of them in so many seconds."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        entries = [(r, c, v) for r, (row, _, _) in enumerate(self._rows) for c, v in row.items()]
        r, c, v = zip(*entries, strict=True)
        matrix = coo_array((v, (r, c)), shape=(len(self._rows), len(self.costs))).tocsc()
        result = milp(
            self.costs,
            integrality=self._whole,
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(
                matrix, [low for _, low, _ in self._rows], [high for _, _, high in self._rows]
            ),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        bound = result.mip_dual_bound
        least = 0 if bound is None or not np.isfinite(bound) else int(np.ceil(bound - 1e-6))
        return Solved(result.x, result.status == 2, least)
