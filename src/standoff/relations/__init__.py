"""Who is with whom, measured from event data: from event files to counts of dyads, affinity with intervals, blocs.

``readers`` turns files into a ``Panel`` of counts; everything else computes on panels and knows no files.
"""
