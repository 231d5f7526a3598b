from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.standard_normal((n, d)), rng.standard_normal((n, m))) for n, d, m in ((4, 3, 2), (5, 2, 5), (3, 6, 1))]


exercise = Exercise(
    id="clinic-3",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.parameter_gradients,
    cases=cases,
    mistakes=[
        Mistake(brought_in.parameter_gradients, "That is the code as it came. Who has divided by N before?"),
        Mistake(lambda x, g: (x.T @ g, g.mean(axis=0)), "W is mended. The mean of b divides by N, too: take the sum."),
        Mistake(lambda x, g: (x.T @ g / len(x), g.sum(axis=0)), "b is mended. W is still divided by N."),
        Mistake(
            lambda x, g: (x.T @ g * len(x), g.sum(axis=0) * len(x)),
            "Too much: the 1/N of the loss is undone. Leave it in.",
        ),
        Mistake(
            lambda x, g: (g.T @ x, g.sum(axis=0)), "The gradient of W came out transposed: it needs the shape (D, M)."
        ),
        Mistake(lambda x, g: (x.T @ g, g), "The same b was added to every row. Sum its gradient over the batch."),
    ],
)
