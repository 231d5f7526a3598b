"""Random computation graphs, and a reader of drawn figures: where every text, node and arrow really lies."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
from hypothesis import strategies as st

import backprop
from backprop import Variable
from backprop.figures.layout import text_width

SVG = "{http://www.w3.org/2000/svg}"
ROUNDING = 0.15  # figures are written with one decimal
UNARY = [lambda a: -a, lambda a: a.tanh(), lambda a: a.sigmoid(), lambda a: a * 2, lambda a: a - 12345.678]
BINARY = [lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b, lambda a, b: a.maximum(b)]
NAMES = st.sampled_from([None, "x", "price", "number of books", "本の値段", "<b>&\"'", "Σ"])


@st.composite
def computed(draw, most_operations=25):
    """A Variable made by up to `most_operations` operations, some values used several times, some named."""
    values = [Variable(number, draw(NAMES)) for number in draw(st.lists(st.floats(-999, 999), min_size=1, max_size=5))]
    for _ in range(draw(st.integers(1, most_operations))):
        # Mostly recent values, so that graphs grow deep as well as wide.
        pick = st.integers(1, min(len(values), 6)) | st.integers(1, len(values))
        operation = draw(st.sampled_from(UNARY + BINARY))
        arguments = [values[-draw(pick)] for _ in range(2 if operation in BINARY else 1)]
        result = operation(*arguments)
        result.name = draw(NAMES)
        values.append(result)
    with np.errstate(all="ignore"):
        values[-1].backward()
    return values[-1]


def chain(length):
    """(x * 1.01 + x) * 1.01 + x and so on, with so many operations."""
    x = y = Variable(1.0, name="x")
    for step in range(length):
        y = y * 1.01 if step % 2 == 0 else y + x
    return y


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def overlaps(self, other):
        across = self.left < other.right - ROUNDING and other.left < self.right - ROUNDING
        return across and self.top < other.bottom - ROUNDING and other.top < self.bottom - ROUNDING

    def holds(self, points):
        """Whether any of the points (x, y) lies inside."""
        x, y = np.reshape(points, (-1, 2)).T
        across = (self.left + ROUNDING < x) & (x < self.right - ROUNDING)
        return bool((across & (self.top + ROUNDING < y) & (y < self.bottom - ROUNDING)).any())


class Figure:
    """The parts of a drawn graph, read back from its SVG text."""

    def __init__(self, drawing):
        self.root = ElementTree.fromstring(str(drawing))
        self.view = tuple(map(float, self.root.get("viewBox").split()))
        self.texts = {kind: self._texts(f"bp-{kind}") for kind in ("value", "gradient", "name")}
        self.captions = self._texts("bp-caption")
        self.nodes = [self._rect(element) for element in self.root.iter(f"{SVG}rect")]
        self.paths = [points_of(element.get("d")) for element in self.root.iter(f"{SVG}path") if element.get("class")]

    def words(self, kind):
        return [element.text for element in self._elements(f"bp-{kind}")]

    def _texts(self, kind):
        return [box_of(element) for element in self._elements(kind)]

    def _elements(self, kind):
        return [element for element in self.root.iter(f"{SVG}text") if kind in element.get("class", "").split()]

    @staticmethod
    def _rect(element):
        x, y, width, height = (float(element.get(key)) for key in ("x", "y", "width", "height"))
        return Box(x, y, x + width, y + height, "node")


def box_of(element):
    """Around a text: as wide as its widest letters, from the top of its capitals to the foot of its g."""
    size, text = float(element.get("font-size", 13)), "".join(element.itertext())
    x, y, width = float(element.get("x")), float(element.get("y")), text_width(text) * size / 13
    left = x - width * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor")]
    return Box(left, y - 0.75 * size, left + width, y + 0.22 * size, text)


def points_of(path):
    """Points (x, y) along a path of M, L and C commands, too close together to jump over a letter."""
    pieces = []
    t = np.linspace(0, 1, 65)[:, np.newaxis]
    for command, text in re.findall(r"([MLC])([^MLC]*)", path):
        numbers = np.array(text.replace(",", " ").split(), dtype=float)
        if command == "M":
            pieces.append(numbers[np.newaxis])
            continue
        start = pieces[-1][-1]
        if command == "L":
            pieces.append(start + t * (numbers - start))
        else:
            first, second, end = numbers.reshape(3, 2)
            inner = 3 * t * (1 - t) ** 2 * first + 3 * t**2 * (1 - t) * second
            pieces.append((1 - t) ** 3 * start + inner + t**3 * end)
    return np.concatenate(pieces)


PRINT = """
import sys
sys.stdout.reconfigure(encoding="utf-8", newline="")
for drawing in drawings:
    sys.stdout.write(str(drawing))
"""


def printed_by_other_processes(script):
    """What the `drawings` that a script makes look like in three new processes: the set of all that came.

    Sets and ids differ from process to process; a figure must not.
    """
    folder = os.path.dirname(os.path.dirname(backprop.__file__))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script + PRINT], stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": folder},
        )
        for seed in ("0", "1", "2")
    ]  # fmt: skip
    return {process.communicate()[0] for process in processes}
