"""Which exercises there are. A chapter's file is loaded when somebody asks for one of its exercises."""

import difflib
import importlib

from .exercise import Exercise

CONTENTS = {
    1: "bill-total bill-with-delivery delivery-slopes nudge",
    2: "square-of-sum cube-of-product gradients-along-a-chain passes-needed",
    3: "multiply-backward divide-backward used-three-times bias-backward",
    4: "relu-backward sigmoid-slope sigmoid-backward stable-sigmoid",
    5: "leaky-relu-backward prelu-slope elu-limit collapse softmax-backward",
    6: "affine-shapes affine-backward affine-one-example flatten-back",
    7: "surprise softmax-loss-backward log-sum-exp mse-backward",
    8: "central-difference numerical-gradient relative-error forward-passes tanh-mended",
    9: "descent-step largest-rate momentum-step adam-first-step",
    10: "output-delta delta-step layer-gradients first-delta",
    11: "count-parameters first-loss sgd-step accuracy",
    12: "steps-in-an-epoch one-hot hidden-gradient normalise",
    13: "linear-parameters forgotten-zero-grad softplus-backward softmax-twice-bound",
    14: "three-walks table-backward length-node graph-order",
    15: "gradient-factor leaky-deviation clip-by-norm layer-norm-backward",
    16: "l2-gradients weight-left dropout-passes kept-and-stopped",
    17: "slice-of-a-batch average-by-counts ring-seconds recomputing-memory",
    18: "count-convolution policy-gradient back-through-time convolution-backward",
    19: " ".join(f"clinic-{number}" for number in range(1, 26)),
    20: "causal-shares attention-forward attention-backward embedding-backward layer-norm-gradients next-tokens "
    "carry-through clinic-26",
}
CHAPTERS = {name: chapter for chapter, names in CONTENTS.items() for name in names.split()}


def catalogue():
    """All exercises, in the order of the book."""
    return [find(name) for name in CHAPTERS]


def find(exercise_id):
    """The exercise of that name, or a ValueError that names the nearest ones."""
    if not isinstance(exercise_id, str) or exercise_id not in CHAPTERS:
        nearest = difflib.get_close_matches(str(exercise_id), CHAPTERS, n=3, cutoff=0)
        raise ValueError(f"there is no exercise {exercise_id!r}; the nearest names are {', '.join(nearest)}")
    chapter = importlib.import_module(f".chapter_{CHAPTERS[exercise_id]:02}", __package__)
    return next(value for value in vars(chapter).values() if isinstance(value, Exercise) and value.id == exercise_id)
