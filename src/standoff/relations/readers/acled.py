"""ACLED: violence, protest and strategic developments. A party is a state where its name says whose forces it is."""

from __future__ import annotations

from standoff.relations.readers.fields import (
    MATERIAL_CONFLICT,
    MATERIAL_COOPERATION,
    NO_CLASS,
    Columns,
    Fields,
    Format,
    Layout,
    Side,
    iso_day,
)

CONFLICT = ("Battles", "Explosions/Remote violence", "Violence against civilians", "Protests", "Riots")
STRATEGIC = "Strategic developments"
CONFLICT_AMONG_STRATEGIC = ("Arrests", "Disrupted weapons use", "Looting/property destruction")
AGREEMENT = "Agreement"  # counts as material cooperation
STATE = r"^(?:Military Forces|Police Forces|Government) of ([^(]+)"


def fields(columns: Columns, _layout: Layout) -> Fields:
    """Of rows with the same identifier the latest timestamp counts. Other strategic developments have no class."""
    date, event, sub = columns["event_date"], columns["event_type"], columns["sub_event_type"]
    strategic = (
        f"CASE WHEN {sub} = '{AGREEMENT}' THEN {MATERIAL_COOPERATION} "
        f"WHEN {sub} IN {CONFLICT_AMONG_STRATEGIC} THEN {MATERIAL_CONFLICT} ELSE {NO_CLASS} END"
    )
    stamp = columns.get("timestamp")
    return Fields(
        date=f"coalesce({iso_day(date)}, CAST(try_strptime({date}, '%d %B %Y') AS DATE))",
        date_text=date,
        code=event,
        event_class=f"CASE WHEN {event} IN {CONFLICT} THEN {MATERIAL_CONFLICT} WHEN {event} = '{STRATEGIC}' "
        f"THEN {strategic} END",
        key="id",
        source=Side(_state(columns["actor1"]), (columns["actor1"],)),
        target=Side(_state(columns["actor2"]), (columns["actor2"],)),
        places="names",
        unknown="false",
        id=columns["event_id_cnty"],
        numbers=tuple(columns[name] for name in ("fatalities", "time_precision", "timestamp") if name in columns),
        stamp=f"coalesce(TRY_CAST({stamp} AS DOUBLE), 0)" if stamp else None,
        imprecise=f"coalesce(TRY_CAST({columns['time_precision']} AS DOUBLE), 9) > 1",
    )


def _state(actor: str) -> str:
    return f"regexp_extract({actor}, '{STATE}', 1)"


NEEDED = ("event_id_cnty", "event_date", "time_precision", "event_type", "sub_event_type", "actor1", "actor2")
FORMAT = Format("acled", "ACLED", (*NEEDED, "fatalities"), fields, delimiters=",", quoted=True)
