"""Which actors are counted: states, those of a mapping, and those asked for first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.errors import UnknownName, unknown
from standoff.relations.readers import countries
from standoff.relations.readers.database import Database, fill_folded, fill_table


@dataclass(frozen=True, slots=True)
class Actors:
    """Labels by number; the first ``asked`` were asked for (all where none were). ``numbers``: those of ISO codes."""

    labels: tuple[str, ...]
    asked: int
    numbers: dict[str, int]


def number_actors(con: Database, asked: Sequence[str] | None, mapping: countries.Mapping | None) -> Actors:
    """Number the actors and fill the table ``mapped``. Raises UnknownName."""
    codes = countries.country_codes()
    fill_folded(con, {code: at for at, code in enumerate(codes)})
    targets = [actor for _, actor in mapping.rows] if mapping else []
    meant = dict(zip(targets, _resolve(con, targets, codes), strict=True))
    known = dict.fromkeys([*codes, *meant.values()])
    wanted = [_one(con, name, codes, known) for name in asked] if asked is not None else []
    twice = next((k for k, code in enumerate(wanted) if code in wanted[:k]), None)
    if asked is not None and twice is not None:
        raise UnknownName(f'actor "{asked[twice]}" is given twice')
    if asked is not None and len(wanted) < 2:
        raise UnknownName("a panel has two actors at least")
    order = [*wanted, *(code for code in known if code not in set(wanted))]
    labels = [*(asked or ()), *order[len(wanted) :]]
    numbers = {code: at for at, code in enumerate(order)}
    fill_folded(con, numbers)
    con.execute("CREATE TABLE state_names AS SELECT text, actor FROM folded")
    if mapping:
        fill_table(con, "mapped", [(name, numbers[meant[actor]]) for name, actor in mapping.rows])
        con.execute(
            "CREATE OR REPLACE TABLE mapped AS SELECT fold(text) AS text, first(actor) AS actor FROM mapped GROUP BY 1"
        )
    return Actors(tuple(labels), len(wanted) if asked is not None else len(order), numbers)


def _resolve(con: Database, names: Sequence[str], codes: Sequence[str]) -> list[str]:
    """ISO codes of names of states; other names as they are."""
    if not names:
        return []
    found = con.execute(
        "SELECT n.name, f.actor FROM (SELECT unnest(?) AS name) n LEFT JOIN folded f ON f.text = fold(n.name)",
        [list(names)],
    ).fetchall()
    state = dict(found)
    return [name if name in codes or state[name] is None else codes[state[name]] for name in names]


def _one(con: Database, name: str, codes: Sequence[str], known: dict[str, None]) -> str:
    code = _resolve(con, [name], codes)[0] if name not in known else name
    if code not in known:
        raise UnknownName(unknown("actor", name, [*known, *(text for text, _ in countries.country_names())]))
    return code
