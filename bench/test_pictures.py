"""How long the picture of a conflict takes: what to draw, where it goes, and the SVG. The analysis is not counted.

Every benchmark looks at what is drawn and counted before it is timed.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

from bench.cases import conflict_file
from bench.test_engine import timed
from standoff.analysis.stability import solve
from standoff.formats import loads
from standoff.plots.conflict import conflict_graph
from standoff.plots.plan import plan


@pytest.mark.parametrize(("options", "dms"), [(9, 3), (16, 4), (16, 2)])
def test_picture(benchmark: Any, options: int, dms: int) -> None:
    analysis = solve(loads(conflict_file(options, dms, 8)))
    shown, states = plan(analysis), 2**options
    counted = sum(block.count for block in shown.blocks)
    assert counted == states if shown.mode == "ways" else counted + sum(spot.count for spot in shown.spots) == states
    drawn = [spot.state for spot in shown.spots if spot.state is not None]
    found = [e.get("data-state") for e in ET.fromstring(conflict_graph(analysis)).iter() if e.get("class") == "state"]
    assert np.array_equal(sorted(map(int, filter(None, found))), sorted(drawn))
    timed(benchmark, lambda: conflict_graph(analysis), 3, options=options, dms=dms, drawn=len(drawn), mode=shown.mode)
