from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="recomputing-memory",
    chapter=17,
    points=1,
    minutes=4,
    answer=24.0,  # 144 / 12 + 12
    mistakes=[
        Mistake(
            12.0,
            "That is the best k, and the number of kept inputs. Add what the stretch of 12 blocks keeps while backward is in it.",
        ),
        Mistake(144.0, "That is without recomputing: one array for each block."),
        Mistake(
            145.0,
            "That is the formula for k = 1 or k = 144, the two worst choices. In between the sum is much smaller.",
        ),
        Mistake(74.0, "That is the formula for k = 2 or k = 72. The sum gets smaller still, towards the middle."),
        Mistake(25.0, "Near: that is for k = 9 or k = 16. There is a k between them with a smaller sum."),
        Mistake(
            288.0,
            "You doubled the blocks. It is the square root that doubles: the sum at the best k is two times the root of 144.",
        ),
    ],
)
