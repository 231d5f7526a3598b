"""A computed value drawn as the graph that computed it, walked through step by step, and pulled by hand."""

from .digit import draw_a_digit
from .drawing import Drawing, draw, explore, step_through

__all__ = ["Drawing", "draw", "draw_a_digit", "explore", "step_through"]
