"""Files of GMCR+: what is read is what the file says, what is written is read back, and nothing is lost in silence."""

from __future__ import annotations

import json
import os
import pickle
import warnings
from contextlib import suppress
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks import SMALL, loaded, sized
from standoff import casebook, formats
from standoff.analysis.stability import solve
from standoff.conflict.meaning import interpret
from standoff.conflict.model import Conflict, Direction, OrderedStatements, Ranking
from standoff.conflict.syntax import is_name, parse
from standoff.errors import CannotSay, InvalidConflict, Note, StandoffError, UnreadableFile
from standoff.formats.gmcr.identifiers import identifiers
from standoff.formats.gmcr.terms import Expander, TooManyTerms
from standoff.graph import build_graph
from strategies import conflicts as drawing
from strategies.conflicts import Drawn, conflicts, random_conflict

SAMPLE: dict[str, Any] = {
    "program": "gmcr-py",
    "version": "0.4.1",
    "useManualPreferenceRanking": False,
    "options": [
        {"name": "Sail on", "permittedDirection": "fwd"},
        {"name": "Blockade", "permittedDirection": "back"},
        {"name": "Talk", "permittedDirection": "both"},
    ],
    "decisionMakers": [
        {"name": "North", "options": [0, 1], "preferences": [[[0, "N"], [2, "Y"]], [[1, "Y"]]], "misperceptions": []},
        {
            "name": "South",
            "options": [2],
            "preferences": [{"compound": True, "members": [[[0, "N"]], [[1, "Y"], [2, "Y"]]]}],
            "payoffs": [1, 2, 1, 2, 1, 2],
        },
    ],
    "infeasibles": [[[0, "Y"], [1, "Y"]]],
    "coalitions": [0, 1],
    "coalitionsFull": [],
}


def changed(**changes: Any) -> dict[str, Any]:
    """The sample with other values at the top."""
    return {**json.loads(json.dumps(SAMPLE)), **changes}


def party(i: int, **changes: Any) -> list[Any]:
    """The decision makers of the sample, one with other values."""
    makers = changed()["decisionMakers"]
    makers[i] |= changes
    return list(makers)


def read(data: Any) -> tuple[Conflict, list[str]]:
    """The conflict of a file with these data, and the notes."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        conflict = formats.loads(json.dumps(data), ".gmcr")
    assert all(issubclass(each.category, Note) for each in caught)
    return conflict, [str(each.message) for each in caught]


def written(conflict: Conflict) -> str:
    """The text of a file with the conflict, whatever it leaves out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Note)
        return formats.dumps(conflict, ".gmcr")


def again(conflict: Conflict) -> Conflict:
    """The conflict, written and read back."""
    return read(json.loads(written(conflict)))[0]


def problems(data: Any) -> str:
    with pytest.raises(InvalidConflict) as caught:
        formats.loads(json.dumps(data), ".gmcr")
    return str(caught.value)


def rankings(conflict: Conflict) -> list[list[int]]:
    return interpret(conflict).ranks.tolist()  # type: ignore[no-any-return]


# What is read


def test_the_parts_of_a_file_become_those_of_a_conflict_without_a_note() -> None:
    conflict, notes = read(SAMPLE)
    north, south = conflict.decision_makers
    assert [(o.name, o.title, o.moves) for o in north.options] == [
        ("Sail_on", "Sail on", Direction.FORWARD),
        ("Blockade", None, Direction.BACKWARD),
    ]
    assert isinstance(north.preference, OrderedStatements)
    assert isinstance(south.preference, OrderedStatements)
    assert [str(statement.formula) for statement in (*north.preference.statements, *south.preference.statements)] == [
        "not North.Sail_on and South.Talk",
        "North.Blockade",
        "not North.Sail_on or North.Blockade and South.Talk",
    ]
    assert [str(rule.formula) for rule in conflict.infeasible] == ["North.Sail_on and North.Blockade"]
    assert (conflict.title, notes) == ("Untitled conflict", [])


