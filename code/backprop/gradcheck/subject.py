"""What is checked, whoever wrote it: run it in float64, on copies, the same way every time."""

import copy
import inspect

import numpy as np

from ..losses import Loss
from ..operations.numbers import as_value
from .case import Diagnosis

GIVEN = {"t", "target", "targets", "label", "labels"}  # inputs of these names are given and get no gradient


class Subject:
    """What is checked: copies of it in float64, and the arrays that are moved."""

    def __init__(self, operation, inputs):
        self.given = {name: value for name, value in inputs.items() if _is_given(operation, name)}
        self.inputs = {
            name: np.array(as_value(value, "check_gradients", name), dtype=np.float64)
            for name, value in inputs.items()
            if name not in self.given
        }
        parameters = getattr(operation, "params", None) or {}
        # deepcopy takes these for copies that it has made already: so wherever the operation keeps a
        # parameter, under whatever name, its copy keeps the float64 one.
        in_float64 = {name: np.array(value, dtype=np.float64) for name, value in parameters.items()}
        memo = {id(value): in_float64[name] for name, value in parameters.items() if isinstance(value, np.ndarray)}
        self.untouched = copy.deepcopy(operation, memo)
        for name, value in in_float64.items():
            self.untouched.params[name] = value
        self.random_state = [generator.bit_generator.state for generator in generators_in(self.untouched)]
        self.running = self.copy()
        self.parameters = {name: self.running.params[name] for name in parameters}
        self.moving = self.inputs | self.parameters

    def copy(self):
        return copy.deepcopy(self.untouched)

    def output(self):
        """The output for the arrays as they stand, with the same random numbers every time."""
        return np.asarray(self._forward(self.running, self._arguments()), dtype=np.float64)

    def after_other_numbers(self, rng):
        """A copy that has been forward and backward once, on other numbers of the same shapes."""
        operation = self.copy()
        try:
            for generator in generators_in(operation):
                generator.random()  # other random numbers, too
            others = [0.9 * np.roll(array, 1)[()] for array in self.inputs.values()]
            output = operation.forward(*others, *self.given.values())
            _call_backward(operation, rng.standard_normal(np.shape(output))[()])
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return self.copy()  # these numbers are none that it takes
        return operation

    def backward(self, operation, upstream):
        """What backward gives for each input and parameter, and what it changed that is not its own."""
        arguments, handed = self._arguments(), np.array(upstream)[()]
        self._forward(operation, arguments)
        returned = _call_backward(operation, handed)
        returned = returned if isinstance(returned, tuple) else (returned,)
        if len(returned) != len(self.inputs):
            raise ValueError(
                f"{called(operation)}.backward returned {len(returned)} gradient{'s' * (len(returned) != 1)} "
                f"for {len(self.inputs)} inputs ({', '.join(self.inputs)})"
            )
        gradients = dict(zip(self.inputs, returned)) | {name: operation.grads[name] for name in self.parameters}
        changed = _changed({"the upstream gradient": upstream}, [handed], "upstream array modified")
        changed += _changed(self.inputs, arguments, "input array modified")
        now = [operation.params[name] for name in self.parameters]
        changed += _changed(self.parameters, now, "parameter modified")
        return {name: np.array(gradient, dtype=np.float64) for name, gradient in gradients.items()}, changed

    def same_again(self, operation, upstream, first):
        """Whether a second backward after the same forward returns the same."""
        try:
            second = _call_backward(operation, np.array(upstream)[()])
        except Exception:  # noqa: BLE001  a layer may forget, in its own way, what it kept once it was used
            return True
        second = second if isinstance(second, tuple) else (second,)
        return all(np.array_equal(first[name], gradient) for name, gradient in zip(self.inputs, second))

    def _arguments(self):
        return [array.copy()[()] for array in self.inputs.values()]  # a number for 0 dimensions

    def _forward(self, operation, arguments):
        if self.random_state:
            for generator, state in zip(generators_in(operation), self.random_state):
                generator.bit_generator.state = state
        return operation.forward(*arguments, *self.given.values())


def _changed(before, after, kind):
    return [
        Diagnosis(kind, f"{name} was written into, but belongs to the caller: make a new array instead")
        for (name, old), new in zip(before.items(), after)
        if not np.array_equal(old, new, equal_nan=True)
    ]


def called(operation):
    """Its repr, or the name of its class where that would be a memory address."""
    return type(operation).__name__ if type(operation).__repr__ is object.__repr__ else repr(operation)


def input_names(operation):
    if isinstance(operation, type) or not (hasattr(operation, "forward") and hasattr(operation, "backward")):
        hint = ": did you forget the brackets?" if isinstance(operation, type) else ""
        raise TypeError(f"check_gradients expected something with forward and backward, got {operation!r}{hint}")
    return getattr(operation, "arguments", None) or tuple(inspect.signature(operation.forward).parameters)


def _is_given(operation, name):
    return name == "targets" if isinstance(operation, Loss) else name in GIVEN


def _call_backward(operation, upstream):
    """backward(upstream); a loss's backward may take nothing, and then starts from 1."""
    if inspect.signature(operation.backward).parameters:
        return operation.backward(upstream)
    gradient = operation.backward()
    return tuple(upstream * g for g in gradient) if isinstance(gradient, tuple) else upstream * gradient


def generators_in(operation):
    """Every random generator inside the operation. deepcopy notes what it has copied: the list at id(memo)."""
    memo = {}
    copy.deepcopy(operation, memo)
    return [thing for thing in memo.get(id(memo), ()) if isinstance(thing, np.random.Generator)]
