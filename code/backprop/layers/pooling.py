"""Max pooling: of each window of an image, the greatest pixel."""

import numpy as np

from ..operations import Operation
from ..values import ShapeError, whole_number
from .convolution import add_windows, windows_of


class MaxPooling(Operation):
    """y[n, c, i, j] = the greatest pixel of channel c in the window of x[n] at (i, j) (Ranzato et al., 2007).

    Backward: the gradient of a window goes to its greatest pixel; what comes to a pixel from overlapping windows adds
    up. Convention: of several equal ones, the first in reading order gets it all, as in torch's MaxPool2d. Pixels
    behind the last whole window are left out.

    Parameters
    ----------
    size : int, 1 or more
        The window is `size` by `size` pixels.
    stride : int, 1 or more
        How many pixels lie between a window and the next; `size` when left out, so that none overlap.

    `forward` takes x of shape (N, C, H, W) and returns (N, C, OH, OW), with OH = (H - size) // stride + 1, and OW
    likewise.

    Raises
    ------
    TypeError, ValueError
        If size or stride is no whole number of 1 or more, x has not four axes, or no window fits into the image.
    """

    symbol = "max pooling"

    def __init__(self, size, stride=None):
        self.size = whole_number(size, "MaxPooling", "size")
        self.stride = self.size if stride is None else whole_number(stride, "MaxPooling", "stride")

    def forward(self, x):
        windows = windows_of(x, (self.size, self.size), self.stride)  # (N, OH, OW, C, size, size)
        pixels = windows.reshape(*windows.shape[:4], self.size * self.size)
        self.x_shape, self.windows_shape = x.shape, windows.shape
        self.greatest = pixels.argmax(axis=-1)[..., np.newaxis]
        return np.take_along_axis(pixels, self.greatest, axis=-1)[..., 0].transpose(0, 3, 1, 2)

    def backward(self, grad_output):
        grad_pixels = np.zeros((*self.windows_shape[:4], self.size * self.size), grad_output.dtype)
        np.put_along_axis(grad_pixels, self.greatest, grad_output.transpose(0, 2, 3, 1)[..., np.newaxis], axis=-1)
        return add_windows(grad_pixels.reshape(self.windows_shape), self.x_shape, self.stride)

    def apply(self, x):
        shape = np.shape(x)
        if len(shape) != 4:
            hint = ": give it an axis for its one channel" if len(shape) == 3 else ""
            raise ShapeError(f"MaxPooling expected x of shape (N, C, H, W), got {shape}{hint}")
        if min(shape[2:]) < self.size:
            raise ShapeError(
                f"MaxPooling has windows of {self.size} by {self.size} pixels, larger than an image of {shape[2]} by "
                f"{shape[3]}"
            )
        return super().apply(x)

    def __repr__(self):
        stride = "" if self.stride == self.size else f", stride={self.stride}"
        return f"{type(self).__name__}({self.size}{stride})"
