"""Small pictures of what was computed, 160 by 100 units each: one family, to be read at the size of a stamp."""

from .picture import Small

__all__ = ["Small"]
