"""What is left of texts made by hand: blocks of ``report`` take their place, verb by verb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from standoff.compare import Comparison
from standoff.graph import Graph
from standoff.words import brief_state, joined

MAX_COLUMNS = 8  # options that get a column of their own; beyond, a state is told by its vector

YES, NO = Text("●", "green"), Text("·", "dim")


def title(text: str) -> Text:
    """A heading."""
    return Text(text, "bold")


def indented(*parts: RenderableType) -> RenderableType:
    """Parts below a heading."""
    return Padding(Group(*parts), (0, 0, 0, 2), expand=False)


class Fitting:
    """The first of several renderings that is not wider than the output; else the last."""

    def __init__(self, *candidates: RenderableType) -> None:
        self.candidates = candidates

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the one that fits."""
        free = options.update(max_width=10_000)
        for one in self.candidates[:-1]:
            if Measurement.get(console, free, one).maximum <= options.max_width:
                yield one
                return
        yield self.candidates[-1]


def state_rows(
    graph: Graph, shown: Sequence[int], names: Mapping[int, Sequence[str]], concepts: Sequence[str]
) -> RenderableType:
    """States as rows: the options that differ between them (in bold: from the status quo), then the concepts.

    Where that is too wide the concepts share a column; where that is too wide, states are told in phrases.
    """
    quo = graph.meaning.status_quo
    columns = _differing(graph, [*shown, *([] if quo is None else [quo])])
    phrases = Group(_phrases(graph, shown, names, concepts), *_captions(graph, shown, None))
    if columns is None or len(columns) > MAX_COLUMNS:
        return phrases
    captions = list(_captions(graph, shown, columns))
    wide = _columns(graph, shown, columns, [(c, {s: _mark(c in names.get(s, ())) for s in shown}) for c in concepts])
    together = {s: Text(_holds_under(names.get(s, ()), concepts)) for s in shown}
    narrow = _columns(graph, shown, columns, [("Holds under", together)] if concepts else [])
    return Group(Fitting(wide, narrow, _phrases(graph, shown, names, concepts)), *captions)


def _mark(holds: bool) -> Text:
    return YES if holds else NO


def _holds_under(names: Sequence[str], concepts: Sequence[str]) -> str:
    return "all" if len(names) == len(concepts) else " ".join(names) or "none"


def _label(graph: Graph, s: int) -> Text:
    return Text(str(graph.states.names[s]) + ("*" if s == graph.meaning.status_quo else ""))


def _columns(
    graph: Graph, shown: Sequence[int], columns: Sequence[int], more: Sequence[tuple[str, Mapping[int, Text]]]
) -> Table:
    vocabulary = list(graph.meaning.vocabulary.options.items())
    heads = [vocabulary[k][0].replace(".", "\n", 1) for k in columns]
    table = _plain_table("State", *heads, *(head for head, _ in more))
    table.padding = (0, 1, 0, 0)
    quo = graph.meaning.status_quo
    reference = graph.states.levels(quo) if quo is not None else None
    for s in shown:
        levels = graph.states.levels(s)
        assert levels is not None
        cells = (
            Text(vocabulary[k][1][levels[k]], "bold" if reference is not None and levels[k] != reference[k] else "dim")
            for k in columns
        )
        table.add_row(_label(graph, s), *cells, *(of[s] for _, of in more))
    return table


def _phrases(graph: Graph, shown: Sequence[int], names: Mapping[int, Sequence[str]], concepts: Sequence[str]) -> Table:
    quo = graph.meaning.status_quo
    compared = quo is not None and graph.states.levels(quo) is not None
    what = "What differs from the status quo" if compared else "What"
    table = _plain_table("State", what, *(["Holds under"] if concepts else []))
    for s in shown:
        holds = [Text(_holds_under(names.get(s, ()), concepts))] if concepts else []
        table.add_row(_label(graph, s), Text(brief_state(graph, s)), *holds)
    return table


def _differing(graph: Graph, which: Sequence[int]) -> list[int] | None:
    """The options that are not at one level in all of the states; None where some state has no levels."""
    levels = [graph.states.levels(s) for s in which]
    if any(one is None for one in levels):
        return None
    return [k for k, at in enumerate(zip(*(one for one in levels if one is not None), strict=True)) if len(set(at)) > 1]


def _captions(graph: Graph, shown: Sequence[int], columns: Sequence[int] | None) -> Iterator[Text]:
    if columns is not None and graph.states.option_form:
        levels = graph.states.levels(shown[0])
        assert levels is not None
        names = graph.meaning.vocabulary.options.items()
        same = [f"{name} = {of[levels[k]]}" for k, (name, of) in enumerate(names) if k not in columns]
        if same:
            where = "In all of them" if graph.meaning.status_quo is None else "In all of them and in the status quo"
            yield Text(f"{where}: {', '.join(same)}", "dim")
    if graph.meaning.status_quo in shown:
        yield Text("* the status quo", "dim")


def left_out(reasons: Mapping[str, str]) -> RenderableType | None:
    """Why a concept is not in the table."""
    if not reasons:
        return None
    return Group(*(Text(f"{name} is not computed: {why}.", "dim") for name, why in reasons.items()))


def not_done(what: Sequence[str]) -> RenderableType | None:
    """What was left out because the time was over or somebody interrupted."""
    if not what:
        return None
    return Text(f"Stopped early: {'; '.join(what)}.", "yellow")


def comparison(comparisons: Sequence[Comparison], citation: str | None) -> RenderableType | None:
    """Where the published answers agree with ours, and where not."""
    if not comparisons:
        return None
    agree = [one for one in comparisons if one.agrees]
    parts: list[RenderableType] = [title("Published answers")]
    if citation:
        parts.append(indented(Text(citation.strip(), "dim")))
    if agree:
        which = joined(one.concept + (f" ({one.who})" if one.who else "") for one in agree)
        parts.append(indented(Text(f"Reproduced: {which}.")))
    for one in comparisons:
        if not one.agrees:
            whom = f" of {one.who}" if one.who else ""
            parts.append(
                indented(
                    Text(f"Not reproduced: {one.concept} {one.what}{whom}", "red"),
                    Text(f"  published {_listed(one.published)}; computed {_listed(one.computed)}"),
                )
            )
    return Group(*parts)


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(str, names)) or "none"


def _plain_table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads:
        table.add_column(Text(head, "dim"), no_wrap=head in ("State", "Case"))
    return table
