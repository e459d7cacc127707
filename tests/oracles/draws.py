"""Uncertain judgements drawn from the definition (10), one document a draw; the judge of `stress`.

Nothing here imports the package under test, and nothing is clever: what is drawn is written into the document.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any

from oracles.inverse import Negations, definition_changes
from oracles.misperception import FORMS, Hypergame, otherwise, said
from oracles.oracle import Oracle, State, Tree, Vector

Document = dict[str, Any]
Key = frozenset[Vector] | State


class Simulation:
    """A document with uncertain judgements, drawn again and again."""

    def __init__(
        self, document: Document, formulas: Mapping[str, Tree], spread: Mapping[str, float], presence: float
    ) -> None:
        self.document, self.formulas = by_formulas(document), Negations(formulas)
        self.spread, self.presence = spread, presence
        self.written = Oracle(document, self.formulas)
        self.named = "states" in document or "graph" in document
        self._judged: dict[str, tuple[Oracle | None, dict[str, list[State]]]] = {}

    def shares(self, rng: Random, draws: int, concepts: Sequence[str]) -> tuple[Counter[Any], Counter[Any], int]:
        """How often each written state is an equilibrium, and the status quo; how often a draw was made again."""
        written = {self.key(self.written, s): s for s in self.written.states}
        equilibria, quo, again = Counter[Any](), Counter[Any](), 0
        for _ in range(draws):
            oracle, found = self.draw(rng, concepts)
            while oracle is None:
                again += 1
                oracle, found = self.draw(rng, concepts)
            for concept in concepts:
                keys = (self.key(oracle, s) for s in found[concept])
                equilibria.update((concept, written[key]) for key in keys if key in written)
                quo[concept] += oracle.status_quo in found[concept]
        return equilibria, quo, again

    def draw(self, rng: Random, concepts: Sequence[str]) -> tuple[Oracle | None, dict[str, list[State]]]:
        """A drawn oracle and its equilibria; None where it leaves no conflict, or did before preferences strayed."""
        structure = self.drawn(rng)
        document = {**structure, "decision_makers": self.straying(rng, structure["decision_makers"])}
        known = [self._known(each, concepts) for each in (structure, document)]
        return known[1] if known[0][0] is not None else known[0]

    def _known(self, document: Document, concepts: Sequence[str]) -> tuple[Oracle | None, dict[str, list[State]]]:
        text = repr(document)
        if text not in self._judged:
            self._judged[text] = self.judged(document, concepts)
        return self._judged[text]

    def judged(self, document: Document, concepts: Sequence[str]) -> tuple[Oracle | None, dict[str, list[State]]]:
        """The equilibria of a drawn document; None where it is no conflict that counts."""
        try:
            oracle = Oracle(document, self.formulas)
        except (KeyError, ValueError):
            return None, {}
        if oracle.merged and not self.written.merged:
            return None, {}
        if oracle.status_quo is not None and oracle.status_quo not in oracle.states:
            return None, {}
        if not self.fits(document) or self.knows_not(oracle):
            return None, {}
        return oracle, {concept: list(oracle.equilibria(concept)) for concept in concepts}

    def key(self, oracle: Oracle, s: State) -> Key:
        return s if self.named else frozenset(oracle.members[s])

    # Views, of depth one

    def conflict(self, rng: Random) -> Document:
        """A drawn document, views and all: the truth until it is a conflict, then views until they fit it."""
        while True:
            structure = self.drawn(rng)
            document = {**structure, "decision_makers": self.straying(rng, structure["decision_makers"])}
            if all(self._known(each, ())[0] is not None for each in (structure, document)):
                break
        while True:
            believed = {**document, "views": self.believed(rng)}
            if self.leaves_wishes(believed["views"]) and self.fits(believed):
                return believed

    def believed(self, rng: Random) -> dict[str, Any]:
        """Views drawn: wishes stray, other parts stand or go."""
        views: dict[str, Any] = deepcopy(self.document.get("views", {}))
        for by in views.values():
            for of, view in by.items():
                wishes = {form: view[form] for form in FORMS if form in view}
                view.update(self.straying(rng, {of: wishes})[of] if wishes else {})
                for key in {"as_in_truth_except", "impossible"} & view.keys():
                    view[key] = [each for each in view[key] if not self.which(rng, judgement(each), ["gone"])]
                options = view.get("options", {}).items()
                view["options"] = {name: seen for name, seen in options if not self.which(rng, seen, ["gone"])}
        return views

    def leaves_wishes(self, views: Mapping[str, Any]) -> bool:
        """Do differences leave something of what is wanted, as that is written?"""
        parties = self.document["decision_makers"]
        return all(
            otherwise(parties[of]["prefers"], view["as_in_truth_except"])
            for by in views.values()
            for of, view in by.items()
            if view.get("as_in_truth_except")
        )

    def fits(self, document: Document) -> bool:
        """Can everybody's picture be made?"""
        if not document.get("views"):
            return True
        try:
            game = Hypergame(document, self.formulas)
            return all(game.picture((dm,)) is not None for dm in game.dms)
        except (KeyError, ValueError):
            return False

    def knows_not(self, oracle: Oracle) -> bool:
        """Is an option used at the status quo, of which somebody does not know as it is written?"""
        if oracle.status_quo is None or not oracle.option_form:
            return False
        seen = [(of, each) for by in self.document.get("views", {}).values() for of, each in by.items()]
        options = [(of, name, o or {}) for of, view in seen for name, o in view.get("options", {}).items()]
        hidden = [(of, name) for of, name, o in options if o.get("hidden")]
        return any(v[oracle.language.place[key]] for v in oracle.members[oracle.status_quo] for key in hidden)

    # What is drawn

    def straying(self, rng: Random, parties: Mapping[str, Any]) -> dict[str, Any]:
        """What decision makers want, drawn."""
        changed = deepcopy(dict(parties))
        for body in changed.values():
            if "prefers" in body:
                body["prefers"] = [each for each in self.inserted(rng, body["prefers"]) if each is not None]
            elif "weights" in body:
                body["weights"] = self.weights(rng, body["weights"])
            elif grade(body["ranking"]) != "certain":
                order = [{"group": each, "sure": grade(body["ranking"])} for each in body["ranking"]["order"]]
                body["ranking"] = [each["group"] for each in self.inserted(rng, order, presence=1.0)]
        return changed

    def drawn(self, rng: Random) -> Document:
        """The document with what is not certain of its structure drawn."""
        document = deepcopy(self.document)
        for body in document["decision_makers"].values():
            for option in body.get("options", {}).values():
                if option.get("moves", "both") != "both" and self.which(rng, option, ["both"]):
                    option["moves"] = "both"
        gone = [k for k, rule in enumerate(self.document.get("infeasible", [])) if self.which(rng, rule, ["gone"])]
        changed = {
            name: made
            for name, entry in self.document.get("define", {}).items()
            if (made := self.which(rng, entry, list(definition_changes(entry, self.formulas))))
        }
        if gone or (changed and self.document.get("infeasible")) or self.movable:
            document = self.by_levels(document)
        if gone:
            document["infeasible"] = [rule for k, rule in enumerate(document["infeasible"]) if k not in gone]
        for name, (_, _, tree) in changed.items():
            document["define"][name] = {**document["define"][name], "that": tree}
        if self.movable and (moved := self.which(rng, self.document["status_quo"], list(self.nearby(document)))):
            option, level = moved
            document["status_quo"] = {**document["status_quo"], option: level}
        return document

    def which(self, rng: Random, entry: Any, changes: Sequence[Any]) -> Any:
        """One of the changes of a judgement, which share its weight against 1 for None."""
        weight = self.spread[grade(entry)] / max(1, len(changes))
        return rng.choices([None, *changes], [1.0] + [weight] * len(changes))[0]

    def inserted(self, rng: Random, entries: Sequence[Any], presence: float | None = None) -> list[Any]:
        """Entries in a drawn order; None where a doubtful one is absent."""
        order = [k for k, entry in enumerate(entries) if grade(entry) == "certain"]
        absent = set()
        for sure in ("likely", "doubtful"):
            for k in (k for k, entry in enumerate(entries) if grade(entry) == sure):
                home = len([other for other in order if other < k])
                places = range(len(order) + 1)
                weights = [self.spread[sure] ** abs(place - home) for place in places]
                order.insert(rng.choices(places, weights)[0], k)
                if sure == "doubtful" and rng.random() >= (self.presence if presence is None else presence):
                    absent.add(k)
        return [None if k in absent else entries[k] for k in order]

    def weights(self, rng: Random, weights: Mapping[str, Any]) -> dict[str, Any]:
        """Weights of which the sizes are dealt in a drawn order; those of 0 weigh nothing. There may be none left."""
        given = {text: str(entry["weight"]) for text, entry in weights.items()}
        texts = [text for text in weights if float(given[text])]
        texts.sort(key=lambda text: -abs(float(given[text])))
        order = self.inserted(rng, [{"text": text, "sure": grade(weights[text])} for text in texts])
        dealt = {}
        for at, entry in zip(texts, order, strict=True):
            if entry is not None:
                sign = "-" if given[entry["text"]].startswith("-") else ""
                dealt[entry["text"]] = sign + given[at].removeprefix("-")
        return dealt

    # The status quo

    @property
    def movable(self) -> bool:
        return "graph" not in self.document and self.levels is not None

    @property
    def levels(self) -> dict[str, str] | None:
        """The status quo by levels; None where there is none that is one combination."""
        given = self.document.get("status_quo")
        if given is None:
            return None
        given = given["state"] if isinstance(given, Mapping) and "state" in given else given
        if isinstance(given, Mapping):
            return dict(given)
        members = self.written.members[given]
        names = self.written.language.levels.items()
        if len(members) != 1:
            return None
        return {f"{dm}.{o}": levels[k] for ((dm, o), levels), k in zip(names, members[0], strict=True)}

    def by_levels(self, document: Document) -> Document:
        """By levels, unless states have names of their own, or it is no single combination."""
        return document if self.levels is None else {**document, "status_quo": self.levels}

    def nearby(self, document: Document) -> Iterator[tuple[str, str]]:
        for dm, body in document["decision_makers"].items():
            for name, option in body["options"].items():
                levels, full = option.get("levels", ["no", "yes"]), f"{dm}.{name}"
                at = levels.index((self.levels or {}).get(full, levels[0]))
                yield from ((full, levels[k]) for k in (at - 1, at + 1) if 0 <= k < len(levels))


def by_formulas(document: Document) -> Document:
    """The document in which differences name statements by their formulas: numbers are those of the file."""
    document = deepcopy(document)
    for of, view in ((of, view) for by in document.get("views", {}).values() for of, view in by.items()):
        for one in view.get("as_in_truth_except", []):
            for key in {"drop", "move", "before", "after"} & one.keys():
                if isinstance(one[key], int):
                    one[key] = said(document["decision_makers"][of]["prefers"][one[key] - 1])
    return document


def judgement(difference: Any) -> Any:
    """Where the evidence of a difference stands."""
    return difference["add"] if isinstance(difference, Mapping) and "add" in difference else difference


def grade(entry: Any) -> str:
    return str(entry.get("sure", "certain")) if isinstance(entry, Mapping) else "certain"
