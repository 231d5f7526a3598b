"""Experiments that a page computes itself: a deep stack, a polynomial through points, patients in training.

They are views of a `playground`. What they compute here for the figure at rest, `experiments.js` computes at each pull.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from ..variable import Variable
from .live import page_lines
from .playground.axes import BOTTOM, HEIGHT, LEFT, RIGHT, STROKES, TOP, WIDTH, beside, legend, plot, viewed
from .tape import FUNCTIONS, tape_of

INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
SMALLEST = 1e-9
ACTIVATIONS = ("sigmoid", "tanh", "relu")


def stack(*, depth, deviation, activation, width=24, examples=8, seed=0):
    """A view: the root mean square of the outputs of each layer, and of the gradients at its pre-activations.

    The stack has `depth` layers without biases, of `width` units each. Inputs, upstream gradient and weights, before
    they are multiplied by `deviation`, have a mean of 0 and a variance of 1.

    Parameters
    ----------
    depth, deviation, activation : Variables, numbers with a name, to be pulled or chosen
        `activation` is 0 for sigmoid, 1 for tanh, 2 for ReLU.
    """
    return _Stack(depth, deviation, activation, width, examples, seed)


def polynomial(*, degree, penalty, points, noise):
    """A view: points of sin 3x with noise, the polynomial fitted to them, and its errors on them and on new points.

    The fit makes the mean squared error smallest, plus the penalty times the sum of the squared coefficients (of
    Chebyshev polynomials, without the constant).

    Parameters
    ----------
    degree, penalty, points : Variables, numbers with a name, to be pulled
        `penalty` is a power of ten; `points` says how many points there are, evenly spread from -1 to 1.
    noise : (n,) array
        What is added to the points; its standard deviation is that of new points, too.
    """
    return _Polynomial(degree, penalty, points, np.asarray(noise, float))


def patients(*, patient, rate, weights, backward, points, targets, steps=200, seed=0):
    """A view: the loss of three small networks in training, each with one illness, and what treatments do to it.

    A network 2-4-1 with tanh learns from all points at once. Patient 0 has a learning rate ten times too large, patient 1
    starts with all weights equal, and in patient 2 the backward pass of tanh drops its upstream gradient.

    Parameters
    ----------
    patient, rate, weights, backward : Variables, numbers with a name, to be chosen
        0, 1 or 2; the others are treatments: 1 takes a tenth of the rate, draws the weights anew, repairs the backward pass.
    points : (n, 2) array. targets : (n,), 0 or 1
    """
    return _Patients(patient, rate, weights, backward, np.round(points, 3), np.asarray(targets), steps, seed)


def scatter(count, seed):
    """Numbers of mean 0 and variance 1, the same in Python and in a page: sums of twelve uniform ones, minus 6.

    The uniform ones come from mulberry32, a generator of 32 bits.
    """
    state = (np.arange(1, 12 * count + 1, dtype=np.uint64) * 1831565813 + seed).astype(np.uint32)
    t = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
    t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
    uniform = (t ^ (t >> np.uint32(14))) / 2.0**32
    return uniform.reshape(count, 12).sum(axis=1) - 6


def through_stack(depth, deviation, activation, width, examples, seed):
    """Root mean squares of the outputs (of the input, too), and of the gradients at the pre-activations, by layer."""
    drawn = scatter(examples * width * 2 + depth * width * width, seed)
    a, gradient = drawn[: 2 * examples * width].reshape(2, examples, width)
    weights = deviation * drawn[2 * examples * width :].reshape(depth, width, width)
    outputs, slopes, deltas = [a], [], []
    for w in weights:
        z = Variable(outputs[-1] @ w)
        a = getattr(z, ACTIVATIONS[activation])()
        a.backward(np.ones(a.shape))
        outputs.append(a.data)
        slopes.append(z.grad)
    for w, slope in zip(weights[::-1], slopes[::-1]):
        deltas.append(gradient * slope)
        gradient = deltas[-1] @ w.T
    return [[float(np.sqrt(np.mean(each**2))) for each in found] for found in (outputs, deltas[::-1])]


def fit(place, height, degree, penalty):
    """Coefficients of Chebyshev polynomials, (degree + 1,), by the normal equations."""
    basis = chebyshev.chebvander(place, degree)
    weight = np.diag([0.0] + [penalty] * degree)
    return np.linalg.solve(basis.T @ basis / len(place) + weight, basis.T @ height / len(place))


def _points(places, window):
    low, high, bottom, top = window
    return "M" + "L".join(
        f"{(x - low) / (high - low) * INNER_WIDTH:.1f} {(top - y) / (top - bottom) * INNER_HEIGHT:.1f}"
        for x, y in places
    )


HEALTHY_RATE = 5.0
HIDDEN = 4


def small_network(healthy=True):
    """The tapes of a network 2-4-1 for one example: (tape, loss, its weights by name)."""
    x1, x2, sign = Variable(0.0, "x1"), Variable(0.0, "x2"), Variable(1.0, "sign")
    weights, hidden, score = {}, [], Variable(0.0, "c")
    weights["c"] = score
    for j in range(1, HIDDEN + 1):
        names = f"a{j}", f"b{j}", f"c{j}", f"v{j}"
        for name in names:
            weights[name] = Variable(0.0, name)
        a, b, c, v = (weights[name] for name in names)
        hidden.append((x1 * a + x2 * b + c).tanh())
        score = score + hidden[-1] * v
    loss = ((score * sign * -1).exp() + 1).log().named("loss")  # cross-entropy; sign is 1 or -1

    def drops_upstream(variable, upstream, rule):
        return rule(upstream * 0 + 1.0 if any(variable is h for h in hidden) else upstream)

    return tape_of(loss, lie=None if healthy else drops_upstream), loss, weights


def starts_of(weights, seed):
    """Initial weights: drawn, drawn anew, and all the same."""
    rng = np.random.default_rng(seed)
    drawn = [
        {name: round(float(rng.normal()), 3) if name[1:] and name[0] != "c" else 0.0 for name in weights}
        for _ in range(2)
    ]
    same = {name: 0.5 if name[1:] and name[0] != "c" else 0.0 for name in weights}
    return [*drawn, same]


def course(tape, loss, weights, start, rate, points, targets, steps):
    """The mean loss before each of `steps` steps of gradient descent, and after the last: a list of floats."""
    now, losses = dict(start), []
    inputs = {"x1": points[:, 0], "x2": points[:, 1], "sign": np.where(targets == 1, 1.0, -1.0)}
    for _ in range(steps + 1):
        found = run_on_arrays(tape, inputs | now)
        losses.append(float(np.mean(found[int(tape.values[id(loss)].item())])))
        for name, weight in weights.items():
            now[name] -= rate * float(np.mean(found[int(tape.gradients[id(weight)].item())]))
    return losses


def run_on_arrays(tape, inputs):
    """All lines of a tape, for several examples at once."""
    found = []
    with np.errstate(all="ignore"):
        for name, *arguments in tape.lines:
            if name == "in":
                found.append(inputs[arguments[0]])
            elif name == "=":
                found.append(arguments[0])
            else:
                found.append(FUNCTIONS[name](*(found[argument] for argument in arguments)))
    return found


@dataclass
class _Patients:
    patient: Variable
    rate: Variable
    weights: Variable
    backward: Variable
    points: np.ndarray
    targets: np.ndarray
    steps: int
    seed: int
    script = "experiments.js"

    def needs(self):
        return self.patient, self.rate, self.weights, self.backward

    def window(self):
        return [0.0, float(self.steps), -3.0, 3.0]

    def html(self, room):
        (right, loss, weights), (wrong, _, wrong_weights) = small_network(), small_network(healthy=False)
        spec = {
            "kind": "patients", "chosen": [each.name for each in self.needs()], "window": self.window(),
            "lines": [page_lines(right), page_lines(wrong)], "rate": HEALTHY_RATE, "steps": self.steps,
            "starts": starts_of(weights, self.seed), "points": self.points.tolist(), "targets": self.targets.tolist(),
            "loss": int(right.values[id(loss)].item()),
            "gradients": [
                {name: int(tape.gradients[id(weight)].item()) for name, weight in named.items()}
                for tape, named in ((right, weights), (wrong, wrong_weights))
            ],
        }  # fmt: skip  # a record
        return viewed(
            spec, room.drawn(self) + beside('<p class="bp-told">Loss at the end: <span class="bp-error"></span></p>')
        )

    def svg(self, room):
        losses = self.losses(*(int(room.rest[each.name]) for each in self.needs()))
        way = [(step, np.log10(max(loss, 1e-9)) if np.isfinite(loss) else 9.0) for step, loss in enumerate(losses)]
        content = f'<path class="bp-way" d="{_points(way, self.window())}" {STROKES[1]}/>'
        title = f"The loss of the patient over {self.steps} steps"
        return plot(title, "step", self.window()[:2], self.window()[2:], content, "log₁₀ of loss")

    def losses(self, patient, rate, weights, backward):
        """The course of the loss of a patient under treatments."""
        tape, loss, names = small_network(healthy=patient != 2 or bool(backward))
        start = starts_of(names, self.seed)[1 if weights else 2 if patient == 1 else 0]
        speed = HEALTHY_RATE * (10 if patient == 0 else 1) / (10 if rate else 1)
        return course(tape, loss, names, start, speed, self.points, self.targets, self.steps)


@dataclass
class _Stack:
    depth: Variable
    deviation: Variable
    activation: Variable
    width: int
    examples: int
    seed: int
    script = "experiments.js"

    def needs(self):
        return self.depth, self.deviation, self.activation

    def window(self, room):
        return [0.0, room.range(self.depth.name)[1], -9.0, 5.0]

    def html(self, room):
        if room.rest[self.activation.name] not in range(len(ACTIVATIONS)):
            raise ValueError(
                f"stack knows activations 0 to {len(ACTIVATIONS) - 1}, got {room.rest[self.activation.name]:g}"
            )
        rules = []
        for name in ACTIVATIONS:
            x = Variable(1.0, "x")
            tape = tape_of(getattr(x, name)())
            rules.append({"lines": page_lines(tape), "slope": int(tape.gradients[id(x)].item())})
            rules[-1]["value"] = next(int(cells.item()) for key, cells in tape.values.items() if key != id(x))
        spec = {
            "kind": "stack", "depth": self.depth.name, "deviation": self.deviation.name,
            "activation": self.activation.name, "width": self.width, "examples": self.examples, "seed": self.seed,
            "window": self.window(room), "rules": rules,
        }  # fmt: skip  # a record
        names = ("outputs, at the last layer", "gradients, at the first layer")
        return viewed(spec, room.drawn(self) + legend(names, ['<span class="bp-size"></span>'] * 2, 2, STROKES[1:]))

    def svg(self, room):
        depth, deviation, activation = (room.rest[each.name] for each in self.needs())
        sizes = through_stack(int(depth), deviation, int(activation), self.width, self.examples, self.seed)
        ways = [
            [(layer, np.log10(max(size, SMALLEST))) for layer, size in enumerate(found, start=start)]
            for found, start in zip(sizes, (0, 1))
        ]
        content = "".join(
            f'<g><path class="bp-way" d="{_points(way, self.window(room))}" {line}/></g>'
            for way, line in zip(ways, STROKES[1:])
        )
        title = "Size of the outputs and of the gradients in each layer"
        return plot(title, "layer", self.window(room)[:2], self.window(room)[2:], content, "log₁₀ of size")


@dataclass
class _Polynomial:
    degree: Variable
    penalty: Variable
    points: Variable
    noise: np.ndarray
    script = "experiments.js"
    window = (-1.1, 1.1, -2.0, 2.0)

    def needs(self):
        return self.degree, self.penalty, self.points

    def html(self, room):
        spec = {
            "kind": "polynomial", "degree": self.degree.name, "penalty": self.penalty.name, "points": self.points.name,
            "noise": np.round(self.noise, 6).tolist(), "window": self.window,
        }  # fmt: skip  # a record
        if room.range(self.points.name)[1] > len(self.noise):
            raise ValueError(f"polynomial has noise for {len(self.noise)} points, and more can be pulled")
        names = ("Error on these points", "Error on new points")
        numbers = "".join(f'<p class="bp-told">{name}: <span class="bp-error"></span></p>' for name in names)
        return viewed(spec, room.drawn(self) + beside(numbers))

    def svg(self, room):
        degree, penalty, points = (room.rest[each.name] for each in self.needs())
        place = np.linspace(-1, 1, int(points))
        height = np.sin(3 * place) + np.round(self.noise, 6)[: int(points)]
        coefficients, grid = fit(place, height, int(degree), 10.0**penalty), np.linspace(-1, 1, 121)
        curves = [np.sin(3 * grid), chebyshev.chebval(grid, coefficients)]
        looks = 'fill="none" stroke="currentColor" stroke-dasharray="5 4" stroke-opacity=".6"', STROKES[1]
        content = "".join(
            f'<path class="bp-way" d="{_points(zip(grid, curve), self.window)}" {look}/>'
            for curve, look in zip(curves, looks)
        )
        dots = "".join("M" + _points([point], self.window)[1:] + "h0" for point in zip(place, height))
        content += f'<path class="bp-dots" d="{dots}" stroke="currentColor"/>'
        title = "The polynomial that is fitted to points of sin 3x with noise"
        return plot(title, "x", self.window[:2], self.window[2:], content)
