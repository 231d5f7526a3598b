import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    found = []
    for image, kernel in (((5, 4), (2, 3)), ((4, 4), (2, 2)), ((3, 5), (3, 2)), ((2, 2), (2, 2))):
        output = (image[0] - kernel[0] + 1, image[1] - kernel[1] + 1)
        found.append(tuple(rng.standard_normal(shape) for shape in (image, kernel, output)))
    return found


def backward(image, kernel, grad_output, add_image=True, add_kernel=True, turned=False):
    height, width = kernel.shape
    grad_image, grad_kernel = np.zeros(image.shape), np.zeros(kernel.shape)
    weights = kernel[::-1, ::-1] if turned else kernel
    for i, j in np.ndindex(grad_output.shape):
        window = slice(i, i + height), slice(j, j + width)
        grad_kernel = add_kernel * grad_kernel + grad_output[i, j] * image[window]
        grad_image[window] = add_image * grad_image[window] + grad_output[i, j] * weights
    return grad_image, grad_kernel


def without_upstream(image, kernel, grad_output):
    return backward(image, kernel, np.ones_like(grad_output))


exercise = Exercise(
    id="convolution-backward",
    chapter=18,
    points=4,
    minutes=12,
    answer=backward,
    cases=cases,
    mistakes=[
        Mistake(
            lambda x, k, g: backward(x, k, g, add_image=False),
            "The gradient of the image: windows overlap, and the later one overwrites the earlier. Write += for =.",
        ),
        Mistake(
            lambda x, k, g: backward(x, k, g, add_kernel=False),
            "The gradient of the kernel is that of the last window. All windows share it: write += for =.",
        ),
        Mistake(
            lambda x, k, g: backward(x, k, g, add_image=False, add_kernel=False),
            "Both gradients are overwritten by each window. Pixels and weights are used several times: write += for =.",
        ),
        Mistake(
            lambda x, k, g: backward(x, k, g, turned=True),
            "You turned the kernel round. In a loop over windows, each pixel gets the weight that it met.",
        ),
        Mistake(
            without_upstream,
            "The upstream gradient is missing: each window's share is multiplied by its own.",
        ),
        Mistake(
            lambda x, k, g: (backward(x, k, g)[0], backward(x, k, g)[1] / g.size),
            "The gradient of the kernel is a mean over the windows. Gradients of several uses add up.",
        ),
        Mistake(
            lambda x, k, g: backward(x, k, g)[::-1],
            "The two are the other way round: the image first, then the kernel.",
        ),
        Mistake(
            lambda x, k, g: (backward(x, k, g)[0], k * g.sum()),
            "The kernel's gradient holds the kernel itself. A product swaps: a weight gets the pixels that it met.",
        ),
    ],
)
