"""GDELT 1.0 (57 or 58 fields) and 2.0 (61): no header, CAMEO codes, CAMEO country codes, rows about days long past."""

from __future__ import annotations

from standoff.relations.readers.fields import Columns, Fields, Format, Layout, Side, compact_day

LATE_DAYS = 31

_FIRST = ("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate")
_ACTOR: tuple[str, ...] = (
    "Code",
    "Name",
    "CountryCode",
    "KnownGroupCode",
    "EthnicCode",
    "Religion1Code",
    "Religion2Code",
)
_ACTOR += ("Type1Code", "Type2Code", "Type3Code")
_EVENT: tuple[str, ...] = ("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale")
_EVENT += ("NumMentions", "NumSources", "NumArticles", "AvgTone")
_PLACE = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")


def _columns(place: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
    actors = tuple(f"{actor}{part}" for actor in ("Actor1", "Actor2") for part in _ACTOR)
    places = tuple(f"{where}Geo_{part}" for where in ("Actor1", "Actor2", "Action") for part in place)
    return (*_FIRST, *actors, *_EVENT, *places, *last)


_OLD_PLACE = tuple(part for part in _PLACE if part != "ADM2Code")
HISTORY = _columns(_OLD_PLACE, ("DATEADDED",))
ONE = (*HISTORY, "SOURCEURL")
TWO = _columns(_PLACE, ("DATEADDED", "SOURCEURL"))


def fields(columns: Columns, _layout: Layout) -> Fields:
    """A row is late where it was added more than 31 days after its day."""
    day = compact_day(columns["SQLDATE"])
    added = compact_day(f"({columns['DATEADDED']}[1:8])")
    return Fields(
        date=day,
        date_text=columns["SQLDATE"],
        code=columns["EventCode"],
        codes="cameo",
        event_class="k.class",
        source=Side(columns["Actor1CountryCode"], (columns["Actor1Name"], columns["Actor1Code"])),
        target=Side(columns["Actor2CountryCode"], (columns["Actor2Name"], columns["Actor2Code"])),
        places="cameo",
        id=columns["GLOBALEVENTID"],
        numbers=(columns["GoldsteinScale"], columns["DATEADDED"]),
        late=f"({added}) - ({day}) > {LATE_DAYS}",
    )


FORMATS = (
    Format("gdelt1", "GDELT 1.0 events", (), fields, widths=(ONE, HISTORY)),
    Format("gdelt2", "GDELT 2.0 events", (), fields, widths=(TWO,)),
)