def test_moves_go_forward_to_yes_and_back_to_no() -> None:
    graph = build_graph(read(SAMPLE)[0])
    # States: 1 NNN, 2 YNN, 3 NYN, 4 NNY, 5 YNY, 6 NYY
    assert [list(graph.targets(0, s)) for s in range(6)] == [[1], [], [0, 1], [4], [], [3, 4]]
    assert [list(graph.targets(1, s)) for s in range(6)] == [[3], [4], [5], [0], [1], [2]]


def test_a_compound_rule_excludes_whatever_meets_one_of_its_members() -> None:
    rule = {"compound": True, "members": [[[0, "Y"], [1, "Y"]], [[2, "Y"]]]}
    conflict, _ = read(changed(infeasibles=[rule]))
    assert [interpret(conflict).states.levels(s) for s in range(3)] == [(0, 0, 0), (1, 0, 0), (0, 1, 0)]


def test_rankings_count_where_the_file_says_so_and_ties_are_nested_lists() -> None:
    makers = [party(i, preferences=[], preferenceRanking=[[6, 2], 1, 3, [4], 5])[i] for i in (0, 1)]
    conflict, notes = read(changed(useManualPreferenceRanking=True, decisionMakers=makers))
    assert isinstance(conflict.decision_makers[0].preference, Ranking)
    assert rankings(conflict) == [[3, 4, 2, 1, 0, 4]] * 2
    assert notes == []


def test_older_names_of_keys_are_understood() -> None:
    new = [party(i, preferences=[], preferenceRanking=[1, 2, [3, 4], 5, 6])[i] for i in (0, 1)]
    old = [party(i, preferences=[], preferenceVector=[1, 2, [3, 4], 5, 6])[i] for i in (0, 1)]
    older = changed(useManualPreferenceVectors=True, decisionMakers=old)
    del older["useManualPreferenceRanking"]
    assert read(older) == read(changed(useManualPreferenceRanking=True, decisionMakers=new))


def test_statements_are_kept_beside_a_ranking_only_where_they_come_to_the_same() -> None:
    same, other = [6, 4, 3, [1, 2, 5]], [1, 2, 3, 4, 5, 6]
    makers = [party(0, preferenceRanking=same)[0], party(1, preferenceRanking=other)[1]]
    conflict, notes = read(changed(useManualPreferenceRanking=True, decisionMakers=makers))
    assert [type(dm.preference) for dm in conflict.decision_makers] == [OrderedStatements, Ranking]
    assert notes == ["preferences left out (South): the file goes by rankings, and these say otherwise"]


@pytest.mark.parametrize("ranking", [[1, 2, 3, 4, 5, 6], [1, 77], "x", [[1, {}]]])
def test_a_ranking_that_does_not_count_and_says_otherwise_is_told(ranking: Any) -> None:
    conflict, notes = read(changed(decisionMakers=party(0, preferenceRanking=ranking)))
    assert conflict == read(SAMPLE)[0]
    assert notes == ["rankings left out (North): the file goes by preferences, and these say otherwise"]


def test_who_prefers_nothing_is_indifferent_and_that_is_told() -> None:
    conflict, notes = read(changed(decisionMakers=party(1, preferences=[])))
    assert rankings(conflict)[1] == [0] * 6
    assert notes == ["all states are equal to South: the file gives no preferences"]


def test_states_that_one_does_not_see_become_views_of_all_others() -> None:
    conflict, notes = read(changed(decisionMakers=party(1, misperceptions=[[[0, "Y"], [2, "N"]], [[1, "Y"]]])))
    (view,) = conflict.views
    assert (view.by, view.of) == ("South", "North")
    assert [str(each.formula) for each in view.impossible] == ["North.Sail_on and not South.Talk", "North.Blockade"]
    assert notes[0].startswith("misperceptions (South) became views")


def test_unknown_keys_are_told_in_one_note() -> None:
    data = changed(icon="x", decisionMakers=party(0, colour="red"))
    data["options"][1]["sign"] = data["options"][2]["sign"] = 1
    conflict, notes = read(data)
    assert conflict == read(SAMPLE)[0]
    (note,) = notes
    assert all(part in note for part in ('"icon"', '"colour" in decisionMakers', '"sign" in options'))
    assert note.count('"sign"') == 1


