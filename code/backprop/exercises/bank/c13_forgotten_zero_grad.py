from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="forgotten-zero-grad",
    chapter=13,
    points=2,
    minutes=5,
    answer=0.88,  # 2 - 0.1 * 4 = 1.6, then 1.6 - 0.1 * (4 + 3.2)
    mistakes=[
        Mistake(1.28, "That is with zero_grad. Without it the second step uses the sum of both gradients."),
        Mistake(1.6, "That is after one step. There are two."),
        Mistake(
            0.8,
            "You added the first gradient twice. The second backward adds the gradient at the new place, 2 times 1.6.",
        ),
        Mistake(
            1.2,
            "You took the gradient at w = 2, once in each step. The second is taken at the new place, and grad then holds both.",
        ),
        Mistake(7.2, "That is what grad holds at the second step. The question asks where w is after it."),
        Mistake(3.28, "You walked uphill in both steps. The update subtracts the gradient."),
        Mistake(1.42, "The derivative of the square of w is 2w, and you took w. The rest is right."),
        Mistake(1.24, "You took the mean of the two gradients in the second step. grad holds their sum."),
        Mistake(-2.0, "The learning rate is missing: each step is a tenth of what grad holds."),
    ],
)
