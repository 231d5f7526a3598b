"""A live figure made of views: curves with their tangents, bars, matrices and sentences that follow what is pulled.

All numbers come from the tape of the graph, as in `explore`. What a view looks like at rest is drawn here, so that it
can be read without scripts; `playground.js` draws it anew at each pull.
"""

from .downhill import descent, differences
from .figure import playground
from .views import bars, curve, gradient_of, matrix, sentence

__all__ = [
    "bars", "curve", "descent", "differences", "gradient_of", "matrix", "playground", "sentence",
]  # fmt: skip  # a list
