"""UCDP GED: killing, by states and groups; only pairs of states are dyads here, and all of it is material conflict."""

from __future__ import annotations

from standoff.relations.readers.fields import MATERIAL_CONFLICT, Columns, Fields, Format, Layout, Side, iso_day

COLUMNS: tuple[str, ...] = ("id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id")
COLUMNS += ("conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id")
COLUMNS += ("side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources")
COLUMNS += ("source_article", "source_office", "source_date", "source_headline", "source_original", "where_prec")
COLUMNS += ("where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt")
COLUMNS += ("priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "date_start", "date_end")
COLUMNS += ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob")

BOUNDS = "low <= best <= high does not hold"
SPAN = "spans several days"


def fields(columns: Columns, _layout: Layout) -> Fields:
    """A date that is not precise to the day is kept and put on no day; a precise span counts on its first day."""
    first, last = _day(columns["date_start"]), _day(columns["date_end"])
    best, high, low = (f"TRY_CAST({columns[name]} AS DOUBLE)" for name in ("best", "high", "low"))
    return Fields(
        date=f"CASE WHEN ({last}) IS NOT NULL THEN {first} END",
        date_text=f"CASE WHEN ({first}) IS NULL THEN {columns['date_start']} ELSE {columns['date_end']} END",
        code="NULL",
        event_class=str(MATERIAL_CONFLICT),
        key="id",
        source=Side(_states(columns["gwnoa"]), (f"[{columns['side_a']}]",)),
        target=Side(_states(columns["gwnob"]), (f"[{columns['side_b']}]",)),
        places="gw",
        id=columns["id"],
        numbers=tuple(columns[name] for name in ("best", "high", "low", "date_prec")),
        imprecise=f"coalesce(TRY_CAST({columns['date_prec']} AS DOUBLE), 9) > 1",
        last=last,
        warnings=(
            (BOUNDS, f"NOT coalesce({low} <= {best} AND {best} <= {high}, true)"),
            (SPAN, f"({first}) <> ({last})"),
        ),
        several=",",
    )


def _day(text: str) -> str:
    return iso_day(f"(CASE WHEN {text} LIKE '__________ 00:00:00%' THEN {text}[1:10] ELSE {text} END)")


def _states(column: str) -> str:
    """Some sides are alliances: several numbers."""
    return f"[trim(one) FOR one IN string_split(replace({column}, ';', ','), ',')]"


NEEDED = ("id", "date_prec", "date_start", "date_end", "best", "high", "low", "gwnoa", "gwnob", "side_a", "side_b")
FORMAT = Format("ucdp", "UCDP GED", NEEDED, fields, widths=(COLUMNS,), delimiters=",", quoted=True)
