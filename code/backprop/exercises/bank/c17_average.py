import numpy as np

from ..exercise import Exercise, Mistake


def averaged(gradients, counts):
    return sum(count * gradient for gradient, count in zip(gradients, counts)) / sum(counts)


def cases(rng):
    found = []
    for counts, shape in (((3, 2, 2), (4,)), ((51, 50), (2, 3)), ((5, 1, 3, 7), (3, 2)), ((4, 0, 2), (2,))):
        found.append(([rng.standard_normal(shape) for _ in counts], list(counts)))
    return found


exercise = Exercise(
    id="average-by-counts",
    chapter=17,
    points=2,
    minutes=5,
    answer=averaged,
    cases=cases,
    mistakes=[
        Mistake(
            lambda g, c: sum(g) / len(g),
            "The plain mean of the means: an image in a short slice counts more than one in a long slice. Weigh each gradient by its count.",
        ),
        Mistake(
            lambda g, c: sum(g),
            "That is the sum of the means. It grows with the number of processes, and so would the step.",
        ),
        Mistake(
            lambda g, c: sum(n * each for each, n in zip(g, c)),
            "That is the sum over all images. Divide it by how many they are.",
        ),
        Mistake(
            lambda g, c: sum(n * each for each, n in zip(g, c)) / len(g),
            "You divided by the number of processes. Sums over images are divided by the number of images.",
        ),
        Mistake(
            lambda g, c: sum(g) / sum(c),
            "You divided means by the number of images, as if they were sums. First multiply each by its count.",
        ),
        Mistake(
            lambda g, c: sum(each / max(n, 1) for each, n in zip(g, c)) / sum(1 / max(n, 1) for n in c),
            "The weights are upside down: the longer a slice, the more it should count.",
        ),
        Mistake(
            lambda g, c: g[int(np.argmax(c))], "That is one process's gradient alone. The others have seen images, too."
        ),
        Mistake(
            lambda g, c: sum(n * each for each, n in zip(g, c)) / sum(c) ** 2,
            "Divided by the number of images twice: once is enough.",
        ),
        Mistake(
            lambda g, c: sum(n * n * each for each, n in zip(g, c)) / sum(n * n for n in c),
            "The counts stand in there squared. Each gradient is weighed by its count, once.",
        ),
    ],
)
