"""Mistakes in layers whose parameters are shared: by all windows of an image, by all steps of a sequence."""

import numpy as np

from ...layers import Convolution, Recurrent
from ...layers.recurrent import as_rows
from .inputs import away_from_zero
from .planted import Planted


class ThreeKernels(Convolution):
    """Three kernels of 2 by 2 on two channels: what the mistakes below start from."""

    def __init__(self):
        rng = np.random.default_rng(0)
        super().__init__(rng.normal(size=(3, 2, 2, 2)), rng.normal(size=3))


class ConvolutionOverwrites(ThreeKernels):
    """Windows overlap, and each writes = for += into the gradient of the image."""

    def backward(self, grad_output):
        super().backward(grad_output)
        gradient = np.zeros(self.padded_shape)
        for n, f, i, j in np.ndindex(grad_output.shape):
            gradient[n, :, i : i + 2, j : j + 2] = grad_output[n, f, i, j] * self.params["kernels"][f]
        return gradient


class ConvolutionKernelTurned(ThreeKernels):
    """The kernel is turned round on the way back, though it was not turned on the way there."""

    def backward(self, grad_output):
        kernels = self.params["kernels"]
        self.params["kernels"] = kernels[:, :, ::-1, ::-1]
        gradients = super().backward(grad_output)
        self.params["kernels"] = kernels
        return gradients


class ConvolutionLastWindowOnly(ThreeKernels):
    """The gradient of the kernels is that of the last window."""

    def backward(self, grad_output):
        gradient = super().backward(grad_output)
        last = self._as_rows(grad_output)[-1:].T @ self.rows[-1:]
        self.grads["kernels"] = last.reshape(self.params["kernels"].shape)
        return gradient


class ConvolutionMeanOverWindows(ThreeKernels):
    """The gradients of kernels and bias are means over the windows, where they should be sums."""

    def backward(self, grad_output):
        gradient = super().backward(grad_output)
        for name in self.grads:
            self.grads[name] = self.grads[name] / len(self.rows)
        return gradient


class ConvolutionBiasNotReduced(ThreeKernels):
    """The gradient of the bias keeps a number for every window: it is summed over the batch alone."""

    def backward(self, grad_output):
        gradient = super().backward(grad_output)
        self.grads["bias"] = grad_output.sum(axis=0)
        return gradient


class ThreeToFour(Recurrent):
    """A cell from 3 inputs to a state of 4: what the mistakes below start from."""

    def __init__(self):
        rng = np.random.default_rng(0)
        super().__init__(rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4))


class RecurrentOneStepBack(ThreeToFour):
    """No gradient goes from a step to the one before it: backpropagation without the time."""

    def _through_time(self, grad_output):
        return grad_output * (1 - self.states**2)


class RecurrentForgetsTheOutput(ThreeToFour):
    """Only the last state gets a gradient from the output; the others get the next step's alone."""

    def _through_time(self, grad_output):
        last = np.zeros_like(grad_output)
        last[:, -1] = grad_output[:, -1]
        return super()._through_time(last)


class RecurrentWhNotTransposed(ThreeToFour):
    """From step to step the gradient goes through Wh, where it should go through Wh.T."""

    def _through_time(self, grad_output):
        Wh = self.params["Wh"]
        self.params["Wh"] = Wh.T
        gradient = super()._through_time(grad_output)
        self.params["Wh"] = Wh
        return gradient


class RecurrentTanhForgotten(ThreeToFour):
    """The slope of tanh is left out on the way from step to step."""

    def _through_time(self, grad_output):
        gradient, from_next = np.empty_like(self.states), 0
        for t in reversed(range(self.states.shape[1])):
            from_next = grad_output[:, t] + from_next
            gradient[:, t] = from_next * (1 - self.states[:, t] ** 2)
            from_next = from_next @ self.params["Wh"].T
        return gradient


class RecurrentWithItsOwnState(ThreeToFour):
    """The gradient of Wh pairs each step with its own state, where the state before it was read."""

    def backward(self, grad_output):
        gradient = super().backward(grad_output)
        self.grads["Wh"] = as_rows(self.states).T @ as_rows(self._through_time(grad_output))
        return gradient


class RecurrentLastStepOnly(ThreeToFour):
    """A loop over the steps writes = for +=, so Wx learns from one step only."""

    def backward(self, grad_output):
        gradient = super().backward(grad_output)
        self.grads["Wx"] = self.x[:, 0].T @ self._through_time(grad_output)[:, 0]
        return gradient


IMAGES, SEQUENCES = away_from_zero((2, 2, 4, 3)), away_from_zero((2, 4, 3))

PLANTED = [
    Planted(ConvolutionOverwrites, IMAGES, None),
    Planted(ConvolutionKernelTurned, IMAGES, None),
    Planted(ConvolutionLastWindowOnly, IMAGES, None),
    Planted(ConvolutionMeanOverWindows, IMAGES, "constant factor"),
    Planted(ConvolutionBiasNotReduced, IMAGES, "summed wrongly"),
    Planted(RecurrentOneStepBack, SEQUENCES, None),
    Planted(RecurrentForgetsTheOutput, SEQUENCES, None),
    Planted(RecurrentWhNotTransposed, SEQUENCES, None),
    Planted(RecurrentTanhForgotten, SEQUENCES, None),
    Planted(RecurrentWithItsOwnState, SEQUENCES, None),
    Planted(RecurrentLastStepOnly, SEQUENCES, None),
]
