from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (rng.standard_normal((d, m)), rng.standard_normal((n, m)))
        for n, d, m in ((4, 3, 3), (2, 5, 3), (3, 3, 3), (4, 2, 6))
    ]


exercise = Exercise(
    id="clinic-4",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.input_gradient,
    cases=cases,
    mistakes=[
        Mistake(brought_in.input_gradient, "That is the code as it came. It runs for a square W only."),
        Mistake(
            lambda W, g: W @ g.T,
            "The result is transposed: one column for each example. Exchange the two factors, transposed.",
        ),
        Mistake(
            lambda W, g: g @ W.reshape(W.shape[::-1]),
            "reshape only counts the elements off anew. W.T turns rows into columns.",
        ),
        Mistake(lambda W, g: g, "That is the upstream gradient as it came: W has to be a factor."),
        Mistake(
            lambda W, g: g @ W.T / len(g), "Divided by N. The 1/N of the loss is in the upstream gradient already."
        ),
    ],
)
