"""Every flip against every variation of the document, judged by the definition and by solving anew."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from checks import chunks, examples, loaded, run, sized, written
from oracles.inverse import Key, Outcome, Variation, definition_changes, outcome, small_conflicts, variations
from oracles.oracle import State
from standoff import casebook
from standoff.analysis.claim_robustness import examine
from standoff.analysis.flips import Flip, Flips, Variations, flips, judged, pivots
from standoff.analysis.stability import Analysis, solve
from standoff.analysis.uncertainty import stress
from standoff.conflict.edits import Edit, apply, believability, edits
from standoff.conflict.meaning import interpret
from standoff.conflict.model import Conflict
from standoff.documents import schema
from standoff.errors import InvalidConflict, Note
from standoff.formats import dumps, load, loads
from standoff.graph import build_graph
from standoff.report.findings import Findings
from standoff.report.flips import flips_section
from standoff.report.ties import Ties
from standoff.wording.edits import edit_words
from standoff.writers.terminal import plain_text
from strategies.conflicts import Drawn, conflicts, with_evidence

CHUNKS = 4
CONFLICTS = 9  # in each chunk
EVERY_KIND = """
standoff: 1
title: Every kind of judgement
decision_makers:
  A:
    options: {x: {moves: forward}, y: {levels: [lo, mid, hi]}}
    prefers: [B.x, not A.x, A.y = hi]
  B:
    options: {x: {moves: backward}, z: {}}
    weights: {A.x: 2, B.z: -1}
