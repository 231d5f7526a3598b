from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="forward-passes",
    chapter=8,
    points=1,
    minutes=3,
    answer=78_500,  # 2 * (784 * 50 + 50)
    mistakes=[
        Mistake(39_250, "That is how many parameters there are. Each needs two passes, one at +h and one at -h."),
        Mistake(78_400, "The 50 biases are missing. They are checked too."),
        Mistake(
            39_200, "That is how many weights there are. The biases are missing, and each parameter needs two passes."
        ),
        Mistake(
            39_251,
            "That is forward differences, which share the pass without a nudge. Central differences need two passes for each parameter.",
        ),
        Mistake(78_450, "You counted one pass for each bias. A bias needs two as well."),
        Mistake(1_668, "You added the sizes. Every input is connected to every output, so the sizes multiply."),
        Mistake(2, "Two passes are needed for each parameter. The number of parameters is missing."),
        Mistake(78_501, "You counted the pass without a nudge. Central differences don't use it."),
    ],
)
