"""Changes of a conflict put into the YAML text that describes it, so that all else stays as its author wrote it.

The data of the conflict that the text describes and of the one that it is to describe are compared; where they differ,
and only there, the text is cut and mended at the places that the parser tells (docs/decisions/0016-edits-of-files.md).
What comes out is read again: it is the text of the wanted conflict, or it is not given out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from standoff.conflict.model import Conflict
from standoff.errors import InvalidConflict
from standoff.formats import spelling
from standoff.formats.likeness import likeness
from standoff.formats.marks import (
    CannotKeep,
    Chunk,
    Node,
    Piece,
    Slot,
    chunks,
    column,
    line_end,
    marked,
    parts_of,
    slots,
)
from standoff.formats.reading import unjudged
from standoff.formats.tree import Data
from standoff.formats.writing import write_conflict
from standoff.formats.yaml import read

Patch = tuple[int, int, str]
MAIN = ("that", "rule", "order", "weight", "state")  # what a long form has, and a short one is
WANTS = frozenset({"prefers", "ranking", "weights", "as_in_truth_except"})


def mended(text: str, conflict: Conflict) -> str:
    """The text changed so that it describes the conflict; what describes the same as before is left as it is.

    What is moved takes the remarks along that stand directly above it and at the ends of its lines; what goes takes
    them away. Raises CannotKeep where that cannot be said by mending the text, and InvalidConflict where the text is
    not of the format.
    """
    reason = "what differs cannot be told by changing single places"
    for prepared in (str, _by_formulas):
        try:
            found = _mended(prepared(text), conflict)
            if unjudged(read(found)) == conflict:
                return found
        except CannotKeep as error:
            reason = str(error)
        except InvalidConflict:
            unjudged(read(text))  # told where it is the author's text that is wrong
    raise CannotKeep(reason)


def _mended(text: str, conflict: Conflict) -> str:
    before, after = write_conflict(unjudged(read(text))), write_conflict(conflict)
    if repr(before) == repr(after):
        return text
    whole = text.endswith("\n")
    breaks = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    text = text if whole else text + breaks
    mending = _Mending(text, breaks)
    found = mending.apart(0, len(text), mending.of(marked(text), before, after, Margin(0, 0, False)))
    return found if whole else found.removesuffix(breaks)


def _by_formulas(text: str) -> str:
    """The text with the statements that differences of views give by their numbers given by their formulas."""
    written = write_conflict(unjudged(read(text)))
    patches: list[Patch] = []

    def look(node: Node | None, data: Data) -> None:
        for name, value in data.items() if isinstance(data, dict) else ():
            inner = node.entry(name) if node is not None else None
            if inner is None:
                continue
            if name != "as_in_truth_except" or not isinstance(value, list):
                look(inner, value)
                continue
            for item, said in zip(inner.items, value, strict=False):
                for word in ("drop", "move", "before", "after"):
                    named, formula = item.entry(word), said.get(word) if isinstance(said, dict) else None
                    if named is not None and isinstance(named.value, int) and isinstance(formula, str):
                        patches.append((named.start, named.end, spelling.scalar(formula, True)))

    look(marked(text).entry("views"), written.get("views"))
    return _patched(text, 0, len(text), patches)


def _patched(text: str, start: int, end: int, patches: Sequence[Patch]) -> str:
    found, at = [], start
    for first, last, new in sorted(patches):
        found += [text[at:first], new]
        at = last
    return "".join([*found, text[at:end]])


@dataclass(frozen=True, slots=True)
class Margin:
    """Where a value stands: behind its dash or colon (``anchor``), its key's or dash's column, and if in brackets."""

    anchor: int
    column: int
    flow: bool
    item: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A part as it is to be: which it is of those before (None: new), what changes in it, or its new text."""

    origin: int | None
    patches: Sequence[Patch] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Mending:
    """How a text changes; ``breaks``: how its author ends lines."""

    text: str
    breaks: str

    def apart(self, start: int, end: int, patches: Sequence[Patch]) -> str:
        """A piece of the text with the changes that are in it."""
        return _patched(self.text, start, end, patches)

    def of(self, node: Node, before: Data, after: Data, spot: Margin) -> list[Patch]:
        """What to change where a value is to become another."""
        if repr(before) == repr(after):  # the order of names counts
            return []
        before, after = _long(node, before, after)
        if node.entries and isinstance(before, dict) and isinstance(after, dict) and after:
            return self._map(node, before, after, spot)
        same = isinstance(before, list) and len(node.items) == len(before)
        if node.items and same and isinstance(before, list) and isinstance(after, list) and after:
            return self._list(node, before, after, spot)
        return [self._instead(node, after, spot)]

    def _instead(self, node: Node, value: Data, spot: Margin) -> Patch:
        """Another value in place of one."""
        lines = node.style in ("|", ">") or (node.kind != "scalar" and not node.flow)
        start = spot.anchor if lines or node.start == node.end else node.start
        end = self._end(node)
        if spot.flow or node.flow or spelling.in_brackets(value):
            text = spelling.inline(value, spot.flow, node.style)
        elif spot.item:
            text = spelling.below(value, column(self.text, node.start) if start == node.start else spot.column + 2)
        else:
            start, text = spot.anchor, "\n" + spelling.below(value, spot.column + 2)
            return start, end, self._lines(text.rstrip("\n"))
        return start, end, " " * (self.text[start - 1] in ":-") + self._lines(text.strip())

    def _end(self, node: Node) -> int:
        """Where what is about a value ends too: of a block of lines the remark at the end of its last line."""
        if node.kind == "scalar" or node.flow:
            return node.end
        return node.end + len(self.text[node.end : line_end(self.text, node.end)].rstrip())

    def _lines(self, text: str) -> str:
        return text.replace("\n", self.breaks)

    def _list(self, node: Node, before: Sequence[Data], after: Sequence[Data], spot: Margin) -> list[Patch]:
        parts = parts_of(self.text, node)
        indent, targets = column(self.text, node.start), []
        for origin, value in zip(likeness(before, after), after, strict=True):
            if origin is None:
                text = spelling.inline(value, True) if node.flow else spelling.item(value, indent)
                targets.append(Target(None, text=self._lines(text)))
                continue
            part = parts[origin]
            inner = Margin(part.anchor, column(self.text, part.begin), node.flow, item=True)
            targets.append(Target(origin, self.of(part.node, before[origin], value, inner)))
        return self._arranged(node, parts, targets, spot) or [self._instead(node, list(after), spot)]

    def _map(self, node: Node, before: Mapping[str, Data], after: Mapping[str, Data], spot: Margin) -> list[Patch]:
        parts = parts_of(self.text, node)
        names = {name: k for k, (name, _, _) in enumerate(node.entries)}
        gone = [name for name in names if name in before and name not in after]
        new = [name for name in after if name not in names]
        if any(name in before for name in new):
            raise CannotKeep("the file says something in another place than is known")
        wanted = {one: name for one in gone if one in WANTS for name in new if name in WANTS}
        stay = [name for name in names if name in wanted or name in after or name not in before]
        line = _with_new(_ordered(stay, before, after), [name for name in new if name not in wanted.values()], after)
        targets = []
        for name in line:
            if name not in names:
                text = self._entry(node, name, after[name], column(self.text, parts[0].begin))
                targets.append(Target(None, text=text))
                continue
            k = names[name]
            inner = Margin(parts[k].anchor, column(self.text, parts[k].begin), node.flow)
            if name in wanted:
                change = [self._renamed(node, parts[k], wanted[name], after[wanted[name]])]
            else:
                change = self.of(parts[k].node, before.get(name), after[name], inner) if name in after else []
            targets.append(Target(k, change))
        return self._arranged(node, parts, targets, spot) or [self._instead(node, dict(after), spot)]

    def _entry(self, node: Node, name: str, value: Data, indent: int) -> str:
        if node.flow:
            return f"{spelling.key(name, True)}: {spelling.inline(value, True)}"
        return self._lines(spelling.entry(name, value, indent))

    def _renamed(self, node: Node, part: Piece, name: str, value: Data) -> Patch:
        """An entry that takes the place of another; remarks above it stay, they are about what is wanted in general."""
        return part.begin, self._end(part.node), self._entry(node, name, value, column(self.text, part.begin))

    # Parts in their new order

    def _arranged(self, node: Node, parts: Sequence[Piece], targets: Sequence[Target], spot: Margin) -> list[Patch]:
        """What to change for the parts to be these; nothing where nothing of them stays."""
        if [target.origin for target in targets] == list(range(len(parts))):
            return [patch for target in targets for patch in target.patches]
        if all(target.origin is None for target in targets):
            return []
        if node.flow:
            return [self._in_brackets(node, parts, targets)]
        return [self._in_lines(parts, targets, spot)]

    def _in_lines(self, parts: Sequence[Piece], targets: Sequence[Target], spot: Margin) -> Patch:
        """The lines of a block in their new order: what stands between two parts and is about neither stays there."""
        pieces = chunks(self.text, parts, spot.anchor)
        indent = " " * column(self.text, parts[0].begin)
        frees = [self._free(one, other) for one, other in pairwise(pieces)]
        kept = sorted(target.origin for target in targets if target.origin is not None)
        between = [_between(frees[one:other]) for one, other in pairwise(kept)]
        found = "".join(free for free in frees[: kept[0]] if free.strip())
        slot = 0
        for target in targets:
            if target.origin is None:
                found += indent + target.text + self.breaks
                continue
            if slot:
                found += between[slot - 1]
            slot += 1
            piece = pieces[target.origin]
            found += indent + self.apart(piece.start, piece.end, target.patches)
        found += "".join(free for free in frees[kept[-1] :] if free.strip())
        return pieces[0].start, pieces[-1].end, found.lstrip(" ")

    def _free(self, above: Chunk, below: Chunk) -> str:
        """The lines between two parts that are about neither."""
        return self.text[above.end : below.start].rstrip(" \t")

    def _in_brackets(self, node: Node, parts: Sequence[Piece], targets: Sequence[Target]) -> Patch:
        """A collection in brackets with its parts in their new order, commas and spaces where they were."""
        opening, found = slots(self.text, node, parts)
        kept = sorted(target.origin for target in targets if target.origin is not None)
        places: list[Slot] = [found[k] for k in kept]
        texts: list[tuple[str, str, Slot | None]] = []  # a part, its remark, and the place where it comes to stand
        slot = iter(places)
        for target in targets:
            if target.origin is None:
                texts.append((target.text, "", None))
                continue
            one = found[target.origin]
            inner = self.apart(one.part.begin, one.part.node.end, target.patches)
            texts.append((one.lead + inner, one.remark, next(slot)))
        text, last = opening, found[-1]
        for number, (inner, remark, place) in enumerate(texts):
            final = number + 1 == len(texts)
            ends = last if final else place
            comma, rest = (ends.comma, ends.rest) if ends is not None else ("", "")
            if not final:
                comma, rest = comma or ",", rest if rest.strip(" ") or (comma and rest) else " "
            if remark and not rest.lstrip(" \t").startswith(("\n", "\r")):
                rest = self.breaks + " " * column(self.text, parts[0].begin) + rest.lstrip(" ")
            text += inner + comma + remark + rest
        return node.start + 1, node.end - 1, text


