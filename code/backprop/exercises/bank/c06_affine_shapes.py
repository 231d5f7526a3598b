from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="affine-shapes",
    chapter=6,
    points=1,
    minutes=3,
    answer=(784, 50),  # x (100, 784), y (100, 50)
    mistakes=[
        Mistake((50, 784), "The two are the other way round. In x @ W the rows of W meet the 784 columns of x."),
        Mistake((100, 50), "That is the shape of the output and of its gradient. dL/dW has the shape of W."),
        Mistake((100, 784), "That is the shape of x and of its gradient. dL/dW has the shape of W."),
        Mistake((784, 100), "That is the shape of x transposed. Multiplied by the upstream gradient it loses the 100."),
        Mistake(39_200, "That is how many numbers there are. Give the shape, two numbers."),
        Mistake((100, 784, 50), "The batch does not appear: all examples share one W, and their gradients are summed."),
        Mistake((784, 784), "x.T @ x has that shape. The second factor is the upstream gradient, (100, 50)."),
    ],
)
