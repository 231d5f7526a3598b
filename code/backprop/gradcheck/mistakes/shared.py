"""Mistakes in layers whose parameters are shared: by all windows of an image, by all steps of a sequence."""

import numpy as np

from ...layers import Convolution, Recurrent
from ...layers.recurrent import as_rows
from .inputs import away_from_zero
from .planted import plant


def kernels():
    rng = np.random.default_rng(0)
    return Convolution(rng.normal(size=(3, 2, 2, 2)), rng.normal(size=3))


def cell():
    rng = np.random.default_rng(0)
    return Recurrent(rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4))


def overlaps_overwritten(op, g):
    Convolution.backward_rule(op, g)
    gradient = np.zeros(op.padded_shape)
    for n, f, i, j in np.ndindex(g.shape):
        gradient[n, :, i : i + 2, j : j + 2] = g[n, f, i, j] * op.params["kernels"][f]
    return gradient


def with_turned(name, turned, right):
    """The right backward while one parameter is turned."""

    def backward(op, g):
        kept, op.params[name] = op.params[name], turned(op.params[name])
        try:
            return right.backward_rule(op, g)
        finally:
            op.params[name] = kept

    return backward


def then(right, change):
    """The right backward, and then a change of its gradients of parameters."""

    def backward(op, g):
        gradient = right.backward_rule(op, g)
        change(op, g)
        return gradient

    return backward


def last_window_only(op, g):
    last = op._as_rows(g)[-1:].T @ op.rows[-1:]
    op.grads["kernels"] = last.reshape(op.params["kernels"].shape)


def means_of_windows(op, g):
    for name in op.grads:
        op.grads[name] = op.grads[name] / len(op.rows)


def through_time(op, g, from_next=lambda op, g, t, dz: dz @ op.params["Wh"].T, outputs=lambda g, t: g[:, t]):
    """The gradient of the sums before tanh, from step to step, with one rule exchanged."""
    dz, carried = np.empty_like(op.states), 0
    for t in reversed(range(op.states.shape[1])):
        dz[:, t] = (outputs(g, t) + carried) * (1 - op.states[:, t] ** 2)
        carried = from_next(op, g, t, dz[:, t])
    return dz


def through(**rules):
    """Recurrent's backward with another way through time."""

    def backward(op, g):
        op._through_time = lambda grad_output: through_time(op, grad_output, **rules)
        try:
            return Recurrent.backward_rule(op, g)
        finally:
            del op._through_time

    return backward


def own_state(op, g):
    op.grads["Wh"] = as_rows(op.states).T @ as_rows(op._through_time(g))


def first_step_only(op, g):
    op.grads["Wx"] = op.x[:, 0].T @ op._through_time(g)[:, 0]


PLANTED = [
    *plant(
        kernels, away_from_zero((2, 2, 4, 3)),
        ("ConvolutionOverwrites", "summed wrongly",
         "Windows overlap, and each writes = for += into the gradient of the image.",
         overlaps_overwritten),
        ("ConvolutionKernelTurned", "transposed",
         "The kernel is flipped on the way back, though it was not flipped on the way there.",
         with_turned("kernels", lambda k: k[:, :, ::-1, ::-1], Convolution)),
        ("ConvolutionLastWindowOnly", "summed wrongly", "The gradient of the kernels is that of the last window.",
         then(Convolution, last_window_only)),
        ("ConvolutionMeanOverWindows", "constant factor",
         "The gradients of kernels and bias are means over the windows, where they should be sums.",
         then(Convolution, means_of_windows)),
        ("ConvolutionBiasNotReduced", "summed wrongly",
         "The gradient of the bias keeps a number for every window: it is summed over the batch alone.",
         then(Convolution, lambda op, g: op.grads.update(bias=g.sum(axis=0)))),
    ),
    *plant(
        cell, away_from_zero((2, 4, 3)),
        ("RecurrentOneStepBack", "treated as elementwise",
         "No gradient goes from a step to the one before it: backpropagation without the time.",
         through(from_next=lambda op, g, t, dz: 0)),
        ("RecurrentForgetsTheOutput", "summed wrongly",
         "Only the last state gets a gradient from the output; the others get the next step's alone.",
         through(outputs=lambda g, t: g[:, t] * (t == g.shape[1] - 1))),
        ("RecurrentWhNotTransposed", None,
         "From step to step the gradient goes through Wh, where it should go through Wh.T.",
         through(from_next=lambda op, g, t, dz: dz @ op.params["Wh"])),
        ("RecurrentTanhForgotten", None, "The slope of tanh is left out on the way from step to step.",
         through(from_next=lambda op, g, t, dz: dz / (1 - op.states[:, t] ** 2) @ op.params["Wh"].T)),
        ("RecurrentWithItsOwnState", None,
         "The gradient of Wh pairs each step with its own state, where the state before it was read.",
         then(Recurrent, own_state)),
        ("RecurrentLastStepOnly", None, "A loop over the steps writes = for +=, so Wx learns from one step only.",
         then(Recurrent, first_step_only)),
    ),
]  # fmt: skip  # a row each
