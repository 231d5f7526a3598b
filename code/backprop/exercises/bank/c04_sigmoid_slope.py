from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="sigmoid-slope",
    chapter=4,
    points=1,
    minutes=3,
    answer=0.25,  # y (1 - y) at y = 1/2
    mistakes=[
        Mistake(
            1.0,
            "1 is what the output approaches. The local derivative is y (1 - y): try some values of y between 0 and 1.",
        ),
        Mistake(0.5, "That is y at the steepest place, not the slope there. Put it into y (1 - y)."),
        Mistake(0.0, "That is the slope far to the left and far to the right. Look between."),
        Mistake(4.0, "You turned the fraction round. How large is y (1 - y) for y = 1/2?"),
        Mistake(0.2350037122015945, "You put 0.5 in for x. The slope y (1 - y) is greatest where the output y is 0.5."),
    ],
)
