from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="count-convolution",
    chapter=18,
    points=1,
    minutes=3,
    answer=16 * 8 * 3 * 3 + 16,
    mistakes=[
        Mistake(16 * 8 * 3 * 3, "The biases are missing: one for each kernel."),
        Mistake(16 * 8 * 3 * 3 + 1, "One bias is not enough: each of the 16 kernels has its own."),
        Mistake(16 * 3 * 3 + 16, "Each kernel looks at all 8 channels, and has 3 by 3 weights for each of them."),
        Mistake(16 * 3 * 3, "Each kernel has 3 by 3 weights for each of the 8 channels. And the biases are missing."),
        Mistake(8 * 3 * 3 + 1, "That is a single kernel with its bias. There are 16."),
        Mistake(16 * 8 * 3 * 3 + 16 * 8, "One bias for each kernel, not for each channel that it looks at."),
        Mistake(
            16 * 8 * 3 * 3 + 16 * 26 * 26,
            "You counted a bias for each output. All windows share their kernel's bias, as they share its weights.",
        ),
        Mistake(
            (16 * 8 * 3 * 3 + 16) * 26 * 26,
            "You counted the weights for every window. They share them: the size of the image plays no part.",
        ),
        Mistake(
            16 * 8 * 28 * 28 + 16,
            "A kernel has the size of its window, 3 by 3, not that of the image.",
        ),
    ],
)
