"""Write _static/book-fallbacks.css: until the book's fonts have come, others take as much room as they will.

So no text moves when they come. A font of the reader's system is scaled to the width of ours, and gets the height of
our lines.
"""

from pathlib import Path

from fontTools.ttLib import TTFont

STATIC = Path(__file__).resolve().parents[1] / "_static"
FACES = {  # ours: weight, style
    "serif": ("400", "normal"),
    "serif-italic": ("400", "italic"),
    "serif-bold": ("600 900", "normal"),
    "sans": ("400", "normal"),
    "sans-bold": ("600 900", "normal"),
}
# Theirs: the font, another one of the same widths, and how wide the book's prose runs in ours, in percent of theirs:
# plain, italic, bold. Measured by Chromium, with kerning, in these fonts or in those made to be as wide (Georgia:
# Gelasio, Arial: Arimo, Times New Roman: Tinos).
SERIFS = [
    (["Georgia"], 100.4, 91.6, 87.7),
    (["Noto Serif"], 93.1, 88.9, 89.0),
    (["Liberation Serif", "Times New Roman"], 110.2, 102.3, 105.4),
    (["DejaVu Serif"], 86.1, 80.1, 79.2),
]
SANS = [
    (["Roboto"], 93.4, None, 94.8),
    (["Arial", "Liberation Sans"], 93.2, None, 89.4),
    (["DejaVu Sans"], 81.3, None, 74.1),
]
STYLES = ["", " Italic", " Bold"]


def face(ours, names, style, scale):
    """The rule that lets a font of the reader's take the room of ours."""
    font = TTFont(STATIC / "fonts" / f"{ours}.woff2")
    line = {"ascent": font["hhea"].ascent, "descent": -font["hhea"].descent, "line-gap": font["hhea"].lineGap}
    em = font["head"].unitsPerEm * scale / 100
    heights = " ".join(f"{kind}-override: {height / em:.1%};" for kind, height in line.items())
    kind = ours.partition("-")[0].title()
    weight, slant = FACES[ours]
    sources = ", ".join(f'local("{one}")' for name in names for one in spellings(name + style))
    return (
        f'@font-face {{ font-family: "{kind} as {names[0]}"; font-weight: {weight}; font-style: {slant}; '
        f"src: {sources}; size-adjust: {scale}%; {heights} }}"
    )


def spellings(name):
    """Systems know a font by its full name or by that of PostScript: Noto Serif Bold, NotoSerif-Bold."""
    family, style = next(
        ((name.removesuffix(style), style) for style in STYLES[1:] if name.endswith(style)), (name, "")
    )
    return list(dict.fromkeys([name, family.replace(" ", "") + style.replace(" ", "-")]))


def style_sheet():
    serif = [
        face(ours, names, style, scale)
        for names, *scales in SERIFS
        for ours, style, scale in zip(["serif", "serif-italic", "serif-bold"], STYLES, scales)
    ]
    sans = [
        face(ours, names, style, scale)
        for names, plain, _, bold in SANS
        for ours, style, scale in [("sans", "", plain), ("sans-bold", " Bold", bold)]
    ]
    head = "/* Fonts of the reader's, in the room of ours until these have come. Written by tools/fallback_fonts.py. */"
    return "\n".join([head, "", *serif, *sans, ""])


if __name__ == "__main__":
    (STATIC / "book-fallbacks.css").write_text(style_sheet(), encoding="utf-8")