def test_coalitions_are_told_where_somebody_is_in_one() -> None:
    _, notes = read(changed(coalitions=[[0, 1]]))
    assert notes == ["coalitions are left out: North with South"]
    assert read(changed(coalitions=[1, [0]]))[1] == []


def test_a_title_is_taken_over() -> None:
    assert read(changed(title="The strait"))[0].title == "The strait"


@given(st.integers(0, 2**32), st.booleans())
def test_states_and_ranks_are_those_of_a_brute_force_by_hand(seed: int, ranked: bool) -> None:
    rng = Random(seed)
    data, owners = random_file(rng)
    order = [number for own in owners for number in own]
    vectors = [dict(zip(order, bits[::-1], strict=True)) for bits in product("NY", repeat=len(order))]
    states = [v for v in vectors if not any(so(rule, v) for rule in data["infeasibles"])]
    assume(states)
    numbers = list(range(1, len(states) + 1))
    for maker in data["decisionMakers"]:
        maker["preferenceRanking"] = rng.sample(numbers, len(states))
    data["useManualPreferenceRanking"] = ranked
    conflict, _ = read(data)
    meaning = interpret(conflict)
    assert [meaning.states.levels(s) for s in range(len(meaning.states))] == [
        tuple("NY".index(v[number]) for number in order) for v in states
    ]
    for ranks, maker in zip(meaning.ranks.tolist(), data["decisionMakers"], strict=True):
        keys: list[Any] = [[so(each, v) for each in maker["preferences"]] for v in states]
        keys = [-maker["preferenceRanking"].index(n) for n in numbers] if ranked else keys
        assert [[a < b for b in ranks] for a in ranks] == [[a < b for b in keys] for a in keys]


def so(condition: Any, vector: dict[int, str]) -> bool:
    if isinstance(condition, dict):
        return any(so(member, vector) for member in condition["members"])
    return all(vector[option] == taken for option, taken in condition)


def random_file(rng: Random) -> tuple[dict[str, Any], list[list[int]]]:
    """A file whose options are in any order, and whose they are."""
    count = rng.randint(2, 5)
    order = rng.sample(range(count), count)
    cuts = sorted(rng.sample(range(1, count), rng.randint(0, min(2, count - 1))))
    owners = [order[a:b] for a, b in zip([0, *cuts], [*cuts, count], strict=True)]

    def all_of() -> list[Any]:
        return [[option, rng.choice("NY")] for option in rng.sample(range(count), rng.randint(1, min(3, count)))]

    def condition() -> Any:
        return (
            {"compound": True, "members": [all_of() for _ in range(rng.randint(0, 3))]}
            if rng.random() < 0.4
            else all_of()
        )

    options = [{"name": f"o{k}", "permittedDirection": rng.choice(["both", "fwd", "back"])} for k in range(count)]
    makers = [
        {"name": f"d{i}", "options": own, "preferences": [condition() for _ in range(rng.randint(0, 4))]}
        for i, own in enumerate(owners)
    ]
    rules = [condition() for _ in range(rng.randint(0, 2))]
    return {"options": options, "decisionMakers": makers, "infeasibles": rules}, owners


# What is written


def random_binary(rng: Random) -> Drawn:
    levels = drawing._levels
    with mock.patch.object(drawing, "_levels", lambda rng, most: levels(rng, min(most, 2))):
        return random_conflict(rng, "option", 64)


def binary_conflicts() -> st.SearchStrategy[Drawn]:
    """Conflicts that the format can hold, but for names of states."""
    return st.randoms(use_true_random=False).map(random_binary)


