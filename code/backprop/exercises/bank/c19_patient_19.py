from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.standard_normal((n, 2)), rng.integers(0, 100, n)) for n in (6, 10, 7)]


def overlapping(images, labels):
    half = len(images) // 2
    return images[half - 1 :], labels[half - 1 :], images[:half], labels[:half]


def exchanged(images, labels):
    x_train, t_train, x_test, t_test = healthy.split(images, labels)
    return x_test, t_test, x_train, t_train


def other_order(images, labels):
    x_train, t_train, x_test, t_test = healthy.split(images, labels)
    return x_train, x_test, t_train, t_test


def labels_forgotten(images, labels):
    half = len(images) // 2
    return images[half:], labels, images[:half], labels[:half]


exercise = Exercise(
    id="clinic-19",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.split,
    cases=cases,
    mistakes=[
        Mistake(brought_in.split, "That is the code as it came: the test images are among the training images."),
        Mistake(
            overlapping,
            "One image is still in both parts. A slice doesn't hold its end, so both can use the same number.",
        ),
        Mistake(exchanged, "Nothing is in both parts any more. But the first half was to be the test images."),
        Mistake(
            other_order, "The parts are right, in another order: train images, train labels, test images, test labels."
        ),
        Mistake(
            labels_forgotten, "The images are parted. The training labels still begin with those of the test images."
        ),
    ],
)
