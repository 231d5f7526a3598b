from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [(2 * rng.standard_normal((n, c)), rng.integers(0, c, n)) for n, c in ((5, 3), (8, 10), (2, 4))]


def scaled(loss_factor, gradient_factor):
    """The right answer with factors that depend on the number of examples and of classes."""

    def answer(scores, targets):
        loss, gradient = healthy.softmax_with_loss(scores, targets)
        count, classes = scores.shape
        return loss * loss_factor(count, classes), gradient * gradient_factor(count, classes)

    return answer


exercise = Exercise(
    id="clinic-2",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.softmax_with_loss,
    cases=cases,
    mistakes=[
        Mistake(
            brought_in.loss_and_gradient, "That is the code as it came: a mean in the loss, and a sum in the gradient."
        ),
        Mistake(
            scaled(lambda n, c: n, lambda n, c: n),
            "Now loss and gradient agree, as sums. The loss should stay a mean: or else the step grows with the batch.",
        ),
        Mistake(
            scaled(lambda n, c: 1, lambda n, c: n / c),
            "You divided by the number of classes. The mean is taken over the examples: the rows.",
        ),
        Mistake(
            scaled(lambda n, c: 1, lambda n, c: 1 / c),
            "A mean over all numbers of the gradient divides by N and by C. The loss is a mean over the N examples.",
        ),
        Mistake(
            scaled(lambda n, c: 1, lambda n, c: 1 / n), "Now 1/N stands in the gradient twice. It belongs there once."
        ),
        Mistake(
            scaled(lambda n, c: 1 / n, lambda n, c: 1),
            "The loss is divided a second time: its mean was right as it came.",
        ),
    ],
)