@given(binary_conflicts())
def test_states_moves_ranks_and_answers_survive_the_round_trip(drawn: Drawn) -> None:
    assume("states" not in drawn.document)
    conflict = loaded(drawn)
    analysis, back = solve(conflict), solve(again(conflict))
    graph, same = analysis.graph, back.graph
    assert np.array_equal(graph.states.codes, same.states.codes)
    assert np.array_equal(graph.ranks, same.ranks)
    for i, s in product(graph.dms, range(len(graph.states))):
        assert np.array_equal(graph.targets(i, s), same.targets(i, s))
    assert analysis.stable.keys() == back.stable.keys()
    for concept in analysis.stable:
        assert np.array_equal(analysis.stable[concept], back.stable[concept])
        assert analysis.equilibria(concept) == back.equilibria(concept)


@given(binary_conflicts())
def test_what_was_read_is_written_and_read_back_equal(drawn: Drawn) -> None:
    assume("states" not in drawn.document)
    once = again(loaded(drawn))
    assert again(once) == once
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        formats.dumps(once, ".gmcr")


@given(conflicts(64))
def test_what_the_format_cannot_hold_is_refused_with_every_reason(drawn: Drawn) -> None:
    options = [
        option for maker in drawn.document["decision_makers"].values() for option in maker.get("options", {}).values()
    ]
    reasons = {
        "graph form": "graph" in drawn.document,
        "names of their own": "states" in drawn.document,
        "more than two levels": any(len((option or {}).get("levels", "NY")) > 2 for option in options),
    }
    assume(any(reasons.values()))
    with pytest.raises(CannotSay) as caught:
        written(loaded(drawn))
    assert {reason: reason in str(caught.value) for reason in reasons} == reasons


@pytest.mark.parametrize("name", casebook.names())
def test_a_case_is_written_with_the_same_answers_or_refused(name: str) -> None:
    conflict = casebook.load(name)
    try:
        text = written(conflict)
    except CannotSay:
        assert conflict.states or conflict.graph or any(len(option.levels) > 2 for _, option in conflict.options)
        return
    back = solve(read(json.loads(text))[0])
    for concept, stable in solve(conflict).stable.items():
        assert np.array_equal(stable, back.stable[concept])


def test_what_is_left_out_is_told_in_one_note() -> None:
    text = SMALL.replace("{x: {}, y: {levels: [lo, mid, hi]}}", "{x: {title: To go}, y: {levels: [lo, hi], why: w}}")
    text += "about: a\ndate: 2015\ndefine: {calm: not A.x}\nviews: {A: {B: {prefers: [A.x]}}}\n"
    text = text.replace("prefers: [A.y = hi]", "weights: {A.y = hi: 2}")
    with pytest.warns(Note) as caught:
        formats.dumps(formats.loads(text), ".gmcr")
    (note,) = (str(each.message) for each in caught)
    for part in ("the date", "descriptions", "evidence", "names beside titles", "names of levels", "definitions"):
        assert part in note
    for part in ("what the rankings of B rest on", "the status quo", "views"):
        assert part in note
    assert "claims" not in note


def test_rules_are_written_without_compounds_and_preferences_as_short_as_they_are() -> None:
    conflict = formats.loads("""
standoff: 1
title: Forms
decision_makers:
  A: {options: {x: {}, y: {}}, prefers: [x iff y, "true", not (x and z), x]}
  B: {options: {z: {}}, prefers: [z and x or y and x]}
infeasible: [x and (y or z), z and not x and not z]
""")
    data = json.loads(written(conflict))
    assert data["infeasibles"] == [[[0, "Y"], [1, "Y"]], [[0, "Y"], [2, "Y"]]]
    assert data["decisionMakers"][0]["preferences"] == [
        {"compound": True, "members": [[[0, "Y"], [1, "Y"]], [[0, "N"], [1, "N"]]]},
        {"compound": True, "members": [[[0, "N"]], [[2, "N"]]]},
        [[0, "Y"]],
    ]
    assert data["useManualPreferenceRanking"] is False
    assert data["decisionMakers"][1]["preferenceRanking"] == [[1, 2, 3, 4, 5]]


def parity(count: int, **further: Any) -> Conflict:
    """A conflict in which a formula has no short form."""
    names = [f"o{k}" for k in range(count)]
    document = {
        "standoff": 1,
        "title": "Parity",
        "decision_makers": {"A": {"options": {name: {} for name in names}, "prefers": [" iff ".join(names)]}},
    }
    return formats.loads(json.dumps(document | further), ".json")


