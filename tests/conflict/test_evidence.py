from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import examples, slow_but
from standoff.conflict.evidence import Grade, Quote, Source
from standoff.conflict.hypertext import text_of
from standoff.conflict.letters import composed
from standoff.conflict.quotes import (
    MANY,
    Document,
    Status,
    check_quotes,
    find_quote,
    fold,
    read_document,
    read_documents,
)
from standoff.errors import UnreadableFile

TEXT = "He said “no—never”.\nShe  said it twice: it was it. Café\u00a0noir."


@pytest.mark.parametrize(
    ("exact", "status", "places"),
    [
        ("“no—never”", Status.EXACT, 1),
        ('"no-never"', Status.NORMALISED, 1),
        ("She said", Status.NORMALISED, 1),
        ("never”. She", Status.NORMALISED, 1),
        ("Cafe\u0301 noir", Status.NORMALISED, 1),
        ("it was", Status.EXACT, 1),
        ("it", Status.EXACT, 3),
        ("he SAID", Status.NOT_FOUND, 0),
        ("no - never", Status.NOT_FOUND, 0),
        ("Cafe noir", Status.NOT_FOUND, 0),
        ("sai ", Status.NOT_FOUND, 0),
        ("said ", Status.EXACT, 2),
        ("said it", Status.EXACT, 1),
        ("said no", Status.NOT_FOUND, 0),
    ],
)
def test_a_quote_is_found_as_it_is_or_with_typography_folded_or_not(exact: str, status: Status, places: int) -> None:
    assert find_quote(Quote("s", exact), TEXT)[:2] == (status, places)


@pytest.mark.parametrize(
    ("prefix", "suffix", "status", "places"),
    [
        ("twice: ", "", Status.EXACT, 1),
        ("twice:", "", Status.EXACT, 1),
        ("", " was", Status.EXACT, 1),
        ("was", ".", Status.EXACT, 1),
        ("said", "", Status.EXACT, 1),
        ("She said", "", Status.NORMALISED, 1),
        ("nobody", "", Status.NOT_FOUND, 0),
        ("tw ", "", Status.NOT_FOUND, 0),
        ("", " w", Status.EXACT, 1),
    ],
)
def test_prefix_and_suffix_tell_places_apart(prefix: str, suffix: str, status: Status, places: int) -> None:
    assert find_quote(Quote("s", "it", prefix, suffix), TEXT)[:2] == (status, places)


def test_words_that_stand_elsewhere_are_said_to() -> None:
    assert "not between" in str(find_quote(Quote("s", "it", "nobody"), TEXT)[2])


def test_a_place_where_a_line_breaks_counts_too() -> None:
    assert find_quote(Quote("s", "red line"), "The red line matters. They spoke of a red\nline.")[:2] == (
        Status.EXACT,
        2,
    )


def test_white_space_is_folded_but_not_dropped() -> None:
    assert find_quote(Quote("s", "war "), "The warfare went on.")[0] is Status.NOT_FOUND
    assert find_quote(Quote("s", "fare", "war "), "The warfare went on.")[0] is Status.NOT_FOUND
    assert find_quote(Quote("s", "fare", "war"), "The warfare went on.")[0] is Status.EXACT


def test_overlapping_places_all_count() -> None:
    assert find_quote(Quote("s", "aa"), "aaa")[1] == 2


@given(st.text(max_size=40), st.text(min_size=1, max_size=10).filter(str.strip), st.text(max_size=40))
def test_what_stands_in_a_text_is_found_exactly(before: str, exact: str, after: str) -> None:
    assert find_quote(Quote("s", exact), before + exact + after)[0] is Status.EXACT


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_all_white_space_is_folded_and_nothing_else() -> None:
    spaces = [c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace()]
    assert fold("a" + "".join(spaces) + "b") == "a b"
    assert all(fold(f"a{c}b") == "a b" for c in spaces)
    assert fold("a\u200bb\u2060c") == "a\u200bb\u2060c"


def test_a_source_without_document_is_looked_for_in_what_passes_it_on() -> None:
    sources = {"paper": Source("paper", via=("article",)), "article": Source("article", via=("paper",))}
    documents = {"article": Document("some words", "hash", "article.txt")}
    found, missing = check_quotes(
        [("a", Quote("paper", "some words")), ("b", Quote("nowhere", "some"))], sources, documents
    )
    assert (found.status, found.document, found.sha256) == (Status.EXACT, "article.txt", "hash")
    assert missing.status is Status.NO_DOCUMENT


def test_ambiguity_is_told_beside_the_status() -> None:
    found = check_quotes([("a", Quote("s", "it"))], {"s": Source("s")}, {"s": Document(TEXT, "h")})[0]
    assert found.ambiguous
    assert found.status is Status.EXACT


def test_a_grade_has_two_halves() -> None:
    grade = Grade("B", "2")
    assert (str(grade), grade.words) == ("B2", "usually reliable; probably true")
    with pytest.raises(ValueError, match="A-F"):
        Grade("G", "2")


