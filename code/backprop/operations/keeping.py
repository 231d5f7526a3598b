"""Whether the arrays that forward kept are still the same when backward reads them.

PyTorch counts versions. NumPy tells nobody when somebody writes into an array, so here contents are compared: of all
parameters, and of the inputs and outputs that an operation keeps on itself, in a list or tuple too. Not seen is what it
keeps deeper inside, what is no array, a change that is lost in the rounding of a sum, and what happens within
`loss_and_gradient`, where nobody can come in between.
"""

import contextvars

import numpy as np

from ..values import describe

STRIDE = 1021  # a prime, so that no row of a matrix is as long; up to as many elements, all bytes are read
PARAMETER, ATTRIBUTE = -1, -2  # where an array is found again; a number from 0 is its place in a list
_watched = contextvars.ContextVar("watched", default=True)


class unwatched:
    """Meanwhile nothing is noted or compared: where backward follows at once, nobody comes in between."""

    def __enter__(self):
        self.token = _watched.set(False)

    def __exit__(self, *error):
        _watched.reset(self.token)


def note(operation, inputs, output):
    """Remember the contents of the parameters, and of what the operation keeps of its inputs and its output.

    The arrays themselves aren't held, so that the next forward finds their memory free.
    """
    operation.noted = ()
    if not _watched.get():
        return
    noted = [(name, PARAMETER, contents(value)) for name, value in operation.params.items()]
    others = [id(owner(value)) for value in (*inputs, output) if isinstance(value, np.ndarray)]
    for name, value in vars(operation).items():
        if isinstance(value, np.ndarray):
            if id(owner(value)) in others:
                noted.append((name, ATTRIBUTE, contents(value)))
        elif type(value) in (tuple, list):
            for position, array in enumerate(value):
                if isinstance(array, np.ndarray) and id(owner(array)) in others:
                    noted.append((name, position, contents(array)))
    operation.noted = noted


def refuse_changes(operation):
    """Raise ValueError if an array that `note` has seen holds other numbers now."""
    if not _watched.get():
        return
    for name, place, before in operation.noted:
        array = operation.params[name] if place == PARAMETER else vars(operation).get(name)
        if place >= 0 and array is not None:
            array = array[place]
        if isinstance(array, np.ndarray) and contents(array) != before:  # what backward has put away is its own affair
            raise ValueError(
                f"{type(operation).__name__}.backward: {name} ({describe(array)}) has been changed since forward read "
                "it, so this would be the gradient of something else. Change data and parameters after backward, or "
                "run forward again"
            )


def contents(array):
    """A number that differs when the contents do, almost surely; of a large array, each element goes into one of 1021 sums."""
    if array.size <= STRIDE or array.dtype.kind != "f":
        return hash(array.tobytes())
    flat = array.ravel(order="K")
    whole = flat.size // STRIDE * STRIDE
    return hash(np.add.reduce(flat[:whole].reshape(-1, STRIDE), axis=0).tobytes() + flat[whole:].tobytes())


def owner(array):
    """The array whose memory this one shows: itself, if it is no view."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
