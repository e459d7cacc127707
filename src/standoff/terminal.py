"""Results as an analyst reads them: tables and sentences for a terminal or a text. Nothing is printed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from standoff.compare import Comparison
from standoff.documents import CasesDocument, CheckDocument, JudgementCounts
from standoff.encoding import check_document
from standoff.evidence import MANY, Finding, Status
from standoff.explain import Sentence
from standoff.graph import Graph
from standoff.stability import Analysis
from standoff.states import vector
from standoff.words import evidence_words, joined, level_words, plain_state_words, state_words, upper_first, who

MAX_COLUMNS = 8  # options that get a column of their own; beyond, a state is told by its vector

YES, NO = Text("●", "green"), Text("·", "dim")


def title(text: str) -> Text:
    """A heading."""
    return Text(text, "bold")


def stacked(*parts: RenderableType) -> RenderableType:
    """Parts below one another."""
    return Group(*parts)


def indented(*parts: RenderableType) -> RenderableType:
    """Parts below a heading."""
    return Padding(Group(*parts), (0, 0, 0, 2), expand=False)


def count(number: int, what: str) -> str:
    """``1 state``, ``1,120 states``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def state_label(graph: Graph, s: int) -> str:
    """``state 185 (NNYN2)``."""
    levels = graph.states.levels(s)
    radices = graph.states.combinations.radices
    return f"state {graph.states.names[s]}" + ("" if levels is None else f" ({vector(levels, radices)})")


# solve


def solution(
    analysis: Analysis, comparisons: Sequence[Comparison], everything: bool = False
) -> tuple[RenderableType | None, ...]:
    """Who would stay where, and which states are equilibria."""
    conflict = analysis.graph.conflict
    return (
        overview(analysis),
        standing(analysis) if analysis.graph.meaning.status_quo is not None else None,
        equilibria(analysis, None if everything else 12),
        stability_table(analysis, 10**9 if everything else 40),
        left_out(analysis.left_out),
        comparison(comparisons, conflict.published.citation if conflict.published else None),
        grounds(check_document(conflict, ())),
    )


def overview(analysis: Analysis) -> RenderableType:
    """What was asked: the conflict, its size, where it stands."""
    graph, conflict = analysis.graph, analysis.graph.conflict
    date = f" ({conflict.date})" if conflict.date and conflict.date not in conflict.title else ""
    size = f"{count(len(graph.dms), 'decision maker')}, {count(len(graph.states), 'feasible state')}."
    parts: list[RenderableType] = [title(conflict.title + date), Text(size)]
    quo = graph.meaning.status_quo
    if quo is None:
        return Group(*parts, Text("No status quo is given."))
    return Group(
        *parts, Text(), title(f"Where it stands: {state_label(graph, quo)}"), indented(state_table(graph, quo))
    )


def state_table(graph: Graph, s: int) -> RenderableType:
    """A state as phrases, one line per decision maker."""
    described = state_words(graph, s)
    if described[0][0] == "":
        return Text(described[0][1][0])
    table = Table.grid(padding=(0, 2))
    for name, what in described:
        table.add_row(Text(upper_first(name)), Text("; ".join(what)))
    return table


def standing(analysis: Analysis) -> RenderableType:
    """Who would stay at the status quo under which concepts, and in a sentence what that makes of it."""
    graph, quo = analysis.graph, analysis.graph.meaning.status_quo
    assert quo is not None
    table = _plain_table("Would stay under", *analysis.stable)
    for i in graph.dms:
        marks = (YES if stable[i][quo] else NO for stable in analysis.stable.values())
        table.add_row(Text(upper_first(who(graph, i))), *marks)
    return Group(indented(table), Text(), Text(status_quo_sentence(analysis)))


def status_quo_sentence(analysis: Analysis) -> str:
    """Under which concepts the status quo is an equilibrium, and who would leave under the others."""
    graph, quo = analysis.graph, analysis.graph.meaning.status_quo
    assert quo is not None
    leavers: dict[tuple[int, ...], list[str]] = {}
    for concept, stable in analysis.stable.items():
        leavers.setdefault(tuple(i for i in graph.dms if not stable[i][quo]), []).append(concept)
    parts = []
    for group, concepts in sorted(leavers.items(), key=lambda item: len(item[0])):
        if group:
            parts.append(f"under {joined(concepts)} {joined(who(graph, i) for i in group)} would leave")
        else:
            parts.append(f"the status quo is an equilibrium under {joined(concepts)}")
    return upper_first("; ".join(parts)) + "."