@pytest.mark.parametrize("count", [6, 12])
def test_a_statement_without_a_short_form_becomes_a_ranking(count: int) -> None:
    conflict = parity(count)
    data = json.loads(written(conflict))
    assert (data["useManualPreferenceRanking"], data["decisionMakers"][0]["preferences"]) == (True, [])
    assert rankings(again(conflict)) == rankings(conflict)


def test_more_statements_than_the_tool_can_add_up_become_a_ranking() -> None:
    literals = [[f"{'' if code >> k & 1 else 'not '}o{k}" for k in range(5)] for code in range(32)]
    for statements in (31, 32):
        prefers = [" and ".join(each) for each in literals[:statements]]
        maker = {"options": {f"o{k}": {} for k in range(5)}, "prefers": prefers}
        conflict = parity(5, decision_makers={"A": maker})
        assert json.loads(written(conflict))["useManualPreferenceRanking"] is (statements > 31)
        assert rankings(again(conflict)) == rankings(conflict)


def test_rules_without_a_short_form_are_listed() -> None:
    conflict = parity(10, infeasible=[" iff ".join(f"o{k}" for k in range(10))])
    assert np.array_equal(interpret(again(conflict)).states.codes, interpret(conflict).states.codes)


def test_what_would_be_too_long_is_refused_with_every_reason() -> None:
    with pytest.raises(CannotSay, match=r"rules with no short form.*; rankings of more than 4,096 states") as caught:
        written(parity(14, infeasible=[" iff ".join(f"o{k}" for k in range(14))]))
    assert "A)" in str(caught.value)


@pytest.mark.slow
def test_definitions_however_deep_are_written_out() -> None:
    deep = sized(1200, 3000)  # deeper than Python's own stack
    define = {"d0": "not o0"} | {f"d{k}": f"not (d{k - 1} and o1)" for k in range(1, deep)}
    conflict = parity(2, define=define, infeasible=[f"d{deep - 1} and o0"])
    assert np.array_equal(interpret(again(conflict)).states.codes, interpret(conflict).states.codes)


def test_formulas_that_double_at_every_level_are_not_written_out_for_ever() -> None:
    few, many = (parse(" iff ".join(f"o{k % count}" for k in range(91))) for count in (2, 12))
    assert set(Expander(parity(2)).terms(few)) == {frozenset({(0, level), (1, 1)}) for level in (0, 1)}
    with pytest.raises(TooManyTerms):
        Expander(parity(12)).terms(many)


def test_the_file_is_plain_ascii_with_an_entry_on_each_line() -> None:
    text = written(read(changed(title="Straße"))[0])
    assert text.isascii()
    assert '  {"name": "Blockade", "permittedDirection": "back"},\n' in text


def test_files_are_known_by_their_suffix(tmp_path: Path) -> None:
    conflict, _ = read(SAMPLE)
    formats.dump(conflict, tmp_path / "strait.GMCR")
    assert formats.load(tmp_path / "strait.GMCR") == conflict


# Names


NAMES = [
    "<b>&amp;",
    "الحكومة \u200f(1)",
    "🕊️",
    "x" * 500,
    "United States",
    "",
    "  ",
    "not",
    "3rd party",
    "Étát",
    "a\tb",
    "__",
]


def test_names_of_any_kind_survive_as_titles() -> None:
    options = [{"name": name, "permittedDirection": "both"} for name in NAMES]
    makers = [{"name": name, "options": [k], "preferences": [[[k, "Y"]]]} for k, name in enumerate(NAMES)]
    conflict, _ = read({"options": options, "decisionMakers": makers, "infeasibles": []})
    for dm, name in zip(conflict.decision_makers, NAMES, strict=True):
        for labelled in (dm, dm.options[0]):
            assert is_name(labelled.name)
            assert len(labelled.name) <= 40
            assert (labelled.title or labelled.name) == name or not name.strip()
    assert [dm.title for dm in again(conflict).decision_makers] == [dm.title for dm in conflict.decision_makers]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50), max_size=8))
