from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="linear-parameters",
    chapter=13,
    points=1,
    minutes=2,
    answer=2080.0,  # 64 * 32 + 32
    mistakes=[
        Mistake(2048.0, "The biases are missing: one for each of the 32 outputs."),
        Mistake(2112.0, "You counted one bias for each input. There is one for each output."),
        Mistake(2144.0, "You counted a bias for each input and for each output. Only outputs have one."),
        Mistake(96.0, "You added the sizes. Every input is connected to every output, so the sizes multiply."),
        Mistake(2049.0, "You counted one bias for the whole layer. Each of the 32 outputs has its own."),
        Mistake(2.0, "That is the number of arrays, weight and bias. How many numbers are in them?"),
        Mistake(2410.0, "That is the network 64-32-10. The question is about its first layer alone."),
    ],
)