def equilibria(analysis: Analysis, most: int | None = 12) -> RenderableType:
    """The states at which everybody would stay, those that hold under most concepts first."""
    graph = analysis.graph
    found = {name: analysis.equilibria(name) for name in analysis.stable}
    counts = ", ".join(f"{name} {len(states):,}" for name, states in found.items())
    names: dict[int, list[str]] = {}
    for name, states in found.items():
        for s in states:
            names.setdefault(s, []).append(name)
    order = sorted(names, key=lambda s: (-len(names[s]), s))
    shown = order[:most]
    parts: list[RenderableType] = [title(f"Equilibria: {counts}")]
    if shown:
        parts.append(indented(state_rows(graph, shown, {s: names[s] for s in shown}, list(analysis.stable))))
    else:
        parts.append(indented(Text("No state is an equilibrium under these concepts.")))
    if len(order) > len(shown):
        parts.append(
            indented(Text(f"… and {len(order) - len(shown):,} more that hold under fewer (--all lists them)", "dim"))
        )
    return Group(*parts)


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


def brief_state(graph: Graph, s: int) -> str:
    """A state by who does what in it: what differs from the status quo, or where there is none all but plain noes."""
    levels = graph.states.levels(s)
    if levels is None:
        return plain_state_words(graph, s)
    quo = graph.meaning.status_quo
    reference = graph.states.levels(quo) if quo is not None else None
    told: dict[str, list[str]] = {}
    for k, (dm, option) in enumerate(graph.conflict.options):
        given = option.levels[levels[k]]
        plain_no = levels[k] == 0 and given.title is None and given.name == "no"
        if (levels[k] != reference[k]) if reference is not None else not plain_no:
            told.setdefault(dm.name, []).append(level_words(option, levels[k]))
    nothing = "nothing is done" if reference is None else "the status quo"
    return "; ".join(f"{name}: {', '.join(what)}" for name, what in told.items()) or nothing


def stability_table(analysis: Analysis, most: int = 40) -> RenderableType | None:
    """For small conflicts: every state, and the concepts under which each decision maker would stay."""
    graph = analysis.graph
    if len(graph.states) > most:
        return None
    table = _plain_table("State", *(dm.name for dm in graph.conflict.decision_makers))
    for s in range(len(graph.states)):
        cells = []
        for i in graph.dms:
            under = [name for name, stable in analysis.stable.items() if stable[i][s]]
            cells.append(Text("all", "green") if len(under) == len(analysis.stable) else Text(" ".join(under) or "–"))
        table.add_row(Text(str(graph.states.names[s])), *cells)
    return Group(title("Who would stay where, and under which concepts"), indented(table))


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


def grounds(document: CheckDocument) -> RenderableType:
    """On whose word the answer is."""
    if not _total(document["judgements"]):
        return Group()
    return Group(title("On whose word"), indented(Text(grounds_sentence(document))))


def grounds_sentence(document: CheckDocument) -> str:
    """How many judgements there are, of which kind, and how many carry a quote."""
    counts = document["judgements"]
    total, unsourced = _total(counts), _total(document["unsourced"])
    kinds = joined(f"{counts[kind]} {kind}" for kind in ("reported", "inferred", "assumed", "unstated") if counts[kind])
    told = f": {kinds}" if kinds else ""
    return f"The answer rests on {count(total, 'judgement')}{told}; {total - unsourced:,} of them carry a quote."


def _total(counts: JudgementCounts) -> int:
    return counts["reported"] + counts["inferred"] + counts["assumed"] + counts["unstated"]


# explain


def explanations(
    graph: Graph, s: int, told: Iterable[tuple[int, str, Iterable[Sentence]]], reasons: Mapping[str, str]
) -> tuple[RenderableType | None, ...]:
    """A state, and why decision makers would stay there or leave it: of each a headline and sentences."""
    quo = " (the status quo)" if s == graph.meaning.status_quo else ""
    head = stacked(
        title(f"{graph.conflict.title}: {state_label(graph, s)}{quo}"),
        indented(state_table(graph, s)),
    )
    return (head, *(explanation(graph, line, sentences) for _, line, sentences in told), left_out(reasons))


def explanation(graph: Graph, headline: str, sentences: Iterable[Sentence]) -> RenderableType:
    """One decision maker: whether it would stay, why, and whose word that rests on."""
    parts: list[RenderableType] = [title(headline)]
    for line in sentences:
        indent = 2 + 2 * line.depth
        parts.append(Padding(Text(line.text), (0, 0, 0, indent), expand=False))
        if line.ground is not None and line.ground.evidence.why is not None:
            parts.append(
                Padding(
                    Text(f"because: {line.ground.evidence.why.strip()}", "dim"), (0, 0, 0, indent + 2), expand=False
                )
            )
        if line.ground is not None:
            parts.append(
                Padding(Text(evidence_words(graph, line.ground.evidence), "dim"), (0, 0, 0, indent + 2), expand=False)
            )
    return Group(*parts)


# states