def test_any_texts_have_names_of_their_own(texts: list[str]) -> None:
    found = identifiers([*texts, *texts, "x" * 60, "x" * 50], "dm")
    names = [name for name, _ in found]
    assert all(is_name(name) and len(name) <= 40 for name in names)
    assert len(set(names)) == len(names)


def test_names_are_those_of_the_file_as_far_as_formulas_allow() -> None:
    texts = ["United States", "United-States", "not", "3rd", "!", "US"]
    assert [name for name, _ in identifiers(texts, "dm")] == [
        *("United_States", "United_States_2", "dm_not", "dm_3rd", "dm5", "US")
    ]


# Bad files


class _Malicious:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_refused_unread(protocol: int, tmp_path: Path) -> None:
    content = pickle.dumps({"dms": _Malicious(tmp_path / "made")}, protocol)
    (tmp_path / "old.gmcr").write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"old\.gmcr: .*pickles; these are not opened.*Save it anew"):
        formats.load(tmp_path / "old.gmcr")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"[]", "expected a mapping"),
        (b"null", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": \xff}', "not UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"options":' * 50 + b"1" + b"}" * 50, "nested more than 40 deep"),
        (b'{"title": "a", "title": "b"}', "given twice"),
    ],
)
def test_what_is_no_such_file_is_told(content: bytes, message: str) -> None:
    with pytest.raises(StandoffError, match=message):
        formats.loads(content, ".gmcr")


