from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="largest-rate",
    chapter=9,
    points=2,
    minutes=4,
    answer=0.25,  # f(x) = 4 x^2 - 8 x + 1: curvature 8, edge 2 / 8
    mistakes=[
        Mistake(0.5, "You took the 4 for the curvature. Differentiate twice: the slope is 8x - 8, and its slope is 8."),
        Mistake(0.125, "That is 1/8, the rate that arrives in one step. Twice that is the edge."),
        Mistake(4.0, "Upside down: it is 2 divided by the curvature. A stronger curve allows a smaller rate."),
        Mistake(8.0, "That is the curvature. The edge is 2 divided by it."),
        Mistake(1.0, "That is where the minimum lies, or 2 divided by 2. The edge is 2 divided by the curvature, 8."),
        Mistake(
            -0.25, "The sign: -8 is the slope at 0, not the curvature. The curvature is twice the factor of the square."
        ),
        Mistake(0.0625, "That is 1 divided by 16. The curvature is 8, and it is 2 that is divided by it."),
        *[
            Mistake(n, "That is near the edge, not on it. Compute 2 divided by the curvature.")
            for n in (0.24, 0.249, 0.251, 0.26)
        ],
    ],
)
