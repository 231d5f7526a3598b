from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (rng.standard_normal((d, m)), rng.standard_normal((n, m)), shape)
        for n, d, m, shape in ((5, 6, 4, (2, 3)), (1, 8, 3, (4, 2)), (4, 6, 6, (2, 3)), (3, 16, 5, (2, 4, 2)))
    ]  # with D = M = 6 a missing .T runs


exercise = Exercise(
    id="flatten-back",
    chapter=6,
    points=2,
    minutes=5,
    answer=lambda W, grad_output, image_shape: (grad_output @ W.T).reshape(len(grad_output), *image_shape),
    cases=cases,
    mistakes=[
        Mistake(
            lambda W, g, s: g @ W.T,
            "The numbers are right, but still flat. Give them the shape of the images: (N, *image_shape).",
        ),
        Mistake(lambda W, g, s: (g @ W.T).reshape(s), "You left no room for the batch: reshape to (N, *image_shape)."),
        Mistake(
            lambda W, g, s: (g @ W.T).sum(axis=0).reshape(s),
            "You summed over the batch. Each image has a gradient of its own.",
        ),
        Mistake(lambda W, g, s: (g @ W.T)[0].reshape(s), "That is the gradient of the first image alone."),
        Mistake(
            lambda W, g, s: (g @ W.T).reshape((len(g), *s), order="F"),
            "You filled in column order. The images were flattened row by row: leave `order` as it is.",
        ),
        Mistake(lambda W, g, s: (g @ W).reshape(len(g), *s), "W is not transposed. Check the shapes: (N, M) @ (M, D)."),
        Mistake(
            lambda W, g, s: (W @ g.T).reshape(len(g), *s),
            "W @ grad_output.T has the batch last, so reshaping mixes the images. Write grad_output @ W.T.",
        ),
        Mistake(lambda W, g, s: (g @ W.T).reshape(len(g), *s[::-1]), "The sides of your images are swapped."),
        Mistake(lambda W, g, s: (g @ W.T).reshape(*s, len(g)), "You put the batch last. It is the first axis."),
    ],
)
