"""POLECAT (doi 10.7910/DVN/AJGVIT): PLOVER types, the file's quad code, several actors in a cell."""

from __future__ import annotations

from standoff.relations.readers.fields import Columns, Fields, Format, Layout, Side, iso_day

# DEMAND and DISAPPROVE: of an older draft; the class is the file's, not the type's
TYPES: tuple[str, ...] = (
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
)
TYPES += ("THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT", "DEMAND", "DISAPPROVE")
QUADS = ("VERBAL COOPERATION", "MATERIAL COOPERATION", "VERBAL CONFLICT", "MATERIAL CONFLICT")
SEPARATOR = "; "


def fields(columns: Columns, _layout: Layout) -> Fields:
    """Every pair of an actor and a recipient. A state is told by its ISO code, else by its Correlates of War number."""
    event = f"upper(trim({columns['Event Type']}))"
    whens = " ".join(f"WHEN '{quad}' THEN {at}" for at, quad in enumerate(QUADS, 1))
    return Fields(
        date=iso_day(columns["Event Date"]),
        date_text=columns["Event Date"],
        code=event,
        codes="plover",
        event_class=f"CASE WHEN k.key IS NOT NULL THEN CASE upper(trim({columns['Quad Code']})) {whens} END END",
        source=Side(_places(columns, "Actor"), (_split(columns["Actor Name"]),)),
        target=Side(_places(columns, "Recipient"), (_split(columns["Recipient Name"]),)),
        places="iso or cow",
        id=columns["Event ID"],
        numbers=tuple(columns[name] for name in ("Intensity", "Event Intensity") if name in columns),
        several=SEPARATOR,
    )


def _split(column: str) -> str:
    return f"string_split({column}, '{SEPARATOR}')"


def _places(columns: Columns, party: str) -> str:
    """A list: of each actor its country code, else 'cow ' and its number."""
    iso = _split(columns[f"{party} Country"])
    if f"{party} COW" not in columns:
        return iso
    cow = _split(columns[f"{party} COW"])
    told = "CASE WHEN missing(p[1]) AND NOT missing(p[2]) THEN 'cow ' || p[2] ELSE p[1] END"
    return f"[{told} FOR p IN list_zip({iso}, {cow})]"


PARTIES = tuple(f"{party} {part}" for party in ("Actor", "Recipient") for part in ("Name", "Country"))
FORMAT = Format(
    "polecat",
    "POLECAT events",
    ("Event ID", "Event Date", "Event Type", "Quad Code", *PARTIES),
    fields,
    encodings=("utf-8", "latin-1"),
)
