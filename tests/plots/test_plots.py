"""Pictures of preferences, of answers and of robustness: what they show, that it is right, and that it can be read."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, takewhile
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import examples, golden, loaded
from oracles.oracle import Oracle, State
from standoff import casebook
from standoff.analysis.stability import Analysis, solve, standings, weakest
from standoff.analysis.uncertainty import stress
from standoff.conflict.model import Conflict
from standoff.formats import loads
from standoff.graph import build_graph
from standoff.plots.answers import CountedAnswers, answers, looked_at, who_answers_whom
from standoff.plots.ladder import height, ladder
from standoff.plots.matter import short_names, states_that_matter
from standoff.plots.ring import MANY, Arrow, Ring
from standoff.plots.robustness import often, percentage, robustness_picture, uncertain
from standoff.plots.svg import picture, width
from strategies.conflicts import Drawn, conflicts

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "desc", "g", "a", "rect", "text", "line", "circle", "path"}
ATTRIBUTES = {
    *("class", "viewBox", "width", "height", "role", "aria-labelledby", "font-family", "font-size", "font-weight"),
    *("id", "fill", "stroke", "stroke-width", "stroke-dasharray", "text-anchor", "d", "r", "rx", "cx", "cy"),
    *("x", "y", "x1", "y1", "x2", "y2"),
}
UNSURE = """
standoff: 1
title: Unsure
decision_makers:
  A:
    options: {x: {}, y: {}}
    prefers: [{that: B.x, sure: likely}, {that: A.x, sure: doubtful}, A.y iff B.y, {that: not A.x, sure: doubtful}]
  B:
    title: the other
    options: {x: {}, y: {}}
    prefers: [{that: A.x, sure: likely}, {that: not B.x, sure: doubtful}, B.y]
status_quo: {A.x: no}
"""
MERGED = """
standoff: 1
title: Unsure of two states
decision_makers:
  A: {options: {x: {}}, prefers: [{that: A.x, sure: doubtful}, {that: not A.x, sure: likely}]}
  B: {options: {x: {}}, prefers: [A.x]}
