"""How Sphinx builds these pages: no network, and a warning is an error (``python3 dev.py docs``)."""

from __future__ import annotations

import sys
from pathlib import Path

import standoff

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "Standoff"
author = "The Standoff developers"
project_copyright = author
version = release = standoff.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_click",
    "sphinxcontrib.bibtex",
    "article",
    "json_documents",
    "notebook",
    "mathml",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year"

smartquotes_action = "qe"  # quotes and ellipses; two dashes are two dashes, as in --json

html_theme = "furo"
html_title = f"Standoff {release}"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_copyright = False
html_copy_source = False
