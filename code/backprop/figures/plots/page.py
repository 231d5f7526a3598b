"""A matplotlib figure as SVG for a page: text stays text, and the page chooses font and colors.

Grey becomes the page's text color, the palette CSS variables with matplotlib's color as fallback. There are no ids, so
that no two figures on a page can clash, and the same figure gives the same bytes. One unit is a point.
"""

import base64
import io
from html import escape

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox
from PIL import Image

from ..drawing import ACTIVATE
from ..svg import legal

BLUE, VERMILLION, GREEN, PURPLE = "#2a8fd0", "#d55e00", "#009e73", "#b06a98"
GREY = "#808080"  # in a bitmap, readable on white and on black; on a page, the text's own color
COLORS = {
    BLUE: f"var(--bp-forward,{BLUE})",
    VERMILLION: f"var(--bp-back,{VERMILLION})",
    GREEN: f"var(--bp-green,{GREEN})",
    PURPLE: f"var(--bp-purple,{PURPLE})",
    GREY: "currentColor",
}
FAINTER = 0.7  # lines in the text's color are fainter than the text
ENLARGED = 1.6  # text of 10 points is as large as that of the page where the column is wide enough
NARROWER = 0.9  # a page's sans-serif fonts are narrower than matplotlib's
SMALLEST_INDEX = 0.8  # of the size of the text
HATCH = 7  # points from one line of a hatched area to the next
FONTS = "var(--bp-sans,'Segoe UI','Helvetica Neue',Arial,sans-serif)"
# Where a picture stands alone, as in a notebook that isn't trusted, no page says what color text has.
ALONE = "<style>svg:root{background:#fff;color:#222;font-family:sans-serif}</style>"
LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
ANCHORS = {"left": "start", "right": "end", "center": "middle"}


class Plot:
    """What Jupyter shows of a figure."""

    def __init__(self, figure):
        self.svg, self.words = svg_of(figure), words_for(figure)

    def _repr_mimebundle_(self, include=None, exclude=None):
        # As with the graphs: where a notebook isn't trusted, scripts go, and the picture stays.
        picture = base64.b64encode(self.svg.encode()).decode()
        html = (
            f'<div><img class="bp-still" alt="{escape(self.words)}" src="data:image/svg+xml;base64,{picture}">'
            f'<script type="text/plain" class="bp-markup">{self.svg}</script><script>{ACTIVATE}</script></div>'
        )
        return {"text/html": html, "image/svg+xml": self.svg, "text/plain": f"<plot: {self.words}>"}


