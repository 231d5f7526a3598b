"""Write _static/book-fallbacks.css: until the book's fonts have come, others take as much room as they will.

So no text moves when they come. A font of the reader's system is scaled by the average width of its letters, and gets
the height of our lines.
"""

from pathlib import Path

from fontTools.ttLib import TTFont

STATIC = Path(__file__).resolve().parents[1] / "_static"
# English prose: how often each sign comes among ten thousand.
LETTERS = dict(zip(
    " etaoinsrhldcumfpgwybvkxjqz.,",
    [1720, 1000, 720, 640, 600, 560, 560, 510, 480, 480, 330, 310, 220, 220, 200, 180, 150, 160, 180, 160, 120, 80, 60,
     16, 12, 8, 8, 110, 110],
))  # fmt: skip
FACES = {  # ours: weight, style
    "serif": ("400", "normal"),
    "serif-italic": ("400", "italic"),
    "serif-bold": ("600 900", "normal"),
    "sans": ("400", "normal"),
    "sans-bold": ("600 900", "normal"),
}
# Theirs: the font, another one of the same widths, and the average width of LETTERS in em: plain, italic, bold. Measured
# in these fonts or in those made to be as wide (Georgia: Gelasio, Arial: Arimo, Times New Roman: Tinos).
SERIFS = [
    (["Georgia"], 0.4356, 0.4446, 0.5079),
    (["Noto Serif"], 0.4741, 0.4602, 0.5035),
    (["Liberation Serif", "Times New Roman"], 0.3969, 0.3983, 0.4219),
    (["DejaVu Serif"], 0.5078, 0.5078, 0.5608),
]
SANS = [
    (["Roboto"], 0.4382, 0.4259, 0.4448),
    (["Arial", "Liberation Sans"], 0.4377, 0.4377, 0.4730),
    (["DejaVu Sans"], 0.5026, 0.5026, 0.5680),
]
STYLES = ["", " Italic", " Bold"]


def average_width(font):
    glyphs, widths = font.getBestCmap(), font["hmtx"]
    total = sum(widths[glyphs[ord(letter)]][0] * count for letter, count in LETTERS.items())
    return total / sum(LETTERS.values()) / font["head"].unitsPerEm


def face(ours, names, style, width):
    """The rule that lets a font of the reader's take the room of ours."""
    font = TTFont(STATIC / "fonts" / f"{ours}.woff2")
    scale = average_width(font) / width
    line = {"ascent": font["hhea"].ascent, "descent": -font["hhea"].descent, "line-gap": font["hhea"].lineGap}
    heights = [f"{kind}-override: {height / font['head'].unitsPerEm / scale:.1%};" for kind, height in line.items()]
    kind = ours.partition("-")[0].title()
    weight, slant = FACES[ours]
    sources = ", ".join(f'local("{name}{style}"), local("{(name + style).replace(" ", "-")}")' for name in names)
    return (
        f'@font-face {{ font-family: "{kind} as {names[0]}"; font-weight: {weight}; font-style: {slant}; '
        f"src: {sources}; size-adjust: {scale:.1%}; {' '.join(heights)} }}"
    )


def style_sheet():
    serif = [
        face(ours, names, style, width)
        for names, *widths in SERIFS
        for ours, style, width in zip(["serif", "serif-italic", "serif-bold"], STYLES, widths)
    ]
    sans = [
        face(ours, names, style, width)
        for names, plain, _, bold in SANS
        for ours, style, width in [("sans", "", plain), ("sans-bold", " Bold", bold)]
    ]
    head = "/* Fonts of the reader's, in the room of ours until these have come. Written by tools/fallback_fonts.py. */"
    return "\n".join([head, "", *serif, *sans, ""])


if __name__ == "__main__":
    (STATIC / "book-fallbacks.css").write_text(style_sheet(), encoding="utf-8")
