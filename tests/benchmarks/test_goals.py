"""Verdicts on invented results, the tables, the picture, and what the command line accepts."""

import os
import subprocess
import sys

import matplotlib
import matplotlib.pyplot as plt
import pytest

from benchmarks import accuracy, tables
from benchmarks.__main__ import parsed
from benchmarks.goals import GOALS, Goal, verdicts
from benchmarks.machine import environment, facts
from benchmarks.picture import plot_steps
from benchmarks.worker import ROOT


def invented(ours=200.0):
    """Results in which only the time of ours is open; all others take 1000 microseconds, the floor 100."""
    times = {"textbook": 1000.0, "nn": 1000.0, "by-hand": 1000.0, "jax-jit": 1000.0}
    times |= {"ours": ours, "fused": 160.0, "floor": 100.0}
    each = {
        "network": "784-50-10",
        "steps": 600,
        "missing": {"Other": "not installed"},
        "labels": {name: f"the {name}" for name in times},
        "seconds_per_step": {name: [0.9e-6 * time, 1e-6 * time, 1.2e-6 * time] for name, time in times.items()},
        "test_loss": {name: 0.3 for name in times if name != "floor"},
        "ratios": {base: {name: time / times[base] for name, time in times.items()} for base in times},
    }
    found = {name: {"seconds": [seconds], "steps": [9000]} for name, seconds in (("textbook", 10.0), ("ours", 2.2))}
    return {
        "steps": {"784-50-10, 1 thread": each, "784-128-10, 1 thread": each},
        "accuracy": {
            "97 %": {
                "target": 0.97,
                "hidden": 50,
                "base": "textbook",
                "found": found,
                "ratios": {"textbook": 1.0, "ours": 0.22},
            }
        },
        "scalars": {
            "workloads": {
                "a": {
                    "operations": 10,
                    "speed_of_variable": {"closures": 1.2},
                    "seconds_per_operation": {"Variable": [1e-6], "closures": [1.2e-6]},
                },
                "b": {
                    "operations": 10,
                    "speed_of_variable": {"closures": 0.9},
                    "seconds_per_operation": {"Variable": [1e-6], "closures": [0.9e-6]},
                },
            },
            "memory": {
                "Variable": {"forward": 700, "forward_and_backward": 740},
                "closures": {"forward": 400, "forward_and_backward": 440},
            },
        },
        "language": {"1 thread": {"ratio": 1.4}, "2 threads": {"ratio": 1.6}},
        "figures": {
            "import backprop, beyond NumPy": [0.02, 0.01, 0.3],
            "step_through, 30 nodes": [0.011],
            "a frame of explore, 30 nodes": "no browser",
            "a frame of chapter 02, curve": [0.002, 0.5, 0.004],
            "a frame of chapter 09, race": [0.021, 0.001, 0.03],
        },
    }


@pytest.mark.parametrize(
    ("kind", "value", "verdict"),
    [
        ("at most", 2.0, "met"),
        ("at most", 2.01, "not met"),
        ("at least", 2.0, "met"),
        ("at least", 1.99, "not met"),
        ("under", 1.99, "met"),
        ("under", 2.0, "not met"),
        ("at most", float("nan"), "not met"),
    ],
)
def test_verdict(kind, value, verdict):
    goal = Goal("g", lambda results: results["v"], 2.0, kind)
    assert goal.verdict({"v": value}) == (pytest.approx(value, nan_ok=True), verdict)


def test_what_was_not_measured_has_no_verdict():
    assert {row["verdict"] for row in verdicts({})} == {"not measured"}


