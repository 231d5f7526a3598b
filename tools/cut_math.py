"""Make the math font alike in all engines: `python tools/cut_math.py math.woff2`, after cutting it (fonts/README.txt).

Chromium leaves room for the widest root of the font beside every root, so all of them get the width of the smallest.
Only Firefox takes by itself the form that a prime has as a superscript, so a prime has no other.
"""

import sys

from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

PRIMES = (0x2032, 0x2033, 0x2034)


def roots(font):
    """Return the names of the glyphs for roots, and of the parts that the largest are put together from."""
    variants = font["MATH"].table.MathVariants
    ways = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[0x221A])]
    parts = [part.glyph for part in ways.GlyphAssembly.PartRecords]
    return [record.VariantGlyph for record in ways.MathGlyphVariantRecord] + parts


def narrow_roots(font):
    smallest, *others = roots(font)
    width = font["hmtx"][smallest][0]
    for name in set(others):
        pen = TTGlyphPen(None)
        font.getGlyphSet()[name].draw(TransformPen(pen, (width / font["hmtx"][name][0], 0, 0, 1, 0, 0)))
        font["glyf"][name] = pen.glyph()
        font["glyf"][name].recalcBounds(font["glyf"])
        font["hmtx"][name] = (width, font["glyf"][name].xMin)


def script_forms(font):
    """Return {glyph: its form in a superscript}, from the feature "ssty"."""
    subtables = [part for lookup in font["GSUB"].table.LookupList.Lookup for part in lookup.SubTable]
    forms = [getattr(part, "alternates", {}) for part in subtables]
    return {glyph: found[0] for several in forms for glyph, found in several.items()}


def raise_primes(font):
    forms = script_forms(font)
    for table in font["cmap"].tables:
        table.cmap.update(
            {code: forms.get(table.cmap[code], table.cmap[code]) for code in PRIMES if code in table.cmap}
        )


if __name__ == "__main__":
    font = TTFont(sys.argv[1])
    narrow_roots(font)
    raise_primes(font)
    font.save(sys.argv[1])
