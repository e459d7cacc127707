"""Conflicts to begin with, and mutations that know what a conflict is: most leave it one that can be analysed."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from fuzz import texts, trees
from standoff import casebook
from standoff.formats import yaml

Data = dict[str, Any]
CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SSEQ", "SIM")
DIRECTIONS = ("both", "forward", "backward")
WORDS = ("not A", "A and B", "A or B", "A if B", "A iff B", "(A)", "not (A and not B)")


@cache
def _case(name: str) -> str:
    tree = yaml.read(casebook.path(name).read_text(encoding="utf-8"))
    return json.dumps(tree.data, default=float)


def text(data: Any) -> str:
    """Data as JSON, which is YAML too."""
    return json.dumps(
        data, ensure_ascii=False, default=lambda number: float(number) if isinstance(number, Decimal) else str(number)
    )


# What is there


def options(data: Data) -> dict[str, list[str]]:
    """The levels of each option by its full name, as far as the data has them in a form that can be one."""
    found = {}
    parties = data.get("decision_makers")
    for name, party in parties.items() if isinstance(parties, dict) else ():
        given = party.get("options") if isinstance(party, dict) else None
        for option, entry in given.items() if isinstance(given, dict) else ():
            levels = entry.get("levels") if isinstance(entry, dict) else None
            found[f"{name}.{option}"] = (
                [str(one) for one in levels] if isinstance(levels, (list, dict)) else ["no", "yes"]
            )
    return found


def parties(data: Data) -> list[str]:
    """The names of the decision makers."""
    given = data.get("decision_makers")
    return list(given) if isinstance(given, dict) and given else ["A"]


def formula(random: Random, data: Data, depth: int = 2) -> str:
    """A formula about the options and definitions that there are."""
    if depth <= 0 or random.random() < 0.4:
        known = options(data)
        defined = data.get("define")
        if isinstance(defined, dict) and defined and random.random() < 0.2:
            return str(random.choice(list(defined)))
        if not known or random.random() < 0.03:
            return random.choice(("true", "false"))
        name, levels = random.choice(list(known.items()))
        if random.random() < 0.4 or not levels:
            return name
        return f"{name} {random.choice(('=', '!=', '<', '<=', '>', '>='))} {random.choice(levels)}"
    one, other = formula(random, data, depth - 1), formula(random, data, depth - 1)
    return random.choice(WORDS).replace("A", f"\0{one}\0").replace("B", f"({other})").replace("\0", "")


def place(random: Random, data: Data) -> Any:
    """States, as a claim names them."""
    given = (
        data.get("states") or (data.get("graph") or {}).get("states")
        if isinstance(data.get("graph") or {}, dict)
        else None
    )
    names = list(given) if isinstance(given, dict) and given else [1, 2, 3]
    return random.choice(("status_quo", formula(random, data), random.choice(names), [random.choice(names)]))


def evidence(random: Random, data: Data) -> Data:
    """What a judgement may carry."""
    found: Data = {}
    if random.random() < 0.5:
        found["sure"] = random.choice(("certain", "likely", "doubtful"))
    if random.random() < 0.3:
        found["kind"] = random.choice(("reported", "inferred", "assumed"))
    if random.random() < 0.3:
        found["why"] = random.choice(("Because.", texts.odd(random)))
    if random.random() < 0.3 and isinstance(data.get("sources"), dict) and data["sources"]:
        found["quote"] = {
            "source": random.choice(list(data["sources"])),
            "exact": random.choice(("war", "the", texts.odd(random) or "x")),
        }
    if random.random() < 0.2:
        found["title"] = random.choice(("a title", texts.odd(random)))
    return found


def statement(random: Random, data: Data) -> Any:
    """A formula, or one with its evidence."""
    told = formula(random, data)
    return told if random.random() < 0.5 else {"that": told, **evidence(random, data)}


# What to begin with


def invented(random: Random) -> Data:
    """A small conflict of any form of preferences."""
    data: Data = {"standoff": 1, "title": "A small conflict", "decision_makers": {}}
    for name in "ABCDEF"[: random.choice((1, 2, 2, 3, 3, 4, 6))]:
        given: Data = {}
        for option in "xyz"[: random.choice((1, 1, 2, 3))]:
            given[option] = {"moves": random.choice(DIRECTIONS)} if random.random() < 0.4 else {}
            if random.random() < 0.3:
                given[option]["levels"] = ["lo", "mid", "hi", "top"][: random.choice((2, 3, 4))]
        data["decision_makers"][name] = {"options": given}
    for party in data["decision_makers"].values():
        if random.random() < 0.3:
            party["weights"] = {
                formula(random, data): {"weight": random.choice((1, 2, -3, 0.5)), **evidence(random, data)}
                for _ in range(random.choice((1, 3)))
            }
        else:
            party["prefers"] = [statement(random, data) for _ in range(random.choice((1, 2, 4)))]
    data["status_quo"] = random.choice((1, {}))
    return data


def outright(random: Random) -> Data:
    """A conflict in graph form."""
    names = (
        [str(k) for k in range(1, random.choice((3, 5, 12)))] if random.random() < 0.6 else ["peace", "war", "talks"]
    )
    who = list("ABCD"[: random.choice((1, 2, 3))])

    def ranking() -> list[Any]:
        order: list[Any] = random.sample(names, len(names))
        if random.random() < 0.4 and len(order) > 2:
            order = [order[:2], *order[2:]]
        return order

    moves = {
        one: {
            name: random.sample([n for n in names if n != name], random.choice((1, 1, 2)) % len(names))
            for name in names
            if random.random() < 0.6
        }
        for one in who
    }
    return {
        "standoff": 1,
        "title": "Outright",
        "decision_makers": {one: {"ranking": ranking()} for one in who},
        "graph": {"states": {name: random.choice((None, "a label")) for name in names}, "moves": moves},
        "status_quo": random.choice(names),
    }


def merged(random: Random) -> Data:
    """A conflict with states that stand for several combinations."""
    data = invented(random)
    one, other = formula(random, data, 1), formula(random, data, 1)
    data["states"] = {"p": f"({one}) and ({other})", "q": f"({one}) and not ({other})", "r": f"not ({one})"}
    if random.random() < 0.4:
        data["states"] = {"1": one, "2": f"not ({one})"}
    for party in data["decision_makers"].values():
        for key in ("prefers", "weights"):
            party.pop(key, None)
        party["ranking"] = random.sample(list(data["states"]), len(data["states"]))
    data["status_quo"] = random.choice(list(data["states"]))
    return data


def start(random: Random) -> Data:
    """A conflict of the casebook, or an invented one."""
    if random.random() < 0.3:
        data: Data = json.loads(_case(random.choice(casebook.names())))
        return data
    return random.choice((invented, invented, outright, merged))(random)


# Mutations


def some_party(random: Random, data: Data) -> Data:
    """One decision maker's entry."""
    entry = random.choice(list(data["decision_makers"].values()))
    assert isinstance(entry, dict)
    return entry


