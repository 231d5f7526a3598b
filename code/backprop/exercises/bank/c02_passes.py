from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="passes-needed",
    chapter=2,
    points=1,
    minutes=2,
    answer=(39760.0, 1.0),
    mistakes=[
        Mistake(
            (1.0, 39760.0),
            "The other way round. One forward-mode pass follows one input; one reverse-mode pass serves all of them.",
        ),
        Mistake((39760.0, 39760.0), "Reverse mode starts at the one output and reaches every input in a single pass."),
        Mistake(
            (1.0, 1.0),
            "A forward-mode pass starts with the derivative for one input. The next input needs another pass.",
        ),
        Mistake(
            (39760.0, 2.0),
            "You counted the walk that computes the values. The question is about walks for derivatives.",
        ),
        Mistake(
            (79520.0, 1.0),
            "Two evaluations for each input is what central differences need. Forward mode needs one pass each.",
        ),
    ],
)
