from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="three-walks",
    chapter=14,
    points=2,
    minutes=4,
    answer=28.0,  # y = x**3 at 2 walked twice: 12 + 12; then 4 * x: 4
    mistakes=[
        Mistake(4.0, "That is the last walk alone. A leaf adds each walk to what it had, until zero_grad."),
        Mistake(12.0, "That is the gradient of one walk from y. There are three walks, and the leaf adds them up."),
        Mistake(16.0, "One walk from y is missing: it was walked twice, and each brings 12."),
        Mistake(24.0, "The last walk is missing: x * 4 brings 4 more to the same leaf."),
        Mistake(
            36.0, "In the second walk x * x handed on its old gradient. Intermediate values start each walk afresh."
        ),
        Mistake(20.0, "That is 8 + 8 + 4: the value of y, not its derivative 3x²."),
        Mistake(8.0, "That is the value of y. Its derivative is 3x², and there are three walks."),
    ],
)