infeasible: [A.x and B.x]
status_quo: {A.y: mid}
"""
RANKED = """
standoff: 1
title: A ranking
decision_makers: {A: {ranking: [b, [a, c]]}, B: {ranking: [a, b, c]}}
graph: {states: {a: , b: , c: }, moves: {A: {a: [b]}}}
status_quo: a
"""
TWO_RULES = """
standoff: 1
title: Each of two rules forbids what A wants
decision_makers: {A: {options: {x: {}}, prefers: [A.x]}, B: {options: {x: {}}, prefers: [A.x iff A.x]}}
infeasible: [A.x, A.x or A.x]
status_quo: {A.x: no}
"""
BACKWARD = """
standoff: 1
title: To negate the aim turns nothing unless the move can be undone, nor the other way round
decision_makers: {A: {options: {x: {levels: [a, b, c], moves: backward}}, prefers: [A.x != c]}}
infeasible: [A.x = b]
status_quo: {}
"""
JOINING = """
standoff: 1
title: A rule without which the named state "calm" gains a combination
decision_makers: {A: {options: {x: {}}, prefers: [A.x]}, B: {options: {x: {}}, prefers: [A.x]}}
infeasible: [A.x and B.x]
states: {calm: A.x, quiet: not A.x and not B.x, loud: B.x and not A.x}
status_quo: quiet
"""
MERGING = """
standoff: 1
title: States that a dropped rule merges
decision_makers: {A: {options: {x: {}}, prefers: [A.x]}, B: {options: {x: {}}, prefers: [A.x]}}
infeasible: [A.x and B.x]
states: {1: not A.x and not B.x, 2: A.x, 3: B.x and not A.x}
status_quo: 1
"""


@cache
def drawn_conflicts(chunk: int) -> list[Drawn]:
    """Of all kinds, and some in which a rule can go without a ranking being broken, so that numbers shift."""
    free = [each for each in small_conflicts(750 + chunk, 60, most=7, kind="option") if is_free(each)]
    return small_conflicts(700 + chunk, sized(4, CONFLICTS), most=8) + free[:3]


def is_free(drawn: Drawn) -> bool:
    document = drawn.document
    ranked = any("ranking" in body for body in document["decision_makers"].values())
    return "infeasible" in document and "states" not in document and not ranked


def keys(analysis: Analysis) -> list[Key]:
    """Each state by the name that the conflict gives it, else by its combination of levels."""
    states = analysis.graph.states
    if analysis.graph.conflict.states or not states.option_form:
        return list(states.names)
    return [frozenset(tuple(map(int, v)) for v in members(analysis, s)) for s in range(len(states))]


def members(analysis: Analysis, s: int) -> Iterator[tuple[int, ...]]:
    states = analysis.graph.states
    return (tuple(states.combinations.levels(code)) for code in states.members(s))


def solved(conflict: Conflict, concepts: tuple[str, ...]) -> Outcome:
    """The answer of `solve`, with names."""
    analysis = solve(conflict, list(concepts))
    graph, known = analysis.graph, keys(analysis)
    found = {c: {known[s]: graph.states.names[s] for s in analysis.equilibria(c)} for c in concepts}
    quo = graph.meaning.status_quo
    held = {} if quo is None else {c: bool(analysis.stable[c][:, quo].all()) for c in concepts}
    return Outcome(found, held)


Told = dict[str, set[State]]


def difference(before: Outcome, after: Outcome) -> tuple[Told, Told, dict[str, bool]]:
    """What appears (by its name after), vanishes (by its name before) and flips at the status quo."""
    appears = {
        c: {n for k, n in after.equilibria[c].items() if k not in before.equilibria[c]} for c in after.equilibria
    }
    vanishes = {
        c: {n for k, n in before.equilibria[c].items() if k not in after.equilibria[c]} for c in after.equilibria
    }
    flipped = {c: holds for c, holds in after.status_quo.items() if holds != before.status_quo[c]}
    return nonempty(appears), nonempty(vanishes), flipped


def nonempty(told: Mapping[str, set[State]]) -> Told:
    return {concept: names for concept, names in told.items() if names}


def told(flip: Flip) -> tuple[Told, Told, dict[str, bool]]:
    appears = {c: set(names) for c, names in flip.appears.items()}
    return appears, {c: set(names) for c, names in flip.vanishes.items()}, dict(flip.status_quo)


def identity(edit: Edit | Variation) -> tuple[tuple[str | int, ...], str, str | int | None]:
    part = edit.rewording.part if isinstance(edit, Edit) and edit.rewording is not None else None
    return tuple(edit.path), edit.kind, edit.level if part is None else part


def singles_by_definition(drawn: Drawn, concepts: tuple[str, ...]) -> tuple[dict[Any, Any], set[Any]]:
    """By edit what changes; and the edits that leave no valid conflict."""
    before = outcome(drawn, drawn.document, concepts)
    assert before is not None
    after = {
        identity(each): outcome(drawn, each.document, concepts) for each in variations(drawn.document, drawn.formulas)
    }
    changes = {edit: difference(before, each) for edit, each in after.items() if each is not None}
    return {edit: each for edit, each in changes.items() if any(each)}, after.keys() - changes.keys()


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_flips_are_exactly_the_variations_of_the_document_that_change_something(chunk: int) -> None:
    seen = Counter[str]()
    for drawn in drawn_conflicts(chunk):
        found = flips(loaded(drawn), most_pairs=0)
        changing, invalid = singles_by_definition(drawn, tuple(found.variations.concepts))
        assert {identity(flip.edits[0]): told(flip) for flip in found.singles} == changing
        assert {identity(flip.edits[0]) for flip in found.unjudged} == invalid
        assert found.tried == len(list(variations(drawn.document, drawn.formulas)))
        seen.update(flip.edits[0].kind for flip in found.singles)
    assert {"drop", "negate", "swap", "status_quo", "drop_rule"} <= seen.keys()


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_flips_of_definitions_are_those_that_change_something(chunk: int) -> None:
    seen = Counter[str]()
    for drawn in defining(7100 + chunk, sized(16, 2 * CONFLICTS)):
        found = flips(loaded(drawn), most_pairs=0)
        changing, invalid = singles_by_definition(drawn, tuple(found.variations.concepts))
        assert {identity(flip.edits[0]): told(flip) for flip in found.singles} == changing
        assert {identity(flip.edits[0]) for flip in found.unjudged} == invalid
        assert found.tried == len(list(variations(drawn.document, drawn.formulas)))
        seen.update(flip.edits[0].kind for flip in found.singles)
    assert {"leave_out", "join_otherwise"} <= seen.keys()


def test_a_change_of_a_definition_that_leaves_no_valid_conflict_is_told() -> None:
    text = DEFINED.replace("status_quo: {}", "infeasible: [both]\nstatus_quo: {A.x: yes}")
    unjudged = {identity(flip.edits[0]): flip.invalid for flip in flips(loads(text)).unjudged}
    assert unjudged.keys() >= {(("define", "both"), "leave_out", 1), (("define", "both"), "join_otherwise", None)}
    assert unjudged[("define", "both"), "leave_out", 1] == "infeasible, by the rule: both"


def defining(seed: int, count: int, most: int = 8) -> list[Drawn]:
    """Small conflicts with definitions that give evidence and can be changed."""
    rng, found = Random(seed), list[Drawn]()
    while len(found) < count:
        (small,) = small_conflicts(rng.randrange(10**9), 1, most=most)
        drawn = with_evidence(rng, small)
        if any(any(definition_changes(entry, drawn.formulas)) for entry in drawn.document.get("define", {}).values()):
            found.append(drawn)
    return found


DEFINED = """
standoff: 1
title: Definitions
define:
  both: {that: A.x and (B.x and (not B.x or A.x)), why: So it is called.}
  either: {that: (A.x or B.x and A.x), sure: likely}
  alone: {that: A.x, why: One part.}
  unless: {that: A.x and B.x if B.x, why: No chain.}
  plain: A.x and B.x
  certain: {that: A.x and B.x, sure: certain}
