"""Reports to look at: of cases, of conflicts full of somebody's words, and a strict reader of pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

from standoff import casebook
from standoff.conflict.model import Conflict
from standoff.formats import loads
from standoff.inquiries.asking import Subject
from standoff.inquiries.report import ReportOptions, find_all
from standoff.report.blocks import Report
from standoff.report.contents import report
from standoff.report.findings import Findings
from standoff.writers.html import page

VOID = {"meta", "link"}
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "style": "</style><style>body{display:none}",
    "ends": "</script></title></svg></p></details>",
    "address": "javascript:alert(1)",
    "comment": "<!-- <![CDATA[ --",
    "entity": "&lt;b&gt; &amp;amp; &#0; &NotEqualTilde;",
    "attribute": "' onmouseover='alert(1)' x=\"y\" {{x}} ${x}",
    "arabic": "المملكة العربية السعودية \u202eevil\u2066 left open",
    "hebrew": "ממשלת ישראל",
    "emoji": "🦊 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 \u200d\u200b!",
    "long": "x" * 500,
    "long in Chinese": "停戦" * 250,
    "lines": "a\u2028b\nc\td",
}


@dataclass(frozen=True)
class Built:
    """A report with what it was made from, and as a page."""

    found: Findings
    report: Report
    page: str


@cache
def case(name: str, draws: int = 40, claims: int | None = 6) -> Built:
    """Of many claims the first few (None: all): each is tried again after every change of a judgement."""
    conflict = casebook.load(name)
    few = replace(conflict, claims=conflict.claims[:claims])
    return built(find_all(Subject(few, casebook.path(name)), ReportOptions(draws=draws)))


def of(conflict: Conflict, question: ReportOptions | None = None) -> Built:
    return built(find_all(Subject(conflict), question or ReportOptions(draws=5)))


def built(found: Findings) -> Built:
    made = report(found)
    return Built(found, made, page(made))


# Conflicts full of somebody's words


def saying(word: str) -> Conflict:
    """A conflict with these words wherever words are free."""
    return loads(json.dumps(_document(word)), ".json")


def in_graph_form(word: str) -> Conflict:
    """Another, in graph form, with these words as names of its states too."""
    document: dict[str, Any] = {
        "standoff": 1,
        "title": word,
        "about": word,
        "decision_makers": {
            "A": {"title": word, "ranking": [f"1{word}", f"2{word}"]},
            "B": {"ranking": [f"2{word}", f"1{word}"]},
        },
        "graph": {
            "states": {f"1{word}": word, f"2{word}": word},
            "moves": {"A": {f"1{word}": [f"2{word}"]}, "B": {f"2{word}": [f"1{word}"]}},
        },
        "status_quo": f"1{word}",
    }
    return loads(json.dumps(document), ".json")


def _document(word: str) -> dict[str, Any]:
    evidence = {"why": word, "kind": "inferred", "sure": "doubtful", "quote": {"source": "s", "exact": word}}
    holds = {"holds": {"at": "status_quo", "concept": "Nash"}}
    return {
        "standoff": 1,
        "title": word,
        "date": "2024",
        "about": word,
        "sources": {"s": {"title": word, "authors": word, "publisher": word, "published": "2024", "grade": "B2"}},
        "define": {"calm": {"that": "not A.x and not B.x", "title": word, **evidence}},
        "decision_makers": {
            "A": {
                "title": word,
                "about": word,
                "options": {"x": {"title": word, **evidence}, "y": {"levels": {"lo": word, "hi": f"{word} high"}}},
                "prefers": [{"that": "A.x", "title": word, **evidence}, {"that": "calm", "sure": "likely"}],
            },
            "B": {"title": f"{word} too", "options": {"x": {}}, "weights": {"A.y = hi": 2, "not B.x": 1}},
        },
        "infeasible": [{"rule": "A.x and A.y = hi and B.x", "title": word, **evidence}],
        "status_quo": {"A.x": "no"},
        "views": {"A": {"B": {"prefers": [{"that": "B.x", "title": word, **evidence}]}}},
        "history": [{"date": "2023", "moves": {"B.x": "yes"}, "title": word, **evidence}],
        "claims": [
            {"id": "c", "says": word, "quote": evidence["quote"], "test": holds},
            {"id": "d", "says": word, "test": {"accident": {"to": "A.x", "slips": 1}}},
        ],
    }


# A strict reader of pages


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def all(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.all()

    def find(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {key.rstrip("_"): value for key, value in attributes.items()}
        return [one for one in self.all() if one.tag == tag and wanted.items() <= one.attributes.items()]

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def prose(self) -> str:
        """The words outside of pictures, styles and scripts."""
        quiet = {"svg", "style", "script"}
        inner = (one if isinstance(one, str) else "" if one.tag in quiet else one.prose for one in self.children)
        return "".join(inner)

    @property
    def shape(self) -> object:
        """The elements and their attributes without texts; pictures as a whole, since words are set in them."""
        inner = [child.shape for child in self.children if isinstance(child, Element)]
        kept = sorted(key for key in self.attributes if key != "open")
        return (self.tag, kept, [] if self.tag == "svg" else inner)


class _Reader(HTMLParser):
    """Every element is closed where it must be, and no attribute is given twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Element("", {})
        self.open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({key for key, _ in attrs}) == len(attrs), (tag, attrs)
        one = Element(tag, {key: value or "" for key, value in attrs})
        self.open[-1].children.append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def read(source: str) -> Element:
    """The elements of a page. Raises AssertionError where it is not well-formed."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    assert reader.open == [reader.top]
    return reader.top
