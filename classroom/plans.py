"""Plans for half a day, a week and a term: which chapters and exercises, in which session.

The minutes are not written here. They come from the chapters and from the package's exercises.
"""

from dataclasses import dataclass

# The time at the head of this chapter includes its exercises.
WITH_EXERCISES = {19}


@dataclass(frozen=True)
class Session:
    """One sitting: chapters to read and run together, and the exercises to do, in class or at home."""

    name: str
    chapters: tuple
    exercises: tuple = None  # the exercises' names; None means all of these chapters


@dataclass(frozen=True)
class Plan:
    id: str
    sessions: tuple


HALF_A_DAY = Plan(
    "half-a-day",
    (
        Session("1", (1,), ("bill-total", "delivery-slopes")),
        Session("2", (2,), ("square-of-sum", "cube-of-product", "passes-needed")),
        Session("3", (3,), ("multiply-backward", "used-three-times")),
        Session("4", (11,), ("count-parameters", "first-loss", "sgd-step")),
    ),
)

A_WEEK = Plan(
    "a-week",
    (
        Session("Monday", (1, 2, 3)),
        Session("Tuesday", (4, 5, 6), (
            "relu-backward", "sigmoid-slope", "sigmoid-backward", "stable-sigmoid", "leaky-relu-backward", "prelu-slope",
            "elu-limit", "collapse", "softmax-backward", "affine-backward", "affine-one-example", "flatten-back",
        )),
        Session("Wednesday", (7, 8, 9), (
            "softmax-loss-backward", "log-sum-exp", "central-difference", "numerical-gradient", "relative-error",
            "descent-step", "largest-rate", "adam-first-step",
        )),
        Session("Thursday", (11, 12, 13)),
        Session("Friday", (16, 19), (
            "l2-gradients", "dropout-passes", "kept-and-stopped",
            "clinic-1", "clinic-2", "clinic-4", "clinic-6", "clinic-9", "clinic-12", "clinic-15", "clinic-19",
            "clinic-20", "clinic-21",
        )),
    ),
)  # fmt: skip

A_TERM = Plan(
    "a-term",
    tuple(
        Session(str(week), chapters)
        for week, chapters in enumerate(
            [(1, 2), (3,), (4,), (5,), (6,), (7,), (8,), (9,), (10,), (11,), (12, 13), (14,), (15,), (16,)], start=1
        )
    ),
)

PLANS = (HALF_A_DAY, A_WEEK, A_TERM)