def test_all_goals():
    found = {row["goal"]: (row["value"], row["verdict"]) for row in verdicts(invented())}
    assert len(found) == len(GOALS)
    fused, hand, nn, textbook, jax, floor, wide, *language, speed, memory, to_97, to_98 = list(found.values())[:-4]
    imported, stepped, frame, slowest = list(found.values())[-4:]
    assert fused == (1.25, "not met")
    assert textbook == nn == hand == jax == (0.2, "met")
    assert floor == wide == (2.0, "not met")
    assert speed == (0.9, "not met")  # the workload where it looks worst
    assert memory == (300, "not met")  # the goal says under
    assert to_97 == (0.22, "met")
    assert language == [(1.4, "met"), (1.6, "not met")]
    assert to_98 == frame == (None, "not measured")
    assert imported == (pytest.approx(20), "met")
    assert stepped == (pytest.approx(11), "not met")
    assert slowest == (pytest.approx(21), "not met")  # the median of the figure that takes longest


def test_tables_say_it():
    results = invented()
    text = tables.of_steps("784-50-10, 1 thread", results["steps"]["784-50-10, 1 thread"])
    row = next(line for line in text.splitlines() if line.startswith("the ours"))
    assert row.split() == ["the", "ours", "200", "190", "220", "180", "2.00", "0.20", "0.20", "0.300"]
    assert "Other" in text and "not installed" in text
    assert "Noisy, with quartiles more than 20% apart: the textbook" not in text
    results["steps"]["784-50-10, 1 thread"]["seconds_per_step"]["ours"] = [1e-4, 2e-4, 3e-4]
    assert "20% apart: the ours" in tables.of_steps("784-50-10, 1 thread", results["steps"]["784-50-10, 1 thread"])
    assert "2.20" in tables.of_accuracy("97 %", results["accuracy"]["97 %"])
    assert "1,000,000" in tables.of_scalars(results["scalars"])
    assert "20.00" in tables.of_figures(results["figures"]) and "no browser" in tables.of_figures(results["figures"])
    assert "not met" in tables.of_goals(verdicts(results))


def test_picture():
    matplotlib.use("Agg")
    plot_steps(invented())
    panels = plt.gcf().axes
    assert [ax.get_title() for ax in panels] == ["784-50-10, 1 thread", "784-128-10, 1 thread"]
    assert sorted(round(bar.get_width()) for bar in panels[0].patches) == [160, 200, 1000, 1000, 1000, 1000]
    assert "alone: 100" in panels[0].get_legend().get_texts()[0].get_text()
    plt.close("all")
    with pytest.raises(ValueError, match="no steps on 3 threads"):
        plot_steps(invented(), threads=3)


class Learner:
    """Reaches the target at its `good`-th look, and notes the rates that it is given."""

    def __init__(self, good, digits):
        self.good, self.digits, self.rates, self.looks = good, digits, [], 0

    def run(self, steps, look):
        for _ in range(steps // 100):
            self.looks += 1
            if look():
                return

    def set_rate(self, rate):
        self.rates.append(rate)

    def params(self):
        return self.looks >= self.good


def test_run_until(monkeypatch):
    digits = type("Digits", (), {"x_test": None, "t_test": None})
    monkeypatch.setattr(accuracy, "accuracy_of", lambda reached, x, t: float(reached))
    recipe = accuracy.Recipe(0.5, 50, (0.2, 0.2, 0.1))
    late = Learner(14, digits)
    seconds, steps = accuracy.run_until(late, recipe)
    assert steps == 1400 and seconds >= 0
    assert late.rates == [0.1]
    assert accuracy.run_until(Learner(99, digits), recipe) is None


def test_command_line_and_machine(capsys):
    options = parsed(["--quick", "--only", "steps"])
    assert options.quick and options.only == ["steps"] and options.threads == [1, 2]
    with pytest.raises(SystemExit):
        parsed(["--only", "nonsense"])
    assert environment(2)["OPENBLAS_NUM_THREADS"] == "2"
    order = {"section": "machine", "threads": 1, "options": {}}
    code = (
        f"from benchmarks import machine, worker; machine.measure = machine.facts; print(worker.obey({order})['CPUs'])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "1\n" or not hasattr(os, "sched_setaffinity")
    assert facts()["CPUs"] >= 1
