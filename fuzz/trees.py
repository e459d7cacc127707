"""Mutations of any plain data of mappings and lists: they know nothing of what it means, and mostly break it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from fuzz import texts

MOST = 3_000_000  # about so many characters an input may have
NUMBERS = (0, 1, -1, 2, 7, 2**31, 2**63, 2**64, -(2**64), 10**300, 0.1, -0.0, 1e308, 1e-320, 123456789.987654321)


def junk(random: Random) -> Any:
    """A value of any type."""
    makers: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: True,
        lambda: random.choice(NUMBERS),
        lambda: texts.odd(random),
        list,
        dict,
        lambda: [texts.odd(random)] * random.choice((1, 2, 50)),
        lambda: {texts.odd(random): texts.odd(random)},
        lambda: [[[]]],
        lambda: {"a": {"b": {"c": 1}}},
    )
    return random.choice(makers)()


Place = tuple[Any, Any]


def places(data: Any) -> list[Place]:
    """Every place of the data, as what holds it and the key or position there."""
    found: list[Place] = []
    left = [data]
    while left:
        node = left.pop()
        if not isinstance(node, (dict, list)):
            continue
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            found.append((node, key))
            left.append(node[key])
    return found


def keys(data: Any) -> list[Place]:
    """The places in mappings."""
    return [(node, key) for node, key in places(data) if isinstance(node, dict)]


def size(data: Any) -> int:
    """About how many characters the data takes, as far as the bound."""
    total, left = 0, [data]
    while left and total <= MOST:
        node = left.pop()
        total += len(node) + 4 if isinstance(node, str) else 8
        if isinstance(node, dict):
            total += sum(map(len, map(str, node)))
            left += node.values()
        elif isinstance(node, list):
            left += node
    return total


def drop(random: Random, data: Any) -> None:
    """Leave something out."""
    node, key = random.choice(places(data))
    del node[key]


def double(random: Random, data: Any) -> None:
    """Say something twice, or many times, under other names in a mapping."""
    node, key = random.choice(places(data))
    for k in range(min(random.choice((1, 1, 3, 300)), MOST // size(node[key]))):
        if isinstance(node, list):
            node.insert(random.randrange(len(node) + 1), copy.deepcopy(node[0]))
        else:
            node[f"{key}{k}" if random.random() < 0.8 else f"{key} {k}"] = copy.deepcopy(node[key])


def rename(random: Random, data: Any) -> None:
    """Give a key another name, in its place."""
    node, key = random.choice(keys(data))
    others = [key for _, key in keys(data)]
    name = random.choice((texts.typo(random, key), texts.odd(random), random.choice(others), key.upper()))
    name = texts.long(random) if random.random() < 0.03 else name
    items = [(name if one == key else one, value) for one, value in node.items()]
    node.clear()
    node.update(items)


def swap(random: Random, data: Any) -> None:
    """Exchange two values, of whatever types."""
    (one, a), (other, b) = random.choice(places(data)), random.choice(places(data))
    if not _holds(one[a], other) and not _holds(other[b], one):
        one[a], other[b] = other[b], one[a]


def _holds(value: Any, node: Any) -> bool:
    return value is node or any(holder is node or holder[key] is node for holder, key in places(value))


def replace(random: Random, data: Any) -> None:
    """Put something of any type in the place of a value."""
    node, key = random.choice(places(data))
    node[key] = junk(random)


def mistype(random: Random, data: Any) -> None:
    """A typo in a text."""
    found = [(node, key) for node, key in places(data) if isinstance(node[key], str)]
    if found:
        node, key = random.choice(found)
        node[key] = texts.typo(random, node[key])


def lengthen(random: Random, data: Any) -> None:
    """Very long texts in one or in several places."""
    found = [(node, key) for node, key in places(data) if isinstance(node[key], str)]
    for node, key in random.sample(found, min(len(found), random.choice((1, 1, 3)))):
        node[key] = texts.long(random)


def disguise(random: Random, data: Any) -> None:
    """An odd text in the place of another."""
    found = [(node, key) for node, key in places(data) if isinstance(node[key], str)]
    for node, key in random.sample(found, min(len(found), random.choice((1, 2, 5)))):
        node[key] = random.choice((texts.odd(random), node[key] + texts.odd(random)))


def misnumber(random: Random, data: Any) -> None:
    """An odd number in the place of a number, or of anything."""
    numbers = [(node, key) for node, key in places(data) if isinstance(node[key], (int, float))]
    node, key = random.choice(numbers or places(data))
    node[key] = random.choice(NUMBERS)


def crowd(random: Random, data: Any) -> None:
    """A mapping or a list with very many entries."""
    node, key = random.choice(places(data))
    count = random.choice((1_000, 20_000, 100_000))
    whole = node[key]
    entry = next(iter(whole.values()), None) if isinstance(whole, dict) else None
    entry = entry if size(entry) < MOST // count else None
    node[key] = {f"k{k}": entry for k in range(count)} if random.random() < 0.7 else [texts.odd(random)] * count


def nest(random: Random, data: Any) -> None:
    """Something nested deep."""
    node, key = random.choice(places(data))
    value, around = node[key], random.random() < 0.5
    for _ in range(random.choice((3, 30, 38, 45, 400))):
        value = [value] if around else {str(key): value}
    node[key] = value


MUTATIONS: tuple[Callable[[Random, Any], None], ...] = (
    drop,
    double,
    rename,
    swap,
    replace,
    mistype,
    mistype,
    lengthen,
    disguise,
    misnumber,
    crowd,
    nest,
)


def mutate(random: Random, data: Any, times: int) -> None:
    """Change data in place; what has become very large is left alone."""
    for _ in range(times):
        if keys(data) and size(data) < MOST:
            random.choice(MUTATIONS)(random, data)
