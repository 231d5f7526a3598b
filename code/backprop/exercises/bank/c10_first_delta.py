from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="first-delta",
    chapter=10,
    points=1,
    minutes=4,
    answer=0.008,  # 0.128 * (2 * 0.5 * 0.5)**4
    mistakes=[
        Mistake(0.004, "You took five steps. From the fifth neuron to the first there are four."),
        Mistake(0.016, "You took three steps. From the fifth neuron to the first there are four."),
        Mistake(0.064, "That is one step, the delta of the fourth neuron. Three more lead to the first."),
        Mistake(0.0005, "The weights are missing. A step multiplies by the weight 2 and by the slope of one quarter."),
        Mistake(2.048, "The slopes are missing. A step multiplies by the weight 2 and by a (1 - a)."),
        Mistake(
            0.128, "You multiplied by 2 and by 0.5, which cancel. The slope is a (1 - a), the product of 0.5 and 0.5."
        ),
        Mistake(0.001, "You put the weight in once. Each of the four steps passes a weight of its own."),
        Mistake(0.256, "You added the factors of the four steps. They are multiplied."),
    ],
)
