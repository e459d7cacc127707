"""Pictures of measured relations: what they say agrees with the tables, and can be read in print."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from checks import run
from standoff.plots.svg import FAINT, INK
from standoff.writers import figures

pytestmark = pytest.mark.slow


def texts(svg: str) -> list[tuple[str, float]]:
    """What is written in a picture, and how large."""
    found = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return [("".join(one.itertext()), float(one.get("font-size") or 0)) for one in found]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pictures")
    assert run("relations", "syria-2015", "--dyad", "IRN", "RUS", "--blocs", "--svg", str(folder)).exit_code == 0
    return {one.stem: one.read_text(encoding="utf-8") for one in folder.iterdir()}


@pytest.mark.parametrize("name", ["network", "series", "blocs"])
def test_no_letter_of_a_picture_of_relations_is_smaller_than_7_points_in_print(
    name: str, drawn: dict[str, str]
) -> None:
    wide, _ = figures.size_in_points(drawn[name])
    assert min(size for _, size in texts(drawn[name])) * wide / figures.size(drawn[name])[0] >= 7


def test_a_sign_that_hangs_on_a_third_actor_looks_otherwise_and_only_what_is_seen_is_explained(
    drawn: dict[str, str],
) -> None:
    table = run("relations", "syria-2015", "--dyad", "IRN", "RUS").stdout
    marks = [one.get("fill") for one in ET.fromstring(drawn["series"]).iter("{http://www.w3.org/2000/svg}circle")]
    assert marks.count(FAINT.light) == len(re.findall(r"(?:minus|plus)\* ", table)) == 3
    assert marks.count(INK.light) == len(re.findall(r"(?:minus|plus)  ", table)) == 3
    note = " ".join(words for words, _ in texts(drawn["series"])[-2:])
    assert "grey" in note
    assert "too little data" not in note


@pytest.mark.slow
def test_the_picture_of_blocs_says_how_many_random_panels_split_as_well(drawn: dict[str, str]) -> None:
    words = [one for one, _ in texts(drawn["blocs"])]
    table = run("relations", "syria-2015", "--blocs", "--reference", "IRN").stdout
    random = [float(line.split()[-1]) for line in table.splitlines() if re.match(r"  20\d\d ", line)]
    columns = [words[words.index(str(year)) :] for year in range(2002, 2015)]
    assert [float(column[12]) / 100 for column in columns] == random


def test_the_network_says_who_is_closest_and_who_furthest_apart(drawn: dict[str, str]) -> None:
    words = [one for one, _ in texts(drawn["network"])]
    assert "Closest: Israel and United States" in words
    assert "Furthest apart: Russia and United States" in words
