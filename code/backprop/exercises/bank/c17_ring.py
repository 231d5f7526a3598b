from ..exercise import Exercise, Mistake


def ring_seconds(size, processes, bandwidth, latency):
    return 2 * (processes - 1) * (latency + size / processes / bandwidth)


def cases(rng):
    return [(4e6, 4, 1e9, 1e-4), (1e6, 2, 2e8, 3e-3), (4e8, 1, 1e9, 1e-3)] + [
        (float(rng.uniform(1e5, 1e7)), int(count), float(rng.uniform(1e8, 1e9)), float(rng.uniform(1e-3, 1e-2)))
        for count in (3, 7, 16)
    ]


exercise = Exercise(
    id="ring-seconds",
    chapter=17,
    points=2,
    minutes=5,
    answer=ring_seconds,
    cases=cases,
    mistakes=[
        Mistake(
            lambda s, p, b, w: (p - 1) * (w + s / p / b),
            "That is the first half. After P - 1 steps each process holds one finished chunk; P - 1 more steps carry them round.",
        ),
        Mistake(
            lambda s, p, b, w: 2 * (p - 1) * (w + s / b),
            "In each step a process sends one chunk, not the whole array: a chunk has size / processes bytes.",
        ),
        Mistake(
            lambda s, p, b, w: 2 * p * (w + s / p / b),
            "One step too many in each half: a chunk that starts at a process needs P - 1 steps to meet all others. With one process nothing is sent.",
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
