"""Deals of the first page on the map: each has an arrow with its members, inside of the picture and clear of states."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from functools import cache

from checks import loaded
from standoff.analysis.deals import Deal
from standoff.inquiries.asking import Subject
from standoff.inquiries.report import ReportOptions, find_all
from standoff.plots.conflict import MARGIN, conflict_graph
from standoff.report.findings import Findings
from strategies.conflicts import random_conflict

SVG = "{http://www.w3.org/2000/svg}"
SEEDS = 60
Box = tuple[float, float, float, float]


@cache
def with_deals() -> tuple[Findings, ...]:
    """Random conflicts in which a deal is told."""
    drawn = (loaded(random_conflict(random.Random(seed), combinations=(16, 32)[seed % 2])) for seed in range(SEEDS))
    asked = ReportOptions(draws=0, parts=("deals",))
    found = (find_all(Subject(one), asked) for one in drawn)
    return tuple(one for one in found if one.brief.leading_deals)


def picture(found: Findings, deals: tuple[Deal, ...]) -> ET.Element:
    return ET.fromstring(conflict_graph(found.analysis, deals=deals))


def groups(svg: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in svg.iter(SVG + "g") if one.get("class") == name]


def boxes(svg: ET.Element) -> dict[str, Box]:
    """Where each state with a frame is."""
    found = {}
    for one in groups(svg, "state"):
        frame = one.find(SVG + "rect")
        if frame is not None:
            x, y, wide, high = (float(frame.attrib[key]) for key in ("x", "y", "width", "height"))
            found[one.attrib["data-state"]] = (x, y, x + wide, y + high)
    return found


def test_a_deal_that_is_told_has_an_arrow_with_its_members_to_its_state() -> None:
    for found in with_deals():
        deals = found.brief.leading_deals
        svg = picture(found, deals)
        labels = [" ".join(t.text or "" for t in one.iter(SVG + "text")) for one in groups(svg, "deal")]
        names = [one.name.replace("_", " ") for one in found.conflict.decision_makers]
        told = {one.to: one.group for one in reversed(deals) if str(one.to) in boxes(svg)}
        assert told
        assert len(labels) == len(told)
        for group in told.values():
            members = {names[i] for i in group}
            assert any(members <= set(re.split(r": |, | and ", label)) for label in labels)


def test_without_deals_there_is_no_such_arrow() -> None:
    for found in with_deals()[:5]:
        assert not groups(picture(found, ()), "deal")
        assert "by agreement" not in conflict_graph(found.analysis)


def test_deals_leave_states_inside_of_the_picture_and_clear_of_one_another() -> None:
    passing = 0
    for found in with_deals():
        svg = picture(found, found.brief.leading_deals)
        width = float(svg.attrib["viewBox"].split()[2])
        placed = list(boxes(svg).values())
        for k, (left, top, right, bottom) in enumerate(placed):
            assert left >= MARGIN - 1
            assert right <= width - MARGIN + 1
            for a, b, c, d in placed[k + 1 :]:
                assert right <= a or c <= left or bottom <= b or d <= top
        for arrow in groups(svg, "deal"):
            path = arrow.find(SVG + "path")
            assert path is not None
            for x, y, u, v in re.findall(r"([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)", path.attrib["d"]):
                passing += 1
                for left, top, right, bottom in placed:
                    for px, py in ((float(x), float(y)), (float(u), float(v))):
                        assert not (left < px < right and top < py < bottom)
    assert passing
