"""The first page says nothing that a section, or a computation from scratch, does not say too."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import standoff
from checks import chunks, loaded, run, sized, slow_but
from oracles.deals import STEPS, Bargain
from standoff import casebook
from standoff.analysis.deals import DealOptions, deals
from standoff.analysis.evolution import chain
from standoff.analysis.flips import judged
from standoff.analysis.stability import solve, standings, verdict, weakest
from standoff.cli import main
from standoff.concepts import ACTING, Standing, deciding, deciding_concepts
from standoff.conflict.edits import apply
from standoff.conflict.model import Conflict
from standoff.inquiries.asking import DRAWS, Subject
from standoff.inquiries.standing import BriefQuestion
from standoff.plots.plan import plans
from standoff.progress import Watch
from standoff.report.brief import page_sentences
from standoff.report.findings import Findings
from standoff.wording.people import names_of
from strategies.conflicts import random_conflict, random_viewed

RANDOM = 300
LADDER = {deciding(step).name: step for step in Standing if step is not Standing.WILL_MOVE}
DEAL = """
standoff: 1
title: Two coasts, one stock
limits: [The stock is not modelled.]
names: {agreement: {that: North.cut and South.cut, title: the agreement}}
decision_makers:
  North: {title: the northern fleet, options: {cut: {title: Cut the catch}}, prefers: [South.cut, not North.cut]}
  South: {title: the southern fleet, options: {cut: {title: Cut the catch}}, prefers: [North.cut, not South.cut]}
status_quo: {}
"""
ANYWAY = """
standoff: 1
title: Both move, and better together
decision_makers:
  A:
    title: the port
    options: {does: {levels: [wait, arm, sign]}}
    prefers: [A.does = sign and B.does = sign, A.does = arm]
  B:
    title: the union
    options: {does: {levels: [wait, arm, sign]}}
    prefers: [A.does = sign and B.does = sign, B.does = arm]
status_quo: {}
"""
UNHELD = """
standoff: 1
title: An open door
decision_makers:
  A: {title: the rebels, plural: true, options: {go: {title: Go}}, prefers: [A.go]}
  B: {options: {wait: {title: Wait}}, prefers: [not B.wait]}
status_quo: {}
"""
MARCH = """
standoff: 1
title: A march and a blow
decision_makers:
  A: {ranking: [march, quiet, blow]}
  B: {ranking: {order: [blow, march, quiet], sure: doubtful}}
graph:
  states: {quiet: all is quiet, march: A marches, blow: B strikes}
  moves: {A: {quiet: [march]}, B: {march: [blow]}}
