"""Initial weights: random numbers of a size that a deep stack of layers neither shrinks nor blows up.

Each function returns an array of shape (inputs, outputs), as `Affine` wants it. The rules differ in one number, the
standard deviation of a weight. The variance of a sum of D products is D * variance(w) * mean(a^2): each rule picks
the variance(w) that undoes the D, in one direction or the other.
"""

import math

import numpy as np

from .values import generator, real_number, whole_number


def normal(inputs, outputs, rng, dtype=np.float64, *, deviation=0.01):
    """Draw weights from a normal distribution of mean 0 and one standard deviation, whatever the layer's size.

    Formula: w ~ N(0, deviation^2).

    Returns an array (inputs, outputs). Good for shallow networks only: the signal is multiplied by about
    sqrt(inputs) * deviation in each layer (chapter 15).

    Raises
    ------
    TypeError
        If a size is no whole number, rng no Generator, dtype isn't one of floats, or the deviation is no number.
    ValueError
        If a size is below 1, or the deviation below 0.
    """
    _check("normal", inputs, outputs, rng, dtype)
    deviation = real_number(deviation, "normal", "deviation", least=0)
    return (deviation * rng.standard_normal((inputs, outputs))).astype(dtype)


def lecun(inputs, outputs, rng, dtype=np.float64):
    """Draw weights that keep the variance of the signal on its way forward, for linear layers, tanh, SELU.

    Formula: deviation = sqrt(1 / inputs).

    Returns an array (inputs, outputs) of normal numbers. Raises as `normal` does.

    Source: LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, section 4.6.
    """
    _check("lecun", inputs, outputs, rng, dtype)
    return _drawn(1 / inputs, (inputs, outputs), rng, dtype)


def xavier(inputs, outputs, rng, dtype=np.float64):
    """Draw weights by a compromise between forward, which wants 1 / inputs, and backward, which wants 1 / outputs.

    Formula: deviation = sqrt(2 / (inputs + outputs)).

    Returns an array (inputs, outputs) of normal numbers. Made for activations of slope 1 around 0, such as tanh; for
    ReLU take `he`. Also called Glorot's.

    Raises as `normal` does. Source: Glorot and Bengio (2010), equations 12 and 16.
    """
    _check("xavier", inputs, outputs, rng, dtype)
    return _drawn(2 / (inputs + outputs), (inputs, outputs), rng, dtype)


def he(inputs, outputs, rng, dtype=np.float64, *, slope=0.0):
    """Draw weights that keep the mean square of the signal through a ReLU, which lets half of it pass.

    Formula: deviation = sqrt(2 / ((1 + slope^2) * inputs)), with the slope of a leaky ReLU or PReLU for negative
    numbers; 0 is ReLU.

    Returns an array (inputs, outputs) of normal numbers. In torch it is called Kaiming's.

    Raises as `normal` does, and if the slope isn't a finite number. Source: He, Zhang, Ren and Sun (2015), equations
    10 and 15.
    """
    _check("he", inputs, outputs, rng, dtype)
    slope = real_number(slope, "he", "slope")
    return _drawn(2 / ((1 + slope**2) * inputs), (inputs, outputs), rng, dtype)


def _drawn(variance, shape, rng, dtype):
    return (math.sqrt(variance) * rng.standard_normal(shape)).astype(dtype)


def _check(rule, inputs, outputs, rng, dtype):
    whole_number(inputs, rule, "inputs")
    whole_number(outputs, rule, "outputs")
    generator(rng, rule)
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"{rule} expected a dtype of floats, such as np.float32, got {np.dtype(dtype)}")
