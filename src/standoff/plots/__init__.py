"""Pictures as SVG, drawn by ourselves: deterministic, legible in print and without colour, and nothing is fetched."""
