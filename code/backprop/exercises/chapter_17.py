"""Exercises of chapter 17, speed and scale."""

import numpy as np

from .exercise import Exercise, Mistake


def slice_of(count, processes, rank):
    share, rest = divmod(count, processes)
    start = rank * share + min(rank, rest)
    return start, start + share + (rank < rest)


def slice_of_a_batch_cases(rng):
    return [
        (7, 3, 0),
        (7, 3, 1),
        (7, 3, 2),
        (101, 4, 3),
        (101, 4, 0),
        (11, 4, 1),
        (2, 4, 3),
        (int(rng.integers(20, 40)), 6, 4),
    ]


def rest_for_the_last(count, processes, rank):
    share = count // processes
    return rank * share, count if rank == processes - 1 else (rank + 1) * share


def rounded_up(count, processes, rank):
    share = -(-count // processes)
    return min(rank * share, count), min((rank + 1) * share, count)


def longer_ones_last(count, processes, rank):
    share, rest = divmod(count, processes)
    start = rank * share + max(0, rank - (processes - rest))
    return start, start + share + (rank >= processes - rest)


def start_forgets_the_rest(count, processes, rank):
    share, rest = divmod(count, processes)
    return rank * share, rank * share + share + (rank < rest)


def stop_forgets_the_rest(count, processes, rank):
    start, _ = slice_of(count, processes, rank)
    return start, start + count // processes


def last_row_included(count, processes, rank):
    start, stop = slice_of(count, processes, rank)
    return start, stop - 1


def length_in_place_of_stop(count, processes, rank):
    start, stop = slice_of(count, processes, rank)
    return start, stop - start


SLICE_OF_A_BATCH = Exercise(
    "slice-of-a-batch",
    chapter=17,
    points=2,
    minutes=5,
    answer=slice_of,
    cases=slice_of_a_batch_cases,
    mistakes=[
        Mistake(
            lambda n, p, r: (r * (n // p), (r + 1) * (n // p)),
            "The rows that are left over belong to no process, and are never learned from. The first `count % "
            "processes` slices take one each.",
        ),
        Mistake(
            rest_for_the_last,
            "The last process takes all that is left over, and the others wait for it. Give one row each to the "
            "first slices.",
        ),
        Mistake(
            rounded_up,
            "You rounded up, so the first slices are all long, and the last one gets too few rows. No two "
            "slices may differ by more than one row.",
        ),
        Mistake(longer_ones_last, "The lengths are right, but in the wrong order: the longer slices come first."),
        Mistake(
            start_forgets_the_rest,
            "The longer slices push the later ones back: the start moves by `min(rank, rest)`. As it is, neighbors "
            "share a row.",
        ),
        Mistake(
            stop_forgets_the_rest,
            "The starts are right. The first slices are one row longer, so their stop is one further.",
        ),
        Mistake(last_row_included, "The stop is the row after the last one, as in Python's own slices."),
        Mistake(
            length_in_place_of_stop,
            "You returned start and length. The second number should be the stop: start plus length.",
        ),
        Mistake(lambda n, p, r: slice_of(n, p, r - 1), "The ranks count from 0: process 0 takes the first slice."),
    ],
)


def averaged(gradients, counts):
    return sum(count * gradient for gradient, count in zip(gradients, counts)) / sum(counts)


def average_by_counts_cases(rng):
    found = []
    for counts, shape in (
        ((3, 2, 2), (4,)),
        ((51, 50), (2, 3)),
        ((5, 1, 3, 7), (3, 2)),
        ((4, 0, 2), (2,)),
        ((2, 3), (1, 3)),
    ):
        found.append(([rng.standard_normal(shape) for _ in counts], list(counts)))
    return found


AVERAGE_BY_COUNTS = Exercise(
    "average-by-counts",
    chapter=17,
    points=2,
    minutes=5,
    answer=averaged,
    cases=average_by_counts_cases,
    mistakes=[
        Mistake(
            lambda g, c: sum(g) / len(g),
            "That is the mean of the means: an image in a short slice counts more than one in a long one. Weight each "
            "gradient by its count.",
        ),
        Mistake(
            lambda g, c: sum(g),
            "That is the sum of the means. It grows with the number of processes, and so would the step.",
        ),
        Mistake(
            lambda g, c: sum(n * each for each, n in zip(g, c)),
            "That is the sum over all images. Divide it by how many images there are.",
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
            "You divided by the number of images twice: once is enough.",
        ),
        Mistake(
            lambda g, c: sum(n * n * each for each, n in zip(g, c)) / sum(n * n for n in c),
            "The counts appear squared. Each gradient is weighed by its count, once.",
        ),
    ],
)


def ring_seconds(size, processes, bandwidth, latency):
    return 2 * (processes - 1) * (latency + size / processes / bandwidth)


def ring_seconds_cases(rng):
    return [(4e6, 4, 1e9, 1e-4), (1e6, 2, 2e8, 3e-3), (4e8, 1, 1e9, 1e-3)] + [
        (float(rng.uniform(1e5, 1e7)), int(count), float(rng.uniform(1e8, 1e9)), float(rng.uniform(1e-3, 1e-2)))
        for count in (3, 7, 16)
    ]


RING_SECONDS = Exercise(
    "ring-seconds",
    chapter=17,
    points=2,
    minutes=5,
    answer=ring_seconds,
    cases=ring_seconds_cases,
    mistakes=[
        Mistake(
            lambda s, p, b, w: (p - 1) * (w + s / p / b),
            "That is the first half. After P - 1 steps each process holds one finished chunk; P - 1 more steps carry "
            "them around.",
        ),
        Mistake(
            lambda s, p, b, w: 2 * (p - 1) * (w + s / b),
            "In each step a process sends one chunk, not the whole array: a chunk has size / processes bytes.",
        ),
        Mistake(
            lambda s, p, b, w: 2 * p * (w + s / p / b),
            "One step too many in each half: a chunk that starts at a process needs P - 1 steps to meet all others. "
            "With one process nothing is sent.",
        ),
        Mistake(
            lambda s, p, b, w: 2 * (p - 1) * w + s / b,
            "The waiting is right. The bytes that each process sends are 2 (P - 1)/P times the array.",
        ),
        Mistake(lambda s, p, b, w: w + 2 * (p - 1) / p * s / b, "The latency is paid in every step, not once."),
        Mistake(
            lambda s, p, b, w: 2 * (p - 1) / p * s / b,
            "The latency is missing: each of the 2(P - 1) steps waits for its message.",
        ),
        Mistake(
            lambda s, p, b, w: 2 * (p - 1) * (w + s / p * b),
            "Bytes divided by bytes per second are seconds: divide by the bandwidth.",
        ),
        Mistake(
            lambda s, p, b, w: 2 * (p - 1) * (w + s / (p - 1) / b),
            "The array is cut into as many chunks as there are processes, P of them.",
        ),
        Mistake(
            lambda s, p, b, w: 2 * (p - 1) * (w + 8 * s / p / b), "Both are counted in bytes here, so no 8 is needed."
        ),
    ],
)


RECOMPUTING_MEMORY = Exercise(
    "recomputing-memory",
    chapter=17,
    points=1,
    minutes=4,
    answer=24.0,  # 144 / 12 + 12
    mistakes=[
        Mistake(
            12.0,
            "That is the best k, and the number of kept inputs. Add what the stretch of 12 blocks keeps while "
            "backward is in it.",
        ),
        Mistake(144.0, "That is without recomputing: one array for each block."),
        Mistake(
            145.0,
            "That is the formula for k = 1 or k = 144, the two worst choices. In between the sum is much smaller.",
        ),
        Mistake(74.0, "That is the formula for k = 2 or k = 72. The sum gets smaller still, toward the middle."),
        Mistake(25.0, "Close: that is for k = 9 or k = 16. There is a k between them with a smaller sum."),
        Mistake(
            288.0,
            "You doubled the blocks. It is the square root that doubles: the sum at the best k is two times the root "
            "of 144.",
        ),
    ],
)
