"""A computed value drawn as the graph that computed it, and walked through step by step."""

from .drawing import Drawing, draw, step_through

__all__ = ["Drawing", "draw", "step_through"]
