"""How long the picture of a conflict takes: what to draw, where it goes, and the SVG. The analysis is not counted.

Every benchmark looks at what is drawn and counted before it is timed.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from bench.cases import conflict_file
from bench.test_engine import timed
from standoff.analysis.stability import solve, standings, weakest
from standoff.formats import loads
from standoff.plots.conflict import conflict_graph
from standoff.plots.plan import plans


@pytest.mark.parametrize(("options", "dms"), [(9, 3), (16, 4), (16, 2)])
def test_picture(benchmark: Any, options: int, dms: int) -> None:
    analysis = solve(loads(conflict_file(options, dms, 8)))
    drawn = [e for e in ET.fromstring(conflict_graph(analysis)).iter() if e.get("class") == "state"]
    found = sorted(int(e.get("data-state", "")) for e in drawn)
    shown = next(one for one in plans(analysis, weakest(standings(analysis))) if sorted(one.states) == found)
    assert len(found) + shown.omitted.reached + shown.omitted.others == 2**options
    timed(benchmark, lambda: conflict_graph(analysis), 3, options=options, dms=dms, drawn=len(found))
