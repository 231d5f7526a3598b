"""What the project set out to reach, and whether this run reached it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass
class Goal:
    """A number from the results, and the limit that it must keep.

    `find` takes the results and returns the number; where a part was not measured it may raise LookupError, and the
    verdict says so.
    """

    name: str
    find: Callable
    limit: float
    kind: str = "at most"  # or "at least", "under"

    def verdict(self, results):
        """(number or None, "met", "not met" or "not measured")."""
        try:
            value = self.find(results)
        except LookupError:
            return None, "not measured"
        kept = {"at most": value <= self.limit, "at least": value >= self.limit, "under": value < self.limit}[self.kind]
        return value, "met" if kept else "not met"


def step_ratio(hidden, base):
    def find(results):
        return results["steps"][f"784-{hidden}-10, 1 thread"]["ratios"][base]["ours"]

    return find


def accuracy_ratio(goal):
    return lambda results: results["accuracy"][goal]["ratios"]["ours"]


def language_ratio(threads):
    return lambda results: results["language"][threads]["ratio"]


def slowest_speed(results):
    """Variable's speed against the closures on the workload where it looks worst."""
    return min(each["speed_of_variable"]["closures"] for each in results["scalars"]["workloads"].values())


def extra_memory(results):
    memory = results["scalars"]["memory"]
    return memory["Variable"]["forward_and_backward"] - memory["closures"]["forward_and_backward"]


def milliseconds(what):
    def find(results):
        (times,) = (times for name, times in results["figures"].items() if name.startswith(what))
        if isinstance(times, str):
            raise LookupError(times)
        return 1e3 * float(np.median(times))

    return find


def slowest_frame(results):
    """Milliseconds of a frame, at the median, of the live figure of a chapter that takes longest."""
    found = [times for name, times in results["figures"].items() if name.startswith("a frame of chapter")]
    for times in found:
        if isinstance(times, str):
            raise LookupError(times)
    if not found:
        raise LookupError("no chapter holds a live figure")
    return 1e3 * max(float(np.median(times)) for times in found)


GOALS = (
    Goal("784-50-10, 1 thread: ours / the same step, fused", step_ratio(50, "fused"), 1.15),
    Goal("784-50-10, 1 thread: ours / PyTorch by hand", step_ratio(50, "by-hand"), 0.8),
    Goal("784-50-10, 1 thread: ours / PyTorch nn", step_ratio(50, "nn"), 0.55),
    Goal("784-50-10, 1 thread: ours / textbook loop", step_ratio(50, "textbook"), 0.25),
    Goal("784-50-10, 1 thread: ours / JAX jit", step_ratio(50, "jax-jit"), 1.0),
    Goal("784-50-10, 1 thread: ours / five products", step_ratio(50, "floor"), 1.5),
    Goal("784-128-10, 1 thread: ours / five products", step_ratio(128, "floor"), 1.4),
    Goal("language model, 1 thread: ours / PyTorch, eager", language_ratio("1 thread"), 1.5),
    Goal("language model, 2 threads: ours / PyTorch, eager", language_ratio("2 threads"), 1.5),
    Goal("scalars: operations per second, Variable / closures", slowest_speed, 1.0, "at least"),
    Goal("scalars: bytes an operation keeps, Variable - closures", extra_memory, 300, "under"),
    Goal("97 % on the test images: ours / textbook loop", accuracy_ratio("97 %"), 0.26),
    Goal("98 % on the test images: ours / PyTorch nn", accuracy_ratio("98 %"), 0.7),
    Goal("milliseconds: import backprop, beyond NumPy", milliseconds("import"), 25, "under"),
    Goal("milliseconds: step_through, 30 nodes", milliseconds("step_through"), 10, "under"),
    Goal("milliseconds: a frame of explore, 30 nodes", milliseconds("a frame of explore"), 4, "under"),
    Goal("milliseconds: the slowest frame of a chapter's live figure", slowest_frame, 20),
)


def verdicts(results, goals=GOALS):
    """One row for each goal: name, limit in words, number, verdict."""
    rows = []
    for goal in goals:
        value, verdict = goal.verdict(results)
        rows.append({"goal": goal.name, "limit": f"{goal.kind} {goal.limit:g}", "value": value, "verdict": verdict})
    return rows