infeasible: [B.x]
"""
HOSTILE = (
    "Long, with clauses and sub-clauses, until nobody remembers what it began with; " * 6,
    "دولة إسرائيل والمملكة العربية السعودية والولايات المتحدة",
    "🦊🦊🦊 the fox party 👩‍👩‍👧‍👦",
    "</text><script>alert('x')</script>",
    "\" onload='alert(1)' x=\"",
    "ממשלת ישראל",
    "\u202ereversed\u202d \u200b override",
    "株式会社日本電信電話交渉団体連合会議長",
    "Incomprehensibilitiesandfloccinaucinihilipilification" * 3,
    "&amp; <![CDATA[ ]]> <!-- -->",
)


@cache
def case(name: str) -> Analysis:
    return solve(casebook.load(name))


def everywhere(analysis: Analysis) -> range:
    return range(len(analysis.graph.states))


def shares(conflict: Conflict, concepts: Sequence[str] | None = None) -> str:
    svg = robustness_picture(stress(conflict, 60, concepts=concepts), build_graph(conflict))
    assert svg is not None
    return svg


# What is in a picture


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]


def grouped(svg: str, kind: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(svg).iter(f"{SVG}g") if one.get("class") == kind]


def described(svg: str) -> str:
    found = ET.fromstring(svg).find(f"{SVG}desc")
    assert found is not None
    assert found.text
    return found.text


Box = tuple[float, float, float, float, str]


def boxes(svg: str) -> Iterator[Box]:
    """Where each text lies: left, top, right, bottom."""
    for one in ET.fromstring(svg).iter(f"{SVG}text"):
        x, y, size = (float(one.get(name, "0")) for name in ("x", "y", "font-size"))
        wide = width(one.text or "", size, one.get("font-weight") == "bold")
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[one.get("text-anchor", "start")]
        yield left, y - 0.75 * size, left + wide, y + 0.2 * size, one.text or ""


def legible(svg: str) -> None:
    """Nothing that is written is cut off or lies on something else that is."""
    root = ET.fromstring(svg)
    within = float(root.get("width", "0")), float(root.get("height", "0"))
    found = list(boxes(svg))
    for left, top, right, bottom, words in found:
        assert left >= -0.1, words
        assert top >= 0, words
        assert right <= within[0] + 0.1, words
        assert bottom <= within[1] + 0.1, words
    found.sort(key=lambda one: one[1])
    for k, a in enumerate(found):
        for b in takewhile(lambda one: one[1] < a[3] - 0.1, found[k + 1 :]):  # noqa: B023
            assert a[2] <= b[0] + 0.1 or b[2] <= a[0] + 0.1, (a, b)


def sound(svg: str) -> None:
    """An XML text of a few kinds of elements, with a heading and a description of what it shows."""
    root = ET.fromstring(svg)
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in TAGS
        assert set(one.attrib) <= ATTRIBUTES
        for name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r"):
            assert "." not in one.get(name, "") or len(one.get(name, "").split(".")[1]) == 1
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert root.get("aria-labelledby", "").split() == ids
    assert 20 < len(described(svg)) <= 1500


# Conflicts of any kind of names


def hostile_options(parties: int, options: int, seed: int) -> Conflict:
    rng = Random(seed)
    makers: dict[str, Any] = {
        f"D{i}": {
            "title": HOSTILE[(i + seed) % len(HOSTILE)],
            "options": {f"o{k}": {"title": HOSTILE[(i + k) % len(HOSTILE)][:80]} for k in range(options)},
        }
        for i in range(parties)
    }
    names = [f"{dm}.o{k}" for dm in makers for k in range(options)]
    for maker in makers.values():
        wanted = rng.sample(names, min(5, len(names)))
        maker["prefers"] = [{"that": rng.choice(["", "not "]) + name, "sure": "doubtful"} for name in wanted]
    title = HOSTILE[seed % len(HOSTILE)][:500]
    document = {"standoff": 1, "title": title, "decision_makers": makers, "status_quo": {names[0]: "no"}}
    return loads(json.dumps(document), ".json")


def hostile_graph(parties: int, states: int, seed: int) -> Conflict:
    rng = Random(seed)
    names = [f"{s} {HOSTILE[s % len(HOSTILE)]} {s}" for s in range(states)]
    makers, moves = {}, {}
    for i in range(parties):
        order: list[Any] = rng.sample(names, states)
        tied = rng.choice([1, states // 2, states])
        makers[f"D{i}"] = {"title": HOSTILE[(i + 3) % len(HOSTILE)], "ranking": [order[:tied], *order[tied:]]}
        moves[f"D{i}"] = {s: rng.sample([t for t in names if t != s], 2) for s in names}
    document: dict[str, Any] = {"standoff": 1, "title": "G", "decision_makers": makers, "status_quo": names[0]}
    document["graph"] = {"states": {name: name for name in names}, "moves": moves}
    return loads(json.dumps(document), ".json")


SHAPES = [hostile_options(2, 1, 3), hostile_options(3, 2, 4), hostile_options(8, 1, 0)]
SHAPES += [hostile_graph(2, 3, 1), hostile_graph(9, 12, 2), hostile_graph(2, 24, 5), hostile_graph(3, 30, 3)]


@pytest.mark.parametrize("conflict", SHAPES)
def test_names_of_any_kind_are_only_text_and_nothing_overlaps(conflict: Conflict) -> None:
    analysis = solve(conflict)
    pictures = [ladder(analysis), who_answers_whom(analysis, everywhere(analysis)[:12])]
    pictures.append(robustness_picture(stress(conflict, 10), analysis.graph))
    for svg in pictures:
        if svg is not None:
            sound(svg)
            legible(svg)
    assert pictures[0] is not None


@pytest.mark.parametrize("name", casebook.names())
def test_pictures_of_the_casebook_are_sound_and_legible(name: str) -> None:
    analysis = case(name)
    for svg in (ladder(analysis), who_answers_whom(analysis, list(everywhere(analysis))[:20])):
        if svg is not None:
            sound(svg)
            legible(svg)


@examples(15)
@given(conflicts(24))
def test_pictures_of_any_conflict_are_sound_and_legible(drawn: Drawn) -> None:
    analysis = solve(loaded(drawn))
    for svg in (ladder(analysis), who_answers_whom(analysis, everywhere(analysis))):
        if svg is not None:
            sound(svg)
            legible(svg)


def test_markup_in_a_name_is_shown_as_it_is_written() -> None:
    svg = ladder(solve(hostile_options(5, 1, 3)))
    assert any(words.startswith("</text><script>") for words in texts(svg))
    assert "<script" not in svg


# Ladders


def ladders(analysis: Analysis) -> list[list[tuple[float, str]]]:
    """For each decision maker the height and number of each state, in the order of the picture."""
    found = []
    for one in grouped(ladder(analysis), "state"):
        number = next(words for words in one.iter(f"{SVG}text") if (words.text or "").startswith("("))
        found.append((float(number.get("y", "")), (number.text or "").strip("()")))
    n = len(analysis.graph.dms)
    return [found[k * len(found) // n : (k + 1) * len(found) // n] for k in range(n)]


@pytest.mark.parametrize("name", casebook.names())
def test_a_better_state_stands_higher_on_each_ladder(name: str) -> None:
    analysis = case(name)
    names = [str(one) for one in analysis.graph.states.names]
    for i, one in enumerate(ladders(analysis)):
        order = analysis.graph.order(i)
        assert one
        assert [y for y, _ in one] == sorted(y for y, _ in one)
        assert all(order[names.index(a)] >= order[names.index(b)] for (_, a), (_, b) in pairwise(one))


def test_equally_good_states_share_a_frame() -> None:
    analysis = case("garrison-diversion-unit")
    rungs = [[texts_of(state)[-1] for state in frames(one)] for one in grouped(ladder(analysis), "rung")]
    assert ["(2)", "(17)", "(21)"] in rungs  # to the American opponents
    assert max(map(len, rungs)) == len(rungs[-1]) == 6  # to the IJC


def frames(rung: ET.Element) -> list[ET.Element]:
    return [one for one in rung.iter(f"{SVG}g") if one.get("class") == "state"]


def texts_of(one: ET.Element) -> list[str]:
    return [words.text or "" for words in one.iter(f"{SVG}text")]


@given(st.lists(st.integers(0, 3), min_size=9, max_size=30), st.integers(1, 8))
def test_the_status_quo_and_the_firmest_states_matter(firm: list[int], most: int) -> None:
    graph = case("syria-2015").graph
    quo = graph.meaning.status_quo
    assert quo is not None
    standing = np.zeros(len(graph.states), np.int8)
    standing[: len(firm)] = firm
    told = states_that_matter(graph, standing, most)
    assert told[0] == quo
    assert [int(standing[s]) for s in told[1:]] == sorted((f for f in firm if f), reverse=True)[: most - 1]


def test_of_a_name_that_is_cut_comes_first_what_fewest_states_share() -> None:
    names = short_names(case("syria-2015").graph, [583, 663, 743, 747], 170, 2, 11)
    assert names[663][0].startswith("US: supply")
    assert all(len(lines) <= 2 for lines in names.values())


def test_states_in_words_are_never_cut_without_a_list_of_what_is_cut() -> None:
    for name in casebook.names():
        svg = ladder(case(name))
        cut = any(texts_of(one)[-2].endswith("…") for one in grouped(svg, "state"))
        assert cut == ("What is cut above" in texts(svg))


def test_the_states_to_be_labelled_can_be_chosen() -> None:
    svg = ladder(case("syria-2015"), [184, 0, 0, 3])
    assert {texts_of(one)[-1] for one in grouped(svg, "state")} == {"(185)", "(1)", "(4)"}


def test_a_ladder_is_described_by_its_order() -> None:
    assert "Row, best first: 2; 0; 1; 3." in described(ladder(case("chicken")))
    assert "The local government, best first: 5; 1; 8; 4; 9." in described(ladder(case("elmira")))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_height_is_the_share_of_other_states_ranked_below_ties_counted_half(ranks: list[int]) -> None:
    found = height(np.array(ranks))
    for s, rank in enumerate(ranks):
        below = sum(other < rank for other in ranks) + (ranks.count(rank) - 1) / 2
        assert found[s] == pytest.approx(below / max(len(ranks) - 1, 1))


# Who answers whom


def shortest(oracle: Oracle, dm: str, s: State, s1: State, credible: bool) -> list[frozenset[str]]:
    """Who moves in the shortest answers to an improvement, by the definition; none where there is no answer."""
    level: dict[tuple[State, str], set[frozenset[str]]] = {(s1, dm): {frozenset()}}
    seen = set(level)
    while level:
        new: dict[tuple[State, str], set[frozenset[str]]] = {}
        for (u, last), movers in level.items():
            for j in oracle.opponents(dm):
                for t in (oracle.improvements(j, u) if credible else oracle.moves[j][u]) if j != last else ():
                    if (t, j) not in seen:
                        new.setdefault((t, j), set()).update(one | {j} for one in movers)
        found = {one for (t, _), movers in new.items() if not oracle.prefers(dm, t, s) for one in movers}
        if found:
            return sorted(found, key=sorted)
        seen |= set(new)
        level = new
    return []


@examples(30)
@given(conflicts(16))
def test_answers_are_counted_as_the_definitions_say(drawn: Drawn) -> None:
    oracle, graph = Oracle(drawn.document, drawn.formulas), build_graph(loaded(drawn))
    found = answers(graph, range(len(graph.states)))
    for i, dm in enumerate(oracle.dms):
        every = [(s, s1) for s in oracle.states for s1 in oracle.improvements(dm, s)]
        credible = [(s, s1) for s, s1 in every if oracle.answers("SEQ", dm, s, s1)]
        costly = [(s, s1) for s, s1 in every if (s, s1) not in credible and oracle.answers("GMR", dm, s, s1)]
        assert (found.improvements[i], found.credibly[i], found.at_cost[i]) == (len(every), len(credible), len(costly))
        assert found.unanswered(i) == len(every) - len(credible) - len(costly)
        for table, those in ((found.credible, credible), (found.costly, costly)):
            movers = [shortest(oracle, dm, s, s1, table is found.credible) for s, s1 in those]
            for j, other in enumerate(oracle.dms):
                least = sum(all(other in one for one in ways) for ways in movers)
                most = sum(any(other in one for one in ways) for ways in movers)
                assert least <= table[i][j] <= most


@examples(20)
@given(conflicts(16))
def test_it_is_looked_at_the_status_quo_and_what_improvements_reach_nearest_first(drawn: Drawn) -> None:
    oracle, graph = Oracle(drawn.document, drawn.formulas), build_graph(loaded(drawn))
    states, every = looked_at(graph)
    if oracle.status_quo is None:
        assert (list(states), every) == ([], 0)
    else:
        reached = {oracle.status_quo} | oracle.reach(oracle.dms, oracle.status_quo, improvements=True)
        assert {graph.states.names[s] for s in states} == reached
        assert states[0] == graph.meaning.status_quo
        assert looked_at(graph, 2) == (states[:2], len(reached))


def test_an_arrow_for_each_pair_and_kind_of_answer_with_its_count() -> None:
    analysis = case("syria-2015")
    svg = who_answers_whom(analysis)
    assert svg is not None
    found = answers(analysis.graph, looked_at(analysis.graph)[0])
    told = [
        f"{takes} of {found.improvements[i]}"
        for table in (found.credible, found.costly)
        for i, row in enumerate(table)
        for takes in row
        if takes
    ]
    assert len(grouped(svg, "arrow")) == len(told)
    assert sorted(one for count in grouped(svg, "count") for one in texts_of(count)) == sorted(told)
    assert texts(svg).count("nothing to improve") == sum(not total for total in found.improvements)


def test_the_picture_is_told_in_words() -> None:
    svg = who_answers_whom(case("cuba-1962"))
    assert svg is not None
    assert described(svg) == (
        "At 5 states: the status quo and what improvements reach from it. The Soviet Union: 2 improvements; "
        "1 answered credibly (the United States in 1) and 1 not answered. The United States: 2 improvements; "
        "2 not answered."
    )


def test_where_it_was_not_looked_everywhere_the_picture_says_so() -> None:
    svg = who_answers_whom(case("syria-2015"), most=3)
    assert svg is not None
    assert "At the nearest 3 of 14 states" in described(svg)


def test_there_is_no_picture_where_nobody_answers_anything() -> None:
    analysis = case("prisoners-dilemma")
    moving = [s for s in everywhere(analysis) if weakest(standings(analysis))[s] == 0][:1]
    assert sum(answers(analysis.graph, moving).improvements) > 0
    assert who_answers_whom(analysis, moving) is None


def test_there_is_no_picture_without_states_or_improvements() -> None:
    assert who_answers_whom(case("chicken")) is None
    resting = case("chicken").equilibria("Nash")
    assert who_answers_whom(case("chicken"), resting) is None
    assert answers(case("chicken").graph, []) == CountedAnswers(
        (), (0, 0), (0, 0), (0, 0), ((0, 0),) * 2, ((0, 0),) * 2
    )


@pytest.mark.parametrize("most", [9, MANY, 72])
def test_counts_stand_on_arrows_unless_these_are_many(most: int) -> None:
    ring = Ring([f"Party {i}" for i in range(9)], ["7"] * 9, ["all answered"] * 9)
    pairs = [(i, j) for i in range(9) for j in range(9) if i != j]
    arrows = [Arrow(i, j, "3 of 7", (i + 1) / 9, j % 2 == 0) for i, j in pairs[::2] + pairs[1::2]][:most]
    svg = picture("answers", ring.width, ring.bottom, "", "A ring of nine decision makers", ring.drawn(arrows))
    assert len(grouped(svg, "arrow")) == most
    assert bool(grouped(svg, "count")) is (most <= MANY)
    legible(svg)


# Robustness


def test_every_share_is_drawn_with_its_interval() -> None:
    conflict = loads(UNSURE)
    found = stress(conflict, 60)
    svg = shares(conflict)
    varying = [i for i in range(2) if any(0 < one[i].count < 60 for one in found.stable.values())]
    quo = build_graph(conflict).meaning.status_quo
    assert len(grouped(svg, "share")) == 1 + len(varying) + len([s for s in often(found) if s != quo])
    assert found.status_quo["SEQ"].count == 0
    assert "The present situation holds in no draw without costly threats" in svg


def test_the_parts_of_a_bar_are_the_shares_of_the_four_ways_to_stand_still() -> None:
    conflict = loads(UNSURE)
    found = stress(conflict, 60)
    first = grouped(shares(conflict), "share")[0]
    bars = list(first.iter(f"{SVG}rect"))
    bounds = [0.0, *(found.status_quo[name].share for name in ("Nash", "SEQ", "GMR")), 1.0]
    expected = [350 * (b - a) for a, b in pairwise(bounds) if b > a]
    assert [float(one.get("width", "")) for one in bars] == pytest.approx(expected, abs=0.06)


def test_where_concepts_do_not_tell_the_four_ways_each_has_a_bar() -> None:
    found = grouped(shares(loads(UNSURE), concepts=["Nash", "SIM"]), "share")
    assert {texts_of(one)[0] for one in found} == {"Nash", "SIM"}


def test_the_first_states_of_each_concept_are_shown() -> None:
    found = stress(loads(UNSURE), 60)
    for by_state in found.equilibria.values():
        most = max(by_state, key=lambda s: (by_state[s].count, -s))
        assert most in often(found)


def test_without_a_status_quo_only_equilibria_are_shown() -> None:
    svg = shares(loads(MERGED))
    assert not any("status quo" in words.casefold() for words in texts(svg))
    sound(svg)
    legible(svg)


def test_there_is_no_picture_where_draws_differ_in_nothing_that_it_shows() -> None:
    sure = UNSURE.replace("sure: likely", "sure: certain").replace("sure: doubtful", "sure: certain")
    conflict = loads(sure.replace("{that: not A.x, sure: certain}", "{that: not A.x or A.x, sure: likely}"))
    found = stress(conflict, 20)
    assert uncertain(found) == 1
    assert robustness_picture(found, build_graph(conflict)) is None


def test_there_is_no_picture_where_every_draw_is_the_same() -> None:
    conflict = casebook.load("cuba-1962")
    assert uncertain(stress(conflict, 5)) == 0
    assert robustness_picture(stress(conflict, 5), build_graph(conflict)) is None


@pytest.mark.parametrize(("share", "words"), [(0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.999, ">99%"), (1, "100%")])
def test_all_and_none_are_said_only_of_all_and_none(share: float, words: str) -> None:
    assert percentage(share) == words


# The same again


GOLDEN: Mapping[str, Callable[[], str | None]] = {
    "ladder-chicken": lambda: ladder(case("chicken")),
    "ladder-syria-2015": lambda: ladder(case("syria-2015"), [184, 316, 583]),
    "answers-cuba-1962": lambda: who_answers_whom(case("cuba-1962")),
    "answers-garrison": lambda: who_answers_whom(case("garrison-diversion-unit"), range(23)),
    "robustness-unsure": lambda: shares(loads(UNSURE), concepts=["Nash", "GMR"]),
    "robustness-merged": lambda: shares(loads(MERGED)),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_pictures_are_as_they_were_accepted(name: str, request: pytest.FixtureRequest) -> None:
    svg = GOLDEN[name]()
    assert svg is not None
    golden(f"pictures/{name}.svg", svg, request)


def digests(names: Sequence[str]) -> str:
    return " ".join(hashlib.sha256((GOLDEN[name]() or "").encode()).hexdigest() for name in names)


@pytest.mark.slow
def test_another_process_with_other_hashes_draws_the_same() -> None:
    names = list(GOLDEN)
    code = f"from plots.test_plots import digests; print(digests({names}))"
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == digests(names) == digests(names)
