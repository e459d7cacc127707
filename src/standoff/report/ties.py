"""The register of a report: the states, judgements and claims that it speaks of, and what each is tied to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from standoff.concepts import Standing, deciding_concepts
from standoff.conflict.evidence import Evidence, Kind, Sure
from standoff.conflict.model import Direction, Judgement, OrderedStatements, Preference, Statement, Weights
from standoff.conflict.passages import Passage
from standoff.conflict.quotes import Finding, Status
from standoff.conflict.states import Selection
from standoff.errors import render_path
from standoff.report.blocks import Block, Inline, Items, Link, Mark, Note, Paragraph, Quotation, Section, Text
from standoff.report.findings import Findings
from standoff.report.places import part_of, place_words
from standoff.wording.checking import cue_words
from standoff.wording.edits import definition_words
from standoff.wording.flips import changed
from standoff.wording.ladder import bracketed, least_words, standing_under, standing_words, tells_standing
from standoff.wording.states import selection_sentence, state_in_words
from standoff.wording.words import (
    count,
    difference_clause,
    formula_words,
    joined,
    lower_first,
    source_words,
    state_words,
    thinking,
    upper_first,
)

if TYPE_CHECKING:
    from standoff.analysis.claim_robustness import Examined

SHOWN = 6
MOVES = {
    Direction.FORWARD: "moves only upwards",
    Direction.BACKWARD: "moves only downwards",
    Direction.FIXED: "never moves",
}


class Ties:
    """Links to what a report speaks of; whatever is linked to gets a note in the register.

    ``everything``: lists are told whole, however long.
    """

    def __init__(self, found: Findings, everything: bool = False) -> None:
        self.found, self.graph, self.everything = found, found.graph, everything
        self._states: dict[int, None] = {}
        self._judgements: dict[int, None] = {}
        self._claims: dict[int, None] = {}

    # Links

    def state(self, s: int, words: str | None = None) -> Link:
        """A link to a state, with what it is called or other words."""
        self._states[s] = None
        return Link(words or f"state {self.graph.states.names[s]}", f"state-{s}")

    def address(self, s: int) -> str:
        """The address of a state, for pictures."""
        return f"#{self.state(s).to}"

    def states(self, which: Sequence[int], most: int = 4) -> Iterator[Inline]:
        """Links to states, the first of them, as a list in a sentence: each in words."""
        for number, s in enumerate(which[:most]):
            if number:
                yield ", "
            yield from self.place(s)
        if len(which) > most:
            yield f" and {len(which) - most:,} more"
        if not len(which):
            yield "none"

    def selected(self, asked: Selection | None) -> Iterator[Block]:
        """Which states were asked for, where not all are told."""
        if asked is not None:
            yield Paragraph((selection_sentence(self.graph, asked),))

    def place(self, s: int) -> Text:
        """A state in a sentence: in words, with its number in brackets."""
        number, words = str(self.graph.states.names[s]), state_in_words(self.graph, s)
        told = words.removesuffix(f"({number})")
        return (self.state(s),) if told == words else (told + "(", self.state(s, number), ")")

    def judgement(self, path: str, words: str | None = None) -> Inline:
        """A link to a judgement by its path, with its place or other words; a part of one leads to the whole.

        What is several judgements has words only.
        """
        number = self._number(path)
        if number is None:
            return words or place_words(tuple(path.split(".")))
        self._judgements[number] = None
        whole = self.judgements[number].path
        part = part_of(path[len(render_path(whole)) :])
        return Link(words or place_words(whole) + (f": {part}" if part else ""), f"judgement-{number}")

    @property
    def tied(self) -> list[Judgement]:
        """The judgements that were linked to, in that order."""
        return [self.judgements[number] for number in self._judgements]

    def key_of(self, one: Judgement) -> str:
        """The key of the note of a judgement."""
        return f"judgement-{self._number(render_path(one.path))}"

    def meaning(self, path: str) -> str:
        """What the judgement at a path says; nothing where there is none."""
        number = self._number(path)
        return "" if number is None else self.says(self.judgements[number])

    def _number(self, path: str) -> int | None:
        place = path
        while place and place not in self._places:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self._places.get(place)

    def claim(self, name: str) -> Link:
        """A link to a claim."""
        number = self._numbers[name]
        self._claims[number] = None
        return Link(name, f"claim-{number}")

    def alone(self, section: Section) -> Section:
        """A section that stands by itself: its heading names the conflict."""
        return replace(section, title=f"{self.found.conflict.title}: {lower_first(section.title)}")

    # What there is

    @cached_property
    def judgements(self) -> list[Judgement]:
        """All judgements of the conflict."""
        return list(self.found.conflict.judgements())

    @cached_property
    def _places(self) -> dict[str, int]:
        return {render_path(one.path): number for number, one in enumerate(self.judgements)}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        told = self.found.claims
        return {one.claim.id: number for number, one in enumerate(told.claims if told else ())}

    @cached_property
    def under(self) -> Mapping[int, Sequence[str]]:
        """The concepts under which each equilibrium is one."""
        return self.found.analysis.holds_under

    # Notes

    def notes(self) -> tuple[Note, ...]:
        """A note for everything that is linked to, and for what those notes link to."""
        done: dict[str, Note] = {}
        while True:
            keys = [
                *(("state", s) for s in sorted(self._states)),
                *(("judgement", k) for k in sorted(self._judgements)),
                *(("claim", k) for k in sorted(self._claims)),
            ]
            new = [(kind, k) for kind, k in keys if f"{kind}-{k}" not in done]
            if not new:
                return tuple(done[f"{kind}-{k}"] for kind, k in keys)
            for kind, k in new:
                make = {"state": self._state, "judgement": self._judgement, "claim": self._claim}[kind]
                done[f"{kind}-{k}"] = make(k)

    def _state(self, s: int) -> Note:
        graph, blocks = self.graph, list[Block]()
        quo = graph.meaning.status_quo
        for name, what in state_words(graph, s):
            text: Text = (Mark(upper_first(name)), ": ", "; ".join(what)) if name else ("; ".join(what),)
            blocks.append(Paragraph(text))
        if s == quo:
            blocks.append(Paragraph(("This is the status quo.",)))
        names = self.under.get(s)
        blocks.append(Paragraph((f"{upper_first(self._standing(names))}.",)))
        paths = self.found.paths
        if paths is not None and s != quo:
            steps = int(paths.improvements.distance[s])
            lead = f"In {count(steps, 'step')} improvements lead" if steps > 0 else "No improvements lead"
            blocks.append(Paragraph((f"{lead} to it from the status quo.",), "aside"))
        blocks += self._share(s)
        told = self.found.claims
        named = [one.claim.id for one in told.claims if s in one.outcome.states] if told else []
        if named:
            blocks.append(Paragraph(("Shows claims: ", *self._listed([self.claim(name) for name in named]))))
        return Note(f"state-{s}", "state", upper_first(state_in_words(graph, s)), tuple(blocks))

    def _standing(self, names: Sequence[str] | None) -> str:
        """How firmly everybody would stay at a state that is an equilibrium under these concepts."""
        if not names:
            return "somebody will move on from here"
        looked_at = self.found.analysis.stable
        if not tells_standing(looked_at) or standing_under(names) is Standing.WILL_MOVE:
            return f"everybody would stay{bracketed(names)}"
        return f"everybody would stay, at least {standing_words(names, looked_at)}"

    def _share(self, s: int) -> Iterator[Block]:
        stress = self.found.stress
        if stress is not None:
            ladder = tells_standing(stress.concepts)
            told = deciding_concepts() if ladder else list(stress.concepts)
            shares = [
                f"{stress.equilibria[name][s].share:.0%} {least_words(name)}"
                for name in told
                if s in stress.equilibria[name]
            ]
            if shares:
                text = f"Everybody would stay in these shares of {stress.draws:,} draws: {', '.join(shares)}."
                yield Paragraph((text,), "aside")

    def _judgement(self, number: int) -> Note:
        one = self.judgements[number]
        path = render_path(one.path)
        blocks = [*evidence_blocks(self, one.evidence)]
        flips = self.found.flips
        made = [flip for flip in flips.singles if flip.edits[0].path[: len(one.path)] == one.path] if flips else []
        if flips and made:
            items = tuple((Paragraph((changed(flips.variations, flip),)),) for flip in made[:SHOWN])
            blocks += [Paragraph(("What hangs on it:",)), Items(items)]
        told = self.found.claims
        hang = (
            [c.claim.id for c in told.claims if any(_belongs(p, path) or _belongs(path, p) for p in c.pivots)]
            if told
            else []
        )
        if hang:
            blocks.append(Paragraph(("Claims that hang on it: ", *self._listed([self.claim(name) for name in hang]))))
        if flips and not made and not hang:
            blocks.append(Paragraph(("No smallest change of it changes where everybody would stay.",), "aside"))
        blocks.append(Paragraph(("In the file: ", Mark(path, "code")), "aside"))
        says, place = upper_first(self.says(one)), place_words(one.path)
        title = says if place in says.casefold() else f"{says} ({place})"
        return Note(f"judgement-{number}", "judgement", title, tuple(blocks))

    def says(self, one: Judgement) -> str:
        """A judgement in words."""
        difference = self._difference(one)
        if difference is not None:
            return difference
        statement, owner = self._statement(one), self._owner(one)
        if one.path[0] == "define":
            return definition_words(
                self.graph, next(each for each in self.found.conflict.definitions if each.path == one.path)
            )
        words = formula_words(self.graph, statement) if statement is not None else self._option(one) or one.says
        if one.path[0] == "infeasible" and statement is not None and statement.title is None:
            words = f"impossible: {words}"
        return words if owner and words.startswith(owner) else f"{owner}{words}"

    def _difference(self, one: Judgement) -> str | None:
        """A single difference of a view, in words."""
        if one.path[-2:-1] != ("as_in_truth_except",):
            return None
        conflict, k = self.found.conflict, int(one.path[-1])
        chain, view = next((chain, view) for path, chain, view in conflict.all_views() if path == one.path[:-2])
        return f"{thinking(self.graph, chain)} {difference_clause(self.graph, chain, view, k)}"

    def _owner(self, one: Judgement) -> str:
        """Whose preference it is, or who takes whom to have it."""
        conflict = self.found.conflict
        if one.path[0] == "decision_makers":
            return f"{conflict.decision_maker(str(one.path[1])).label}: "
        for path, names, view in conflict.all_views():
            if one.path[: len(path)] == path and one.path[len(path)] != "views":
                takes = "take" if conflict.decision_maker(names[-1]).plural else "takes"
                wants = {"prefers": "to want", "impossible": "to be unable to bring about"}
                of, what = conflict.decision_maker(view.of).label, wants.get(str(one.path[-2]), "")
                return f"{thinking(self.graph, names)} {takes} {of} {what}: "
        return ""

    def _statement(self, one: Judgement) -> Statement | None:
        conflict = self.found.conflict
        match list(one.path):
            case ["decision_makers", str(name), "prefers", int(k)]:
                return _statement_of(conflict.decision_maker(name).preference, k)
            case ["views", *_, "prefers" | "impossible" as what, int(k)]:
                view = next(view for path, _, view in conflict.all_views() if path == one.path[:-2])
                return view.impossible[k] if what == "impossible" else _statement_of(view.preference, k)
            case ["decision_makers", str(name), "weights", str(text)]:
                return _weighed(conflict.decision_maker(name).preference, text)
            case ["infeasible", int(k)]:
                return conflict.infeasible[k]
        return None

    def _option(self, one: Judgement) -> str | None:
        match list(one.path):
            case ["decision_makers", str(name), "options", str(key)]:
                options = self.found.conflict.decision_maker(name).options
                option = next(option for option in options if option.name == key)
                return f"“{lower_first(option.title or key)}” {MOVES.get(option.moves, 'moves both ways')}"
        return None

    def _claim(self, number: int) -> Note:
        from standoff.wording.claim_sentences import sentence
        from standoff.wording.claims import share_words

        told = self.found.claims
        assert told is not None
        one = told.claims[number]
        blocks: list[Block] = [Paragraph((verdict_mark(one), ": ", sentence(self.graph, one.outcome.witness)))]
        if one.share is not None:
            words = f"Holds in {share_words(one)} of {told.draws:,} draws of uncertain judgements."
            blocks.append(Paragraph((words,)))
        if one.pivots:
            links = self._listed([self.judgement(path) for path in one.pivots[:SHOWN]])
            more = f" and {len(one.pivots) - SHOWN} more" if len(one.pivots) > SHOWN else ""
            blocks.append(Paragraph(("It hangs on ", *links, more, ".")))
        if one.claim.quote is not None:
            blocks += evidence_blocks(self, Evidence(quote=one.claim.quote))
        blocks += note_blocks(one.claim.note)
        return Note(f"claim-{number}", "claim", f"{one.claim.id}: {one.claim.says}", tuple(blocks))

    def _listed(self, links: Sequence[Inline]) -> Iterator[Inline]:
        for number, link in enumerate(links):
            if number:
                yield ", "
            yield link


def _belongs(path: str, whole: str) -> bool:
    return path == whole or (path.startswith(whole) and path[len(whole)] in ".[")


def _statement_of(given: Preference | None, k: int) -> Statement | None:
    return given.statements[k] if isinstance(given, OrderedStatements) else None


def _weighed(given: Preference | None, text: str) -> Statement | None:
    weights = given.weights if isinstance(given, Weights) else ()
    return next((one.statement for one in weights if str(one.statement.formula) == text), None)


def verdict_mark(one: Examined) -> Mark:
    """The verdict on a claim; what holds by construction, or in few draws, is no success and does not look like one."""
    match one.outcome.verdict.value:
        case "holds":
            return Mark("holds", "untested" if one.by_construction or one.in_few else "holds")
        case "fails":
            return Mark("fails", "fails")
    return Mark("cannot be tested", "untested")


# Evidence

KINDS = {Kind.REPORTED: "reported", Kind.INFERRED: "inferred", Kind.ASSUMED: "assumed"}


def evidence_blocks(ties: Ties, evidence: Evidence) -> Iterator[Block]:
    """Why a judgement is made, of which kind and how sure it is, and the words of the source."""
    if evidence.why:
        yield Paragraph((evidence.why.strip(),))
    kind = KINDS[evidence.kind] if evidence.kind else "no kind stated"
    sure = "" if evidence.sure is Sure.CERTAIN else f", {evidence.sure}"
    if evidence.kind or evidence.sure is not Sure.CERTAIN or evidence.quote is None:
        unsourced = "; no quote" if evidence.quote is None else ""
        yield Paragraph((Mark(f"{kind}{sure}{unsourced}", "faint"),), "aside")
    if (seen := evidence.relation) is not None:
        between = joined(ties.found.conflict.decision_maker(name).label for name in seen.between)
        interval = f"{seen.value:+.2f} [{seen.low:+.2f}, {seen.high:+.2f}]"
        yield Paragraph((f"Measured: affinity of {between} {interval} in {seen.period}.",), "aside")
    if evidence.quote is not None:
        yield Quotation(evidence.quote.exact, source_words(ties.graph, evidence.quote.source))
        yield from _in_its_sentence(ties.found.sought.get(evidence.quote))
    yield from note_blocks(evidence.note)


def _in_its_sentence(found: Finding | None) -> Iterator[Paragraph]:
    """The sentence around a quote, and what in it could turn its sense; of one that is not found the nearest words."""
    if found is None:
        return
    if found.status is Status.NOT_FOUND:
        near = f" The nearest passage there: “{found.nearest}”" if found.nearest else ""
        yield Paragraph((Mark("Not found in the document of its source.", "fails"), near))
    if found.passage is not None and found.passage.has_more:
        yield Paragraph(("In its sentence: ", *passage_text(found.passage)), "aside")
    for cue in found.cues:
        yield Paragraph((f"Look at: {cue_words(cue)}.",))


def passage_text(passage: Passage) -> Text:
    """A quote in its sentence, the quote marked."""
    return passage.before, Mark(passage.exact), passage.after


def note_blocks(note: str | None) -> Iterator[Paragraph]:
    """What its author remarks on a judgement or a claim."""
    if note and note.strip():
        yield Paragraph((Mark("Note:"), f" {note.strip()}"))
