"""Phoenix: no header, 26 fields, CAMEO codes; the file's own quad class is not used."""

from __future__ import annotations

from standoff.relations.readers.fields import Columns, Fields, Format, Layout, Side, compact_day

COLUMNS: tuple[str, ...] = (
    "id_version",
    "date",
    "year",
    "month",
    "day",
    "source",
    "source_root",
    "source_agent",
    "source_others",
)
COLUMNS += ("target", "target_root", "target_agent", "target_others", "code", "root_code", "quad_class", "goldstein")
COLUMNS += ("issues", "lat", "lon", "place", "state", "country", "ids", "urls", "sources")


def fields(columns: Columns, _layout: Layout) -> Fields:
    """The identifier is what stands before the underscore."""
    return Fields(
        date=compact_day(columns["date"]),
        date_text=columns["date"],
        code=columns["code"],
        codes="cameo",
        event_class="k.class",
        source=Side(columns["source_root"], (columns["source"],)),
        target=Side(columns["target_root"], (columns["target"],)),
        places="cameo",
        id=f"split_part({columns['id_version']}, '_', 1)",
        numbers=(columns["goldstein"],),
    )


FORMAT = Format("phoenix", "Phoenix events", (), fields, widths=(COLUMNS,))
