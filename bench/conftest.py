"""What must be set before numpy is loaded, and what the report must know of the run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

# the dense method gets one thread of BLAS, as the kernels are timed in one
for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

left_out: list[Any] = []
load = os.getloadavg()[0]


def pytest_deselected(items: Sequence[Any]) -> None:
    left_out.extend(items)


def pytest_benchmark_update_json(output_json: dict[str, Any]) -> None:
    output_json["whole"], output_json["load"] = not left_out, load