def svg_of(figure):
    """The figure as SVG text: without the empty space around it."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", backend=f"module://{__name__}", dpi=72, bbox_inches="tight", pad_inches=0.03)
    return buffer.getvalue()


def words_for(figure):
    """What a figure holds in words: its titles, labels of axes, and names of curves."""
    shared = {name: text.get_text() for name, text in (("x", figure._supxlabel), ("y", figure._supylabel)) if text}
    words = "; ".join(dict.fromkeys(filter(None, [*map(_words_for_axes, figure.axes), *_axis_words(shared)])))
    words = words or ", ".join(text.get_text() for axes in figure.axes for text in axes.texts)
    return legal(" ".join(f"Plot. {words}".replace("$", "").split()))


def _words_for_axes(axes):
    things = [*axes.lines, *axes.collections, *axes.patches, *axes.containers]
    names = [str(thing.get_label()) for thing in things]
    shown = ", ".join(dict.fromkeys(name for name in names if name and not name.startswith("_")))
    labels = {"x": axes.get_xlabel(), "y": axes.get_ylabel()}
    return ", ".join(filter(None, [axes.get_title(), shown and f"curves: {shown}", *_axis_words(labels)]))


def _axis_words(labels):
    return [f"{name} axis: {label}" for name, label in labels.items() if label]


class FigureCanvas(FigureCanvasBase):
    """What `savefig(backend=...)` looks for."""

    filetypes = {"svg": "Scalable Vector Graphics"}
    fixed_dpi = 72

    def get_renderer(self):
        return Renderer(*(72 * self.figure.get_size_inches()))

    def print_svg(self, file, **kwargs):
        self.figure.dpi = 72
        renderer = self.get_renderer()
        self.figure.draw(renderer)
        file.write(renderer.text(words_for(self.figure)))


class Renderer(RendererBase):
    """Writes what matplotlib draws; an axis' ticks and grid, which have one pen each, become one path for each pen."""

    def __init__(self, width, height):
        super().__init__()
        self.width, self.height = width, height
        self.flip = Affine2D().scale(1, -1).translate(0, height)
        self.elements = []
        self.groups = []
        self.axis_paths = {}
        self.last = None  # how many elements there were with the last path, and its pen

    def text(self, words):
        size = f'width="{ENLARGED * self.width:.0f}" height="{ENLARGED * self.height:.0f}"'
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" class="bp-chart" role="img" aria-label="{escape(words)}" '
            f'viewBox="0 0 {number(self.width)} {number(self.height)}" {size} style="max-width:100%;height:auto" '
            f'font-family="{FONTS}" font-size="10" fill="none" stroke-linejoin="round">{ALONE}',
            *self.elements,
            "</svg>\n",
        ])  # fmt: skip  # a line for each element

    # ------------------------------------------------------------ groups

    def open_group(self, s, gid=None):
        self.groups.append(s)

    def close_group(self, s):
        self.groups.pop()
        if not self._in_axis():
            self._flush()

    def _in_axis(self):
        return "matplotlib.axis" in self.groups

    def _flush(self):
        ticks, self.axis_paths = self.axis_paths, {}
        for pen, d in ticks.items():
            self.elements.append(f'<path d="{d}" {pen}/>')

    # ------------------------------------------------------------ paths

    def draw_path(self, gc, path, transform, rgbFace=None):
        fill = _visible(rgbFace)
        clip = self._clip(gc)
        place = transform + self.flip
        if fill or gc.get_hatch():
            shape = path.transformed(place)
            if clip and not _inside(shape.get_extents(), clip):
                shape = shape.clip_to_bbox(clip)
            if gc.get_hatch():
                self._path(_hatched(shape), _stroke(GREY, 0.8, 0.6))
            self._path(self._d(shape), _pen(gc, rgbFace if fill else None))
        else:
            rectangle = None if clip is None else clip.extents
            self._path(self._d(_simpler(path), place, rectangle), _pen(gc, None))

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        shape = _marker(marker_path, marker_trans)
        clip = self._clip(gc)
        places = path.transformed(trans + self.flip).vertices
        places = places[np.isfinite(places).all(axis=1)]
        if clip is not None:
            places = [place for place in places if clip.padded(0.5).contains(*place)]
        self._path("".join(f"M{_place(*place)}{shape}" for place in places), _pen(gc, rgbFace))

    def draw_quad_mesh(
        self, gc, master_transform, meshWidth, meshHeight, coordinates, offsets, offsetTrans, facecolors, *more
    ):
        """A color scale, which is a mesh of rectangles: one pixel for each."""
        corners = (master_transform + self.flip).transform(np.reshape(coordinates, (-1, 2)))
        pixels = np.round(255 * np.reshape(facecolors, (meshHeight, meshWidth, 4))).astype(np.uint8)
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        along, down = corners[-meshWidth - 1] - corners[0]  # from the first row to the last
        if abs(along) > abs(down):
            pixels = pixels.transpose(1, 0, 2)
        elif down < 0:
            pixels = pixels[::-1]
        self._image(pixels, left, top, right, bottom, "")

    def _path(self, d, pen):
        if not d or not pen:
            return
        if self._in_axis():
            self.axis_paths[pen] = self.axis_paths.get(pen, "") + d
            return
        end = f'" {pen}/>'
        if self.last == (len(self.elements), pen):
            self.elements[-1] = f"{self.elements[-1].removesuffix(end)}{d}{end}"  # such as one bar after another
        else:
            self.elements.append(f'<path d="{d}{end}')
            self.last = len(self.elements), pen

    def _clip(self, gc):
        """The rectangle that is drawn in, in units of the page; a path to clip by is always one, here."""
        rectangle = gc.get_clip_rectangle()
        if rectangle is None:
            return None
        (left, low), (right, high) = self.flip.transform(rectangle.get_points())
        return Bbox.from_extents(left, min(low, high), right, max(low, high))

    def _d(self, path, transform=None, clip=None):
        """Path data with one decimal; what lies on the point before is left out."""
        parts, last = [], None
        for points, code in path.iter_segments(transform, clip=clip, remove_nans=True):
            if code == Path.CLOSEPOLY:
                parts.append("Z")
                continue
            places = [_place(*point) for point in np.reshape(points, (-1, 2))]
            if places == [last] and code == Path.LINETO:
                continue
            parts.append(LETTERS[code] + " ".join(places))
            last = places[-1]
        while parts and parts[-1][0] == "M":  # leads nowhere
            parts.pop()
        return "".join(parts)

    # ------------------------------------------------------------ images

    def option_scale_image(self):
        return True  # matplotlib hands over the pixels as they are

    def draw_image(self, gc, x, y, im, transform=None):
        height, width = im.shape[:2]
        if transform is None:
            transform = Affine2D().scale(width, height)
        place = transform + Affine2D().translate(x, y) + self.flip
        (left, first), (right, last) = place.transform([(0, 0), (1, 1)])
        if first < last:
            im = im[::-1]  # matplotlib counts rows from below
        self._image(im[::-1], left, min(first, last), right, max(first, last), ";image-rendering:pixelated")

    def _image(self, pixels, left, top, right, bottom, style):
        buffer = io.BytesIO()
        image = Image.fromarray(np.ascontiguousarray(pixels))
        if (pixels[..., 3] == 255).all():
            image = image.convert("RGB")
            if len(image.getcolors(65536)) <= 256:
                image = image.convert("P", palette=Image.Palette.ADAPTIVE)
        image.save(buffer, "png", optimize=True)
        data = base64.b64encode(buffer.getvalue()).decode()
        self.elements.append(
            f'<image x="{number(left)}" y="{number(top)}" width="{number(right - left)}" '
            f'height="{number(bottom - top)}" preserveAspectRatio="none" style="image-rendering:auto{style}" '
            f'href="data:image/png;base64,{data}"/>'
        )

    # ------------------------------------------------------------ text

    def get_text_width_height_descent(self, s, prop, ismath):
        width, height, descent = super().get_text_width_height_descent(s, prop, ismath)
        return NARROWER * width, height, descent

    def get_canvas_width_height(self):
        return self.width, self.height

    def flipy(self):
        return True

    def points_to_pixels(self, points):
        return points

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if not s.strip():
            return
        if mtext and (angle == 0 or mtext.get_rotation_mode() == "anchor"):
            x, y = _anchored(mtext, x, y, angle, self.height)
            anchor = ANCHORS[mtext.get_horizontalalignment()]
        else:  # a line of several, or text that is turned: its middle is known
            half = self.get_text_width_height_descent(s, prop, ismath)[0] / 2
            turned = np.deg2rad(angle)
            x, y, anchor = x + half * np.cos(turned), y - half * np.sin(turned), "middle"
        size = prop.get_size_in_points()
        attributes = [f'x="{number(x)}" y="{number(y)}"']
        if angle:
            attributes.append(f'transform="rotate({number(-angle)} {number(x)} {number(y)})"')
        if anchor != "start":
            attributes.append(f'text-anchor="{anchor}"')
        if size != 10:
            attributes.append(f'font-size="{number(size)}"')
        if prop.get_weight() in ("bold", 700):
            attributes.append('font-weight="600"')
        attributes.append(_ink("fill", gc.get_rgb(), 1))
        content = self._mathtext(s, prop) if ismath else escape(legal(s), quote=False)
        self.elements.append(f"<text {' '.join(attributes)}>{content}</text>")

    def _mathtext(self, s, prop):
        """Letters and signs in their sizes and heights, one after the other, as wide as the page's font has them."""
        _, _, _, glyphs, _ = self._text2path.mathtext_parser.parse(s, 72, prop)
        spans, level, end, look = [], 0.0, None, None
        for font, size, code, *_, x, y in glyphs:
            font.set_size(size, 72)
            advance = font.load_char(code).linearHoriAdvance / 65536
            size = max(size, SMALLEST_INDEX * prop.get_size_in_points())
            style = size, round(y, 2), "Oblique" in font.style_name or "Italic" in font.style_name
            character = escape(legal(chr(code)), quote=False)
            gap = " " if end is not None and x - end > 0.12 * size and not character.isspace() else ""
            if style != look:
                attributes = [f'dy="{number(level - y)}"'] if round(level - y, 1) else []
                attributes += [f'font-size="{number(size)}"'] if size != prop.get_size_in_points() else []
                attributes += ['font-style="italic"'] if style[2] else []
                spans.append([" ".join(attributes), ""])
                level, look = y, style
            spans[-1][1] += gap + character
            end = x + advance
        return "".join(f"<tspan {a}>{text}</tspan>" if a else f"<tspan>{text}</tspan>" for a, text in spans)


