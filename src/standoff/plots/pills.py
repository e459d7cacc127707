"""States as pills with their names: on ink the status quo, in rings the equilibria; and a table of them in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from standoff.analysis.stability import Analysis
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.plan import holds_under
from standoff.plots.svg import FAINT, INK, PAPER, RULE, SOFT, box, fitted, group, line, mark, paragraph, text, width
from standoff.wording.words import brief_state as brief
from standoff.wording.words import joined, upper_first

SOME = "4 2.5"  # the dashes of a ring around what holds under some concepts only
WIDEST, GAP = 110, 12


@dataclass(frozen=True)
class Pills:
    """The states that are drawn, those of them that are told in words, and the concepts under which each holds."""

    analysis: Analysis
    drawn: Sequence[int]
    told: Sequence[int]
    under: Mapping[int, Sequence[str]]
    room: float
    names: dict[int, str] = field(default_factory=dict, repr=False)

    @property
    def graph(self) -> Graph:
        """The graph whose states they are."""
        return self.analysis.graph

    def name(self, s: int) -> str:
        """A state's name; where it is long with its end, by which such names often differ."""
        if s not in self.names:
            name = shorten(str(self.graph.states.names[s]), 10_000)
            end = "" if width(name[:100]) <= self.room else name[-5:]
            self.names[s] = fitted(name[: len(name) - len(end)][:100], self.room - width(end)) + end
        return self.names[s]

    def holds(self, s: int) -> str:
        """The concepts under which a state is an equilibrium: all, none or their names."""
        names = self.under.get(s, ())
        return "all" if len(names) == len(self.analysis.stable) else " ".join(names) or "none"

    def wide(self, s: int) -> float:
        """How wide a state's pill is."""
        return max(24.0, width(self.name(s), bold=True) + GAP)

    def pill(self, s: int, x: float, y: float) -> str:
        """A state's name with its left end at x; on ink where it is the status quo."""
        now, wide = s == self.graph.meaning.status_quo, self.wide(s)
        name = text(x + wide / 2, y + 4.5, self.name(s), "middle", bold=now, paint=PAPER if now else INK)
        return box(x, y - 9, wide, 18, INK if now else FAINT, INK if now else PAPER, r=9) + name

    def ring(self, s: int, x: float, y: float, wide: float, r: float) -> str:
        """A ring for an equilibrium, dashed where it is one under some concepts only; none for other states."""
        if s not in self.under:
            return ""
        ring = box(x, y - r, wide, 2 * r, INK, None, 1.8, "" if self.holds(s) == "all" else SOME, r)
        return group([ring], attributes=" class='ring'")

    def state(self, s: int, parts: Sequence[str]) -> str:
        """What is drawn of a state, with a hint of what it is."""
        hint = f"{self.graph.states.names[s]}: {brief(self.graph, s)}; an equilibrium under: {self.holds(s)}"
        return group(parts, shorten(hint, 400), attributes=" class='state'")

    def keys(self, y: float, wide: float) -> Iterator[str]:
        """A sample of each kind of mark, 26 below one another, and what it means; rings are so ``wide``."""
        concepts = joined(self.analysis.stable)
        every = f"an equilibrium under every concept ({concepts})" if len(self.analysis.stable) > 1 else None
        words = {True: every or f"an equilibrium under {concepts}", False: "an equilibrium under some concepts only"}
        for everywhere, meaning in words.items():
            if any((self.holds(s) == "all") is everywhere for s in self.drawn if s in self.under):
                yield box(36 - wide / 2, y - 9.5, wide, 19, INK, None, 1.8, "" if everywhere else SOME, 9.5)
                yield text(64, y + 4.5, meaning)
                y += 26
        if self.graph.meaning.status_quo in self.drawn:
            yield box(24, y - 9, 24, 18, INK, INK, r=9) + text(64, y + 4.5, "the status quo")

    def table(self, y: float, right: float, marks: bool) -> tuple[list[str], float]:
        """The states in words, a row each from 20 to ``right``, with their ``marks``; and where that ends."""
        lead = 44 if marks else 20
        first = lead + max((self.wide(s) for s in self.told), default=0) + 24
        last = max(width(words) for words in ("Equilibrium under", *(self.holds(s) for s in self.told)))
        what = "What is done" if self.graph.meaning.status_quo is None else "What differs from the status quo"
        parts = [text(20, y, "State", paint=SOFT), text(first, y, what, paint=SOFT)]
        parts += [text(right, y, "Equilibrium under", "end", paint=SOFT), line(20, y + 7, right, y + 7, RULE)]
        y += 26
        for k, s in enumerate(self.told):
            parts += [mark(k, 28, y - 4.5, 4.6, INK)] if marks else []
            parts += [self.pill(s, lead, y - 4.5), text(right, y, self.holds(s), "end")]
            words = upper_first(shorten(brief(self.graph, s), 400))
            part, y = paragraph(first, y, words, right - last - 20 - first)
            parts.append(part)
            y += 6
        return parts, y


def pills(analysis: Analysis, drawn: Sequence[int], told: Sequence[int]) -> Pills:
    """States that are drawn; ``told`` in words."""
    names = (str(analysis.graph.states.names[s]) for s in (*drawn, *told))
    room = min(max((width(shorten(name, 60)) for name in names), default=0) + 2, WIDEST)
    return Pills(analysis, drawn, told, holds_under(analysis), room)
