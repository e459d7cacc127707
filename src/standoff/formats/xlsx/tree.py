"""From the tables of a workbook to the tree of a conflict file; the line of each part is the number of its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from standoff.errors import shorten, unknown
from standoff.formats.tree import ReadingStep, Tree, build
from standoff.formats.xlsx import layout
from standoff.formats.xlsx.cells import Book, Cell, Value
from standoff.formats.xlsx.tables import Row, Tables, date_of, shown_text, state_of

_PLACE = ("decision maker", "order", "state", "title")  # of a row of a ranking; the rest is about the whole


@dataclass(slots=True)
class Map:
    """A mapping to be; keys may come twice, which is told later."""

    line: int
    entries: list[tuple[Cell, Node | None]] = field(default_factory=list)

    def put(self, key: str | Cell, node: Node | None) -> None:
        """An entry, where there is something to enter (in ``entries`` None is the null of the format)."""
        if node is not None:
            self.entries.append((key if isinstance(key, Cell) else Cell(key, node.line), node))


@dataclass(slots=True)
class Seq:
    """A list to be."""

    line: int
    items: list[Node] = field(default_factory=list)


Node = Cell | Map | Seq


def tree_of(book: Book) -> Tree:
    """The tree that a workbook tells of; what is wrong with its tables goes to ``book.problems``."""
    return build(_events(_Reader(Tables(book)).conflict()))


def _events(node: Node) -> Iterator[ReadingStep]:
    match node:
        case Cell(value, line):
            yield ReadingStep("scalar", line, value, str(value))
        case Seq(line, items):
            yield ReadingStep("list", line)
            for item in items:
                yield from _events(item)
            yield ReadingStep("end", line)
        case Map(line, entries):
            yield ReadingStep("map", line)
            for key, entry in entries:
                yield ReadingStep("scalar", key.line, str(key.value), str(key.value))
                yield from _events(entry) if entry is not None else [ReadingStep("scalar", key.line)]
            yield ReadingStep("end", line)


class _Reader:
    """Goes from sheet to sheet."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.wrong = tables.wrong

    def conflict(self) -> Map:
        root = Map(self.tables.book.place(layout.CONFLICT.name))
        root.put("standoff", Cell(1, root.line))
        states = self.tables.table(layout.STATES)
        self.items(root, {str(row.cells["state"].value) for row in states})
        root.put("sources", self.sources())
        definitions = self.tables.table(layout.DEFINITIONS)
        for key in ("define", "names"):
            rows = [row for row in definitions if (row.get("calls states") is not None) == (key == "names")]
            root.put(key, _map([(row.cells["name"], self.statement("formula", "that", row)) for row in rows]))
        parties = self.tables.table(layout.DECISION_MAKERS, must=True)
        names = [row.cells["name"].value for row in parties]
        root.put("decision_makers", self.parties(root.line, parties, names))
        rules = self.tables.table(layout.RULES)
        root.put("infeasible", _seq([self.statement("rule", "rule", row) for row in rules]))
        moves = self.tables.by_party(layout.MOVES, names)
        if moves or (states and not any(row.get("formula") for row in states)):
            root.put("graph", self.graph(root.line, states, moves))
        else:
            root.put("states", _map([(row.cells["state"], self.statement("formula", "that", row)) for row in states]))
        return root

    def items(self, root: Map, states: set[str]) -> None:
        """The title, the date, what it is about and the status quo."""
        for row in self.tables.table(layout.CONFLICT, must=True):
            item, value = row.cells["item"], row.get("value")
            name = layout.folded(str(item.value))
            if name not in layout.ITEMS:
                self.wrong(item, unknown("item", str(item.value), layout.ITEMS))
                continue
            if name != "status quo":
                extra = next((row.cells[one] for one in row.cells if one not in ("item", "value")), None)
                if extra is not None:
                    self.wrong(extra, "reasons are for the status quo only")
                if value is not None and name == "limits":
                    lines = (line.strip() for line in str(value.value).split("\n"))
                    root.put(name, _seq([Cell(line, value.line) for line in lines if line]))
                    continue
                if value is not None:
                    value = Cell(date_of(value.value) if name == "date" else shown_text(value.value), value.line)
                elif name == "title":
                    value = Cell("", item.line)
                root.put(name, value)
            elif value is not None:
                quo = Map(value.line)
                quo.put("state", self.place(value, states))
                self.evidence(quo, row)
                root.put("status_quo", quo)

    def place(self, cell: Cell, states: set[str]) -> Node:
        """The name of a state, or ``option = level`` with commas, semicolons or line breaks between."""
        text = str(cell.value).strip()
        if "=" not in text or text in states:
            return Cell(state_of(cell.value), cell.line)
        levels = Map(cell.line)
        for part in self.parts(text):
            option, sign, level = part.partition("=")
            if not sign:
                self.wrong(cell, f'expected option = level, found "{shorten(part)}"')
            levels.put(Cell(option.strip(), cell.line), Cell(level.strip(), cell.line))
        return levels

    def sources(self) -> Map | None:
        rows = self.tables.table(layout.SOURCES)
        names = {row.cells["name"].value for row in rows}
        found = []
        for row in rows:
            source = Map(row.line)
            for column in layout.SOURCES.columns[1:]:
                cell = row.get(column.name)
                source.put(column.name, self.via(cell, names) if cell is not None and column.name == "via" else cell)
            found.append((row.cells["name"], source))
        return _map(found)

    def via(self, cell: Cell, names: set[Value]) -> Seq:
        """One on a line; commas part names of sources, and belong to other words."""
        found: list[Node] = []
        for line in self.parts(str(cell.value), "\n"):
            parts = self.parts(line, ",;")
            found += [Cell(part, cell.line) for part in (parts if all(part in names for part in parts) else [line])]
        return Seq(cell.line, found)

    def parts(self, text: str, separators: str = ",;\n") -> list[str]:
        """The parts of a text. They are counted: many short ones take more room than the text."""
        found = [part.strip() for part in re.split(f"[{separators}]", text) if part.strip()]
        self.tables.book.count(len(found))
        return found

    def statement(self, column: str, key: str, row: Row) -> Map:
        """A formula with its title and its evidence, at the formula's cell."""
        cell = row.get(column)
        entry = Map(cell.line if cell is not None else row.line)
        entry.put(key, cell)
        entry.put("title", row.get("title"))
        self.evidence(entry, row)
        return entry

    def evidence(self, entry: Map, row: Row) -> None:
        for column in ("why", "kind", "sure", "note"):
            entry.put(column, row.get(column))
        source, quote = row.get("source"), row.get("quote")
        if quote is None or source is None:
            alone = quote or source
            if alone is not None:
                self.wrong(alone, "a source and a quote go together: what does the source say?")
            return
        words = Map(quote.line)
        words.put("source", source)
        words.put("exact", quote)
        entry.put("quote", words)

    def graph(self, line: int, states: list[Row], moves: dict[Value, list[Row]]) -> Map:
        graph = Map(states[0].line if states else line)
        labels = Map(graph.line)
        for row in states:
            labels.entries.append((row.cells["state"], row.get("title")))
            extra = next((row.cells[one] for one in row.cells if one not in ("state", "title")), None)
            if extra is not None:
                self.wrong(extra, "where there are moves, a state has a title and nothing else")
        graph.put("states", labels)
        arcs = Map(graph.line)
        for name, rows in moves.items():
            starts: dict[str, Seq] = {}
            own = Map(rows[0].line)
            for row in rows:
                start = row.cells["from"]
                if str(start.value) not in starts:
                    starts[str(start.value)] = Seq(start.line)
                    own.put(start, starts[str(start.value)])
                starts[str(start.value)].items.append(row.cells["to"])
            arcs.put(Cell(name, own.line), own)
        graph.put("moves", arcs)
        return graph

    # Decision makers

    def parties(self, line: int, rows: list[Row], names: Sequence[Value]) -> Map:
        options = self.tables.by_party(layout.OPTIONS, names)
        preferences = self.tables.by_party(layout.PREFERENCES, names)
        parties = Map(rows[0].line if rows else line)
        for row in rows:
            name = row.cells["name"]
            party = Map(name.line)
            party.put("title", row.get("title"))
            party.put("about", row.get("about"))
            if (plural := row.get("plural")) is not None:
                party.put("plural", Cell(True, plural.line))
            party.put("options", _map([(one.cells["option"], self.option(one)) for one in options.get(name.value, ())]))
            self.preference(party, str(name.value), preferences.get(name.value, []))
            parties.put(name, party)
        return parties

    def option(self, row: Row) -> Map:
        option = Map(row.cells["option"].line)
        option.put("title", row.get("title"))
        levels = row.get("levels")
        option.put("levels", self.levels(levels) if levels is not None else None)
        option.put("moves", row.get("moves"))
        option.put("slips", row.get("slips"))
        self.evidence(option, row)
        return option

    def levels(self, cell: Cell) -> Node:
        """``low, mid, high``; with titles one on a line, ``low: stay low``."""
        text = str(cell.value)
        if ":" not in text:
            return Seq(cell.line, [Cell(name, cell.line) for name in self.parts(text)])
        levels = Map(cell.line)
        for part in self.parts(text, "\n"):
            name, _, title = part.partition(":")
            shown = Cell(title.strip(), cell.line) if title.strip() else None
            levels.entries.append((Cell(name.strip(), cell.line), shown))
        return levels

    def preference(self, party: Map, name: str, rows: list[Row]) -> None:
        """In the form that the filled columns tell; of two forms there is a problem that is told later."""
        forms: dict[str, list[Row]] = {}
        for row in rows:
            form = "ranking" if row.get("state") else "weights" if row.get("weight") else "prefers"
            if (row.get("state") is None) == (row.get("statement") is None):
                self.wrong(row, "expected either a statement or a state in this row")
            else:
                forms.setdefault(form, []).append(row)
        if "prefers" in forms:
            ordered = [row for group in self.in_order(name, forms["prefers"], tied=False) for row in group]
            party.put("prefers", _seq([self.statement("statement", "that", row) for row in ordered]))
        if "weights" in forms:
            party.put("weights", _map([self.weight(row) for row in forms["weights"]]))
        if "ranking" in forms:
            party.put("ranking", self.ranking(name, forms["ranking"]))

    def weight(self, row: Row) -> tuple[Cell, Node]:
        entry = Map(row.cells["statement"].line)
        entry.put("weight", row.cells["weight"])
        entry.put("title", row.get("title"))
        self.evidence(entry, row)
        return row.cells["statement"], entry

    def ranking(self, name: str, rows: list[Row]) -> Map:
        entry = Map(rows[0].line)
        order = Seq(rows[0].line)
        for group in self.in_order(name, rows, tied=True):
            states: list[Node] = [row.cells["state"] for row in group]
            order.items.append(states[0] if len(states) == 1 else Seq(states[0].line, states))
        entry.put("order", order)
        self.evidence(entry, rows[0])
        for row in rows:
            about = [cell for column, cell in row.cells.items() if column not in _PLACE]
            if row.get("title") is not None:
                self.wrong(row.cells["title"], "titles of states stand in the sheet States")
            elif row is not rows[0] and about:
                self.wrong(about[0], "what is about the whole ranking stands in its first row")
        return entry

    def in_order(self, name: str, rows: list[Row], tied: bool) -> list[list[Row]]:
        """The rows by their order, if they have one, those of one order together."""
        if not any(row.get("order") for row in rows):
            return [[row] for row in rows]
        groups: dict[Decimal, list[Row]] = {}
        for row in rows:
            order = row.get("order")
            if order is None or isinstance(order.value, (bool, str)):
                self.wrong(order or row, f"expected a number as order, as in other rows of {shorten(name)}")
                continue
            group = groups.setdefault(Decimal(order.value), [])
            group.append(row)
            if len(group) > 1 and not tied:
                self.wrong(order, f"{shorten(name)} has another statement with this order; statements are not tied")
        return [groups[order] for order in sorted(groups)]


def _map(entries: Sequence[tuple[Cell, Node]]) -> Map | None:
    return Map(entries[0][0].line, [*entries]) if entries else None


def _seq(items: Sequence[Node]) -> Seq | None:
    return Seq(items[0].line, [*items]) if items else None