def _simpler(path):
    """A long line with fewer points: none that it left is further from it than an eye could tell."""
    if len(path.vertices) < 10 or (path.codes is not None and set(path.codes) & {Path.CURVE3, Path.CURVE4}):
        return path
    path = Path(_outline(path.vertices), path.codes) if path.codes is None else Path(path.vertices, path.codes)
    path.should_simplify, path.simplify_threshold = True, 0.15
    return path


def _outline(vertices, most=2000, pieces=600):
    """Of a curve with thousands of points from left to right, the lowest and the highest of each narrow piece."""
    x, y = vertices.T
    if len(x) <= most or not np.isfinite(vertices).all() or (np.diff(x) <= 0).any():
        return vertices
    groups = np.array_split(np.arange(len(x)), pieces)
    kept = {index for group in groups for index in (group[y[group].argmin()], group[y[group].argmax()])}
    return vertices[sorted({0, *kept, len(x) - 1})]


def number(value):
    """A number with one decimal at most."""
    # First to six digits: then a last bit that differs between machines doesn't tip the rounding of a half.
    text = f"{round(float(value), 6):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _place(x, y):
    return f"{number(x)} {number(y)}"


def _visible(color):
    return color is not None and (len(color) < 4 or color[3] > 0)


def _inside(extents, clip):
    return clip.padded(0.5).contains(*extents.min) and clip.padded(0.5).contains(*extents.max)


