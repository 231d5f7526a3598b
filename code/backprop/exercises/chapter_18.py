"""Exercises of chapter 18, ways of learning."""

import numpy as np

from .exercise import Exercise, Mistake

COUNT_CONVOLUTION = Exercise(
    "count-convolution",
    chapter=18,
    points=1,
    minutes=3,
    answer=16 * 8 * 3 * 3 + 16,
    mistakes=[
        Mistake(16 * 8 * 3 * 3, "The biases are missing: one for each kernel."),
        Mistake(16 * 8 * 3 * 3 + 1, "One bias is not enough: each of the 16 kernels has its own."),
        Mistake(16 * 3 * 3 + 16, "Each kernel looks at all 8 channels, and has 3 by 3 weights for each of them."),
        Mistake(16 * 3 * 3, "Each kernel has 3 by 3 weights for each of the 8 channels. And the biases are missing."),
        Mistake(8 * 3 * 3 + 1, "That is a single kernel with its bias. There are 16."),
        Mistake(16 * 8 * 3 * 3 + 16 * 8, "There is one bias for each kernel, not for each channel that it looks at."),
        Mistake(
            16 * 8 * 3 * 3 + 16 * 26 * 26,
            "You counted a bias for each output. All windows share their kernel's bias, as they share its weights.",
        ),
        Mistake(
            (16 * 8 * 3 * 3 + 16) * 26 * 26,
            "You counted the weights for every window. They share them: the size of the image plays no part.",
        ),
        Mistake(
            16 * 8 * 28 * 28 + 16,
            "A kernel has the size of its window, 3 by 3, not that of the image.",
        ),
    ],
)


def policy_gradient_cases(rng):
    found = []
    for count, choices in ((5, 3), (1, 4), (3, 3), (4, 2)):  # in the square one, returns along the wrong axis run
        returns = rng.uniform(1, 9, count) * rng.choice([-1, 1], count)
        found.append((rng.dirichlet(np.ones(choices), count), rng.integers(choices, size=count), returns))
    return found


def taken(p, actions):
    return np.eye(p.shape[1])[actions]


def column(returns):
    return returns[:, np.newaxis]


POLICY_GRADIENT = Exercise(
    "policy-gradient",
    chapter=18,
    points=3,
    minutes=7,
    answer=lambda p, actions, returns: (p - taken(p, actions)) * column(returns) / len(p),
    cases=policy_gradient_cases,
    mistakes=[
        Mistake(
            lambda p, a, R: (taken(p, a) - p) * column(R) / len(p),
            "The sign is reversed: this climbs. For descent on minus the expected return, take p - onehot.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * column(R),
            "The mean is missing: divide by N, the number of rows.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) / len(p),
            "The returns are missing. This imitates every action that was drawn, good or bad.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * R / len(p),
            "The returns meet the wrong axis. Each belongs to a row: give them the shape (N, 1).",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * R.mean() / len(p),
            "Every row got the mean return. Each row has its own, or else nothing can be learned.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * R.sum() / len(p),
            "Every row got the sum of all returns. Each row has its own.",
        ),
        Mistake(
            lambda p, a, R: (p - column(a)) * column(R) / len(p),
            "You subtracted the index of the action. Subtract its one-hot row.",
        ),
        Mistake(
            lambda p, a, R: -taken(p, a) * column(R) / len(p),
            "That is the part of the action that was drawn. Softmax lowers all others: p belongs in every column.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * taken(p, a) * column(R) / len(p),
            "You kept the action's column only. The scores of the others get a gradient too: p times the return.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a) * column(R)) / len(p),
            "The return multiplies only the one-hot row. It should multiply the whole difference, p too.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * column(R) / p.size,
            "You divided by N times C. The mean is over the N rows.",
        ),
    ],
)


def back_through_time_cases(rng):
    return [(rng.uniform(-1, 1, steps), float(rng.uniform(0.6, 1.4))) for steps in (4, 2, 1, 7)]


def forward(x, u):
    states = [0.0]
    for x_t in x:
        states.append(float(np.tanh(x_t + u * states[-1])))
    return states


def back_through_time_backward(
    x, u,
    slope=lambda states, t: 1 - states[t + 1] ** 2,
    read=lambda states, t: states[t],
    onward=lambda of_sum, upstream, u: of_sum * u,
    add=lambda total, share: total + share,
):  # fmt: skip
    states = forward(x, u)
    gradient, upstream = 0.0, 1.0
    for t in reversed(range(len(x))):
        of_sum = upstream * slope(states, t)
        gradient = add(gradient, of_sum * read(states, t))
        upstream = onward(of_sum, upstream, u)
    return gradient