status_quo: quiet
"""


def briefed(conflict: Conflict) -> Findings:
    return BriefQuestion().answer(Subject(conflict), Watch())


def assert_agrees(conflict: Conflict) -> Findings:
    """Every fact of the page, computed anew."""
    found = briefed(conflict)
    told, analysis = found.brief, solve(conflict)
    graph, quo = analysis.graph, analysis.graph.meaning.status_quo
    if quo is None:
        assert not told.stands
        assert not told.ends
        return found
    stands = standings(analysis)
    assert [*told.stands] == stands[:, quo].tolist()
    assert {one.by for one in told.leaving} == {i for i in graph.dms if stands[i, quo] == Standing.WILL_MOVE}
    assert {one.by for one in told.held} | {one.by for one in told.leaving} | {*told.at_rest} == {*graph.dms}
    for one in (*told.leaving, *told.held):
        assert graph.prefers(one.by, one.to, quo)
        if one.answer is not None:
            assert not graph.prefers(one.by, one.answer.ends, quo)
    if told.deals is not None:
        assert told.deals.deals == deals(analysis, DealOptions(quo)).deals
    assert tuple(one.end for one in told.ends) == chain(graph, quo).ends
    if len(told.leading_end) == 1:  # the picture beside it has what the page names
        shown = next(plans(analysis, weakest(stands), told.leading_deals, told.leading_end))
        assert told.leading_end[0] in shown.states
    for i in told.misreading:  # it would not act so if it saw the others as they are
        assert verdict(graph, ACTING.name, i, quo).stable
    now = min(told.stands)
    for turn in told.turning[:4]:
        after = solve(apply(graph.meaning, turn.flip.edits[0]))
        at = after.graph.meaning.status_quo
        assert at is not None
        assert turn.after == weakest(standings(after))[at]
        assert (turn.after is Standing.WILL_MOVE) != (now is Standing.WILL_MOVE)
    if found.flips is not None:  # the list of changes tells no other: each that turns it is on the page, or counted
        turned = [
            one.edits[0] for one in found.flips.singles if deciding(Standing.DETERRED_AT_COST).name in one.status_quo
        ]
        assert told.elsewhere == sum(edit.kind == "status_quo" for edit in turned)
        hanging = {one.judgement.path for one in told.turning}
        assert hanging == {judged(graph.conflict, edit).path for edit in turned if edit.kind != "status_quo"}
        if told.firmness is Standing.DETERRED and all(len(one) == 1 for one in told.disarming):
            gladly = [one.edits[0] for one in found.flips.singles if deciding(Standing.DETERRED).name in one.status_quo]
            disarming = {judged(graph.conflict, edit).path for edit in gladly if edit.kind != "status_quo"}
            assert disarming == {chosen[0].judgement.path for chosen in told.disarming}
    for ending in told.ends[:2]:
        if ending.kept is not None and found.flips is not None:
            assert 0 <= ending.kept <= (ending.tried or 0) <= found.flips.tried
            assert ending.tried == told.tried  # one page, one count
    return found


def assert_reads_well(found: Findings) -> None:
    """Rules of grammar that can be stated."""
    for heading, sentences in page_sentences(found).items():
        assert heading.endswith((".", "?"))
        for text in sentences:
            assert text == text.strip()
            assert text, heading
            for wrong in ("  ", " .", " ,", "..", ", ,", "“”", "the the ", "None", "()", "Standing", "probability"):
                assert wrong not in text.replace("…", "x"), (wrong, text)
            assert text[0].isupper() or not text[0].isalpha() or heading == "The situation.", text
            assert text[-1] in ".:)!?" or heading in ("The situation.", "Limits.") or text.startswith("…"), text
            assert not re.search(r"(?<!\()\bstate \d+\b", text) or "state 1" in text, text


@pytest.mark.parametrize("name", casebook.names())
def test_the_page_of_a_case_says_what_is_computed_anew(name: str) -> None:
    assert_reads_well(assert_agrees(casebook.load(name)))


@pytest.mark.parametrize("chunk", chunks(10))
def test_the_page_of_random_conflicts_says_what_is_computed_anew(chunk: int) -> None:
    kinds = set()
    for seed in range(chunk, sized(60, RANDOM), 10):
        make = random_viewed if seed % 3 == 0 else random_conflict
        drawn = make(random.Random(seed), combinations=(8, 16, 32)[seed % 3])
        found = assert_agrees(loaded(drawn))
        assert_reads_well(found)
        told = found.brief
        if told.quo is not None:
            kinds.add(told.firmness)
            oracle = Bargain(drawn.document, drawn.formulas)
            at = found.graph.states.names[told.quo]
            for dm, stands in zip(oracle.dms, told.stands, strict=True):
                step = oracle.stands(dm, at)
                assert stands is (Standing.WILL_MOVE if step is None else LADDER[step])
    assert len(kinds) > 1
    assert LADDER.keys() == {*STEPS} == {*deciding_concepts()}


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "conflict.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_where_nobody_gains_alone_and_two_can_together_the_page_leads_with_the_two(tmp_path: Path) -> None:
    text = run("brief", written(tmp_path, DEAL)).stdout
    lines = " ".join(text.split())
    lead = "Nobody gains by moving alone, but the northern fleet and the southern fleet can together."
    assert lines.startswith(f"Two coasts, one stock {lead}")
    assert "can agree on “the agreement” (4): the southern fleet would cut the catch, then" in lines
    assert "only if somebody errs" not in lines
    assert "The stock is not modelled." in lines


def test_a_deal_of_those_who_will_move_anyway_is_told_as_what_they_could_do_instead(tmp_path: Path) -> None:
    text = " ".join(run("brief", written(tmp_path, ANYWAY)).stdout.split())
    assert "the port and the union will move, each alone; instead they can agree on something that would last." in text
    assert "Instead of moving alone, the port and the union can agree on “the port: sign; the union: sign” (9)" in text
    assert "nstead" not in run("brief", written(tmp_path, DEAL)).stdout
    there = ANYWAY.replace("A.does = arm", "A.does = sign").replace("B.does = arm", "B.does = sign")
    text = " ".join(run("brief", written(tmp_path, there)).stdout.split())
    assert "will move, each alone; that leads to what they could agree on, too." in text
    assert "brings anything better. It takes no agreement: what each gains by alone ends there, too." in text


def test_where_nothing_holds_it_the_heading_does_not_say_that_something_does(tmp_path: Path) -> None:
    text = " ".join(run("brief", written(tmp_path, UNHELD)).stdout.split())
    assert "The present situation will not last: the rebels will move." in text
    assert "holds" not in text.partition("The situation.")[0]
    assert "Does it last? No." in text


def test_the_same_page_stands_in_every_face(tmp_path: Path) -> None:
    path = written(tmp_path, DEAL)
    document = json.loads(run("brief", path, "--json").stdout)
    assert document["firmness"] == "at rest"
    assert [one["group"] for one in document["deals"]] == [["North", "South"]]
    (finding,) = document["page"]["The finding."]
    for text in (
        run("brief", path).stdout,
        run("report", path, "--format", "md").stdout,
        run("report", path, "--format", "html").stdout,
    ):
        assert finding in " ".join(text.split())


def test_an_end_that_most_variations_do_not_keep_is_told_to_be_so_first(tmp_path: Path) -> None:
    text = """
