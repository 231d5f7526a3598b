"""Time and steps until 97 and 98 % of the test images are read right. Looking costs no time: the watch stands still."""

import math
from dataclasses import dataclass

from .contenders import all_contenders
from .digits import Digits, accuracy_of
from .timing import StopWatch, ratio

NAMES = ("textbook", "nn", "by-hand", "jax-jit", "jax-scan", "ours", "fused")


@dataclass
class Recipe:
    """How to come to a target: a network, and one learning rate for each epoch of 600 steps.

    97 %: 784-50-10 with plain descent at 0.1 throughout, as the textbook has it.
    98 %: 784-128-10, weights of standard deviation sqrt(2/784) (He et al., 2015, equation 10, for the first layer),
    momentum 0.9, and a rate that falls: 0.15 and 0.1 for two epochs each, then 0.05, 0.02, and 0.01 for six.
    """

    target: float
    hidden: int
    rates: tuple
    momentum: float = 0.0
    weight_init_std: float = 0.01

    def start(self, kind, digits, seed):
        return kind(digits, self.hidden, seed, self.rates[0], self.momentum, self.weight_init_std)


RECIPES = {
    "97 %": Recipe(0.97, 50, (0.1,) * 30),
    "98 %": Recipe(0.98, 128, (0.15, 0.15, 0.1, 0.1, 0.05, 0.02, *(0.01,) * 6), 0.9, math.sqrt(2 / 784)),
}


def run_until(contender, recipe, epoch=600):
    """(seconds, steps) until the target, looked at every 100 steps; None in place of both if it is never reached."""
    digits, watch, steps, reached = contender.digits, StopWatch(), 0, False

    def look():
        nonlocal steps, reached
        watch.stop()
        steps += 100
        reached = accuracy_of(contender.params(), digits.x_test, digits.t_test) >= recipe.target
        watch.start()
        return reached

    # Without a change of rate it is one long run; with one, a run for each rate.
    changes = [number for number, rate in enumerate(recipe.rates) if number == 0 or rate != recipe.rates[number - 1]]
    for first, last in zip(changes, [*changes[1:], len(recipe.rates)]):
        if first:
            contender.set_rate(recipe.rates[first])
        watch.start()
        contender.run((last - first) * epoch, look)
        watch.stop()
        if reached:
            return watch.elapsed, steps
    return None


def measure(goal="97 %", repeats=3, names=NAMES):
    """Seconds and steps of every contender, in turns, with another order of the images in each repeat.

    For 98 % only those take part that have an optimizer with momentum: ours and PyTorch nn.
    """
    digits, recipe = Digits.load(), RECIPES[goal]
    if not digits.are_mnist:
        return {"skipped": "it takes MNIST, and the stand-in is smaller"}
    contenders, _ = all_contenders()
    chosen = [name for name in names if name in contenders]
    if recipe.momentum:
        chosen = [name for name in chosen if hasattr(contenders[name], "set_rate")]
    for name in chosen:
        recipe.start(contenders[name], digits, 0).run(100)  # compile, import and touch everything once
    found = {name: {"seconds": [], "steps": []} for name in chosen}
    for seed in range(1, repeats + 1):
        for name in chosen:
            reached = run_until(recipe.start(contenders[name], digits, seed), recipe)
            seconds, steps = reached or (math.inf, len(recipe.rates) * 600)
            found[name]["seconds"].append(seconds)
            found[name]["steps"].append(steps)
    base = "nn" if recipe.momentum else "textbook"
    ratios = {}
    if base in found:
        ratios = {name: ratio(each["seconds"], found[base]["seconds"]) for name, each in found.items()}
    return {"target": recipe.target, "hidden": recipe.hidden, "base": base, "found": found, "ratios": ratios}