def _with_new(names: list[str], new: Sequence[str], after: Mapping[str, Data]) -> list[str]:
    """The names with new ones among them, each behind those that it is to follow."""
    order = {name: k for k, name in enumerate(after)}
    line = list(names)
    for name in new:
        ahead = [k for k, one in enumerate(line) if order.get(one, -1) in range(order[name])]
        line.insert(ahead[-1] + 1 if ahead else 0, name)
    return line


def _between(frees: Sequence[str]) -> str:
    """What stands between two parts now: remarks that were between them, else the most room that there was."""
    remarks = [free for free in frees if free.strip()]
    return "".join(remarks) if remarks else max(frees, key=len)


def _ordered(names: list[str], before: Mapping[str, Data], after: Mapping[str, Data]) -> list[str]:
    """Names in the order of the file, unless the order itself is what changes."""
    known = set(names)
    stay = [name for name in before if name in after and name in known]
    order = [name for name in after if name in before and name in known]
    moved, among = iter(order), set(order)
    return names if stay == order else [next(moved) if name in among else name for name in names]


def _long(node: Node, before: Data, after: Data) -> tuple[Data, Data]:
    """Both in the long form, where the file has that: ``{that: formula}`` for a formula."""
    for key in MAIN:
        if node.kind == "map" and node.entry(key) is not None:
            return tuple(one if isinstance(one, dict) else {key: one} for one in (before, after))  # type: ignore[return-value]
    return before, after
