from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="square-of-sum",
    chapter=2,
    points=1,
    minutes=2,
    answer=(14.0, 14.0),  # z = (x + y)**2 at x = 3, y = 4
    mistakes=[
        Mistake((6.0, 8.0), "You took the squares one by one. The square node sees only their sum: t = 7."),
        Mistake((49.0, 49.0), "That is the value z. The question is how fast z changes."),
        Mistake((7.0, 7.0), "That is t. The derivative of t**2 is 2t."),
        Mistake((1.0, 1.0), "These are the local derivatives of the sum. Multiply them by what comes from the square node."),
    ],
)