names:
  called: {that: A.x and B.x, why: It is only called so.}
decision_makers: {A: {options: {x: {}}, prefers: [both]}, B: {options: {x: {}}, prefers: [either]}}
status_quo: {}
"""


def test_a_definition_with_evidence_that_joins_parts_loses_one_or_joins_by_the_other_word() -> None:
    conflict = loads(DEFINED)
    found = [(edit.path, edit.rewording) for edit in edits(conflict) if edit.path[0] in ("define", "names")]
    assert [(path[-1], new.formula, new.without) for path, new in found if new is not None] == [
        ("both", "B.x and (not B.x or A.x)", "A.x"),
        ("both", "A.x and (not B.x or A.x)", "B.x"),
        ("both", "A.x and B.x", "(not B.x or A.x)"),
        ("both", "A.x or B.x or (not B.x or A.x)", ""),
        ("either", "B.x and A.x", "A.x"),
        ("either", "A.x", "B.x and A.x"),
        ("either", "A.x and B.x and A.x", ""),
    ]
    judged_ones = [one.path[-1] for one in conflict.judgements() if one.path[0] in ("define", "names")]
    assert judged_ones == ["both", "either", "alone", "unless"]
    changed = next(edit for edit in edits(conflict) if edit.rewording and edit.rewording.without == "B.x and A.x")
    assert changed.words == "leave out “B.x and A.x”"
    after = apply(conflict, changed)
    assert [one.statement.evidence.sure for one in after.definitions] == [
        one.statement.evidence.sure for one in conflict.definitions
    ]


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_every_edit_written_read_and_solved_anew_gives_what_was_told(chunk: int) -> None:
    for drawn in [*drawn_conflicts(chunk), *defining(7200 + chunk, sized(1, 4))]:
        conflict = loaded(drawn)
        variations_ = Variations(conflict)
        concepts = tuple(variations_.concepts)
        before = solved(conflict, concepts)
        for edit in list(edits(conflict))[chunk % 2 :: 2]:
            flip = variations_.flip(edit)
            if flip.invalid is None:
                after = solved(loads(dumps(apply(conflict, edit), ".json"), ".json"), concepts)
                assert told(flip) == difference(before, after), edit


GONE = """
standoff: 1
title: A state that an edit makes infeasible is named
define: {d: {that: A.u and B.v, sure: doubtful}}
decision_makers:
  A: {options: {u: {}}, prefers: [A.u]}
  B: {options: {v: {}}, prefers: [B.v]}
