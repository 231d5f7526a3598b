from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="count-parameters",
    chapter=11,
    points=1,
    minutes=3,
    answer=101_770.0,  # 784 * 128 + 128 + 128 * 10 + 10
    mistakes=[
        Mistake(101_632.0, "The biases are missing: one for each hidden unit and one for each class."),
        Mistake(101_760.0, "The 10 biases of the output layer are missing."),
        Mistake(101_642.0, "The 128 biases of the hidden layer are missing."),
        Mistake(100_480.0, "That is the first layer alone."),
        Mistake(922.0, "You added the sizes. Every input is connected to every output, so the sizes multiply."),
        Mistake(39_760.0, "That is the network with 50 hidden units. The question asks for 128."),
    ],
)
