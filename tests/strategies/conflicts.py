"""Random whole conflicts: valid documents in the conflict file format, with the trees of their formulas.

Written once over `random.Random`: `random_conflict` is for bulk runs, the hypothesis strategies hand in a
source of choices that shrinks. Small choices come first and `_chance` shrinks to false, so counterexamples
get small.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass
from functools import reduce
from itertools import product
from random import Random
from typing import Any

from hypothesis import strategies as st

from oracles.misperception import otherwise, said
from oracles.oracle import Language, Oracle, State, Tree, Vector

Owned = tuple[str, str]  # an option by its owner and its name
Options = dict[Owned, list[str]]

# Names that begin or end like words of the formula language, or share spellings, on purpose.
DM_NAMES = ["US", "Iran", "Notts", "Россия", "Élan_2", "ORland"]
OPTION_NAMES = ["talk", "arm", "order", "iffy", "android", "nothing", "x_1", "truce", "trueish", "停戦"]
LEVEL_NAMES = ["low", "mid", "high", "top", "talk", "none", "on", "off", "iffer", "État"]
DEFINITION_NAMES = ["calm", "notable", "iffish", "falsehood", "peace_2"]
STATE_TEXTS = ["calm waters", "war", "truce-ish", "état 4", "deal", "no deal", "not so", "B2", "standstill"]
OPERATORS = ["=", "!=", "<", "<=", ">", ">="]
# A whole conflict draws from one of these, so that some are reversible throughout, or ranked throughout.
DIRECTIONS: list[list[str | None]] = [
    [None, "both"],
    [None, None, "both", "forward", "backward"],
    ["forward", "backward"],
]
FORMS = [["prefers", "ranking", "weights"], ["prefers"], ["ranking"], ["prefers", "prefers", "weights"]]
GRADES = ["certain", "likely", "doubtful"]
BINDING = {"if": 1, "iff": 1, "or": 2, "and": 3, "not": 4, "is": 5, "on": 5, "name": 5, "const": 5}


@dataclass(frozen=True)
class Drawn:
    """A valid document of the conflict file format and the tree of every formula text in it."""

    document: dict[str, Any]
    formulas: dict[str, Tree]


def _chance(rng: Random, percent: int) -> bool:
    return rng.randrange(100) >= 100 - percent


def _some(rng: Random, items: Sequence[Any]) -> list[Any]:
    return rng.sample(list(items), rng.randint(1, len(items)))


class Writer:
    """Trees to text, now with the fewest parentheses that keep the tree, now with more."""

    def __init__(self, rng: Random, options: Iterable[tuple[str, str]]) -> None:
        self.rng = rng
        names = [name for _, name in options]
        self.bare = {name for name in names if names.count(name) == 1}
        self.formulas: dict[str, Tree] = {}

    def text(self, tree: Tree) -> str:
        """The tree as text; the pair is remembered."""
        redundant = self.rng.choice([0, 0, 0, 20, 100])  # per cent
        text = self._render(tree, 0, redundant)
        self.formulas[text] = tree
        return text

    def _render(self, tree: Tree, context: int, redundant: int) -> str:
        binding = BINDING[tree[0]]
        match tree:
            case ("const", value):
                text = str(value).lower()
            case ("name", name):
                text = name
            case ("on", dm, option):
                text = self._option(dm, option)
            case ("is", dm, option, op, level):
                space = "" if _chance(self.rng, 10) else " "
                text = f"{self._option(dm, option)}{space}{op}{space}{level}"
            case ("not", x):
                text = f"not {self._render(x, binding, redundant)}"
            case (word, x, y):  # left-associative, so only the right side must bind tighter
                left, right = self._render(x, binding, redundant), self._render(y, binding + 1, redundant)
                text = f"{left} {word} {right}"
        return f"({text})" if binding < context or (redundant and _chance(self.rng, redundant)) else text

    def _option(self, dm: str, option: str) -> str:
        return option if option in self.bare and _chance(self.rng, 30) else f"{dm}.{option}"


class Sketch:
    """A conflict in option form while it is being made: its options, feasible combinations and classes."""

    def __init__(self, rng: Random, options: Options) -> None:
        self.rng = rng
        self.options = options
        self.writer = Writer(rng, self.options)
        self.define: dict[str, Tree] = {}
        self.language = Language(self.options, self.define)
        self.feasible: list[Vector] = sorted(
            product(*(range(len(levels)) for levels in self.options.values())), key=lambda v: v[::-1]
        )
        self.classes: dict[State, tuple[Tree, list[Vector]]] = {}

    def where(self, tree: Tree) -> list[Vector]:
        return [v for v in self.feasible if self.language.holds(tree, v)]

    def keeps_classes(self, tree: Tree) -> bool:
        """Does the formula say the same of all members of each class?"""
        holds = self.language.holds
        several = [vectors for _, vectors in self.classes.values() if len(vectors) > 1]
        return all(len({holds(tree, v) for v in vectors}) == 1 for vectors in several)


def _options(rng: Random, combinations: int) -> Options:
    """Two to five DMs with at most eight options in all and at least one each, the combinations bounded."""
    most = max(2, min(5, combinations.bit_length() - 1))
    dms = rng.sample(DM_NAMES, min(most, rng.choice([2, 2, 3, 3, 3, 4, 4, 5])))
    owners = dms + [rng.choice(dms) for _ in range(rng.randint(0, 8 - len(dms)))]
    bound = min(combinations, rng.choice([8, 8, 16, 16, 16, 32, 32, 64, 128, combinations]))
    room = max(2 ** len(dms), bound)
    drawn: Options = {}
    for k, dm in enumerate(owners):
        kept_for_others = 2 ** max(0, len(dms) - k - 1)
        if room // kept_for_others >= 2:
            levels = _levels(rng, room // kept_for_others)
            drawn[dm, rng.choice([each for each in OPTION_NAMES if (dm, each) not in drawn])] = levels
            room //= len(levels)
    return {key: drawn[key] for dm in dms for key in drawn if key[0] == dm}


def _levels(rng: Random, most: int) -> list[str]:
    count = min(most, rng.choice([2, 2, 2, 2, 3, 3, 4]))
    return ["no", "yes"] if count == 2 and not _chance(rng, 30) else rng.sample(LEVEL_NAMES, count)


# Formulas


def _literal(sketch: Sketch) -> Tree:
    rng = sketch.rng
    (dm, option), levels = rng.choice(list(sketch.options.items()))
    if len(levels) > 2 or _chance(rng, 25):
        return "is", dm, option, rng.choice(OPERATORS), rng.choice(levels)
    return ("not", ("on", dm, option)) if _chance(rng, 30) else ("on", dm, option)


def _tree(sketch: Sketch, depth: int) -> Tree:
    rng = sketch.rng
    if depth == 0 or _chance(rng, 25):
        if sketch.define and _chance(rng, 25):
            return "name", rng.choice(list(sketch.define))
        return ("const", bool(rng.randrange(2))) if _chance(rng, 3) else _literal(sketch)
    word = rng.choice(["and", "or", "not", "and", "or", "if", "iff"])
    return word, *(_tree(sketch, depth - 1) for _ in range(1 if word == "not" else 2))


def _joined(word: str, trees: Sequence[Tree]) -> Tree:
    return reduce(lambda x, y: (word, x, y), trees)


def _random_formula(sketch: Sketch) -> Tree:
    return _tree(sketch, sketch.rng.choice([0, 1, 1, 2, 2, 3]))


def _statement(sketch: Sketch) -> Tree:
    """A formula that does not tell the members of any class apart."""
    for _ in range(3):
        tree = _random_formula(sketch)
        if sketch.keeps_classes(tree):
            return tree
    union = _joined("or", [tree for tree, _ in _some(sketch.rng, list(sketch.classes.values())[:4])])
    return ("not", union) if _chance(sketch.rng, 30) else union


# The parts of a document


def _given_options(sketch: Sketch, dm: str, directions: Sequence[str | None]) -> dict[str, Any]:
    """The options of one DM as the document gives them."""
    rng = sketch.rng
    options: dict[str, Any] = {}
    for (owner, name), levels in sketch.options.items():
        if owner == dm:
            direction = rng.choice(directions)
            given = {"title": f"Option {name}"} if _chance(rng, 15) else {}
            explicit = levels != ["no", "yes"] or _chance(rng, 15)
            options[name] = (
                given
                | ({"levels": list(levels)} if explicit else {})
                | ({"moves": direction} if direction is not None else {})
            )
    return options


def _definitions(sketch: Sketch) -> dict[str, str]:
    """Named formulas, which may use one another; a document may list them in any order."""
    rng = sketch.rng
    texts: dict[str, str] = {}
    for name in rng.sample(DEFINITION_NAMES, rng.choice([0, 0, 0, 1, 2, 3])):
        tree = _random_formula(sketch)
        texts[name] = sketch.writer.text(tree)
        sketch.define[name] = tree
    return {name: texts[name] for name in rng.sample(list(texts), len(texts))}


def with_evidence(rng: Random, drawn: Drawn) -> Drawn:
    """The same conflict, in which evidence is given for most definitions: these can be wrong."""
    define: dict[str, Any] = {}
    for name, text in drawn.document.get("define", {}).items():
        evidence = {"why": "It is called so."} | ({"sure": rng.choice(GRADES)} if _chance(rng, 60) else {})
        define[name] = {"that": text} | (evidence if _chance(rng, 85) else {})
    return Drawn(drawn.document | {"define": define} if define else drawn.document, drawn.formulas)


def unsure(rng: Random, drawn: Drawn) -> Drawn:
    """The same conflict, in which some of every kind of judgement are likely or doubtful."""
    document = deepcopy(with_evidence(rng, drawn).document)

    def marked(entry: Any, key: str, percent: int = 50) -> Any:
        entry = dict(entry) if isinstance(entry, Mapping) and key in entry else {key: entry}
        return entry | {"sure": rng.choice(GRADES[1:])} if _chance(rng, percent) else entry

    for body in document["decision_makers"].values():
        if "prefers" in body:
            body["prefers"] = [marked(each, "that") for each in body["prefers"]]
        if "weights" in body:
            body["weights"] = {text: marked(each, "weight") for text, each in body["weights"].items()}
        if "ranking" in body:
            body["ranking"] = marked(body["ranking"], "order", 70)
        for option in body.get("options", {}).values():
            if option.get("moves", "both") != "both" and _chance(rng, 60):
                option["sure"] = rng.choice(GRADES[1:])
    for view in (view for views in document.get("views", {}).values() for view in views.values()):
        unsure_view(view, marked)
    document["infeasible"] = [marked(each, "rule", 60) for each in document.get("infeasible", [])]
    if "status_quo" in document:
        document["status_quo"] = marked(document["status_quo"], "state", 60)
    return Drawn({key: part for key, part in document.items() if part != []}, drawn.formulas)


def unsure_view(view: dict[str, Any], marked: Callable[..., Any]) -> None:
    """Marks some judgements of a view."""
    for key in {"prefers", "impossible"} & view.keys():
        view[key] = [marked(each, "that") for each in view[key]]
    if "weights" in view:
        view["weights"] = {text: marked(each, "weight") for text, each in view["weights"].items()}
    if "ranking" in view:
        view["ranking"] = marked(view["ranking"], "order", 70)
    for one in view.get("as_in_truth_except", []):
        (kind,) = {"drop", "add", "move"} & one.keys()
        if kind == "add":
            one["add"] = marked(one["add"], "that")
        else:
            one.update(marked(one, kind))
    if "options" in view:
        view["options"] = {name: seen and marked(seen, next(iter(seen))) for name, seen in view["options"].items()}


def _infeasible(sketch: Sketch, fewest: int) -> list[Any]:
    """Rules that leave at least two fifths of the combinations, and at least so many."""
    rng = sketch.rng
    fewest = max(fewest, len(sketch.feasible) * 2 // 5)
    rules: list[Any] = []
    for _ in range(rng.choice([0, 0, 0, 1, 2, 4, 8])):
        tree = _joined("and", [_literal(sketch) for _ in range(rng.randint(1, 4))])
        tree = tree if _chance(rng, 70) else _random_formula(sketch)
        forbidden = set(sketch.where(tree))
        if len(sketch.feasible) - len(forbidden) >= fewest:
            sketch.feasible = [v for v in sketch.feasible if v not in forbidden]
            text = sketch.writer.text(tree)
            rules.append({"rule": text, "why": "cannot be"} if _chance(rng, 25) else text)
    return rules


def _state_names(rng: Random, count: int) -> list[State]:
    if count <= len(STATE_TEXTS) and _chance(rng, 40):
        return [*rng.sample(STATE_TEXTS, count)]
    return [*rng.sample(list(range(rng.choice([count, count + 1, 3 * count]))), count)]


def _exactly(sketch: Sketch, v: Vector) -> Tree:
    """A formula that holds at one feasible combination only; literals that are not needed may be left out."""
    rng = sketch.rng
    literals: list[Tree] = []
    for level, ((dm, option), levels) in zip(v, sketch.options.items(), strict=True):
        plain = len(levels) == 2 and not _chance(rng, 20)
        on: Tree = ("on", dm, option)
        literals.append((on if level else ("not", on)) if plain else ("is", dm, option, "=", levels[level]))
    for literal in _some(rng, literals) if len(sketch.feasible) <= 32 and _chance(rng, 30) else []:
        rest = [each for each in literals if each is not literal]
        if rest and len(sketch.where(_joined("and", rest))) == 1:
            literals = rest
    return _joined("and", literals)


def _singletons(sketch: Sketch) -> list[tuple[Tree, list[Vector]]]:
    return [(_exactly(sketch, v), [v]) for v in sketch.feasible]


def _merged(sketch: Sketch) -> list[tuple[Tree, list[Vector]]]:
    """Classes of combinations, at least one with several: split by literals, then some united with `or`."""
    rng = sketch.rng
    classes: list[tuple[Tree, list[Vector]]] = [(("const", True), sketch.feasible)]
    for _ in range(rng.randint(1, min(60, 2 * len(sketch.feasible)))):
        k = rng.randrange(len(classes))
        classes[k : k + 1] = _split(classes[k], _literal(sketch), sketch)
    must_unite = len(classes) == len(sketch.feasible)
    for _ in range(rng.choice([1, 2]) if must_unite or _chance(rng, 30) else 0):
        if len(classes) > 2:
            (x, here), (y, there) = rng.sample(classes, 2)
            rest = [each for each in classes if each[1] not in (here, there)]
            classes = [*rest, (("or", x, y), here + there)]
    if len(classes) == len(sketch.feasible):
        classes = [(_joined("or", [tree for tree, _ in classes]), sketch.feasible)]
    return classes


def _split(whole: tuple[Tree, list[Vector]], literal: Tree, sketch: Sketch) -> list[tuple[Tree, list[Vector]]]:
    tree, vectors = whole
    yes = [v for v in vectors if sketch.language.holds(literal, v)]
    no = [v for v in vectors if v not in yes]
    if not yes or not no:
        return [whole]
    both = [(literal, yes), (("not", literal), no)]
    return [(side if tree == ("const", True) else ("and", tree, side), part) for side, part in both]


def _states(sketch: Sketch, classes: list[tuple[Tree, list[Vector]]]) -> dict[State, str]:
    rng = sketch.rng
    names = _state_names(rng, len(classes))
    listed = rng.sample(classes, len(classes))
    sketch.classes = dict(zip(names, listed, strict=True))
    return {name: sketch.writer.text(tree) for name, (tree, _) in sketch.classes.items()}


def _status_quo(sketch: Sketch) -> Any:
    """A state by its name, or by its options, of which those at their first level may be left out."""
    rng = sketch.rng
    if _chance(rng, 30):
        return rng.choice(list(sketch.classes))
    v = rng.choice(sketch.feasible)
    given = {
        f"{dm}.{option}": levels[level]
        for level, ((dm, option), levels) in zip(v, sketch.options.items(), strict=True)
        if level or _chance(rng, 20)
    }
    (dm, option), levels = next(iter(sketch.options.items()))
    return given or {f"{dm}.{option}": levels[0]}


# Preferences


def _ranking(rng: Random, states: Sequence[State]) -> list[Any]:
    order = rng.sample(list(states), len(states))
    ties = rng.choice([0, 0, 0, 0, 20, 60])
    groups = [[order[0]]]
    for s in order[1:]:
        if ties and _chance(rng, ties):
            groups[-1].append(s)
        else:
            groups.append([s])
    return [group if len(group) > 1 else group[0] for group in groups]


def _prefers(sketch: Sketch) -> list[Any]:
    rng = sketch.rng
    texts = [sketch.writer.text(_statement(sketch)) for _ in range(rng.randint(1, 8))]
    return [_as_judgement(rng, text) if _chance(rng, 25) else text for text in dict.fromkeys(texts)]


def _as_judgement(rng: Random, text: str) -> dict[str, str]:
    statement = {"that": text}
    if _chance(rng, 40):
        statement["why"] = "for reasons of its own"
    if _chance(rng, 30):
        statement["kind"] = rng.choice(["reported", "inferred", "assumed"])
    if _chance(rng, 40):
        statement["sure"] = rng.choice(["certain", "likely", "doubtful"])
    return statement


def _weights(sketch: Sketch) -> dict[str, int | str]:
    rng = sketch.rng
    drawn: dict[str, int | str] = {}
    for _ in range(rng.randint(1, 5)):
        whole = rng.randint(-5, 9)
        tenths = f"{'-' if whole < 0 else ''}{abs(whole)}.{rng.choice(['1', '2', '3', '5', '25'])}"
        drawn[sketch.writer.text(_statement(sketch))] = tenths if _chance(rng, 40) else whole
    return drawn


def _preference(sketch: Sketch, forms: Sequence[str]) -> dict[str, Any]:
    written: dict[str, Callable[[], Any]] = {
        "prefers": lambda: _prefers(sketch),
        "ranking": lambda: _ranking(sketch.rng, list(sketch.classes)),
        "weights": lambda: _weights(sketch),
    }
    form = sketch.rng.choice(forms)
    return {form: written[form]()}


# Whole conflicts


def _option_document(rng: Random, combinations: int, merged: bool) -> Drawn:
    sketch = Sketch(rng, _options(rng, combinations))
    define = _definitions(sketch)
    infeasible = _infeasible(sketch, fewest=2 if merged else 1)
    if merged:
        states = _states(sketch, _merged(sketch))
    elif _chance(rng, 35):
        states = _states(sketch, _singletons(sketch))
    else:
        states = {}
        sketch.classes = {k: (("const", True), [v]) for k, v in enumerate(sketch.feasible, start=1)}
    dms = list(dict.fromkeys(dm for dm, _ in sketch.options))
    directions, forms = rng.choice(DIRECTIONS), rng.choice(FORMS)
    makers = {dm: {"options": _given_options(sketch, dm, directions)} | _preference(sketch, forms) for dm in dms}
    parts = {
        "standoff": 1,
        "title": "A random conflict",
        "define": define,
        "decision_makers": makers,
        "infeasible": infeasible,
        "states": states,
        "status_quo": _status_quo(sketch) if _chance(rng, 60) else None,
    }
    for maker in makers.values():
        _let_slip(rng, maker["options"])
    document = {key: part for key, part in parts.items() if part not in ({}, [], None)}
    return Drawn(document, sketch.writer.formulas)


def _let_slip(rng: Random, options: Mapping[str, dict[str, Any]]) -> None:
    """Say of some options how probably they go wrong."""
    if _chance(rng, 30):
        for option in options.values():
            if _chance(rng, 50):
                option["slips"] = rng.choice(["never", 0, 1, "0.25", "0.5"])


def _graph_document(rng: Random) -> Drawn:
    dms = rng.sample(DM_NAMES, rng.choice([2, 2, 2, 3, 3, 4, 5]))
    states = _state_names(rng, rng.randint(2, 7))
    density = rng.choice([15, 30, 50])
    moves = {dm: _arcs(rng, states, density) for dm in dms if not _chance(rng, 10)}
    document: dict[str, Any] = {
        "standoff": 1,
        "title": "A random conflict in graph form",
        "graph": {"states": {s: f"State {s}" for s in states}, "moves": moves},
        "decision_makers": {dm: {"ranking": _ranking(rng, states)} for dm in dms},
    }
    if _chance(rng, 60):
        document["status_quo"] = rng.choice(states)
    return Drawn(document, {})


def _arcs(rng: Random, states: Sequence[State], density: int) -> dict[State, list[State]]:
    arcs = {s: [t for t in states if t != s and _chance(rng, density)] for s in states}
    return {s: targets for s, targets in arcs.items() if targets}


def random_conflict(rng: Random, kind: str | None = None, combinations: int = 256) -> Drawn:
    """A conflict of a kind, "option", "merged" or "graph", any if None, with at most so many combinations."""
    kinds: dict[str, Callable[[], Drawn]] = {
        "option": lambda: _option_document(rng, combinations, merged=False),
        "merged": lambda: _option_document(rng, combinations, merged=True),
        "graph": lambda: _graph_document(rng),
    }
    return kinds[kind or rng.choice(["option", "merged", "graph"])]()


# Views


class _Eyes:
    """Adds views to a document: of each chain of perceivers, what the last of it thinks of others."""

    def __init__(self, rng: Random, drawn: Drawn) -> None:
        self.rng = rng
        self.document = drawn.document
        oracle = Oracle(drawn.document, drawn.formulas)
        self.dms, self.states = oracle.dms, oracle.states
        self.formulas = dict(drawn.formulas)
        self.sketch: Sketch | None = None
        self.unused: set[Owned] = set()  # at their first level wherever the conflict may stand
        if oracle.option_form:
            self.sketch = sketch = Sketch(rng, {key: list(levels) for key, levels in oracle.language.levels.items()})
            sketch.define |= oracle.language.define
            sketch.classes = {s: (self._tree(s), members) for s, members in oracle.members.items()}
            sketch.writer.formulas = self.formulas
            here = [] if oracle.status_quo is None else oracle.members[oracle.status_quo]
            self.unused = {key for k, key in enumerate(sketch.options) if all(v[k] == 0 for v in here)}

    def _tree(self, s: State) -> Tree:
        texts = self.document.get("states", {})
        return self.formulas[texts[s]] if s in texts else ("const", True)

    def mentioned(self, tree: Tree) -> set[Owned]:
        """The options that a formula names, also by way of definitions."""
        match tree:
            case ("const", _):
                return set()
            case ("name", name):
                assert self.sketch is not None
                return self.mentioned(self.sketch.define[name])
            case ("on" | "is", dm, option, *_):
                return {(dm, option)}
        return set().union(*(self.mentioned(part) for part in tree[1:]))

    def wants(self, party: Mapping[str, Any]) -> set[Owned]:
        """The options that the statements of a preference name."""
        added = [each["add"] for each in party.get("as_in_truth_except", []) if "add" in each]
        texts = [said(each) for each in [*party.get("prefers", []), *added]]
        return set().union(*(self.mentioned(self.formulas[text]) for text in [*texts, *party.get("weights", {})]))

    def views(
        self,
        holder: str,
        depth: int,
        unknown: Set[Owned],
        wanted: Mapping[str, Set[Owned]],
        around: Mapping[str, Sequence[Any]],
    ) -> dict[str, Any]:
        """What the holder thinks of others; ``wanted`` are the options that anybody around may think that each wants.

        ``unknown`` are options that it must not name. ``around``: the statements that each is thought to want, if such.
        """
        rng = self.rng
        seen = _some(rng, [dm for dm in self.dms if dm != holder])
        could = sorted(key for key in self.unused if key[0] in seen and key not in wanted[holder] | unknown)
        hidden = {key for key in could if _chance(rng, 40)}
        unknown = unknown | hidden
        given = {dm: self._view(dm, hidden, unknown, around[dm]) for dm in seen}
        around = {dm: thought(statements, given.get(dm, {})) for dm, statements in around.items()}
        wanted = {dm: wanted[dm] | self.wants(given.get(dm, {})) for dm in self.dms}
        for dm, view in given.items():
            if depth > 1 and _chance(rng, 60):
                view["views"] = self.views(dm, depth - 1, unknown, wanted, around)
        return given

    def _view(self, dm: str, hidden: Set[Owned], unknown: Set[Owned], around: Sequence[Any]) -> dict[str, Any]:
        rng = self.rng
        view: dict[str, Any] = {}
        if around and _chance(rng, 40):
            view |= {"as_in_truth_except": self._differences(around, unknown)}
        elif _chance(rng, 65):
            view |= self._thought_to_want(unknown)
        if self.sketch is not None:
            options = {
                name: self._seen(dm, name, (dm, name) in hidden) for owner, name in self.sketch.options if owner == dm
            }
            options = {name: seen for name, seen in options.items() if seen is not None}
            view |= (
                {"options": {name: seen or rng.choice([seen, None]) for name, seen in options.items()}}
                if options
                else {}
            )
            if _chance(rng, 25):
                view["impossible"] = [self._impossible(unknown) for _ in range(rng.choice([1, 1, 2]))]
        if _chance(rng, 10):
            view["about"] = "As it is seen."
        return view

    def _thought_to_want(self, unknown: Set[Owned]) -> dict[str, Any]:
        for _ in range(4 if self.sketch is not None else 0):
            assert self.sketch is not None
            preference = _preference(self.sketch, FORMS[0])
            if not self.wants(preference) & unknown:
                return preference
        return {"ranking": _ranking(self.rng, self.states)}

    def _differences(self, around: Sequence[Any], unknown: Set[Owned]) -> list[dict[str, Any]]:
        """Some statements dropped, added and moved; each is named so that it is clear which is meant."""
        rng, found = self.rng, list[dict[str, Any]]()
        trees = [self.formulas[said(each)] for each in around]
        left = [k for k, tree in enumerate(trees) if trees.count(tree) == 1]
        for _ in range(rng.choice([1, 1, 2, 3])):
            kind = rng.choice(["drop", "add", "move"])
            if kind == "add":
                one: dict[str, Any] = {"add": self._impossible(unknown)}
            elif not left or (kind == "drop" and len(left) < 2):
                continue
            else:
                k = rng.choice(left)
                one = {kind: self._named(around, k)}
                if _chance(rng, 30):
                    one["why"] = "It has never said so."
                if kind == "drop":
                    left.remove(k)
            others = [k for k in left if one.get("move") not in (k + 1, said(around[k]))]
            if kind != "drop" and others and _chance(rng, 60):
                one[rng.choice(["before", "after"])] = self._named(around, rng.choice(others))
            elif kind != "drop":
                one["at" if kind == "add" else "to"] = rng.randint(1, len(around) + 1)
            found.append(one)
        return found

    def _named(self, around: Sequence[Any], k: int) -> int | str:
        return k + 1 if _chance(self.rng, 40) else said(around[k])

    def _seen(self, dm: str, name: str, hidden: bool) -> dict[str, Any] | None:
        """An option as it is seen; None where nothing is said of it."""
        assert self.sketch is not None
        rng = self.rng
        if not hidden and not _chance(rng, 30):
            return None
        seen: dict[str, Any] = {"hidden": True} if hidden else {}
        if not hidden and _chance(rng, 85):
            seen["moves"] = rng.choice(["both", "forward", "backward"])
        if _chance(rng, 15):
            seen["levels"] = list(self.sketch.options[dm, name])
        if _chance(rng, 10):
            seen["why"] = "It was never shown."
        return seen

    def _impossible(self, unknown: Set[Owned]) -> Any:
        assert self.sketch is not None
        for _ in range(4):
            tree = _statement(self.sketch)
            if not self.mentioned(tree) & unknown:
                text = self.sketch.writer.text(tree)
                return _as_judgement(self.rng, text) if _chance(self.rng, 25) else text
        return self.sketch.writer.text(("const", bool(self.rng.randrange(2))))


def thought(around: Sequence[Any], view: Mapping[str, Any]) -> Sequence[Any]:
    """The statements that one is thought to want, by a view and by what is thought around it; none if others forms."""
    if "prefers" in view:
        return list(view["prefers"])
    if "ranking" in view or "weights" in view:
        return []
    return otherwise(around, view.get("as_in_truth_except", []))


def with_views(rng: Random, drawn: Drawn, depth: int | None = None) -> Drawn:
    """The conflict with views of others, and views in these, at most so deep (1 to 3, any if None)."""
    eyes = _Eyes(rng, drawn)
    depth = depth or rng.choice([1, 1, 1, 2, 2, 3])
    wanted = {dm: eyes.wants(body) for dm, body in drawn.document["decision_makers"].items()}
    around = {dm: body.get("prefers", []) for dm, body in drawn.document["decision_makers"].items()}
    views = {by: eyes.views(by, depth, frozenset(), wanted, around) for by in _some(rng, eyes.dms)}
    document = drawn.document | {"views": views}
    if depth > 1 or _chance(rng, 5):
        document["view_depth"] = depth
    return Drawn(document, eyes.formulas)


def random_viewed(rng: Random, kind: str | None = None, combinations: int = 32) -> Drawn:
    """A conflict of a kind with views."""
    return with_views(rng, random_conflict(rng, kind, combinations))


def conflicts(combinations: int = 128, kind: str | None = None) -> st.SearchStrategy[Drawn]:
    """Conflicts of any kind, or of one."""
    return st.randoms(use_true_random=False).map(lambda rng: random_conflict(rng, kind, combinations))


def option_conflicts(combinations: int = 128) -> st.SearchStrategy[Drawn]:
    """Conflicts in option form, every feasible combination a state."""
    return conflicts(combinations, "option")


def merged_conflicts(combinations: int = 128) -> st.SearchStrategy[Drawn]:
    """Conflicts in option form, at least one state several combinations."""
    return conflicts(combinations, "merged")


def graph_conflicts() -> st.SearchStrategy[Drawn]:
    """Conflicts given as states and arcs."""
    return conflicts(kind="graph")


def viewed_conflicts(combinations: int = 32, kind: str | None = None) -> st.SearchStrategy[Drawn]:
    """Conflicts in which decision makers see one another otherwise than they are."""
    return st.randoms(use_true_random=False).map(lambda rng: random_viewed(rng, kind, combinations))
