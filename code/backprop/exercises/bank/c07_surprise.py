import math

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="surprise",
    chapter=7,
    points=1,
    minutes=3,
    answer=math.log(4),  # -ln(0.25)
    mistakes=[
        Mistake(2.0, "That is in bits. Nats come from the natural logarithm, `np.log`."),
        Mistake(math.log10(4), "That is the decimal logarithm. Nats come from the natural one, `np.log`."),
        Mistake(-math.log(4), "The sign: the logarithm of a probability is negative, and the loss is minus that."),
        Mistake(0.75, "That is how far 0.25 is from 1. The loss is minus the logarithm of 0.25."),
        Mistake(-math.log(0.75), "That is for a probability of 0.75. Take the target's probability, 0.25."),
        Mistake(4.0, "That is 1 / 0.25. The loss is its natural logarithm."),
        Mistake(
            math.log(4) / 4,
            "You multiplied by 0.25 as well, as an entropy does. The loss is the logarithm alone, with a minus.",
        ),
        *[
            Mistake(n, "That is rounded. Let `np.log` compute it, and hand that over.")
            for n in (1.4, 1.39, 1.386, 1.3863)
        ],
    ],
)
