import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.integers(0, 256, shape).astype(np.uint8),) for shape in ((3, 4), (1, 6), (2, 2, 2))] + [
        (np.array([[0, 127, 128, 255]], np.uint8),)
    ]


exercise = Exercise(
    id="normalise",
    chapter=12,
    points=2,
    minutes=4,
    answer=lambda pixels: (pixels / 255 - 0.5) / 0.5,
    cases=cases,
    mistakes=[
        Mistake(
            lambda p: p / 255, "These go from 0 to 1. Subtract 0.5 and divide by 0.5, so that they go from -1 to 1."
        ),
        Mistake(lambda p: p / 255 - 0.5, "These go from -0.5 to 0.5. The division by 0.5 is missing."),
        Mistake(lambda p: (p - 0.5) / 0.5, "The bytes were not brought to 0 to 1 first: divide by 255."),
        Mistake(
            lambda p: (p / 256 - 0.5) / 0.5,
            "With 256 (or its half) in place of 255, the brightest pixel doesn't reach 1. The greatest byte is 255.",
        ),
        Mistake(lambda p: p / 255 / 0.5 - 0.5, "First subtract, then divide: a bracket is missing."),
        Mistake(
            lambda p: (p - p.mean()) / p.std(),
            "That is each array's own mean and deviation. The range is asked for: 0 becomes -1 and 255 becomes 1.",
        ),
        Mistake(
            lambda p: (p // 255 - 0.5) / 0.5,
            "`//` drops what comes after the point, so every grey becomes paper. Use `/`.",
        ),
        Mistake(
            lambda p: 2 * p / 255 - 1,
            "`2 * pixels` is worked out in bytes, which begin again at 0 after 255. Divide first.",
        ),
        Mistake(lambda p: 1 - p / 255 * 2, "The sign is the wrong way round: paper, 0, should become -1."),
    ],
)