def test_html_becomes_text_with_blocks_apart_and_inline_markup_gone(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><head><title>t</title></head><body><p>one <b>wo</b>rd</p><p>two</p></body></html>")
    text = fold(read_document(path).text)
    assert "one word two" in text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>" + "<div>" * 400 + "deep words" + "</div>" * 400, "deep words"),
        ("<p>" + "long " * 500_000 + "words</p>", "long words"),
        ("one<hr>two", "one two"),
        ("a<br>b", "a b"),
        ("", ""),
    ],
)
def test_no_text_of_a_page_is_lost(html: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(html)
    assert text in fold(read_document(path).text)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><td>one<td>two<tr><td>three</table>", "one two three"),
        ("<ul><li>one<li>two</ul>three", "one two three"),
        ("one&nbsp;two &amp; three&#8212;four &unknown; &", "one two & three-four &unknown; &"),
        ("<head><title>t</title><style>p {}</style></head><script>if (a < b) {}</script>one", "one"),
        ("<p>one <!-- not this --> two", "one two"),
        ("<p>one</b></i></p></div>two", "one two"),
        ("<p class='a>b'>one<p title=\"<b>\">two", "one two"),
        ("one < two <", "one < two <"),
        ("<pre>one\n  two</pre>three", "one two three"),
        ("<p>a<b>b</b><i>c</i><a href='x'>d</a>", "abcd"),
        ("<select><option>one<option>two</select>", "one two"),
        ("<!doctype html><html><body><div>one<div>two</div>three</div>", "one two three"),
        ("<img src='data:" + "A" * 100_000 + "'>one", "one"),
        ("<p " + " ".join(f'a{k}="1"' for k in range(100_000)) + ">one</p>", "one"),
    ],
)
def test_the_text_of_a_page_is_what_its_reader_sees(html: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(html)
    assert fold(read_document(path).text).strip() == text


def test_white_space_of_a_page_is_as_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p>She\n   said <b> no</b></p>\n<pre>a\n  b</pre>")
    text = read_document(path).text
    assert find_quote(Quote("s", "She said"), text)[0] is Status.EXACT
    assert find_quote(Quote("s", "a\n  b"), text)[0] is Status.EXACT


@pytest.mark.parametrize(
    ("html", "message"),
    slow_but(
        [
            ("<div>" * 600 + "x", "500 deep"),
            ("<i></i>" * 1_000_001, "1,000,000 tags"),
            ("x" * (16 * 2**20 + 1), "16 MiB"),
        ],
        ("<div>" * 600 + "x", "500 deep"),
    ),
)
def test_a_page_beyond_its_bounds_is_refused(html: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(html)
    with pytest.raises(UnreadableFile, match=message):
        read_document(path)


@pytest.mark.slow
@pytest.mark.first(1)
@pytest.mark.parametrize("html", ["<table><tr>" + "<td>a" * 102_000, ("<b>" * 99 + "</x></p></q>" * 99) * 5000])
def test_wide_and_broken_markup_takes_seconds_at_most(html: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(html)
    in_a_process(
        "from pathlib import Path; from standoff.errors import StandoffError; import sys\n"
        "from standoff.conflict.quotes import read_document\n"
        f"try: read_document(Path({str(path)!r}))\nexcept StandoffError: pass"
    )


@given(
    st.lists(
        st.sampled_from(["<", ">", "</", "<p", "<td>", "</b>", "<!--", "-->", "&", ";", "a", '"', "=", "\ud800", "é"])
    )
)
def test_any_markup_is_text_or_a_clear_error(parts: list[str]) -> None:
    markup = "".join(parts)
    if "\ud800" in markup:
        with pytest.raises(UnreadableFile):
            text_of(markup)
    else:
        assert isinstance(text_of(markup), str)


def test_reading_pages_brings_no_network_client() -> None:
    needed = {name.partition(";")[0] for name in importlib.metadata.requires("lxml") or () if "extra ==" not in name}
    assert not needed


def in_a_process(code: str, seconds: float = 20) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=seconds, env=environment)


# A slow and simple reading of what a quote is, to compare with


def places(exact: str, prefix: str, suffix: str, text: str) -> int:
    starts = [at for at in range(len(text)) if exact.strip() and text.startswith(exact, at)]
    return sum(joins(text[:at][::-1], prefix[::-1]) and joins(text[at + len(exact) :], suffix) for at in starts)


def joins(text: str, wanted: str) -> bool:
    spaced = wanted[:1].isspace()
    return text.lstrip().startswith(wanted.lstrip()) and (not spaced or text[:1].isspace() or not wanted.strip())


def slowly(quote: Quote, text: str) -> tuple[Status, int]:
    exact = quote.exact.strip("\n")
    as_it_is = places(exact, quote.prefix, quote.suffix, text)
    folded = places(fold(exact), fold(quote.prefix), fold(quote.suffix), fold(text))
    if as_it_is:
        return Status.EXACT, max(1, folded)
    return (Status.NORMALISED, folded) if folded else (Status.NOT_FOUND, 0)


LETTERS = st.text(alphabet='ab \n“"é\u0301', max_size=5)
WORDS = st.lists(st.sampled_from(["a", "b", "ab", " ", "\n", "  ", "“", '"', "aa"]), max_size=5).map("".join)


@given(LETTERS | WORDS, LETTERS | WORDS, LETTERS | WORDS, st.lists(LETTERS | WORDS, max_size=9).map("".join))
@examples(500)
def test_quotes_are_found_as_a_slow_reading_finds_them(exact: str, prefix: str, suffix: str, text: str) -> None:
    quote = Quote("s", exact, prefix, suffix)
    assert find_quote(quote, text)[:2] == slowly(quote, text)


@given(WORDS, WORDS, WORDS, st.integers(0, 3), st.integers(0, 3), st.data())
@examples(300)
def test_long_quotes_are_found_as_a_slow_reading_finds_them(
    exact: str, prefix: str, suffix: str, left: int, right: int, data: st.DataObject
) -> None:
    parts = ["ab" * 20 * left + prefix, exact + "a b" * 15 * right, suffix + "ba" * 20 * left]
    text = "".join(
        data.draw(st.lists(st.sampled_from([*parts, "".join(parts), " ".join(parts), "ab", " ", "c"]), max_size=6))
    )
    quote = Quote("s", parts[1], parts[0], parts[2])
    assert find_quote(quote, text)[:2] == slowly(quote, text)


REPEATED = {
    "prefix nowhere": Quote("s", "the", "zz"),
    "suffix nowhere": Quote("s", "the", "", "zz"),
    "all there, never joined": Quote("s", "the", "cat the cat", "the"),
    "long and nearly there": Quote("s", "the cat " * 60 + "the", "cat " + "the cat " * 60, " the"),
    "words everywhere": Quote("s", "the"),
}


@pytest.mark.first(1)
@pytest.mark.parametrize("name", REPEATED)
def test_looking_up_is_linear_in_a_text_of_repeated_words(name: str) -> None:
    quote = REPEATED[name]
    in_a_process(
        "from standoff.conflict.evidence import *; from standoff.conflict.quotes import *\n"
        "text = 'the cat ' * (2 * 2**20) + 'zz'\n"
        f"status, places, note = find_quote({quote!r}, text)\n"
        "assert status in (Status.NOT_FOUND, Status.EXACT) and places in (0, 100), (status, places)"
    )


def test_where_the_words_are_repeated_too_often_it_is_said_what_was_not_told() -> None:
    quote = Quote("s", "a“b", "x" * 40)
    status, count, note = find_quote(quote, "y" + "a“b".join(["x" * 33] * 60_000) + "x" * 40 + 'a"b')
    assert (status, count) == (Status.NORMALISED, 1)
    assert "repeated too often" in str(note)


def test_places_are_counted_up_to_many() -> None:
    assert find_quote(Quote("s", "the"), "the " * 5000)[1] == MANY


@given(st.text(alphabet="ab \n\te\u0301\u2003“", max_size=40), st.integers(1, 6))
def test_a_long_text_is_folded_in_pieces_as_in_one(text: str, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("standoff.conflict.quotes._PIECE", piece)
        in_pieces = fold(text)
    assert in_pieces == fold(text)


@given(
    st.lists(st.sampled_from(["a", "é", "e", "\u0301", "\u0316", "\u0f73", "\uac00", "\u1100", "\u1161"]), max_size=300)
)
def test_unicode_forms_are_those_of_the_standard(parts: list[str]) -> None:
    text = "".join(parts)
    assert composed(text) == unicodedata.normalize("NFC", text)
    assert composed(text, "NFKD") == unicodedata.normalize("NFKD", text)


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73"])
def test_any_number_of_marks_on_a_letter_is_put_in_order_at_once(marks: str) -> None:
    in_a_process(f"from standoff.conflict.letters import composed; assert composed('a' + {marks!r} * 400_000)")


def test_the_documents_of_a_conflict_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standoff.conflict.quotes.MAX_DOCUMENT_BYTES", 2**20)
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("x" * 600_000)
    with pytest.raises(UnreadableFile, match=r"sources\.b\.file: .*together"):
        read_documents([Source(name, file=f"{name}.txt") for name in "ab"], tmp_path)
    twice = [Source("a", file="a.txt"), Source("c", file="a.txt")]
    assert len(read_documents(twice, tmp_path)) == 2


def test_everything_wrong_with_documents_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(b"a\0b")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    sources = [Source(name, file=file) for name, file in (("a", "binary.txt"), ("b", "loop.txt"), ("c", "x" * 300))]
    with pytest.raises(UnreadableFile) as error:
        read_documents(sources, tmp_path)
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [f"sources.{n}.file" for n in "abc"]


def test_documents_outside_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text("secret")
    for name in ("../out.txt", str(tmp_path / "out.txt")):
        with pytest.raises(UnreadableFile, match="outside"):
            read_documents([Source("s", file=name)], tmp_path / "in")


def test_a_document_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_document(path)
