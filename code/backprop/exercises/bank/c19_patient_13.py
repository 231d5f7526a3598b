from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [(2 * rng.standard_normal((n, c)), rng.integers(0, c, n)) for n, c in ((5, 3), (8, 10), (2, 4))]


def loss_mended_only(scores, targets):
    return healthy.softmax_with_loss(scores, targets)[0], brought_in.output_loss(scores, targets)[1]


def gradient_mended_only(scores, targets):
    return brought_in.output_loss(scores, targets)[0], healthy.softmax_with_loss(scores, targets)[1]


def through_softmax(scores, targets):
    loss, gradient = healthy.softmax_with_loss(scores, targets)
    return loss, healthy.softmax_backward(healthy.softmax(scores), gradient)


def backward_left_out(scores, targets):
    return healthy.softmax_with_loss(healthy.softmax(scores), targets)


exercise = Exercise(
    id="clinic-13",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.softmax_with_loss,
    cases=cases,
    mistakes=[
        Mistake(
            brought_in.output_loss, "That is the code as it came: the loss holds a softmax, and gets probabilities."
        ),
        Mistake(
            through_softmax,
            "Forward is mended. The gradient still goes back through the softmax of its own, which is no longer there.",
        ),
        Mistake(
            backward_left_out,
            "Only the second backward is gone. Forward still takes two softmaxes, so now the gradient doesn't fit it.",
        ),
        Mistake(loss_mended_only, "The loss is mended. The gradient is still that of two softmaxes."),
        Mistake(gradient_mended_only, "The gradient is mended. The loss is still that of two softmaxes."),
    ],
)
