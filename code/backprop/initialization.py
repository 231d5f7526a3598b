"""Initial weights: random numbers of a size that a deep stack of layers neither shrinks nor blows up.

Each function returns an array of shape (inputs, outputs), as `Affine` wants it. The rules differ in one number, the
standard deviation of a weight. The variance of a sum of D products is D * variance(w) * mean(a^2): each rule picks
the variance(w) that undoes the D, in one direction or the other.
"""

import math
from numbers import Real

import numpy as np


def normal(inputs, outputs, rng, dtype=np.float64, *, deviation=0.01):
    """Draw weights from a normal distribution of mean 0 and one standard deviation, whatever the layer's size.

    Formula: w ~ N(0, deviation^2).

    Returns an array (inputs, outputs). Good for shallow networks only: the signal is multiplied by about
    sqrt(inputs) * deviation in each layer (chapter 15).

    Raises
    ------
    TypeError, ValueError
        If a size is no whole number above 0, rng is no Generator, dtype isn't one of floats, or the deviation is
        no number of 0 or more.
    """
    if not isinstance(deviation, Real) or not 0 <= deviation < math.inf:
        raise ValueError(f"normal expected a deviation of 0 or more, got {deviation!r}")
    _check(normal, inputs, outputs, rng, dtype)
    return (deviation * rng.standard_normal((inputs, outputs))).astype(dtype)


def lecun(inputs, outputs, rng, dtype=np.float64, *, uniform=False):
    """Draw weights that keep the variance of the signal on its way forward, for layers without a bend, tanh, SELU.

    Formula: deviation = sqrt(1 / inputs).

    Returns an array (inputs, outputs): normal numbers, or with `uniform` evenly spread ones within
    +- sqrt(3 / inputs), which have the same deviation.

    Raises as `normal` does. Source: LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, section 4.6.
    """
    return _drawn(lecun, 1 / _whole(lecun, "inputs", inputs), inputs, outputs, rng, dtype, uniform)


def xavier(inputs, outputs, rng, dtype=np.float64, *, uniform=False):
    """Draw weights by a compromise between forward, which wants 1 / inputs, and backward, which wants 1 / outputs.

    Formula: deviation = sqrt(2 / (inputs + outputs)).

    Returns an array (inputs, outputs): normal numbers, or with `uniform` evenly spread ones within
    +- sqrt(6 / (inputs + outputs)). Made for activations of slope 1 around 0, such as tanh; for ReLU take `he`.
    Also called Glorot's.

    Raises as `normal` does. Source: Glorot and Bengio (2010), equations 12 and 16.
    """
    ends = _whole(xavier, "inputs", inputs) + _whole(xavier, "outputs", outputs)
    return _drawn(xavier, 2 / ends, inputs, outputs, rng, dtype, uniform)


def he(inputs, outputs, rng, dtype=np.float64, *, slope=0.0, uniform=False):
    """Draw weights that keep the mean square of the signal through a ReLU, which lets half of it pass.

    Formula: deviation = sqrt(2 / ((1 + slope^2) * inputs)), with the slope of a leaky ReLU or PReLU for negative
    numbers; 0 is ReLU.

    Returns an array (inputs, outputs): normal numbers, or with `uniform` evenly spread ones within
    +- sqrt(6 / ((1 + slope^2) * inputs)). In torch it is called Kaiming's.

    Raises as `normal` does, and ValueError if the slope isn't a finite number. Source: He, Zhang, Ren and Sun
    (2015), equations 10 and 15.
    """
    if not isinstance(slope, Real) or not math.isfinite(slope):
        raise ValueError(f"he expected the slope of a leaky ReLU, a number such as 0.01, got {slope!r}")
    variance = 2 / ((1 + slope**2) * _whole(he, "inputs", inputs))
    return _drawn(he, variance, inputs, outputs, rng, dtype, uniform)


def _drawn(rule, variance, inputs, outputs, rng, dtype, uniform):
    _check(rule, inputs, outputs, rng, dtype)
    if uniform:
        bound = math.sqrt(3 * variance)  # numbers spread evenly over +-bound have the variance bound^2 / 3
        weights = rng.uniform(-bound, bound, (inputs, outputs))
    else:
        weights = math.sqrt(variance) * rng.standard_normal((inputs, outputs))
    return weights.astype(dtype)


def _check(rule, inputs, outputs, rng, dtype):
    _whole(rule, "inputs", inputs)
    _whole(rule, "outputs", outputs)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{rule.__name__} expected a numpy.random.Generator, such as np.random.default_rng(0), got {rng!r}"
        )
    if np.dtype(dtype).kind != "f":
        raise ValueError(f"{rule.__name__} expected a dtype of floats, such as np.float32, got {np.dtype(dtype)}")


def _whole(rule, name, size):
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
        raise ValueError(f"{rule.__name__} expected {name} to be a whole number above 0, got {size!r}")
    return int(size)