def restate(random: Random, data: Data) -> None:
    """Other preferences of one decision maker."""
    party = some_party(random, data)
    if "ranking" in party:
        random.shuffle(party["ranking"])
        return
    for key in ("prefers", "weights"):
        party.pop(key, None)
    party["prefers"] = [statement(random, data) for _ in range(random.choice((1, 3, 8, 20)))]


def weigh(random: Random, data: Data) -> None:
    """Weights in the place of statements, also odd ones."""
    party = some_party(random, data)
    if "ranking" not in party:
        party.pop("prefers", None)
        numbers = (1, 2, 0, -1, 0.25, "1e5", "0.1", "-0", 10**50, 1e-300, "12345678901234567890.000000001")
        party["weights"] = {formula(random, data): random.choice(numbers) for _ in range(random.choice((1, 4, 12)))}


def redirect(random: Random, data: Data) -> None:
    """Another direction of an option."""
    given = some_party(random, data).get("options")
    if given:
        name = random.choice(list(given))
        given[name] = {**(given[name] or {}), "moves": random.choice(DIRECTIONS), **evidence(random, data)}


def relevel(random: Random, data: Data) -> None:
    """More, fewer or other levels of an option."""
    given = some_party(random, data).get("options")
    if given:
        name = random.choice(list(given))
        count = random.choice((2, 2, 3, 5, 11))
        given[name] = {**(given[name] or {}), "levels": ["no", "yes", "lo", "mid", "hi", *"abcdef"][:count]}


def enlarge(random: Random, data: Data) -> None:
    """Further decision makers and options."""
    if "graph" in data:
        return
    for k in range(random.choice((1, 1, 2, 4))):
        more: Data = {f"o{n}": {} for n in range(random.choice((1, 1, 2)))}
        data["decision_makers"][f"M{k}"] = {"options": more, "prefers": [statement(random, data)]}


def rule(random: Random, data: Data) -> None:
    """A rule more."""
    if "graph" not in data:
        data.setdefault("infeasible", []).append(f"({formula(random, data)}) and ({formula(random, data)})")


