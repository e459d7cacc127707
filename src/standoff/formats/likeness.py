"""Which item of a list comes of which item of the list before: equal ones, and such as say the same in other words."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from standoff.formats.tree import Data

MAX_PAIRS = 250_000  # of items that are looked at for what they have in common
_SAYS = ("that", "rule", "drop", "add", "move", "id", "date")


def likeness(before: Sequence[Data], after: Sequence[Data]) -> list[int | None]:
    """For each item after, the number of the one before that it comes of; None where it is new. None is used twice."""
    found: list[int | None] = [None] * len(after)
    ahead = 0
    while ahead < min(len(before), len(after)) and before[ahead] == after[ahead]:
        found[ahead] = ahead
        ahead += 1
    behind = 0
    while behind < min(len(before), len(after)) - ahead and before[-1 - behind] == after[-1 - behind]:
        behind += 1
        found[-behind] = len(before) - behind
    equal: dict[str, deque[int]] = defaultdict(deque)
    for k in range(ahead, len(before) - behind):
        equal[repr(before[k])].append(k)
    middle = range(ahead, len(after) - behind)
    for k in middle:
        if equal[repr(after[k])]:
            found[k] = equal[repr(after[k])].popleft()
    left = sorted(k for numbers in equal.values() for k in numbers)
    new = [k for k in middle if found[k] is None]
    if len(left) * len(new) <= MAX_PAIRS:
        for k in new:
            akin = next((one for one in left if _akin(before[one], after[k])), None)
            if akin is not None:
                left.remove(akin)
                found[k] = akin
    return found


def _akin(one: Data, other: Data) -> bool:
    """Whether two items are about the same: a formula and its opposite, states, or much that they share."""
    said, says = _said(one), _said(other)
    opposite = says == f"not ({said})" or said == f"not ({says})"
    if isinstance(said, str) and isinstance(says, str) and (says == said or opposite):
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        shared = sum(other.get(name) == value for name, value in one.items())
        return 2 * shared >= max(len(one), len(other))
    if isinstance(one, dict) or isinstance(other, dict):
        return False
    grouped = isinstance(one, list) or isinstance(other, list)
    return grouped and any(name in _names(other) for name in _names(one))


def _said(value: Data) -> Data:
    """What an item says first of all."""
    if isinstance(value, dict):
        return next((_said(value[key]) for key in _SAYS if key in value), None)
    return value


def _names(value: Data) -> Sequence[Data]:
    return value if isinstance(value, list) else [value]
