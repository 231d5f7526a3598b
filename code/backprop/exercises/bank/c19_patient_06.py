from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.standard_normal((n, d)), rng.standard_normal((n, m))) for n, d, m in ((4, 3, 2), (3, 2, 3), (1, 2, 4))]


exercise = Exercise(
    id="clinic-6",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.parameter_gradients,
    cases=cases,
    mistakes=[
        Mistake(brought_in.affine_gradients, "That is the code as it came: b would get a row for each example."),
        Mistake(
            lambda x, g: (x.T @ g, g.mean(axis=0)),
            "The shape is right. But the gradients of all uses add up: take the sum, not the mean.",
        ),
        Mistake(
            lambda x, g: (x.T @ g, g.sum(axis=1)),
            "You summed along the rows. The examples are the rows: sum over axis 0.",
        ),
        Mistake(
            lambda x, g: (x.T @ g, g.sum()),
            "One number for all biases. Each of the M has its own: sum over axis 0 only.",
        ),
        Mistake(
            lambda x, g: (x.T @ g, g.sum(axis=0, keepdims=True)),
            "The numbers are right, in the shape (1, M). b has the shape (M,).",
        ),
        Mistake(lambda x, g: (x.T @ g, g[0]), "That is the first example's share. All rows have used b."),
    ],
)