BACK_THROUGH_TIME = Exercise(
    "back-through-time",
    chapter=18,
    points=4,
    minutes=12,
    answer=lambda x, u: back_through_time_backward(x, u),
    cases=back_through_time_cases,
    mistakes=[
        Mistake(
            lambda x, u: back_through_time_backward(x, u, onward=lambda of_sum, upstream, u: 0.0),
            "That is the share of the last step. The weight was used at every step: go on back, and add up.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u, add=lambda total, share: share),
            "0 is the share of the first step alone, which read the state 0. Does each step overwrite the one "
            "before? Write += for =.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u, slope=lambda states, t: 1.0),
            "The slope of tanh is missing: 1 - h² at every step, with the state that came out of it.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u, slope=lambda states, t: 1 - states[t] ** 2),
            "The slope of tanh at step t comes from the state that it made, not from the one that it read.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u, read=lambda states, t: states[t + 1]),
            "The weight multiplied the state *before*. You multiplied by the state after.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u, onward=lambda of_sum, upstream, u: of_sum),
            "From step to step the gradient passes through the product with u, so it is multiplied by u.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u, onward=lambda of_sum, upstream, u: upstream * u),
            "On its way to the step before, the gradient passes tanh too: take it after the slope, then times u.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u, read=lambda states, t: x[t]),
            "You multiplied by the inputs: that is for a weight that multiplies x. u multiplies the state before.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u, read=lambda states, t: 1.0),
            "The state is missing: u multiplied it, so each share is multiplied by it.",
        ),
        Mistake(
            lambda x, u: back_through_time_backward(x, u) / len(x),
            "You took a mean over the steps. Gradients of several uses add up.",
        ),
        Mistake(
            lambda x, u: forward(x, u)[-1],
            "That is the last state itself. Return its derivative with respect to u.",
        ),
    ],
)


def convolution_backward_cases(rng):
    found = []
    for image, kernel in (((5, 4), (2, 3)), ((4, 4), (2, 2)), ((3, 5), (3, 2)), ((2, 2), (2, 2)), ((4, 3), (1, 2))):
        output = (image[0] - kernel[0] + 1, image[1] - kernel[1] + 1)
        found.append(tuple(rng.standard_normal(shape) for shape in (image, kernel, output)))
    return found


def convolution_backward_backward(image, kernel, grad_output, add_image=True, add_kernel=True, turned=False):
    height, width = kernel.shape
    grad_image, grad_kernel = np.zeros(image.shape), np.zeros(kernel.shape)
    weights = kernel[::-1, ::-1] if turned else kernel
    for i, j in np.ndindex(grad_output.shape):
        window = slice(i, i + height), slice(j, j + width)
        grad_kernel = add_kernel * grad_kernel + grad_output[i, j] * image[window]
        grad_image[window] = add_image * grad_image[window] + grad_output[i, j] * weights
    return grad_image, grad_kernel


def without_upstream(image, kernel, grad_output):
    return convolution_backward_backward(image, kernel, np.ones_like(grad_output))


CONVOLUTION_BACKWARD = Exercise(
    "convolution-backward",
    chapter=18,
    points=4,
    minutes=12,
    answer=convolution_backward_backward,
    cases=convolution_backward_cases,
    mistakes=[
        Mistake(
            lambda x, k, g: convolution_backward_backward(x, k, g, add_image=False),
            "The gradient of the image: windows overlap, and the later one overwrites the earlier. Write += for =.",
        ),
        Mistake(
            lambda x, k, g: convolution_backward_backward(x, k, g, add_kernel=False),
            "The gradient of the kernel is that of the last window. All windows share it: write += for =.",
        ),
        Mistake(
            lambda x, k, g: convolution_backward_backward(x, k, g, add_image=False, add_kernel=False),
            "Both gradients are overwritten by each window. Pixels and weights are used several times: write += for =.",
        ),
        Mistake(
            lambda x, k, g: convolution_backward_backward(x, k, g, turned=True),
            "You flipped the kernel. In a loop over windows, each pixel gets the weight that it met.",
        ),
        Mistake(
            without_upstream,
            "The upstream gradient is missing: each window's share is multiplied by its own.",
        ),
        Mistake(
            lambda x, k, g: (
                convolution_backward_backward(x, k, g)[0],
                convolution_backward_backward(x, k, g)[1] / g.size,
            ),
            "The gradient of the kernel is a mean over the windows. Gradients of several uses add up.",
        ),
        Mistake(
            lambda x, k, g: convolution_backward_backward(x, k, g)[::-1],
            "The two are in the wrong order: the image first, then the kernel.",
        ),
        Mistake(
            lambda x, k, g: (convolution_backward_backward(x, k, g)[0], k * g.sum()),
            "The kernel's gradient holds the kernel itself. A product swaps: a weight gets the pixels that it met.",
        ),
    ],
)
