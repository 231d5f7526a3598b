import numpy as np

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="bias-backward",
    chapter=3,
    points=2,
    minutes=5,
    answer=lambda grad_output: grad_output.sum(axis=0),
    cases=lambda rng: [(rng.standard_normal(shape),) for shape in ((3, 2), (4, 4), (2, 5), (6, 3), (1, 4), (3, 1))],
    mistakes=[
        Mistake(
            lambda g: g,
            "This has one row for each example. The bias was added to every row, so what comes back from the rows is added up.",
        ),
        Mistake(
            lambda g: g.sum(axis=1),
            "You summed along each row. The same bias went to every row, so sum over the rows: axis=0.",
        ),
        Mistake(
            lambda g: g.mean(axis=0),
            "A mean is N times too small. The gradients of all uses add up; a mean in the loss has its 1/N already.",
        ),
        Mistake(
            lambda g: g.sum(),
            "You summed everything to one number. Each element of the bias has a gradient of its own.",
        ),
        Mistake(
            lambda g: g.sum(axis=0, keepdims=True),
            "The numbers are right, but the shape is (1, M). A gradient has the shape of its value: (M,).",
        ),
        Mistake(lambda g: g[0], "That is the gradient of the first row alone. Every row used the bias."),
        Mistake(
            lambda g: np.ones(g.shape[1]), "These are the local derivatives. The upstream gradient has to be summed."
        ),
    ],
)