standoff: 1
title: An end on a doubtful word
decision_makers:
  A:
    options: {go: {title: Go}}
    prefers: [{that: A.go, sure: doubtful}]
  B: {options: {wait: {title: Wait}}, prefers: [not B.wait]}
status_quo: {}
"""
    made = " ".join(run("report", written(tmp_path, text), "--format", "md").stdout.replace("*", "").split())
    ends = made.partition("Where it goes then.")[2][:300]
    assert f"of {DRAWS} draws of the uncertain judgements" in ends
    assert "%" not in ends


@pytest.mark.parametrize(
    ("name", "kind"),
    slow_but([(name, kind) for name in ("syria-2015", "elmira") for kind in ("md", "html")], ("elmira", "md")),
)
def test_a_brief_report_is_the_first_page_a_picture_and_what_that_hangs_on(name: str, kind: str) -> None:
    short = run("report", name, "--brief", "--draws", "20", "--format", kind).stdout
    whole = run("report", name, "--full", "--draws", "20", "--format", kind).stdout
    assert len(short) < len(whole) / 3
    for heading in ("Does it last?", "What would move it.", "Where it goes then.", "How sure that is."):
        assert heading in short
        assert heading in whole
    assert "The conflict in one picture" in short
    assert "What is claimed, put to the test" in whole
    assert "What is claimed, put to the test" not in short
    assert ("inference marked doubtful" in short) == (name == "syria-2015")


def test_brief_and_full_together_are_refused() -> None:
    refused = CliRunner().invoke(main, ["report", "elmira", "--brief", "--full", "--format", "md"])
    assert refused.exit_code == 2
    assert "give one of them" in refused.stderr


@pytest.mark.slow
def test_what_was_tried_under_other_concepts_is_not_said_to_turn_nothing() -> None:
    page = str(standoff.solve("syria-2015", ["Nash"]).report(draws=0, parts=["flips"]).html())
    assert "Changes of single judgements were not tried" in page
    assert "none turns whether it lasts" not in page
    assert "Whether it lasts hangs on" in str(standoff.solve("syria-2015", ["Nash"]).brief())


def test_where_it_could_rest_without_a_status_quo_is_told_alike_in_a_brief_and_in_a_report() -> None:
    sentence = "It could rest most firmly, everybody at rest, in 7 states:"
    assert sentence in " ".join(run("brief", "garrison-diversion-unit").stdout.split())
    assert sentence in run("report", "garrison-diversion-unit", "--format", "md").stdout


@pytest.mark.parametrize("seeds", slow_but([range(200), range(77, 79)], range(77, 79)))
def test_the_headline_speaks_of_the_first_deal_of_the_page(seeds: range) -> None:
    spoken = 0
    for seed in seeds:
        found = briefed(loaded(random_conflict(random.Random(seed), combinations=16)))
        told = found.brief
        if told.best_deals and told.firmness is Standing.AT_REST:
            spoken += 1
            names = names_of(found.graph, told.best_deals[0].gaining)
            (finding,) = page_sentences(found)["The finding."]
            assert names in finding
            assert names_of(found.graph, told.best_deals[0].group) in " ".join(
                page_sentences(found)["What would move it."]
            )
    assert spoken


def how_sure(*words: str) -> str:
    return run("brief", *words).stdout.partition("How sure that is.")[2].replace("\n", " ")


def test_of_judgements_by_which_others_would_gladly_answer_two_are_named_and_more_are_counted(tmp_path: Path) -> None:
    named = (
        "gladly answer hangs on B ranking (“B strikes” (blow) just above “A marches” (march)), marked doubtful, or on"
    )
    assert named in how_sure(written(tmp_path, MARCH))
    counted = "gladly answer hangs on 5 judgements, each by itself; the first to doubt is USSR aim 5, an assumption."
    assert counted in how_sure("cuba-1962")


def test_a_ranking_that_were_otherwise_is_told_by_its_states_and_not_by_places(tmp_path: Path) -> None:
    path = written(tmp_path, MARCH)
    swapped = "“B strikes” (blow) just above the present situation (quiet)"
    assert f") with {swapped}, the present situation would not last." in " ".join(run("brief", path).stdout.split())
    told = " ".join(run("flips", path).stdout.split())
    assert f"rank {swapped}: the present situation would not last" in told
    assert "swap it with the next" not in told
