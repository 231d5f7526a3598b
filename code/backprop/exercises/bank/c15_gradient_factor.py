from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="gradient-factor",
    chapter=15,
    points=1,
    minutes=5,
    answer=0.8**10,  # sqrt(200 * 0.08**2 * 0.5) is 0.8, ten times over
    mistakes=[
        Mistake(
            0.64**10,
            "That is the factor of the mean square. The norm is a root, so its factor is the root of that.",
        ),
        Mistake(0.8, "That is the factor of one layer. The gradient passes ten of them."),
        Mistake(0.64, "That is the factor of one layer, for the mean square. Take the root, and then ten layers."),
        Mistake(8.0, "You multiplied the factor of one layer by ten. Each layer multiplies: take a power."),
        Mistake(0.8**9, "You took nine layers. The gradient passes ten of them."),
        Mistake(1.28**5, "ReLU's half is missing: its slope is 1 for half of the sums, and 0 for the rest."),
        Mistake(1.28**10, "ReLU's half is missing, and so is the root: the norm is the root of a sum of squares."),
        Mistake(
            0.32**5,
            "ReLU's half is counted twice. The square of its slope is 1 for half of the sums: the mean is a half.",
        ),
        Mistake(8.0**5, "You took the deviation for the variance. The variance is the square of 0.08."),
        Mistake(8.0**10, "You took the deviation for the variance, and forgot the root."),
        Mistake(0.8**-10, "Upside down: a factor below 1 makes the norm smaller at each layer."),
    ],
)