def states_table(graph: Graph, most: int | None) -> RenderableType:
    """The feasible states as rows."""
    total = len(graph.states)
    shown = list(range(total if most is None else min(total, most)))
    parts: list[RenderableType] = [state_rows(graph, shown, {}, [])]
    if total > len(shown):
        parts.append(Text(f"… and {total - len(shown):,} more (--all lists them)", "dim"))
    return Group(title(f"{graph.conflict.title}: {count(total, 'feasible state')}"), *parts)


# check


_STYLES = {Status.EXACT: "green", Status.NORMALISED: "yellow", Status.NOT_FOUND: "red", Status.NO_DOCUMENT: "dim"}


def findings_table(findings: Sequence[Finding], everything: bool) -> RenderableType:
    """The quotes: a count of each status, and those that need a look."""
    counts = {status: sum(one.status is status for one in findings) for status in Status}
    told = joined(f"{number} {status.value.replace('_', ' ')}" for status, number in counts.items() if number)
    parts: list[RenderableType] = [title(f"{count(len(findings), 'quote')}: {told}" if findings else "No quotes")]
    shown = [one for one in findings if everything or one.status is Status.NOT_FOUND or one.ambiguous]
    if shown:
        table = _plain_table("Status", "Where", "Source", "Quote")
        table.columns[1].overflow = "fold"
        for one in shown:
            places = f"{one.occurrences} places" if one.occurrences < MANY else f"{MANY} places or more"
            status = one.status.value + (f", ambiguous ({places})" if one.ambiguous else "")
            note = f" – {one.note}" if one.note and one.status is not Status.NO_DOCUMENT else ""
            table.add_row(
                Text(status, _STYLES[one.status]),
                Text(one.where),
                Text(one.quote.source),
                Text(f"“{one.quote.exact}”{note}"),
            )
        parts.append(indented(table))
    missing = sorted({one.quote.source for one in findings if one.status is Status.NO_DOCUMENT})
    if missing:
        parts.append(indented(Text(f"No document here for {joined(missing)}: give its folder with --sources.", "dim")))
    return Group(*parts)


def sources_table(document: CheckDocument) -> RenderableType | None:
    """The sources that are quoted: their keys in the file, how they are cited, and how often."""
    cited = {one["source"]: one["citation"] for one in document["quotes"]}
    if not cited:
        return None
    number = Counter(one["source"] for one in document["quotes"])
    table = _plain_table("Source", "Cited as", "Quotes")
    table.columns[2].justify = "right"
    for name, citation in cited.items():
        table.add_row(Text(name), Text(citation), Text(str(number[name])))
    return indented(table)


def relations_table(document: CheckDocument) -> RenderableType | None:
    """The measured relations that judgements cite, against the table."""
    if not document["relations"]:
        return None
    table = _plain_table("Measured relation", "Cited", "In the table", "")
    for one in document["relations"]:
        measured = "not measured" if one["measured"] is None else _numbers(one["measured"])
        verdict = Text("agrees", "green") if one["agrees"] else Text("does not agree", "red")
        table.add_row(
            Text(f"{one['where']}: {' and '.join(one['between'])}, {one['period']}"),
            _numbers(one["cited"]),
            measured,
            verdict,
        )
    return table


def _numbers(values: Sequence[float]) -> str:
    value, low, high = values
    return f"{value:+.2f} [{low:+.2f}, {high:+.2f}]"


def judgements_table(document: CheckDocument, everything: bool) -> RenderableType:
    """Judgements and how many of them have no quote, by kind."""
    table = _plain_table("Judgements", "reported", "inferred", "assumed", "unstated")
    rows = (("in all", document["judgements"]), ("without a quote", document["unsourced"]))
    for name, counts in rows:
        cells = (counts["reported"], counts["inferred"], counts["assumed"], counts["unstated"])
        table.add_row(Text(name), *(Text(str(number)) for number in cells))
    parts: list[RenderableType] = [table]
    if everything and document["unsourced_at"]:
        parts += [Text("Without a quote:"), *(Text(f"  {where}") for where in document["unsourced_at"])]
    return Group(*parts)


# cases


def cases_table(document: CasesDocument) -> RenderableType:
    """The cases that ship with Standoff."""
    checked = any("agrees" in case for case in document["cases"])
    table = _plain_table("Case", "Title", "DMs", *(["Published answers"] if checked else []))
    words = {True: Text("reproduced", "green"), False: Text("not reproduced", "red"), None: Text("none", "dim")}
    for case in document["cases"]:
        cells = [Text(case["name"]), Text(case["title"]), Text(str(case["decision_makers"]))]
        table.add_row(*cells, *([words[case.get("agrees")]] if checked else []))
    return table


def _plain_table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads:
        table.add_column(Text(head, "dim"), no_wrap=head in ("State", "Case"))
    return table
