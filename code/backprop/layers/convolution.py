"""The convolution: one small affine layer that looks through a window, and slides over an image."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..values import ShapeError, describe, whole_number
from .layer import Layer


class Convolution(Layer):
    """y[n, f, i, j] = bias[f] + sum of kernels[f] * window of x[n] at (i, j) (LeCun et al., 1989).

    Every window is flattened to a row, so that forward is one matrix product, as in Affine. Backward is Affine's
    too; then each window's gradient is added back where the window was taken from. Windows overlap, and what
    overlaps adds up. All windows share the kernels, so the gradient of the kernels is a sum over windows.
    Convention: the kernel is not flipped, as in torch (strictly, this is a cross-correlation).

    Parameters
    ----------
    kernels : (F, C, KH, KW)
        F kernels for images of C channels. Params "kernels" and "bias".
    bias : (F,)
    stride : int, 1 or more
        How many pixels lie between a window and the next, along both axes.
    padding : int, 0 or more
        How many rows and columns of zeros are laid around the image.

    `forward` takes x of shape (N, C, H, W) and returns (N, F, OH, OW), with
    OH = (H + 2 * padding - KH) // stride + 1, and OW likewise.

    Raises
    ------
    TypeError
        If stride or padding is no whole number.
    ValueError
        If kernels, bias and x don't fit together, or no window fits into the image.
    """

    symbol = "convolution"

    def __init__(self, kernels, bias, stride=1, padding=0):
        super().__init__(kernels=kernels, bias=bias)
        kernels, bias = self.params["kernels"], self.params["bias"]
        if kernels.ndim != 4 or 0 in kernels.shape:
            raise ValueError(f"Convolution expected kernels of shape (F, C, KH, KW), got {describe(kernels)}")
        if bias.shape != kernels.shape[:1]:
            raise ValueError(
                f"Convolution expected a bias of shape {kernels.shape[:1]}, one for each of the kernels "
                f"{kernels.shape}, got {describe(bias)}"
            )
        self.stride = whole_number(stride, "Convolution", "stride", least=1)
        self.padding = whole_number(padding, "Convolution", "padding", least=0)

    def forward(self, x):
        kernels = self.params["kernels"]
        windows = windows_of(padded(x, self.padding), kernels.shape[2:], self.stride)
        self.padded_shape = padded_shape(x.shape, self.padding)
        self.places = windows.shape[:3]  # N images, OH rows of windows, OW in each row
        self.rows = windows.reshape(-1, kernels[0].size)
        y = self.rows @ kernels.reshape(len(kernels), -1).T + self.params["bias"]
        return y.reshape(*self.places, len(kernels)).transpose(0, 3, 1, 2)

    def backward(self, grad_output):
        kernels, grad = self.params["kernels"], self._as_rows(grad_output)
        self.grads["kernels"] = (grad.T @ self.rows).reshape(kernels.shape)
        self.grads["bias"] = grad.sum(axis=0)
        if self.needs_input_grad:
            grad_windows = (grad @ kernels.reshape(len(kernels), -1)).reshape(*self.places, *kernels.shape[1:])
            return unpadded(add_windows(grad_windows, self.padded_shape, self.stride), self.padding)

    def apply(self, x):
        self._check(np.shape(x))
        return super().apply(x)

    @staticmethod
    def _as_rows(grad_output):
        """(N, F, OH, OW) as one row of F numbers for each window, in the order of the windows."""
        return grad_output.transpose(0, 2, 3, 1).reshape(-1, grad_output.shape[1])

    def _check(self, shape):
        _, channels, *size = self.params["kernels"].shape
        if len(shape) != 4 or shape[1] != channels:
            hint = ""
            if len(shape) == 2:
                hint = ": give flat images their shape back"
            elif len(shape) == 3 and channels == 1:
                hint = ": give it an axis for its one channel"
            raise ShapeError(f"Convolution expected x of shape (N, {channels}, H, W), got {shape}{hint}")
        height, width = padded_shape(shape, self.padding)[2:]
        if size[0] > height or size[1] > width:
            raise ShapeError(
                f"Convolution has windows of {size[0]} by {size[1]} pixels, larger than an image of {height} by "
                f"{width}, its padding included: use more padding, or smaller kernels"
            )

    def __repr__(self):
        count, channels, height, width = self.params["kernels"].shape
        settings = "".join(
            f", {name}={value}"
            for name, value, usual in (("stride", self.stride, 1), ("padding", self.padding, 0))
            if value != usual
        )
        return f"{type(self).__name__}({channels} -> {count}, {height}x{width}{settings})"


def windows_of(images, size, stride):
    """All windows of (N, C, H, W) as a view (N, OH, OW, C, KH, KW): which pixel stands where, and no copy."""
    windows = sliding_window_view(images, size, axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.transpose(0, 2, 3, 1, 4, 5)


def add_windows(windows, shape, stride):
    """The mirror image of `windows_of`: each window is added to the pixels that it shows, in zeros of `shape`."""
    images = np.zeros(shape, windows.dtype)
    _, rows, columns, _, height, width = windows.shape
    for i in range(height):
        for j in range(width):  # pixel (i, j) of all windows at once: no two of them are the same pixel of an image
            places = images[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]
            places += windows[..., i, j].transpose(0, 3, 1, 2)
    return images


def padded_shape(shape, padding):
    return *shape[:2], *(side + 2 * padding for side in shape[2:])


def padded(images, padding):
    return np.pad(images, [(0, 0), (0, 0), (padding, padding), (padding, padding)]) if padding else images


def unpadded(images, padding):
    return images[:, :, padding:-padding, padding:-padding] if padding else images
