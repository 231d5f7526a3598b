from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="square-of-sum",
    chapter=2,
    points=1,
    minutes=2,
    answer=(-4.0, -4.0),  # z = (x + y)**2 at x = 1, y = -3
    mistakes=[
        Mistake((2.0, -6.0), "You took the squares one by one. The square node sees only their sum: t = -2."),
        Mistake(
            (4.0, 4.0), "The sign: 2t is negative where t is. Or is 4 the value z? The question is how fast z changes."
        ),
        Mistake((-2.0, -2.0), "That is t. The derivative of t**2 is 2t."),
        Mistake(
            (1.0, 1.0), "These are the local derivatives of the sum. Multiply them by what comes from the square node."
        ),
        Mistake((-4.0, 12.0), "You multiplied by the inputs. The local derivatives of a sum are 1 and 1."),
        Mistake(-4.0, "The number is right. Two are wanted, one for each input, even if they are equal."),
    ],
)
