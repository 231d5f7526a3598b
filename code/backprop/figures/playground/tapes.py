"""The tapes of all that a live figure shows, over the same lines."""

import numpy as np

from ...variable import Variable
from ..live import leaves_of, limits_of, slider
from ..tape import tape_of


class Tapes:
    """The tapes of all that a figure shows, over the same lines, and the numbers at rest."""

    def __init__(self, output, others, choose, ranges):
        if getattr(output, "shape", None) != ():
            raise ValueError(f"playground expected a Variable that is a number, got {output!r}")
        self.pictures = []  # what the views drew, in order
        self.output, self.tapes, self.known = output, [tape_of(output)], {id(output): 0}
        leaves = leaves_of(output)
        for other in others:
            if not isinstance(other, Variable):
                raise TypeError(f"playground expected Variables in its views, got {type(other).__name__}")
            leaves = leaves_of(other) | leaves
        for name, options in choose.items():
            if not options:
                raise ValueError(f"playground got nothing to choose from for {name!r}")
        chosen = {name: value for options in choose.values() for name, value in next(iter(options.values())).items()}
        unknown = [name for name in (*ranges, *chosen) if name not in leaves]
        if unknown:
            raise ValueError(f"playground knows no input {unknown[0]!r}: the graphs start from {', '.join(leaves)}")
        order = [
            *(name for name in ranges if name not in chosen),
            *(n for n in leaves if n not in ranges and n not in chosen),
        ]
        self.limits = limits_of({name: leaves[name] for name in order}, ranges)
        self.rest = {name: limit[3] for name, limit in self.limits.items()} | chosen
        self.leaves = leaves

    def tape(self, output):
        if id(output) not in self.known:
            self.known[id(output)] = len(self.tapes)
            self.tapes.append(tape_of(output, beside=self.tapes[0]))
        return self.tapes[self.known[id(output)]]

    def sliders(self):
        gradients = self.tapes[0].gradients
        return "".join(
            slider(name, *limit, self.values(self.leaves[name]).item(), gradients.get(id(self.leaves[name])))
            for name, limit in self.limits.items()
        )

    def values(self, variable):
        for tape in self.tapes:
            if id(variable) in tape.values:
                return tape.values[id(variable)]
        return self.tape(variable).values[id(variable)]

    def gradients(self, variable, of=None):
        tape = self.tapes[0] if of is None else self.tape(of)
        if id(variable) not in tape.gradients:
            raise ValueError(f"{variable!r} is not in the graph whose gradient was asked for")
        return tape.gradients[id(variable)]

    def slope(self, name, of):
        """The cell of an input's gradient, by its name."""
        leaves = leaves_of(of)
        if name not in leaves:
            raise ValueError(
                f"the graph of {of.name or of!r} has no input {name!r}: it starts from {', '.join(leaves)}"
            )
        return self.gradients(leaves[name], of).item()

    def range(self, name):
        """The ends of an input that can be pulled."""
        if name not in self.limits:
            raise ValueError(f"playground has no slider for {name!r}: it has those of {', '.join(self.limits)}")
        return tuple(float(end) for end in self.limits[name][:2])

    def drawn(self, view):
        """The picture of a view; the first of a figure is what is shown where scripts are off."""
        self.pictures.append(view.svg(self))
        return self.pictures[-1]

    def run(self, **moved):
        return np.array(self.tapes[0].run(**self.rest | moved))
