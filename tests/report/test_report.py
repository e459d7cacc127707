"""The report and its page: what is in it, that its figures are right, and that no words can harm it."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks import examples, loaded, slow_but
from reports import HOSTILE, Built, Element, case, in_graph_form, of, read, saying
from standoff import casebook
from standoff.analysis.claim_robustness import examine
from standoff.analysis.evolution import chain
from standoff.analysis.flips import flips, judged
from standoff.analysis.stability import solve
from standoff.analysis.uncertainty import stress
from standoff.conflict.evidence import citations
from standoff.errors import UnknownName
from standoff.formats import loads
from standoff.graph import build_graph
from standoff.inquiries.report import ReportOptions
from standoff.plots.svg import escape
from standoff.report.blocks import (
    Block,
    Figure,
    Fold,
    Items,
    Link,
    Mark,
    Note,
    Paragraph,
    Part,
    Quotation,
    Report,
    Section,
    Table,
    Text,
    inside,
    plain,
)
from standoff.report.places import part_of, place_words
from standoff.wording.edits import edit_words
from standoff.wording.flips import finer_only
from standoff.wording.states import state_phrase
from standoff.writers.html import fragment, page, words
from strategies.conflicts import Drawn, conflicts

ALWAYS = ["picture", "parties", "equilibria", "flips", "unsourced", "method"]
SECTIONS = {
    "syria-2015": {"deals", "next", "together", "robustness", "misreading", "claims", "relations"},
    "elmira": {"deals", "next", "together", "claims"},
    "cuba-1962": {"deals", "next", "together", "misreading"},
    "chicken": set[str](),
    "garrison-diversion-unit": set[str](),
    "syria-iraq-euphrates": set[str](),
}
QUOTED = """
standoff: 1
title: All on somebody's word
sources: {s: {title: The source}}
decision_makers:
  A: {options: {x: {}}, prefers: [{that: A.x, quote: {source: s, exact: it wants x}}]}
  B: {options: {x: {}}, prefers: [{that: B.x, quote: {source: s, exact: it wants x too}}]}
"""
LARGE = """
standoff: 1
title: Thirteen options
decision_makers:
  A: {options: {a: {}, b: {}, c: {}, d: {}, e: {}}, prefers: [B.a, not A.a, {that: A.b iff B.b, sure: likely}]}
  B: {options: {a: {}, b: {}, c: {}, d: {}, e: {}}, prefers: [A.a, not B.a, C.a]}
  C: {options: {a: {}, b: {}, c: {}}, prefers: [not C.a, A.a or B.a]}
