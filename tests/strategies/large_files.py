"""Valid conflict files of up to a megabyte that ask for much: long texts, many parts. Generated, never stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Document = dict[str, Any]


def base(count: int = 3, options: int = 1) -> Document:
    """A conflict of so many decision makers with so many options each."""
    names = [f"D{k}" for k in range(count)]
    dms: Document = {}
    for k, name in enumerate(names):
        near = names[(k + 1) % count]
        dms[name] = {
            "title": f"Party {k}",
            "options": {f"o{n}": {} for n in range(options)},
            "prefers": [
                {"that": f"not {near}.o0", "sure": "likely", "why": "it fears the other"},
                {"that": f"{name}.o{options - 1} if {near}.o0", "sure": "doubtful"},
                f"not {name}.o0",
            ],
        }
    return {
        "standoff": 1,
        "title": "A conflict that asks for much",
        "sources": {"paper": {"title": "A paper", "file": "paper.txt"}},
        "decision_makers": dms,
        "status_quo": {},
        "claims": [
            {"id": "stays", "says": "It stays.", "test": {"holds": {"concept": "SEQ"}}},
            {"id": "comes", "says": "It comes.", "test": {"can_reach": {"by": [names[:2]], "goal": "D0.o0 and D1.o0"}}},
        ],
    }


def _long(text: str) -> Document:
    document = base()
    document |= {"title": text, "about": text}
    document["sources"]["paper"] |= {"title": text, "authors": text}
    for dm in document["decision_makers"].values():
        dm["title"] = text
        dm["options"] = {"o0": {"title": text, "levels": {"no": text, "yes": text}}}
        dm["prefers"][0] |= {"title": text, "why": text, "quote": {"source": "paper", "exact": text[:2000]}}
    for claim in document["claims"]:
        claim["says"] = text
    return document


def long_texts() -> Document:
    """Thirty thousand characters in every title and reason."""
    return _long("some words that go on " * 1400)


def long_words() -> Document:
    """Titles that are one word of thirty thousand characters."""
    return _long("x" * 30_000)


def one_long_text() -> Document:
    """A title of 400,000 characters."""
    document = base()
    document["decision_makers"]["D0"]["title"] = "words without end " * 22_000
    return document


def many_claims() -> Document:
    """Two thousand claims."""
    document = base(4, 2)
    tests: list[Document] = [
        {"holds": {"concept": "SEQ"}},
        {"can_reach": {"by": [["D0"], ["D1", "D2"]], "goal": "D1.o0"}},
        {"accident": {"to": "D0.o0 and D1.o0"}},
        {"only_if": {"who": "D0", "makes": "D0.o0", "if": "D1.o0"}},
    ]
    document["claims"] = [
        {"id": f"c{k}", "says": f"This is claim {k}.", "test": tests[k % len(tests)]} for k in range(2000)
    ]
    return document


def many_definitions() -> Document:
    """Five thousand definitions, each by the one before it."""
    document = base(4, 2)
    defined = {"p0": "D0.o0"} | {f"p{k}": f"p{k - 1} or D{k % 4}.o{k % 2} and D0.o1" for k in range(1, 5000)}
    document["define"] = defined
    document["decision_makers"]["D1"]["prefers"] += [f"p{k}" for k in range(0, 5000, 500)]
    return document


def many_views() -> Document:
    """Twelve decision makers who all have views of each other, some of views."""
    document = base(10) | {"view_depth": 2}
    names = list(document["decision_makers"])
    document["views"] = {
        i: {
            j: {
                "prefers": [f"{j}.o0", f"not {i}.o0", *(f"{k}.o0" for k in names)],
                "views": {k: {"prefers": [f"not {k}.o0", f"{i}.o0"]} for k in names if k != j},
            }
            for j in names
            if j != i
        }
        for i in names
    }
    return document


def many_keys() -> Document:
    """Twenty thousand sources."""
    document = base()
    document["sources"] |= {f"s{k}": {"title": f"Paper {k}", "via": f"s{k + 1}"} for k in range(20_000)}
    document["sources"]["s20000"] = {}
    document["decision_makers"]["D0"]["prefers"][0]["quote"] = {"source": "s0", "exact": "a few words"}
    return document


def many_statements() -> Document:
    """Three decision makers with two thousand statements each."""
    document = base(4, 2)
    for n, dm in enumerate(document["decision_makers"].values()):
        dm["prefers"] = [
            {"that": f"D{k % 4}.o{k % 2} iff D{n}.o0", "sure": ("certain", "likely", "doubtful")[k % 3]}
            for k in range(1500)
        ]
    return document


def many_weights() -> Document:
    """A decision maker with two thousand weights."""
    document = base(4, 2)
    del document["decision_makers"]["D0"]["prefers"]
    document["decision_makers"]["D0"]["weights"] = {
        f"D{k % 4}.o{k % 2} and not D{k % 3}.o0 or {'not ' * (k % 90)}D1.o1 or {'true and ' * (k // 90)}D2.o0": k
        for k in range(2000)
    }
    return document


def many_rules() -> Document:
    """Ten thousand rules."""
    document = base(5, 2)
    document["infeasible"] = [
        {"rule": f"D{k % 5}.o0 and D{(k + 1) % 5}.o1 and D{(k + 2) % 5}.o0", "why": "it cannot be"} for k in range(8000)
    ]
    return document


def many_options() -> Document:
    """A million states."""
    return base(4, 5)


def many_states() -> Document:
    """A quarter of a million states."""
    return base(3, 6)


def many_decision_makers() -> Document:
    """Sixteen decision makers: 65,535 groups."""
    return base(16)


def more_decision_makers() -> Document:
    """Twelve decision makers: 4,095 groups."""
    return base(12)


def graph_form() -> Document:
    """States given outright: six thousand of them, in rankings."""
    count = 6000
    order = list(range(1, count + 1))
    names = ["D0", "D1", "D2"]
    rankings = (order, order[::-1], [[order[k], order[-1 - k]] for k in range(count // 2)])
    moves = {
        name: {str(s): [(s * (n + 2) + 1) % count + 1] for s in order if (s * (n + 2) + 1) % count + 1 != s}
        for n, name in enumerate(names)
    }
    return {
        "standoff": 1,
        "title": "States given outright",
        "decision_makers": {name: {"ranking": ranking} for name, ranking in zip(names, rankings, strict=True)},
        "graph": {"states": {str(s): f"state {s}" for s in order}, "moves": moves},
        "status_quo": 1,
        "claims": [{"id": "stays", "says": "It stays.", "test": {"holds": {"concept": "SEQ"}}}],
    }


def long_formulas() -> Document:
    """Statements of almost ten thousand characters."""
    document = base(4, 2)
    long = " or ".join(["D0.o0 and not D1.o1"] * 400)
    for dm in document["decision_makers"].values():
        dm["prefers"] += [{"that": f"{long} or D{k % 4}.o1", "sure": "likely"} for k in range(20)]
    return document


def many_events() -> Document:
    """A history of five thousand events."""
    document = base(4, 2)
    document["history"] = [
        {"date": f"{1000 + k}", "moves": {f"D{k % 4}.o0": ("yes", "no")[k // 4 % 2]}, "title": f"Event {k}"}
        for k in range(5000)
    ]
    document["claims"].append({"id": "drawn", "says": "So it was.", "test": {"drawn": {}}})
    return document


def many_quotes() -> Document:
    """Three thousand quotes of one source."""
    document = base()
    for dm in document["decision_makers"].values():
        dm["prefers"] += [
            {"that": "D0.o0", "quote": {"source": "paper", "exact": f"some words {k}", "prefix": "the"}}
            for k in range(1000)
        ]
    return document


def many_published() -> Document:
    """Published answers that name many states."""
    document = base(3, 3)
    states = list(range(1, 513))
    document["published"] = {
        "citation": "A paper",
        "equilibria": dict.fromkeys(("Nash", "GMR", "SMR", "SEQ", "SSEQ", "SIM"), states),
        "coalitions": [{"group": ["D0", "D1"], "from": s, "to": states[:100]} for s in states],
    }
    return document


def long_levels() -> Document:
    """Three options of a hundred levels each: moves are many."""
    document = base()
    for dm in document["decision_makers"].values():
        dm["options"] = {"o0": {"levels": [f"l{k}" for k in range(60)]}}
    return document


def empty_decision_makers() -> Document:
    """As many mistakes as decision makers, each told at its place."""
    return {"standoff": 1, "title": "T", "decision_makers": {f"k{k}": None for k in range(30_000)}}


def long_blanks() -> Document:
    """Titles of which most is blanks."""
    blanks = f"a{' ' * 200_000}b"
    return {
        "standoff": 1,
        "title": blanks,
        "decision_makers": {
            "A": {"title": blanks, "options": {"x": {"title": blanks}}, "prefers": ["not A.x"]},
            "B": {"options": {"y": {}}, "prefers": ["B.y iff A.x"]},
        },
        "status_quo": {},
    }


FILES: Mapping[str, Callable[[], Document]] = {
    make.__name__: make
    for make in (
        long_texts,
        long_words,
        one_long_text,
        many_claims,
        many_definitions,
        many_views,
        many_keys,
        many_statements,
        many_weights,
        many_rules,
        many_options,
        many_states,
        many_decision_makers,
        more_decision_makers,
        graph_form,
        long_formulas,
        many_events,
        many_quotes,
        many_published,
        long_levels,
        empty_decision_makers,
        long_blanks,
    )
}


def text(name: str) -> str:
    """The file of that name, as JSON."""
    return json.dumps(FILES[name]())
