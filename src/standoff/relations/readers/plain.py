"""Plain tables with a header: events (date, source, target, code or quad) or ready counts (a, b, period, counts)."""

from __future__ import annotations

from standoff.relations.panel import CLASSES
from standoff.relations.readers.fields import Columns, Fields, Format, Layout, Side, iso_day

CODE = ("code", "cameo", "cameo_code", "event_code")
QUAD = ("quad", "quad_class")
ID = ("id", "event_id")
ENTITIES = {"source": ("source_entity", "source_name"), "target": ("target_entity", "target_name")}
PERIODS = ("date", "period", "month", "quarter", "year")
TOTAL = "set_total"
STATEMENTS = ("statement", "statements")
KNOWN = {"source", "target", "a", "b", "cooperation", "conflict", TOTAL, *STATEMENTS, *PERIODS, *CLASSES}
KNOWN |= {*CODE, *QUAD, *ID, *ENTITIES["source"], *ENTITIES["target"]}


def first(columns: Columns, names: tuple[str, ...]) -> str | None:
    """The first of these columns that there is."""
    return next((columns[name] for name in names if name in columns), None)


def fields(columns: Columns, _layout: Layout) -> Fields:
    """A code decides where there are codes, else the quad class. An unknown party that is a number is wrong."""
    code, quad = first(columns, CODE), first(columns, QUAD)
    sides = {}
    for side in ("source", "target"):
        entity = first(columns, ENTITIES[side])
        sides[side] = Side(columns[side], (entity,) if entity else (columns[side],))
    date = columns["date"]
    return Fields(
        date=iso_day(f"(CASE WHEN {date} LIKE '__________ 00:00:00%' THEN {date}[1:10] ELSE {date} END)"),
        date_text=date,
        code=code or f"upper(trim({quad}))",
        codes="cameo" if code else "quad",
        event_class="k.class",
        source=sides["source"],
        target=sides["target"],
        places="iso or names",
        unknown="regexp_full_match(place, '[0-9]+')",
        id=first(columns, ID),
    )


EVENTS = Format(
    "plain",
    "a plain table of events",
    ("date", "source", "target", "|".join((*CODE, *QUAD))),
    fields,
    delimiters=",\t;",
    quoted=True,
)


def _not_rows(_columns: Columns, _layout: Layout) -> Fields:
    raise NotImplementedError("counts are no events")


COUNTS = Format(
    "counts",
    "a plain table of counts",
    ("a", "b", "|".join(PERIODS), *(f"{name}|{name.split('_')[1]}" for name in CLASSES)),
    _not_rows,
    delimiters=",\t;",
    quoted=True,
)