infeasible: [d]
status_quo: {state: {}}
"""
NAMED = {
    "nothing": "",
    "a claim": "claims: [{id: c, says: x, test: {holds: {at: 3, concept: Nash}}}]\n",
    "published answers": "published: {equilibria: {Nash: [2, 3]}}\n",
}


@pytest.mark.parametrize("naming", NAMED)
def test_claims_and_published_answers_make_no_change_invalid(naming: str) -> None:
    plain, conflict = flips(loads(GONE)), loads(GONE + NAMED[naming])
    found = flips(conflict)
    assert not found.unjudged
    assert [(one.edits, told(one)) for one in found.singles] == [(one.edits, told(one)) for one in plain.singles]
    assert stress(conflict, 200).again == 0
    assert stress(conflict, 200).equilibria == stress(loads(GONE), 200).equilibria


def test_a_claim_about_a_state_that_a_draw_makes_infeasible_cannot_be_tested_there() -> None:
    (one,) = examine(build_graph(loads(GONE + NAMED["a claim"])), draws=300)
    assert one.share is not None
    assert one.untestable is not None
    assert 40 < one.untestable.count < 110  # two of three changes of one definition in three draws leave no state 3
    assert one.share.count == 300 - one.untestable.count


def test_a_saved_change_says_which_claims_name_states_that_are_gone(tmp_path: Path) -> None:
    path, saved = written(tmp_path, GONE + NAMED["a claim"]), tmp_path / "saved.yaml"
    number = next(k for k, one in enumerate(flips(load(path)).singles, 1) if one.edits[0].kind == "join_otherwise")
    with warnings.catch_warnings():
        warnings.simplefilter("always", Note)
        found = run("flips", path, "--save", str(number), str(saved))
    assert found.exit_code == 0
    assert 'to be mended before it can be read: claims[0].test.holds.at: unknown state "3"' in found.stderr


@examples(25)
@given(conflicts(combinations=48))
def test_a_preference_judged_on_the_kept_graph_is_judged_as_compiled_anew(drawn: Drawn) -> None:
    conflict = loaded(drawn)
    kept = Variations(conflict)
    for edit in list(edits(conflict))[::3]:
        flip = kept.flip(edit)
        try:
            anew = Variations(apply(conflict, edit), kept.concepts).answers
        except InvalidConflict:
            assert flip.invalid is not None
            continue
        assert flip.invalid is None
        names = dict(zip(anew.keys, anew.names, strict=True))
        assert {c: set(told) for c, told in flip.appears.items()} == nonempty(
            {c: {names[k] for k in anew.equilibria[c] - kept.answers.equilibria[c]} for c in kept.concepts}
        )
        assert flip.status_quo == {c: h for c, h in anew.status_quo.items() if h != kept.answers.status_quo[c]}


def test_every_kind_of_judgement_is_varied() -> None:
    a, b = ("decision_makers", "A"), ("decision_makers", "B")
    assert {identity(edit) for edit in edits(loads(EVERY_KIND))} == {
        *(((*a, "prefers", k), kind, None) for k in range(3) for kind in ("drop", "negate")),
        *(((*a, "prefers", k), "swap", None) for k in range(2)),
        *(((*a, "prefers", k), "top", None) for k in (1, 2)),
        *(((*b, "weights", text), kind, None) for text in ("A.x", "B.z") for kind in ("drop", "negate")),
        (("infeasible", 0), "drop_rule", None),
        ((*a, "options", "x"), "make_reversible", None),
        ((*b, "options", "x"), "make_reversible", None),
        *((("status_quo", name), "status_quo", "yes") for name in ("A.x", "B.x", "B.z")),
        *((("status_quo", "A.y"), "status_quo", level) for level in ("lo", "hi")),
    }
    assert [identity(edit) for edit in edits(loads(RANKED))] == [
        ((*a, "ranking", 0), "swap", None),
        ((*b, "ranking", 0), "swap", None),
        ((*b, "ranking", 1), "swap", None),
    ]


def test_the_only_statement_is_not_dropped() -> None:
    text = EVERY_KIND.replace("[B.x, not A.x, A.y = hi]", "[B.x]").replace("{A.x: 2, B.z: -1}", "{A.x: 2}")
    assert [edit.kind for edit in edits(loads(text)) if edit.path[0] == "decision_makers"] == [
        "negate",
        "negate",
        "make_reversible",
        "make_reversible",
    ]


def test_what_no_state_rests_on_keeps_what_it_does_not_touch_and_means_the_same() -> None:
    kept = Counter[tuple[str, bool]]()
    for drawn in (*defining(7300, 25), *small_conflicts(7400, 10, most=8)):
        graph = build_graph(loaded(drawn))
        for edit in edits(graph.meaning):
            changed = apply(graph.meaning, edit)
            quick = graph.meaning.otherwise(changed)
            kept[edit.kind, quick is not None] += 1
            if quick is not None:
                anew = interpret(changed)
                assert (quick.ranks == anew.ranks).all()
                assert (quick.status_quo, set(quick.defined)) == (anew.status_quo, set(anew.defined))
                assert (quick.states.codes == anew.states.codes).all()
                assert all((quick.defined[name] == anew.defined[name]).all() for name in anew.defined)
    assert all(kept[kind, True] > 5 for kind in ("leave_out", "make_reversible", "status_quo"))
    assert all(kept[kind, False] > 5 for kind in ("leave_out", "drop", "drop_rule"))


def decisive(found: Flips) -> bool:
    """Does a single edit flip a verdict on the status quo (without one: change any equilibrium)?"""
    quo = found.variations.answers.status_quo
    return any(flip.status_quo if quo else flip.changes for flip in found.singles)


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_pairs_are_looked_at_only_where_no_single_edit_flips_and_do_what_is_told(chunk: int) -> None:
    seen = Counter[bool]()
    for drawn in small_conflicts(770 + chunk, 20, most=8):
        conflict = loaded(drawn)
        found = flips(conflict, ["Nash"], most_pairs=30)
        seen[decisive(found)] += 1
        assert found.pairs_tried == min(30, found.pairs_possible)
        assert not (decisive(found) and found.pairs_possible)
        for flip in found.pairs:
            after = solved(loads(dumps(apply(apply(conflict, flip.edits[0]), flip.edits[1]))), ("Nash",))
            assert told(flip) == difference(solved(conflict, ("Nash",)), after)
    assert all(seen[each] for each in (True, False))


def test_two_rules_dropped_together_are_a_pair() -> None:
    pairs = flips(loads(TWO_RULES), ["Nash"]).pairs
    assert [sorted(edit.where for edit in flip.edits) for flip in pairs] == [["infeasible[0]", "infeasible[1]"]]
    assert pairs[0].status_quo == {"Nash": False}


def test_a_direction_and_a_preference_of_one_decision_maker_are_changed_together() -> None:
    pairs = flips(loads(BACKWARD), ["Nash"]).pairs
    made = {frozenset(edit.where for edit in flip.edits): flip.status_quo for flip in pairs}
    assert made[frozenset({"decision_makers.A.prefers[0]", "decision_makers.A.options.x"})] == {"Nash": False}


Pair = frozenset[tuple[tuple[str | int, ...], str, str | int | None]]


def pairs_by_definition(drawn: Drawn, concepts: list[str]) -> dict[Pair, Any]:
    """By their edits the pairs that flip a verdict on the status quo (without one: any), and what they change."""
    before = outcome(drawn, drawn.document, concepts)
    assert before is not None
    found = {}
    for one, other in pairs_of_edits(drawn):
        after = outcome(drawn, other.document, concepts)
        if flips_at_the_status_quo(before, after):
            assert after is not None
            found[frozenset({identity(one), identity(other)})] = difference(before, after)
    return found


def mixed(pair: tuple[Variation, Variation]) -> bool:
    """Whether two edits change a direction and a preference of one decision maker."""
    places = [each.path for each in pair if each.path[0] == "decision_makers"]
    return len(places) == 2 == len({"options" in path for path in places}) and places[0][1] == places[1][1]


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_pairs_are_exactly_those_edits_of_two_judgements_that_flip(chunk: int) -> None:
    seen = Counter[str]()
    for drawn in small_conflicts(810 + chunk, sized(15, 60), most=5):
        found = flips(loaded(drawn), ["Nash"], most_pairs=300)
        if not decisive(found) and found.pairs_tried == found.pairs_possible:
            by_definition = pairs_by_definition(drawn, ["Nash"])
            assert {frozenset(map(identity, flip.edits)): told(flip) for flip in found.pairs} == by_definition
            seen["judged"] += 1
            seen["pairs"] += len(by_definition)
    assert min(seen["judged"], seen["pairs"]) > 0, seen


@pytest.mark.slow
@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_two_edits_together_change_what_the_document_after_both_says(chunk: int) -> None:
    rng, seen = Random(chunk), Counter[str]()
    for drawn in small_conflicts(830 + chunk, sized(6, 8), most=8, kind="option"):
        kept = Variations(loaded(drawn))
        concepts = kept.concepts
        known = {identity(edit): edit for edit in edits(kept.conflict)}
        before = outcome(drawn, drawn.document, concepts)
        assert before is not None
        pairs = list(pairs_of_edits(drawn))
        for one, other in rng.sample(pairs, min(15, len(pairs))) + [pair for pair in pairs if mixed(pair)][:15]:
            flip = kept.flip(known[identity(one)], known[identity(other)])
            after = outcome(drawn, other.document, concepts)
            assert (flip.invalid is not None) == (after is None)
            if after is not None:
                assert told(flip) == difference(before, after)
                seen["mixed" if mixed((one, other)) else "other"] += 1
    assert min(seen["mixed"], seen["other"]) > 20, seen


def pairs_of_edits(drawn: Drawn) -> Iterator[tuple[Variation, Variation]]:
    """Edits of two judgements that mean the same in any order, once each; of one list the later is edited first."""
    for one in variations(drawn.document, drawn.formulas):
        for other in variations(one.document, drawn.formulas):
            here, there = one.path[-1], other.path[-1]
            if one.path[:-1] != other.path[:-1]:
                apart = repr(one.path) < repr(other.path)
            elif {one.kind, other.kind} & {"swap", "top"}:
                apart = False
            else:
                apart = here > there if isinstance(here, int) and isinstance(there, int) else str(here) < str(there)
            if apart:
                yield one, other


def flips_at_the_status_quo(before: Outcome, after: Outcome | None) -> bool:
    if after is None:
        return False
    return any(difference(before, after)[2:] if before.status_quo else difference(before, after))


def test_a_cut_is_said() -> None:
    found = flips(loads(TWO_RULES), ["Nash"], most_pairs=2)
    assert found.pairs_tried == 2 < found.pairs_possible


def test_pivots_are_the_judgements_of_single_flips_the_most_believable_first() -> None:
    found = flips(loads(EVERY_KIND))
    ranked = pivots(found)
    assert {path for path, _ in ranked} == {flip.edits[0].where for flip in found.singles}
    first = [made[0] for _, made in ranked]
    order = [
        (believability(judged(found.variations.conflict, one.edits[0]), one.edits[0]), tuple(-n for n in one.weight))
        for one in first
    ]
    assert order == sorted(order)


def test_the_opposite_of_what_was_reported_is_the_last_to_be_believed() -> None:
    text = EVERY_KIND.replace(
        "prefers: [B.x, not A.x, A.y = hi]",
        "prefers: [{that: B.x, kind: reported}, {that: not A.x, kind: assumed, sure: doubtful}, A.y = hi]",
    )
    found = flips(loads(text))
    mine = [one.edits[0] for one in found.singles if one.edits[0].path[:3] == ("decision_makers", "A", "prefers")]
    assert (mine[0].path[-1], mine[-1].path[-1], mine[-1].kind) == (1, 0, "negate")


def test_a_rule_whose_loss_merges_states_does_not_end_the_search() -> None:
    found = flips(loads(MERGING))
    assert any(flip.edits[0].kind == "negate" for flip in found.singles)


def test_a_named_state_that_gains_a_combination_is_the_same_state() -> None:
    kept = Variations(loads(JOINING), ["Nash", "SEQ"])
    dropped = kept.flip(Edit(("infeasible", 0), "drop_rule"))
    assert dropped.invalid is None
    assert dropped.appears == {}
    assert dropped.vanishes == {"Nash": ("loud",), "SEQ": ("loud",)}


def test_a_flip_can_be_written_and_read_however_deep_the_statement(tmp_path: Path) -> None:
    deep = "(" * 99 + "A.x" + ")" * 99
    conflict = loads(EVERY_KIND.replace("not A.x,", f'"{deep}",'))
    for flip in flips(conflict, ["Nash"]).singles:
        loads(dumps(apply(conflict, flip.edits[0])))


def flips_document(*words: str) -> Any:
    result = run("flips", *words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(schema("flips")).validate(found)
    return found


@pytest.mark.parametrize("text", [EVERY_KIND, RANKED, TWO_RULES])
def test_the_document_keeps_to_its_schema_and_has_what_is_promised(text: str, tmp_path: Path) -> None:
    found = flips_document(written(tmp_path, text))
    assert found["flips"] or found["pairs_tried"]
    for flip in found["flips"]:
        assert {"judgement", "edit", "appears", "vanishes", "quote"} <= flip.keys()
    assert set(found["pivots"]) == {flip["judgement"] for flip in found["flips"]}
    assert run("flips", written(tmp_path, text)).exit_code == 0


def test_each_flip_carries_the_quote_on_which_its_judgement_rests(tmp_path: Path) -> None:
    quoted = "{that: B.x, why: it fears B, sure: likely, quote: {source: s, exact: some words}}"
    text = EVERY_KIND.replace("[B.x,", f"[{quoted},") + "sources: {s: {file: s.txt, grade: B2}}\n"
    found = flips_document(written(tmp_path, text))
    flip = next(each for each in found["flips"] if each["judgement"] == "decision_makers.A.prefers[0]")
    assert (flip["quote"], flip["why"], flip["sure"]) == (
        {"source": "s", "exact": "some words", "citation": "s"},
        "it fears B",
        "likely",
    )


def solve_document(model: str) -> tuple[dict[str, set[int]], dict[str, bool]]:
    found = json.loads(run("solve", model, "--concept", "Nash,SEQ", "--json").stdout)
    quo = next(state["number"] for state in found["states"] if state["options"] == STATUS_QUO)
    equilibria = {concept: set(numbers) for concept, numbers in found["equilibria"].items()}
    return equilibria, {concept: quo in numbers for concept, numbers in equilibria.items()}


def quo_options() -> dict[str, str]:
    conflict = casebook.load("syria-2015")
    assert conflict.status_quo is not None
    given = conflict.status_quo.state
    assert isinstance(given, tuple)
    first = {name: levels[0] for name, levels in conflict.vocabulary.options.items()}
    return first | {conflict.vocabulary.find(name) or name: level for name, level in given}


STATUS_QUO = quo_options()


@pytest.mark.slow
def test_a_saved_flip_of_the_war_in_syria_is_reproduced_by_solve(tmp_path: Path) -> None:
    file = str(tmp_path / "after.yaml")
    found = flips_document("syria-2015", "--concept", "Nash,SEQ", "--save", "1", file)
    flip = found["flips"][0]
    assert flip["judgement"].startswith("decision_makers.")
    (before, quo_before), (after, quo_after) = solve_document("syria-2015"), solve_document(file)
    for concept in ("Nash", "SEQ"):
        expected = before[concept] - set(flip["vanishes"].get(concept, [])) | set(flip["appears"].get(concept, []))
        assert after[concept] == expected
        assert quo_after[concept] == flip["status_quo"].get(concept, quo_before[concept])


def test_a_number_that_is_none_and_a_file_that_exists_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, EVERY_KIND)
    for number, file in (("0", "new.yaml"), ("999", "new.yaml"), ("x", "new.yaml"), ("1", "conflict.yaml")):
        assert run("flips", path, "--save", number, str(tmp_path / file)).exit_code == 2
    assert load(path) == loads(EVERY_KIND)
    assert not (tmp_path / "new.yaml").exists()


def test_a_status_quo_given_by_name_is_varied_option_by_option() -> None:
    conflict = casebook.load("elmira")
    varied = [(edit.path[1], edit.level) for edit in edits(conflict) if edit.kind == "status_quo"]
    assert varied == [("MoE.modify", "yes"), ("Uniroyal.stance", "accept"), ("LG.insist", "yes")]
    flip = next(flip for flip in flips(conflict, ["Nash"]).singles if flip.edits[0].path == ("status_quo", "LG.insist"))
    assert flip.status_quo == {"Nash": True}


# As people read it


def said(found: Flips, everything: bool) -> str:
    ties = Ties(Findings(Analysis(found.variations.graph, {})), everything)
    return " ".join(plain_text(flips_section(ties, found), 100, everything).split())


@pytest.mark.parametrize("model", [casebook.path("cuba-1962").read_text("utf-8"), EVERY_KIND, RANKED])
def test_every_change_is_told_under_the_number_by_which_it_is_saved(model: str) -> None:
    found = flips(loads(model), ["Nash", "SEQ"], 0)
    assert found.singles
    told = said(found, everything=True)
    assert all(
        f"({k}) {edit_words(found.variations.graph, flip.edits[0])}" in told for k, flip in enumerate(found.singles, 1)
    )
    assert f"{found.tried} smallest changes" in told


def test_where_no_single_change_is_enough_the_pairs_are_told() -> None:
    found = flips(loads(TWO_RULES), ["Nash"])
    assert found.pairs
    told = said(found, everything=False)
    assert "No single change turns the verdict on the present situation" in told
    for flip in found.pairs[:10]:
        assert all(f": {edit_words(found.variations.graph, edit)}" in told for edit in flip.edits)


@pytest.mark.parametrize("model", [BACKWARD, TWO_RULES])
def test_changes_that_leave_no_valid_conflict_are_counted_and_told_where_all_is_asked_for(model: str) -> None:
    found = flips(loads(model), ["Nash"], 0)
    assert found.unjudged
    assert f"{len(found.unjudged)} change" in said(found, everything=False)
    told = said(found, everything=True)
    assert all(" ".join((flip.invalid or "").split()) in told for flip in found.unjudged)