def define(random: Random, data: Data) -> None:
    """Definitions, one of them used; also long chains, circles and unknown names."""
    known = data.setdefault("define", {})
    for k in range(random.choice((1, 2, 5, 300))):
        chained = known and random.random() < 0.6
        known[f"d{k}"] = (
            f"{random.choice(('', 'not '))}{next(reversed(known))}" if chained else formula(random, data, 1)
        )
    name = random.choice(list(known))
    if random.random() < 0.4:
        known[name] = random.choice((f"not {next(reversed(known))}", "Q.hitt", texts.typo(random, str(known[name]))))
    party = some_party(random, data)
    if "prefers" in party:
        party["prefers"].append(name)
    else:
        data.setdefault("infeasible", []).append(f"{name} and {formula(random, data)}")


def locate(random: Random, data: Data) -> None:
    """Another status quo."""
    known = options(data)
    if known and random.random() < 0.7:
        levels = {name: random.choice(levels) for name, levels in known.items() if levels and random.random() < 0.5}
        data["status_quo"] = {"state": levels, **evidence(random, data)} if random.random() < 0.3 else levels
    else:
        data["status_quo"] = random.choice((1, 2, "1", None))


def view(random: Random, data: Data) -> None:
    """How one sees another, also in views of views."""
    names = parties(data)
    if len(names) < 2:
        return
    depth = random.choice((1, 1, 1, 2, 3))
    holder = data.setdefault("views", {}).setdefault(random.choice(names), {})
    by = next(name for name in names if data["views"].get(name) is holder)
    for level in range(depth):
        of = random.choice([name for name in names if name != by])
        seen: Data = holder.setdefault(of, {})
        seen.update(_seen(random, data, of))
        holder, by = seen.setdefault("views", {}) if level + 1 < depth else {}, of
    data["view_depth"] = max(depth, data.get("view_depth", 1))


def _seen(random: Random, data: Data, of: str) -> Data:
    party = data["decision_makers"][of]
    if "ranking" in party and random.random() < 0.8:
        return (
            {"ranking": random.sample(party["ranking"], len(party["ranking"]))}
            if isinstance(party["ranking"], list)
            else {}
        )
    seen: Data = {}
    if random.random() < 0.6 and "graph" not in data and "ranking" not in party:
        seen["prefers"] = [statement(random, data) for _ in range(random.choice((1, 3)))]
    if random.random() < 0.4 and party.get("options"):
        kind = random.choice(({"hidden": True}, {"moves": random.choice(DIRECTIONS)}))
        seen["options"] = {random.choice(list(party["options"])): kind}
    if random.random() < 0.3 and "graph" not in data:
        seen["impossible"] = [statement(random, data)]
    return seen


def observe(random: Random, data: Data) -> None:
    """A history of moves, possible or not."""
    known = options(data)
    for _ in range(random.choice((1, 2, 5, 50)) if known else 0):
        name, levels = random.choice(list(known.items()))
        moves = {name: random.choice(levels or ["yes"])}
        event = {"date": random.choice(("2015", "2015-09", "2015-09-22", 1)), "moves": moves, **evidence(random, data)}
        data.setdefault("history", []).append(event)


def put_to_test(random: Random, data: Data, depth: int) -> Data:
    """What a claim puts to the test."""
    names = parties(data)
    one, two = random.choice(names), [random.choice(names), random.choice(names)]
    here, there, concept = place(random, data), place(random, data), random.choice(CONCEPTS)
    kinds: tuple[Callable[[], Data], ...] = (
        lambda: {"holds": {"at": here, "concept": concept, "who": random.choice(([], [one]))}},
        lambda: {"can_reach": {"by": [two, [one]], "goal": here, "from": there, "improving": random.random() < 0.5}},
        lambda: {"cannot_reach": {"by": one, "goal": here}},
        lambda: {"answers": {"by": two[0], "makes": here, "who": two[1], "with": there, "best": random.random() < 0.5}},
        lambda: {"only_if": {"who": one, "makes": here, "if": there, "within": random.choice(("all", "moves"))}},
        lambda: {"differ": {"who": two, "over": [formula(random, data)] if random.random() < 0.5 else []}},
        lambda: {"agree": {"who": two, "correlation": random.choice((0, 0.5, -1))}},
        lambda: {"accident": {"to": here, "acting": concept, "slips": random.choice((0, 1, 2)), "strict": True}},
        lambda: {
            "drawn": {"was": random.choice(("improvement", "best", "deterred", "undeterred")), "concept": concept}
        },
        lambda: {"trend": {"between": two, "from": 2010, "to": 2012}},
    )
    if depth and random.random() < 0.2:
        parts = [put_to_test(random, data, depth - 1) for _ in range(random.choice((1, 2)))]
        return random.choice(({"all": parts}, {"any": parts}, {"not": parts[0]}))
    return random.choice(kinds)()