def _pen(gc, face):
    """The attributes that fill and stroke a path; none, if nothing would be seen."""
    alpha = gc.get_alpha() if gc.get_forced_alpha() else None
    parts = []
    if _visible(face):
        parts.append(_ink("fill", face, alpha))
    rgb, width = gc.get_rgb(), gc.get_linewidth()
    if width and rgb[3]:
        parts.append(_stroke(rgb, width, alpha))
        _, dashes = gc.get_dashes()
        if dashes is not None:
            parts.append(f'stroke-dasharray="{" ".join(map(number, dashes))}"')
        if gc.get_capstyle() != "butt":
            parts.append(f'stroke-linecap="{gc.get_capstyle().replace("projecting", "square")}"')
    return " ".join(parts)


def _stroke(color, width, alpha=None):
    return f'{_ink("stroke", color, alpha)} stroke-width="{number(width)}"'


def _ink(what, color, alpha=None):
    """The attribute for a color, and one for how opaque it is."""
    known = COLORS.get(to_hex(color), to_hex(color))
    if alpha is None:
        alpha = color[3] if not isinstance(color, str) and len(color) > 3 else 1
    if known == "currentColor" and what == "stroke":
        alpha = FAINTER * alpha
    opacity = "" if alpha >= 1 else f' {what}-opacity="{alpha:.2g}"'
    return f'{what}="{known}"{opacity}'


def _marker(path, transform):
    """Path data of a marker around the point where the pen is."""
    points = path.transformed(transform + Affine2D().scale(1, -1))
    if path is Path.unit_circle() or (
        path.codes is not None and set(path.codes) <= {1, 4, 79} and len(path.codes) > 20
    ):
        r = number(points.get_extents().width / 2)
        return f"m-{r} 0a{r} {r} 0 1 0 {number(2 * float(r))} 0a{r} {r} 0 1 0 -{number(2 * float(r))} 0z"
    parts, at = [], np.zeros(2)
    for vertices, code in points.iter_segments(curves=False):
        if code == Path.CLOSEPOLY:
            parts.append("z")
            continue
        to = np.round(vertices, 1)
        parts.append(("m" if code == Path.MOVETO else "l") + _place(*(to - at)))
        at = to
    return "".join(parts)


def _hatched(shape):
    """Lines at 45 degrees through an area."""
    d = []
    polygons = [polygon for polygon in shape.to_polygons() if len(polygon) > 2]
    if not polygons:
        return ""
    starts = np.concatenate(polygons)
    ends = np.concatenate([np.roll(polygon, -1, axis=0) for polygon in polygons])
    from_, to = starts.sum(axis=1), ends.sum(axis=1)  # on each line, x + y is the same
    for level in np.arange(np.floor(from_.min() / HATCH) + 0.5, from_.max() / HATCH) * HATCH:
        crossed = (from_ < level) != (to < level)
        share = (level - from_[crossed]) / (to - from_)[crossed]
        x = np.sort(starts[crossed, 0] + share * (ends - starts)[crossed, 0])
        d += [f"M{_place(a, level - a)}L{_place(b, level - b)}" for a, b in zip(x[::2], x[1::2]) if b - a > 0.5]
    return "".join(d)


def _anchored(mtext, x, y, angle, height):
    """The point that a text is aligned to, moved to its baseline."""
    at_x, at_y = mtext.get_transform().transform(mtext.get_unitless_position())
    at_y = height - at_y
    across = np.array([np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))])
    return (at_x, at_y) + across @ (x - at_x, y - at_y) * across
