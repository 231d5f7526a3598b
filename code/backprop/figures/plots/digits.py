"""Images of digits, of weights, and of what a network mixes up."""

import matplotlib.pyplot as plt
import numpy as np

from .style import WIDTH, style


def show_digits(images, titles, columns=10):
    """A sheet of images of 28 by 28 pixels (flat or square, 0 to 1), dark on light, each with a title."""
    rows = -(-len(images) // columns)
    with style():
        _, axes = plt.subplots(rows, columns, figsize=(WIDTH / 10 * columns, 0.7 * rows), squeeze=False)
        for ax in axes.flat:
            ax.axis("off")
        for ax, image, title in zip(axes.flat, images, titles):
            ax.imshow(np.reshape(image, (28, 28)), cmap="gray_r", vmin=0, vmax=1)
            ax.set_title(title)


def show_weights(weights, columns=10):
    """The weights into each hidden unit, (784, H), as images: orange adds, purple takes away, white is 0."""
    limit = np.abs(weights).max()
    rows = -(-weights.shape[1] // columns)
    with style():
        figure, axes = plt.subplots(
            rows, columns, figsize=(WIDTH / 10 * columns, WIDTH / 10 * rows + 0.5), squeeze=False
        )
        for ax in axes.flat:
            ax.axis("off")
        for ax, unit in zip(axes.flat, weights.T):
            image = ax.imshow(unit.reshape(28, 28), cmap="PuOr_r", vmin=-limit, vmax=limit)
        figure.colorbar(image, ax=axes, location="bottom", shrink=0.6, aspect=30, label="weight")


def show_confusion(matrix):
    """A confusion matrix (C, C): row = what the image is, column = what the network said."""
    classes = len(matrix)
    with style({"axes.grid": False}):
        _, axes = plt.subplots(figsize=(4.2, 4))
        mistakes = matrix * (1 - np.eye(classes, dtype=int))
        grounds = axes.imshow(mistakes, cmap="Oranges").to_rgba(mistakes)[..., :3]
        linear = np.where(grounds <= 0.04045, grounds / 12.92, ((grounds + 0.055) / 1.055) ** 2.4)
        luminance = linear @ [0.2126, 0.7152, 0.0722]  # of red, green and blue, by WCAG
        for row in range(classes):
            for column in range(classes):
                color = "white" if luminance[row, column] < 0.179 else "black"  # what stands out more
                axes.text(column, row, matrix[row, column], ha="center", va="center", color=color)
        axes.set(
            xticks=range(classes), yticks=range(classes), xlabel="what the network said", ylabel="what the image is"
        )
