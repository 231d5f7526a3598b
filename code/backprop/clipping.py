"""Clipping: gradients that are too long are shortened, all of them by the same factor."""

import math

import numpy as np

from .values import real_number


def clip_gradients(grads, largest_norm):
    """Shorten gradients whose joint norm exceeds a limit; their direction stays as it is.

    Formula: norm = sqrt(sum of the squares of all numbers in all arrays);
    g <- g * min(1, largest_norm / norm) for every array g.

    Parameters
    ----------
    grads : mapping of str to array of floats
        Left as they are.
    largest_norm : float above 0
        In units of the gradient.

    Returns
    -------
    clipped : dict of str to ndarray
        New arrays of the same shapes and dtypes.
    norm : float
        The joint norm before clipping: worth a record, because a jump tells of an explosion.

    Convention: one norm for all arrays together, as in torch.nn.utils.clip_grad_norm_, which divides by norm + 1e-6.

    Raises
    ------
    ValueError
        If a gradient holds nan or inf, which no factor can fix, or the limit isn't above 0.
    TypeError
        If grads is no mapping, a gradient no array of floats, or the limit no number.

    Source: Pascanu, Mikolov and Bengio (2013), Algorithm 1.
    """
    largest_norm = real_number(largest_norm, "clip_gradients", "largest_norm", above=0)
    if not hasattr(grads, "items"):
        raise TypeError(f"clip_gradients expected a dictionary of gradients, got {type(grads).__name__}")
    arrays = {name: _checked(name, gradient) for name, gradient in grads.items()}
    # Divided by the largest number before squaring: a gradient that explodes may be finite and its square not.
    largest = max((float(np.abs(array).max()) for array in arrays.values() if array.size), default=0.0)
    if largest == 0:
        return {name: array.copy() for name, array in arrays.items()}, 0.0
    squares = (np.square(np.divide(array, largest, dtype=np.float64)).sum() for array in arrays.values())
    relative_norm = math.sqrt(sum(squares))
    factor = min(1.0, largest_norm / largest / relative_norm)
    clipped = {name: np.asarray(array * factor, array.dtype) for name, array in arrays.items()}
    return clipped, largest * relative_norm


def _checked(name, gradient):
    array = np.asarray(gradient)
    if array.dtype.kind != "f":
        raise TypeError(f"clip_gradients expected the gradient of {name!r} to hold floats, got {array.dtype}")
    if not np.isfinite(array).all():
        raise ValueError(
            f"clip_gradients got a gradient of {name!r} with nan or inf: shortening can't fix it; look for what "
            "overflowed in forward, or take a smaller learning rate"
        )
    return array
