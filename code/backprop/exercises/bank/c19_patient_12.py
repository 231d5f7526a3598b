import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.integers(0, top, (n, 8, 8)).astype(np.uint8),) for n, top in ((4, 256), (3, 120), (1, 256))]


def rows(images):
    return images.reshape(len(images), -1)


exercise = Exercise(
    id="clinic-12",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.scaled,
    cases=cases,
    mistakes=[
        Mistake(brought_in.pixels, "That is the code as it came: still from 0 to 255."),
        Mistake(
            lambda images: rows(images) // 255, "// cuts off what is after the point: only full ink is left. Use /."
        ),
        Mistake(lambda images: rows(images) / 256, "256 would never be reached: the largest pixel is 255."),
        Mistake(
            lambda images: rows(images) / images.max(),
            "You divide by the darkest pixel of these images, so the same image alone becomes another one. Divide by 255, always.",
        ),
        Mistake(lambda images: images / 255, "The range is right. Each image should be one row."),
        Mistake(
            lambda images: rows(images) - rows(images).mean(),
            "Moved to the middle, and as wide as before: it is the width that saturates.",
        ),
    ],
)