status_quo: {A.a: no}
"""


@cache
def large() -> Built:
    return of(loads(LARGE))


def keys(made: Built) -> list[str]:
    return [section.key for section in made.report.sections]


def section(made: Built, key: str) -> Section:
    return next(one for one in made.report.sections if one.key == key)


def tables(blocks: Iterable[Block]) -> list[Table]:
    return [one for one in inside(list(blocks)) if isinstance(one, Table)]


def told(blocks: Iterable[Block]) -> str:
    """All words, with spaces between the texts."""
    return " ".join(plain(text) for text in texts(blocks))


def texts(blocks: Iterable[Block]) -> Iterator[Text]:
    for block in inside(list(blocks)):
        match block:
            case Paragraph(text):
                yield text
            case Fold(summary, _) | Part(summary, _):
                yield summary
            case Quotation(exact, source):
                yield (exact, source)
            case Table(heads, rows, caption):
                yield (caption,)
                yield from (*heads, *(cell for row in rows for cell in row))
            case Figure(_, _, caption):
                yield (caption,)


def every_block(report: Report) -> list[Block]:
    parts = [section.blocks for section in report.sections] + [note.blocks for note in report.notes]
    return [*report.answer, *(block for part in parts for block in part)]


def links(report: Report) -> Iterator[Link]:
    yield from (part for text in texts(every_block(report)) for part in text if isinstance(part, Link))


# What is in it


@pytest.mark.parametrize("name", SECTIONS)
def test_what_there_is_nothing_for_has_no_section(name: str) -> None:
    assert set(keys(case(name))) == {*ALWAYS, *SECTIONS[name]}


def test_sections_come_in_one_order() -> None:
    order = keys(case("syria-2015"))
    assert order[:3] == ["picture", "parties", "equilibria"]
    assert order[-2:] == ["unsourced", "method"]
    for name in SECTIONS:
        assert keys(case(name)) == [key for key in order if key in keys(case(name))]


def test_a_conflict_in_graph_form_has_its_sections() -> None:
    assert set(keys(of(in_graph_form("plain")))) == {*ALWAYS, "deals", "next", "together"}


def test_where_every_judgement_has_a_quote_none_is_listed() -> None:
    assert "unsourced" not in keys(of(loads(QUOTED)))


@pytest.mark.parametrize("part", ["flips", "coalitions", "paths", "misread", "claims"])
def test_only_what_is_asked_for_is_computed(part: str) -> None:
    own = {"flips": "flips", "coalitions": "together", "paths": "next", "misread": "misreading", "claims": "claims"}
    made = of(saying("word"), ReportOptions(draws=5, parts=[part]))
    assert set(keys(made)) == {"picture", "parties", "equilibria", own[part], "unsourced", "method"}


def test_without_draws_nothing_is_said_of_robustness() -> None:
    made = of(saying("word"), ReportOptions(draws=0))
    assert "robustness" not in keys(made)
    assert "draw" not in told(made.report.answer)


def test_every_judgement_without_a_quote_is_listed() -> None:
    for name in SECTIONS:
        made = case(name)
        bare = [one for one in made.found.conflict.judgements() if one.evidence.quote is None]
        (table,) = tables(section(made, "unsourced").blocks)
        assert len({plain(row[0]) for row in table.rows}) == len(table.rows) == len(bare)
        assert f"{len(bare)} of {sum(1 for _ in made.found.conflict.judgements())} judgement" in told(
            section(made, "unsourced").blocks
        )


def test_every_option_aim_quote_and_claim_is_told() -> None:
    made = case("syria-2015")
    conflict, parties = made.found.conflict, told(section(made, "parties").blocks)
    for dm in conflict.decision_makers:
        assert all(option.title in parties for option in dm.options if option.title)
    quoted = [one for one in conflict.judgements() if one.evidence.quote and one.path[0] == "decision_makers"]
    everything = told(every_block(made.report))
    assert all(one.evidence.quote.exact in everything for one in quoted if one.evidence.quote)
    assert all(claim.says in told(section(made, "claims").blocks) for claim in conflict.claims)


def test_what_is_wanted_by_weight_is_told_with_its_kind_like_any_other_aim() -> None:
    parties = section(of(saying("word")), "parties")
    (table,) = (one for one in tables(parties.blocks) if "by weight" in one.caption)
    assert [plain(head) for head in table.heads] == ["Weight", "Wants", "Grade", "In whose words"]
    assert all(isinstance(row[1][0], Link) for row in table.rows)


def test_what_differs_from_the_status_quo_is_told_although_another_option_has_the_same_words() -> None:
    both = "{levels: {no: nothing, yes: something}}"
    alike = QUOTED.replace("{x: {}}", f"{{x: {both}, y: {both}}}").replace("  A: {", "  A: {title: One, ")
    made = of(loads(alike.replace("  B: {", "  B: {title: One, ") + "status_quo: {A.y: yes, B.y: yes}\n"))
    table = tables(section(made, "equilibria").blocks)[0]
    differs = {plain(row[0]): plain(row[1]) for row in table.rows}
    assert differs["16"] == "One: something; One: something"


# That its figures are right


@pytest.mark.slow
def test_the_judgements_that_the_answer_counts_are_those_that_turn_the_status_quo() -> None:
    made = case("syria-2015")
    found = flips(made.found.conflict, None, 0)
    turning = made.found.brief.turning
    assert {one.judgement.path for one in turning} == {
        judged(found.variations.conflict, flip.edits[0]).path
        for flip in found.singles
        if not flip.status_quo.get("GMR", True) and flip.edits[0].kind != "status_quo"
    }
    assert f"hangs on {len(turning)} judgements, each by itself" in told(made.report.answer)
    telling = sum(not finer_only(found.variations, flip) for flip in found.singles)
    assert 0 < telling < len(found.singles)
    said = told(section(made, "flips").blocks)
    assert f"{telling} change where everybody would stay" in said
    assert said.count("nothing but which answers") <= len(found.singles) - telling
    assert f"{len(found.singles) - telling} more change nothing but finer concepts" in said


def test_of_a_ranking_the_place_that_is_changed_is_told() -> None:
    hangs = told(section(case("elmira"), "flips").blocks)
    edits = [flip.edits[0] for flip in flips(case("elmira").found.conflict, None, 0).singles]
    swaps = [edit_words(case("elmira").found.graph, edit) for edit in edits if "ranking" in edit.path]
    assert all(f"{words}: " in hangs for words in swaps)
    assert "rank the present situation (1) just above “the deadlock” (5)" in swaps
    assert "the present situation would" in hangs
    assert "under Nash" not in hangs


def test_without_a_status_quo_the_flips_of_all_equilibria_are_told_and_no_verdict_hangs_on_one() -> None:
    made = case("garrison-diversion-unit")
    found = flips(made.found.conflict, None, 0)
    assert f"{len(found.singles)} change where everybody would stay" in told(section(made, "flips").blocks)
    assert "lasts hangs on" not in told(made.report.answer)


def test_the_shares_in_the_answer_are_those_of_the_draws() -> None:
    made = case("syria-2015")
    found = stress(made.found.conflict, 40, 0)
    interval = found.status_quo["GMR"]
    assert f"Of {interval.draws} draws in which" in told(made.report.answer)
    firmly = f"everybody at least deterred in {found.status_quo['SEQ'].count}"
    assert f"the present situation lasts in {interval.count}, {firmly}." in told(made.report.answer)


@pytest.mark.parametrize("name", ["syria-2015", "elmira"])
def test_the_ends_in_the_report_are_those_of_the_chain(name: str) -> None:
    made = case(name)
    graph = build_graph(casebook.load(name))
    assert graph.meaning.status_quo is not None
    found = chain(graph, graph.meaning.status_quo)
    first, words = str(graph.states.names[found.ends[0].states[0]]), state_phrase(graph, found.ends[0].states[0])
    assert f"it ends in “{words}” ({first})" in told(made.report.answer)
    ends = [f"{end.probability:.1%}: “{state_phrase(graph, end.states[0])}”" for end in found.ends]
    assert all(end in told(section(made, "next").blocks) for end in ends)


@pytest.mark.parametrize("name", SECTIONS)
def test_the_equilibria_are_counted(name: str) -> None:
    analysis = solve(casebook.load(name))
    counts = [f"{one} {len(analysis.equilibria(one))}" for one in analysis.stable]
    assert f"Equilibria: {', '.join(counts)}" in told(section(case(name), "equilibria").blocks)


def test_the_verdicts_on_claims_are_those_of_the_examination() -> None:
    verdicts = {one.claim.says: one.outcome.verdict for one in examine(build_graph(casebook.load("elmira")))}
    (table,) = tables(section(case("elmira"), "claims").blocks)
    rows = {plain(row[0]).rpartition(" (")[0]: plain(row[2]) for row in table.rows}
    assert rows == {says: verdict.value for says, verdict in verdicts.items()}


def test_a_status_quo_that_nobody_can_improve_moves_only_by_error() -> None:
    resting = loads(QUOTED + "status_quo: {A.x: yes, B.x: yes}\n")
    assert "Nowhere by itself: nobody has a move that brings it anything better." in told(of(resting).report.answer)


@pytest.mark.slow
def test_a_large_conflict_is_told_without_what_takes_too_long() -> None:
    made = large()
    assert len(made.found.graph.states) == 2**13
    assert set(made.found.left_out) == {"coalitions", "flips"}
    assert "8,192 states are more than 5,000; ask for it by name" in told(section(made, "method").blocks)
    assert len(made.page) < 1_000_000
    check_page(made.page)


@pytest.mark.slow
def test_what_was_not_tried_is_said_in_the_answer() -> None:
    made = large()
    sure = next(one for one in made.report.answer if plain(getattr(one, "text", ())).startswith("How sure"))
    assert "not tried: 8,192 states are more than 5,000" in told([sure])
    resting = QUOTED + "status_quo: {A.x: yes, B.x: yes}\n"
    assert "were not tried." in told(of(loads(resting), ReportOptions(parts=[])).report.answer)


# What is tied to what


@pytest.mark.parametrize("name", [*SECTIONS, "words"])
def test_every_link_leads_to_a_note_and_every_note_is_led_to(name: str) -> None:
    made = of(saying("word")) if name == "words" else case(name)
    tied = {link.to for link in links(made.report)}
    pictures = "".join(one.svg for one in every_block(made.report) if isinstance(one, Figure))
    drawn = set(re.findall(r"href='#([^']+)'", pictures))
    assert tied | drawn == made.report.keys
    assert len(made.report.notes) == len(made.report.keys)


def test_no_link_shows_where_in_a_list_of_the_file_a_judgement_is() -> None:
    for name in SECTIONS:
        assert not [link.text for link in links(case(name).report) if re.search(r"\[\d", link.text)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (("decision_makers", "US", "prefers", 7), "US aim 8"),
        (("decision_makers", "US", "options", "strike"), "US option strike"),
        (("decision_makers", "US", "ranking"), "US ranking"),
        (("decision_makers", "US", "weights", "A.x and B.x"), "US weight A.x and B.x"),
        (("decision_makers", "US", "weights"), "US weights"),
        (("infeasible", 0), "rule 1"),
        (("status_quo",), "status quo"),
        (("views", "US", "Iran", "prefers", 0), "US on Iran aim 1"),
        (("views", "US", "Iran", "prefers"), "US on Iran aims"),
        (("views", "US", "Iran", "views", "US", "impossible", 1), "US on Iran on US impossible 2"),
    ],
)
def test_a_judgement_is_called_by_its_place(path: tuple[str | int, ...], said: str) -> None:
    assert place_words(path) == said


def test_a_part_of_a_judgement_is_counted_from_one_too() -> None:
    assert [part_of(rest) for rest in ("", "[3]", '["US.aid"]', ".that")] == ["", "", "US.aid", "that"]


# The page


INLINE = {"a", "strong", "code", "span"}
TAGS = {"html", "head", "meta", "link", "title", "style", "body", "header", "nav", "main", "section", "article"}
TAGS |= {"footer", "div", "p", "h1", "h2", "h3", "h4", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tr"}
TAGS |= {"th", "td", "figure", "figcaption", "blockquote", "details", "summary", "script", *INLINE}
DRAWN = {"svg", "title", "desc", "g", "a", "rect", "text", "line", "circle", "path"}


def check_page(source: str) -> Element:
    """It is well-formed, nothing in it leads outside or does anything, and what it leads to is there."""
    top = read(source)
    everything = list(top.all())
    ids = Counter(one.attributes["id"] for one in everything if "id" in one.attributes)
    assert ids.most_common(1)[0][1] == 1
    for one in everything:
        for key, value in one.attributes.items():
            assert not key.startswith("on")
            assert "http:" not in value or key == "xmlns"
            assert "https:" not in value
            assert key not in {"src", "srcset", "action", "formaction", "ping", "poster"}
        href = one.attributes.get("href", "data:,")
        assert href == "data:," if href[:1] != "#" else href[1:] in ids
        labels = one.attributes.get("aria-labelledby", "").split()
        assert all(label in ids for label in labels)
    check_elements(top)
    return top


def check_elements(top: Element) -> None:
    drawn = {id(one) for svg in top.find("svg") for one in svg.all()}
    for one in top.all():
        inner = {child.tag for child in one.children if isinstance(child, Element)}
        assert one.tag in (DRAWN if id(one) in drawn else {"", *TAGS}), one.tag
        if one.tag in {"p", "h1", "h2", "h4", "caption", "th", "td", *INLINE} and id(one) not in drawn:
            assert inner <= INLINE
    (style,), (script,) = top.find("style"), top.find("script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = (one.attributes["content"] for one in top.find("meta") if "http-equiv" in one.attributes)
    assert policy.startswith("default-src 'none';")
    assert policy.endswith(f"script-src 'sha256-{digest}'")
    assert "@import" not in style.text
    assert "url(" not in style.text


@pytest.mark.parametrize("name", SECTIONS)
def test_a_page_is_whole_and_leads_nowhere_else(name: str) -> None:
    top = check_page(case(name).page)
    (html,) = top.find("html")
    assert html.attributes["lang"] == "en"
    headings = [one.tag for one in top.all() if re.fullmatch("h[1-6]", one.tag)]
    assert headings[:2] == ["h1", "h2"]
    assert headings.count("h1") == 1
    assert all(int(below[1]) <= int(above[1]) + 1 for above, below in pairwise(headings))


@pytest.mark.slow
def test_a_page_of_the_war_in_syria_is_below_a_megabyte() -> None:
    assert len(case("syria-2015", claims=None).page.encode()) < 1_000_000


@examples(30)
@given(conflicts(16))
def test_any_conflict_has_a_whole_page(drawn: Drawn) -> None:
    made = of(loaded(drawn), ReportOptions(draws=4))
    check_page(made.page)
    assert {link.to for link in links(made.report)} <= made.report.keys


def test_a_part_of_somebody_elses_page_has_no_links_and_no_ids_but_those_of_pictures() -> None:
    source = fragment([block for one in case("elmira").report.sections for block in one.blocks])
    top = read(source)
    assert not [one for one in top.find("a") if one.attributes.get("class") == "tie"]
    assert not top.find("script")
    assert not top.find("style")


def test_a_cell_names_its_column_for_narrow_screens() -> None:
    table = Table((("Who",), ("How much",), ()), ((("A",), ("1",), ("2",)),), "T", frozenset({1}))
    (row,) = read(fragment([table])).find("tr")[1:]
    assert [one.attributes.get("data-head") for one in row.all()][1:] == [None, "How much: ", None]


def test_notes_are_folded_by_kind_and_counted() -> None:
    top = read(case("elmira").page)
    (register,) = top.find("section", id="register")
    kinds = Counter(note.kind for note in case("elmira").report.notes)
    folds = [one.find("summary")[0].text for one in register.find("details")]
    assert folds == [f"States: {kinds['state']}", f"Judgements: {kinds['judgement']}", f"Claims: {kinds['claim']}"]


def test_a_broad_picture_is_printed_across() -> None:
    broad, narrow = (Figure("f", f"<svg width='{width}'></svg>", "F") for width in (1800, 900))
    assert 'class="broad"' in fragment([broad])
    assert 'class="broad"' not in fragment([narrow])


# The same again


def digests() -> str:
    made = [case("elmira"), of(saying("word")), of(in_graph_form("word"))]
    return " ".join(hashlib.sha256(one.page.encode()).hexdigest() for one in made)


@pytest.mark.slow
def test_another_process_with_other_hashes_writes_the_same() -> None:
    code = "from report.test_report import digests; print(digests())"
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == digests()


# Somebody's words


def sanitized(word: str) -> str:
    """What is left of words on a page: without characters that a page has no place for."""
    return read(f"<p>{escape(word)}</p>").text


@pytest.mark.parametrize("name", slow_but(HOSTILE, "attribute"))
def test_hostile_words_are_words(name: str) -> None:
    check_words(HOSTILE[name])


@pytest.mark.slow
@examples(15)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40))
def test_any_words_are_words(word: str) -> None:
    assume(word.strip() == word)
    assume(word[0].upper().casefold() == word[0].casefold())  # a sentence may begin with it
    check_words(word)


@cache
def harmless() -> Element:
    return check_page(of(saying("plain word")).page)


def check_words(word: str) -> None:
    top = check_page(of(saying(word)).page)
    assert top.shape == harmless().shape
    assert sanitized(word) in top.find("h1")[0].text
    assert top.find("head")[0].find("title")[0].text.startswith(sanitized(word))
    assert all(one.text.startswith(f"“{sanitized(word)}") for one in top.find("p", dir="auto"))
    prose, plain = top.prose.casefold(), harmless().prose.casefold()
    shown, cited, plainly = sanitized(word).casefold(), citation(word), citation("plain word")
    assert prose.count(cited) >= plain.count(plainly) > 0
    assert prose.replace(cited, "").count(shown) >= plain.replace(plainly, "").count("plain word")


def citation(word: str) -> str:
    """How the source is cited where these words are its title and author: they may be shortened."""
    return sanitized(citations(saying(word).sources)["s"]).casefold()


@pytest.mark.first(3)
@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "lines"])
def test_hostile_names_of_states_are_words(name: str) -> None:
    top = check_page(of(in_graph_form(HOSTILE[name])).page)
    assert top.shape == check_page(of(in_graph_form("word")).page).shape
    assert f"State 1{sanitized(HOSTILE[name])}" in top.text


@pytest.mark.first(4)
@pytest.mark.parametrize("word", [*HOSTILE.values(), "a\x00b\x01c\x1bd\x7fe\x85f\ud800g\ufffeh"])
def test_a_report_of_any_blocks_is_a_whole_page(word: str) -> None:
    assert check_page(page(blocks_of(word))).shape == check_page(page(blocks_of("word"))).shape


def blocks_of(word: str) -> Report:
    text: Text = (word, Mark(word), Mark(word, "code"), Mark(word, "holds"), Link(word, "k"), Link(word, word))
    table = Table((text, (), (word,)), ((text, text, text), (text,)), word, frozenset({0}))
    small = Paragraph(text)
    blocks = (small, Items(((small, table), (table,))), Quotation(word, word), table, Fold(text, (small,)))
    return Report(word, word, word, blocks, (Section("s", word, blocks),), (Note("k", "claim", word, blocks),), word)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("plain", "plain"),
        ("\u202eevil", "\u202eevil\u202c"),
        ("\u2066a\u202eb", "\u2066a\u202eb\u2069\u202c"),
        ("\u202aa\u202c \u202c", "\u202aa\u202c \u202c"),
    ],
)
def test_a_direction_of_writing_ends_with_the_words(text: str, closed: str) -> None:
    assert words(text) == closed


def test_parts_that_there_are_not_are_refused() -> None:
    with pytest.raises(UnknownName, match="unknown part of a report"):
        ReportOptions(parts=["flip"])
