"""The small digits that patients learn from, and those that nobody gets."""

from functools import cache

import numpy as np

from ...datasets import stand_in_digits


@cache
def digits():
    """1,397 images (8, 8) of pixels 0 to 255 with their labels, and 400 more for the safe."""
    x, t, x_more, t_more = stand_in_digits()
    images = np.concatenate([x, x_more])[:, 3:26:3, 3:26:3]  # the middle of each 3 by 3 square
    labels = np.concatenate([t, t_more])
    return (images[:1397], labels[:1397]), (images[1397:], labels[1397:])