def claim(random: Random, data: Data) -> None:
    """Claims, a few or many."""
    known = data.setdefault("claims", [])
    for k in range(random.choice((1, 2, 5, 5, 200))):
        known.append(
            {
                "id": f"c{len(known)}{k}",
                "says": random.choice(("So.", texts.odd(random))),
                "test": put_to_test(random, data, 2),
            }
        )


def cite(random: Random, data: Data) -> None:
    """Sources, with files that may be there."""
    known = data.setdefault("sources", {})
    for k in range(random.choice((1, 3, 100))):
        known[f"s{k}"] = {
            "title": random.choice(("A title", texts.odd(random))),
            "file": random.choice(("s.html", "s.txt", "gone.txt", "../x", texts.odd(random))),
            "published": random.choice(("2015", "2015-02-28", 2015)),
            "via": random.choice(([], [f"s{k + 1}"], ["an agency"])),
            "grade": random.choice(("A1", "F6")),
        }
    party = some_party(random, data)
    if "prefers" in party:
        party["prefers"] = [
            {"that": one, **evidence(random, data)} if isinstance(one, str) else one for one in party["prefers"]
        ]


def multiply(random: Random, data: Data) -> None:
    """Hundreds of something."""
    count = random.choice((100, 400, 1000))
    kind = random.choice(("statements", "rules", "definitions", "sources"))
    if kind == "statements" and (party := some_party(random, data)) and "prefers" in party:
        party["prefers"] = [statement(random, data) for _ in range(count)]
    elif kind == "rules" and "graph" not in data:
        data["infeasible"] = [
            f"({formula(random, data, 1)}) and {formula(random, data, 0)}" for _ in range(count // 10)
        ]
    elif kind == "definitions" and "graph" not in data:
        data["define"] = {f"m{k}": formula(random, data) for k in range(count)}
    elif kind == "sources":
        data["sources"] = {f"s{k}": {"title": f"Source {k}"} for k in range(count)}


def answer(random: Random, data: Data) -> None:
    """Published answers, right or not."""
    names = parties(data)
    states = [random.choice((1, 2, 3, "p")) for _ in range(2)]
    data["published"] = {
        "citation": texts.odd(random),
        "equilibria": {random.choice(CONCEPTS): states},
        "stability": {random.choice(CONCEPTS): {random.choice(names): states}},
    }


def entitle(random: Random, data: Data) -> None:
    """Long or odd texts where texts are free."""
    many = random.choice((texts.long, texts.odd, texts.odd))
    data["title"] = random.choice((data.get("title"), many(random)))
    data["about"] = many(random)
    party = some_party(random, data)
    party["title"] = many(random)
    if isinstance(party.get("prefers"), list):
        party["prefers"] = [
            {"that": one, "why": many(random), "title": many(random)} if isinstance(one, str) else one
            for one in party["prefers"]
        ]


def deepen(random: Random, data: Data) -> None:
    """A formula nested deep, or very long."""
    if "graph" in data:
        return
    depth = random.choice((10, 90, 99, 101, 3000))
    atom = formula(random, data, 0)
    made = random.choice(
        (
            "not " * depth + atom,
            "(" * depth + atom + ")" * depth,
            " and ".join([atom] * depth),
            " iff ".join([atom] * depth),
        )
    )
    some_party(random, data).setdefault("prefers", []).append(made)


MUTATIONS: tuple[Callable[[Random, Data], None], ...] = (
    restate,
    weigh,
    redirect,
    relevel,
    enlarge,
    rule,
    define,
    locate,
    view,
    view,
    observe,
    claim,
    claim,
    cite,
    multiply,
    answer,
    entitle,
    deepen,
)


def conflict(random: Random) -> Data:
    """A conflict to try: begun with, changed sensibly several times, and in two of five also senselessly."""
    data = start(random)
    for _ in range(random.choice((0, 1, 1, 2, 3, 5))):
        random.choice(MUTATIONS)(random, data)
    if random.random() < 0.4:
        trees.mutate(random, data, random.choice((1, 1, 2, 4)))
    return data
