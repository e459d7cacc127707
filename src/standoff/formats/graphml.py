"""GraphML, write only (http://graphml.graphdrawing.org): states as nodes, moves as edges, for programs about graphs.

For each decision maker nodes have its ordinal rank, from 1: higher is better, and only the order means anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from standoff.conflict.meaning import Source
from standoff.conflict.states import vector
from standoff.errors import CannotSay
from standoff.graph import Graph, build_graph

MAX_STATES = 2**18
MAX_EDGES = 2_000_000
_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_SCHEMA = f"{_NAMESPACE} {_NAMESPACE}/1.0/graphml.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(source: Source) -> str:
    """The graph. Raises CannotSay where it has more states or moves than such a file should."""
    graph = build_graph(source)
    if len(graph.states) > MAX_STATES:
        raise CannotSay(f"{len(graph.states):,} states; a graph is written with at most {MAX_STATES:,}")
    edges = list(_edges(graph))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<graphml xmlns="{_NAMESPACE}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_SCHEMA}">',
        f"<desc>{_text(graph.conflict.title)}</desc>",
        *_keys(graph),
        '<graph id="conflict" edgedefault="directed">',
        *_nodes(graph),
        *edges,
        "</graph>",
        "</graphml>",
    ]
    return "\n".join(lines) + "\n"


def _keys(graph: Graph) -> Iterator[str]:
    yield _key("state", "node", "string")
    yield _key("label", "node", "string")
    if graph.states.option_form:
        yield _key("vector", "node", "string")
    yield _key("status_quo", "node", "boolean")
    for i, dm in enumerate(graph.conflict.decision_makers):
        yield _key(f"rank_{dm.name}", "node", "int", f"rank{i}")
    yield _key("mover", "edge", "string")
    yield _key("improvement", "edge", "boolean")


def _key(name: str, of: str, kind: str, ident: str = "") -> str:
    return f'<key id="{ident or name}" for="{of}" attr.name={quoteattr(_clean(name))} attr.type="{kind}"/>'


def _nodes(graph: Graph) -> Iterator[str]:
    states, radices = graph.states, graph.states.combinations.radices
    of_states = (graph.ranks - graph.ranks.min(axis=1, keepdims=True) + 1).T.tolist()
    for s, ranks in enumerate(of_states):
        levels = states.levels(s)
        shown = None if levels is None else vector(levels, radices)
        told = [
            _data("state", str(states.names[s])),
            _data("label", states.title(s) or f"{states.names[s]}{f' ({shown})' if shown else ''}"),
            _data("vector", shown) if shown else "",
            _data("status_quo", _truth(s == graph.meaning.status_quo)),
            *(_data(f"rank{i}", str(rank)) for i, rank in enumerate(ranks)),
        ]
        yield f'<node id="s{s}">{"".join(told)}</node>'


def _edges(graph: Graph) -> Iterator[str]:
    count = 0
    for i, dm in enumerate(graph.conflict.decision_makers):
        mover = _data("mover", dm.name)
        for s in range(len(graph.states)):
            targets = graph.targets(i, s)
            count += len(targets)
            if count > MAX_EDGES:
                raise CannotSay(f"more than {MAX_EDGES:,} moves; a graph is written with at most so many")
            better = graph.gains(i, s, targets)
            for t, improves in zip(targets.tolist(), better.tolist(), strict=True):
                yield f'<edge source="s{s}" target="s{t}">{mover}{_data("improvement", _truth(improves))}</edge>'


def _data(key: str, text: str) -> str:
    return f'<data key="{key}">{_text(text)}</data>'


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _text(text: str) -> str:
    return escape(_clean(text), {"\r": "&#13;"})


def _clean(text: str) -> str:
    """The text with a mark in place of characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
