"""Says whether two plots show the same: texts and colors exactly, places up to rounding.

A plot that was drawn on another processor may differ in its last decimals, and a curve may have kept other points of
its own. So paths are compared as lines, and images as pixels.
"""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np

FURTHEST = 0.3  # in units of the figure, which is at most 342 wide: less than a hair's breadth on a page
DARKEST = 8  # of 255, by which a pixel may differ
PLACES = {"x", "y", "width", "height", "viewBox", "transform", "dy"}
IMAGE = re.compile(r'src="data:image/svg\+xml;base64,([^"]*)"')
MARKUP = re.compile(r'class="bp-markup">(.*?)</script>', re.DOTALL)
TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "A": 7, "Z": 0}


def is_plot(output):
    return 'class="bp-chart"' in output.get("data", {}).get("image/svg+xml", "")


def is_whole(output):
    """The HTML of a plot, which a page shows, holds the very SVG that is compared: as markup, and as a picture."""
    svg, html = output["data"]["image/svg+xml"], output["data"].get("text/html", "")
    picture, markup = IMAGE.search(html), MARKUP.search(html)
    return bool(picture and markup) and base64.b64decode(picture[1]).decode() == markup[1] == svg


def difference(one, other):
    """What differs between the SVG texts of two plots, in a sentence; None if nothing does that can be seen."""
    first, second = (list(ElementTree.fromstring(svg).iter()) for svg in (one, other))
    if len(first) != len(second):
        return f"the plot has {len(second)} elements instead of {len(first)}"
    for a, b in zip(first, second):
        finding = _difference(a, b)
        if finding:
            return f"{finding} in {ElementTree.tostring(a, encoding='unicode')[:200]}"
    return None


def other_labels(one, other):
    """What differs between the labels of two plots, numbers aside; None if nothing does."""
    first, second = ({re.sub(r"[\d.,]+", "", label) for label in _labels(svg)} for svg in (one, other))
    return None if first == second else f"the labels {sorted(second)} instead of {sorted(first)}"


def _labels(svg):
    return re.split(r"[;,] ", ElementTree.fromstring(svg).get("aria-label"))


def _difference(a, b):
    if a.tag != b.tag:
        return f"{b.tag.partition('}')[2]} instead of {a.tag.partition('}')[2]}"
    if (a.text or "").strip() != (b.text or "").strip():
        return f"the text {b.text!r} instead of {a.text!r}"
    if a.keys() != b.keys():
        return f"the attributes {sorted(b.keys())} instead of {sorted(a.keys())}"
    for name in a.keys():
        if finding := _difference_of_attribute(name, a.get(name), b.get(name)):
            return finding
    return None


def _difference_of_attribute(name, a, b):
    if a == b:
        return None
    if name == "d":
        return _difference_of_lines(a, b)
    if name == "href":
        return _difference_of_pixels(a, b)
    if name in PLACES:
        numbers = [np.array(re.findall(r"-?\d+\.?\d*", text), dtype=float) for text in (a, b)]
        if len(numbers[0]) == len(numbers[1]) and np.abs(numbers[0] - numbers[1]).max(initial=0) <= 2 * FURTHEST:
            return None
    return f"{name} {b!r} instead of {a!r}"


def _difference_of_pixels(a, b):
    from PIL import Image

    def pixels(href):
        data = base64.b64decode(href.partition("base64,")[2])
        return np.array(Image.open(io.BytesIO(data)).convert("RGBA"), dtype=int)

    one, other = pixels(a), pixels(b)
    if one.shape != other.shape:
        return f"an image of {other.shape[:2]} pixels instead of {one.shape[:2]}"
    largest = np.abs(one - other).max()
    return f"an image whose pixels differ by up to {largest} of 255" if largest > DARKEST else None


def _difference_of_lines(a, b):
    one, other = lines_of(a), lines_of(b)
    if len(one) != len(other):
        return f"{len(other)} pieces instead of {len(one)}"
    furthest = max(max(_away(p, q), _away(q, p)) for p, q in zip(one, other))
    return f"a line that lies up to {furthest:.1f} off" if furthest > FURTHEST else None


def _away(points, line):
    """How far the furthest of the points (N, 2) is from a line through points (M, 2)."""
    starts, ends = line[:-1] if len(line) > 1 else line, line[1:] if len(line) > 1 else line
    way = ends - starts
    length = (way**2).sum(axis=1)
    share = ((points[:, None] - starts) * way).sum(axis=2) / np.where(length, length, 1)
    nearest = starts + np.clip(share, 0, 1)[..., None] * way
    return np.sqrt(((points[:, None] - nearest) ** 2).sum(axis=2).min(axis=1)).max()


def lines_of(d):
    """The lines that path data draw, each as its points (N, 2); of curves, the points that shape them."""
    tokens, lines, at = TOKEN.findall(d), [], np.zeros(2)
    command = None
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        values = [float(tokens.pop(0)) for _ in range(TAKES[command.upper()])]
        if command.upper() == "Z":
            lines[-1].append(lines[-1][0])
            at = lines[-1][0]
            continue
        values = values[-2:] if command.upper() == "A" else values
        points = np.reshape(values, (-1, 2)) + (at if command.islower() else 0)
        at = points[-1]
        if command == "M" or (command == "m" and not (lines and len(lines[-1]) == 1)):
            lines.append([at])
        elif command == "m":  # a marker, around the place that the pen was put to
            lines[-1] = [at]
        else:
            lines[-1].extend(points)
        command = {"M": "L", "m": "l"}.get(command, command)
    return [np.array(line) for line in lines]
