"""ICEWS (doi 10.7910/DVN/28075): CAMEO codes, full English names of countries; files of 2017 have no code."""

from __future__ import annotations

from standoff.relations.readers.fields import Columns, Fields, Format, Layout, Side, iso_day


def fields(columns: Columns, layout: Layout) -> Fields:
    """Dates are ISO, or in the order that some row of the file settles; else there is no such day."""
    date = columns["Event Date"]
    day = iso_day(date)
    if layout.day_first is not None:
        order = "'%d/%m/%Y'" if layout.day_first else "'%m/%d/%Y'"
        day = f"coalesce({day}, CAST(try_strptime(regexp_replace({date}, '[.-]', '/', 'g'), {order}) AS DATE))"
    coded = "CAMEO Code" in columns
    return Fields(
        date=day,
        date_text=date,
        code=columns["CAMEO Code"] if coded else f"lower(trim({columns['Event Text']}))",
        codes="cameo" if coded else "icews text",
        event_class="k.class",
        source=Side(columns["Source Country"], (columns["Source Name"],)),
        target=Side(columns["Target Country"], (columns["Target Name"],)),
        places="names",
        unknown="false",
        id=columns["Event ID"],
        numbers=(columns["Intensity"],) if "Intensity" in columns else (),
    )


SIDES = tuple(f"{side} {part}" for side in ("Source", "Target") for part in ("Name", "Country"))
FORMAT = Format("icews", "ICEWS events", ("Event ID", "Event Date", "CAMEO Code|Event Text", *SIDES), fields)
