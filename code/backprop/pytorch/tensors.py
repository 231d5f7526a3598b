"""Parameters as tensors: where they are, how they start, and how NumPy's become PyTorch's."""

import numpy as np
import torch

from ..values import as_value, real_number, whole_number

NAMES = ("W1", "b1", "W2", "b2")


def best_device(dtype=torch.float32):
    """The GPU when PyTorch can use one, else the CPU: device "cuda" (NVIDIA, AMD), "mps" (Apple) or "cpu".

    Apple's GPUs compute in float32 at most: for float64 the answer is never "mps".
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() and dtype != torch.float64 else "cpu")


def initial_params(input_size, hidden_size, output_size, weight_init_std=0.01, generator=None):
    """W1 (D, H) and W2 (H, C) from a normal distribution with mean 0, and biases of 0, in float64 on the CPU.

    Drawn there, and only then moved, the same seed gives the same weights on every device and in every dtype.

    Raises
    ------
    TypeError
        If a size is no whole number, weight_init_std no number, or generator no torch.Generator.
    ValueError
        If a size is below 1, or weight_init_std negative or not finite.
    """
    for name, size in (("input_size", input_size), ("hidden_size", hidden_size), ("output_size", output_size)):
        whole_number(size, "a network", name)
    generator = checked_generator(generator)
    W1 = normal_weights(input_size, hidden_size, weight_init_std, generator)
    W2 = normal_weights(hidden_size, output_size, weight_init_std, generator)
    b1, b2 = (torch.zeros(size, dtype=torch.float64) for size in (hidden_size, output_size))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def normal_weights(inputs, outputs, std, generator):
    """Weights (D, M) in float64, from a normal distribution with mean 0 and standard deviation std."""
    std = real_number(std, "a network", "weight_init_std", least=0)
    return std * torch.randn(inputs, outputs, generator=generator, dtype=torch.float64)


def check_dtype(dtype, device=None):
    """Parameters must be able to change a little, and their device must be able to hold them."""
    if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
        raise TypeError(f"expected a dtype of floats, such as torch.float32, got {dtype!r}")
    if dtype == torch.float64 and device is not None and torch.device(device).type == "mps":
        raise TypeError('Apple\'s GPU ("mps") has no float64: use torch.float32, or device="cpu"')


def checked_generator(generator):
    """The generator itself; one seeded with 0 in place of None."""
    if generator is None:
        return torch.Generator().manual_seed(0)
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"expected a torch.Generator, such as torch.Generator().manual_seed(0), got {generator!r}")
    if generator.device.type != "cpu":
        raise ValueError(
            f"expected a generator on the CPU, got one on {generator.device}: "
            "from the CPU's numbers every device starts alike. Use torch.Generator()"
        )
    return generator


def params_from_numpy(params, device=None, dtype=None):
    """Copies of a two-layer network's parameters as tensors; the arrays stay the network's own.

    Parameters
    ----------
    params : mapping of W1 (D, H), b1 (H,), W2 (H, C), b2 (C,) to arrays
        `backprop.networks.TwoLayerNet(...).params`, say.
    device : optional
        The CPU when left out.
    dtype : optional
        The arrays' own when left out.

    Raises
    ------
    TypeError
        If an array holds no numbers, or dtype is not one of floats.
    ValueError
        If a name is missing or unknown, or the shapes don't fit together.
    """
    if dtype is not None:
        check_dtype(dtype)
    tensors = {
        name: torch.tensor(np.ascontiguousarray(array), dtype=dtype) for name, array in checked_params(params).items()
    }
    for value in tensors.values():
        check_dtype(value.dtype, device)
    return {name: value.to(device=device) for name, value in tensors.items()}


def checked_params(params):
    """The four parameters of a two-layer network as arrays of floats, in the order W1, b1, W2, b2."""
    if set(params) != set(NAMES):
        raise ValueError(f"expected the parameters {', '.join(NAMES)}, got {', '.join(map(str, params)) or 'none'}")
    arrays = {name: np.asarray(as_value(params[name], "a network", name)) for name in NAMES}
    W1, b1, W2, b2 = arrays.values()
    fit = W1.ndim == W2.ndim == 2 and b1.shape == W1.shape[1:] and b2.shape == W2.shape[1:]
    if not fit or W2.shape[0] != W1.shape[1]:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"expected W1 (D, H), b1 (H,), W2 (H, C), b2 (C,), got {shapes}")
    return arrays
