"""The book's fonts, cut down to the characters that it can hold, and written into the site as WOFF2.

Text: Source Serif and Source Sans. Formulas: STIX Two Math. All three are under the SIL Open Font License; they come
from Python packages, so that no page asks another server for them.
"""

from importlib.util import find_spec
from pathlib import Path

from fontTools import subset

TEXT = [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "‐‑–—‘’“”…′″←↑→↓−≈≠≤≥√∂∑×·⌘₀₁₂₃₄₅₆₇₈₉ΔΣαβγδεηθλμπρσφ")]
FORMULAS = [
    *range(0x20, 0x7F), *range(0x391, 0x3CA), *range(0x3D1, 0x3F6),  # Latin, Greek
    *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C), 0x210E, 0x1D5B3,  # both in italics; the sans T of a transpose
    *map(ord, "±×·÷¬ℝ′″…⋯⋮⋱∂∇∈∉∏∑−∓∗∘√∝∞∥∧∨∩∪∫∼≈≠≡≤≥≪≫⊂⊆⊕⊗⊙⊤⌈⌉⌊⌋⟨⟩←↑→↓↔⇐⇒⇔↦‖⏞⏟ˆ˜¯˙"),
    0x2061, 0x2062, 0x2063,  # invisible: application, multiplication, comma
]  # fmt: skip

# Family and style -> (package, file in it, characters, features of layout to keep)
FACES = {
    "serif": ("font_source_serif_pro", "files/SourceSerifPro-Regular.otf", TEXT, ["kern", "liga"]),
    "serif-italic": ("font_source_serif_pro", "files/SourceSerifPro-It.otf", TEXT, ["kern", "liga"]),
    "serif-bold": ("font_source_serif_pro", "files/SourceSerifPro-Semibold.otf", TEXT, ["kern", "liga"]),
    "sans": ("font_source_sans_pro", "files/SourceSansPro-Regular.otf", TEXT, ["kern", "liga", "tnum"]),
    "sans-bold": ("font_source_sans_pro", "files/SourceSansPro-Semibold.otf", TEXT, ["kern", "liga", "tnum"]),
    "math": ("ziamath", "fonts/STIXTwoMath-Regular.ttf", FORMULAS, ["ssty", "flac", "dtls"]),
}
# Entries in a font's table of names. Its own name is left out: the licence keeps that for the whole font.
COPYRIGHT_AND_LICENCE = [0, 13, 14]


def setup(app):
    app.connect("build-finished", write_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_fonts(app, problem):
    if problem or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for name, (package, file, characters, features) in FACES.items():
        target = folder / f"{name}.woff2"
        if not target.exists():
            cut(source(package, file), characters, features, target)


def source(package, file):
    found = find_spec(package)
    if found is None:
        raise ModuleNotFoundError(
            f"the site's fonts need the package {package.replace('_', '-')}: run `make book` again"
        )
    return Path(found.submodule_search_locations[0]) / file


def cut(path, characters, features, target):
    """Write the part of a font that holds these characters."""
    options = subset.Options(
        flavor="woff2", layout_features=features, name_IDs=COPYRIGHT_AND_LICENCE, hinting=False, recalc_timestamp=False
    )
    font = subset.load_font(str(path), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    unfinished = target.with_suffix(".unfinished")
    subset.save_font(font, str(unfinished), options)
    unfinished.replace(target)