BAD = {
    "no options": (changed(options=[]), "decisionMakers[0].options: North has no options"),
    "missing": ({"title": "t"}, "options: is missing"),
    "wrong type": (changed(infeasibles=7), "infeasibles: expected a list, found the number 7"),
    "direction": (changed(options=[{"name": "a", "permittedDirection": "up"}]), 'both, fwd or back, found "up"'),
    "number beyond": (
        changed(infeasibles=[[[3, "Y"]]]),
        "infeasibles[0][0][0]: expected the number of an option, 0 to 2",
    ),
    "huge number": (changed(infeasibles=[[[10**4000, "Y"]]]), "infeasibles[0][0][0]: expected the number of an option"),
    "negative": (changed(infeasibles=[[[-1, "Y"]]]), "found the number -1"),
    "bool as number": (changed(infeasibles=[[[True, "Y"]]]), "found true"),
    "float as number": (changed(infeasibles=[[[0.0, "Y"]]]), "found the number 0.0"),
    "neither Y nor N": (changed(infeasibles=[[[0, "-"]]]), "infeasibles[0][0]: expected an option and"),
    "unhashable": (changed(infeasibles=[[[0, []]]]), "infeasibles[0][0]: expected an option and"),
    "named twice": (changed(infeasibles=[[[0, "Y"], [0, "N"]]]), "option 0 is named twice in one condition"),
    "in two": (
        changed(decisionMakers=party(1, options=[2, 0])),
        "decisionMakers[1].options: option 0 is taken already",
    ),
    "in none": (changed(decisionMakers=party(1, options=[])), "options[2]: the option belongs to no decision maker"),
    "nobody": (changed(decisionMakers=[], options=[]), "decisionMakers: a conflict needs at least one"),
    "nothing feasible": (changed(infeasibles=[[]]), "infeasibles: no feasible state"),
    "no ranking": (changed(useManualPreferenceRanking=True), "decisionMakers[0].preferenceRanking: is missing"),
    "flag": (changed(useManualPreferenceRanking="yes"), "useManualPreferenceRanking: expected true or false"),
    "coalition": (changed(coalitions=[[0, 9]]), "coalitions[0]: expected the number of a decision maker, 0 to 1"),
    "title": (changed(title=["t"]), "title: expected text, found a list"),
    "empty mapping": (changed(decisionMakers=[{}]), "decisionMakers[0]: is empty"),
    "long": (changed(infeasibles=[[]] * 10_001), "infeasibles: 10,001 entries; at most 10,000"),
    "long formula": (
        changed(infeasibles=[{"members": [[[0, "Y"]]] * 900}]),
        "infeasibles[0]: as a formula it is longer than 10,000 characters",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_is_told_with_its_place(kind: str) -> None:
    data, message = BAD[kind]
    assert message in problems(data)


@pytest.mark.parametrize(
    ("ranking", "message"),
    [
        ([1, 2, 3, 4, 5], "preferenceRanking: a ranking names every state once; missing: 6"),
        ([1, 2, 3, 4, 5, [6, 1]], "preferenceRanking[5]: state 1 is ranked twice"),
        ([1, 2, 3, 4, 5, 6, 7], 'preferenceRanking[6]: unknown state "7"'),
        ([1, 2, 3, 4, 5, 6, []], "preferenceRanking[6]: an empty list of states"),
        ([1, [[2]], "3"], "preferenceRanking[2]: expected the number of a state"),
        ([1, True], "preferenceRanking[1]: expected the number of a state"),
        ({"1": 2}, "preferenceRanking: expected a list of states, found a mapping"),
        ([], "preferenceRanking: a ranking names every state once"),
    ],
)
def test_a_ranking_that_is_none_is_told_with_its_place(ranking: Any, message: str) -> None:
    makers = [party(0, preferenceRanking=ranking)[0], party(1, preferenceRanking=[[1, 2, 3, 4, 5, 6]])[1]]
    assert message in problems(changed(useManualPreferenceRanking=True, decisionMakers=makers))


def test_everything_that_is_wrong_is_told_at_once_in_order_and_with_its_line() -> None:
    data = changed(
        coalitions=7,
        infeasibles=[[[0, "Y"]], [[9, "Y"]]],
        decisionMakers=[party(0, name=5)[0], party(1, misperceptions=[{"members": [3]}])[1]],
    )
    with pytest.raises(InvalidConflict) as caught:
        formats.loads(json.dumps(data, indent=0), ".gmcr", name="a.gmcr")
    places = [str(problem).split(":")[0] for problem in caught.value.problems]
    assert places == [
        "decisionMakers[0].name",
        "decisionMakers[1].misperceptions[0].members[0]",
        "infeasibles[1][0][0]",
        "coalitions",
    ]
    lines = [problem.line or 0 for problem in caught.value.problems]
    assert lines == sorted(lines)
    assert lines[0] > 1


def test_a_problem_is_told_once_and_casts_no_shadow() -> None:
    assert len(problems(changed(options=7)).splitlines()) == 1
    assert len(problems(changed(decisionMakers=7)).splitlines()) == 1
    assert len(problems(changed(decisionMakers=[7, *party(0)[1:]])).splitlines()) == 1


def test_problems_are_bounded() -> None:
    assert len(problems(changed(infeasibles=[7] * 5000)).splitlines()) == 101


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.just(10**30) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "options", "members", "compound", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every container in the data with each of its keys."""
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else []
    return [(data, key) for key in keys] + [place for key in keys for place in places(data[key])]


@given(st.data(), JSON)
def test_a_file_with_any_part_replaced_is_a_conflict_or_a_clear_error(data: st.DataObject, junk: Any) -> None:
    makers = [party(i, preferenceRanking=[1, 2, 3, [4, 5], 6], misperceptions=[[[0, "Y"]]])[i] for i in (0, 1)]
    file = changed(useManualPreferenceRanking=data.draw(st.booleans()), decisionMakers=makers)
    for _ in range(data.draw(st.integers(1, 2))):
        container, key = data.draw(st.sampled_from(places(file)))
        container[key] = json.loads(json.dumps(junk))
    conflict = None
    with suppress(StandoffError):
        conflict, _ = read(file)
    assert conflict is None or rankings(again(conflict)) == rankings(conflict)


@given(JSON)
def test_any_json_is_a_conflict_or_a_clear_error(data: Any) -> None:
    with pytest.raises(StandoffError):
        formats.loads(json.dumps(data), ".gmcr")
