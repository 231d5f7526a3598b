from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="used-three-times",
    chapter=3,
    points=1,
    minutes=3,
    answer=11.0,  # y = x * x + x at x = 5
    mistakes=[
        Mistake(1.0, "Only the last use counted: its gradient overwrote the others. Uses add up: `+=`, not `=`."),
        Mistake(6.0, "One use is missing: x goes into the × node twice, and each of the two gets a gradient of 5."),
        Mistake(10.0, "That is x * x alone. The plain x of the sum adds 1."),
        Mistake(30.0, "That is the value y, not its derivative."),
        Mistake(25.0, "25 is x * x. Gradients of several uses add up."),
    ],
)
