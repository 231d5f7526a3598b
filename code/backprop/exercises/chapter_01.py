"""Exercises of chapter 1, computation graphs."""

from .exercise import Exercise, Mistake

BILL_TOTAL = Exercise(
    "bill-total",
    chapter=1,
    points=1,
    minutes=2,
    answer=264.0,  # 3 * 80 * 1.1
    mistakes=[
        Mistake(240.0, "That is the price of the books before tax. The tax node multiplies it by 1.1."),
        Mistake(216.0, "You subtracted the tax: 1 - 10%. A tax is added, so the factor is 1 + 10%."),
        Mistake(24.0, "That is the tax alone. The tax node gives books and tax together."),
        Mistake(250.0, "You added 10. The tax is 10% of the amount, not 10."),
        Mistake(88.0, "That is one book with tax. The first node multiplies by the count of 3."),
    ],
)


BILL_WITH_DELIVERY = Exercise(
    "bill-with-delivery",
    chapter=1,
    points=2,
    minutes=5,
    answer=lambda price, count, tax, delivery: price * count * tax + delivery,
    cases=lambda rng: [
        *(tuple(rng.uniform(1, 9, size=4).tolist()) for _ in range(5)),
        (250.0, 40, 1.2, 0.0),  # a large bill: the rule is the same
        (250.0, 40, 1.2, 7.5),
    ],
    mistakes=[
        Mistake(
            lambda price, count, tax, delivery: (price * count + delivery) * tax,
            "Your delivery is taxed: it joins the graph before the tax node. It should join after it.",
        ),
        Mistake(
            lambda price, count, tax, delivery: price * count * tax,
            "The delivery is missing: the graph ends one node too early.",
        ),
        Mistake(
            lambda price, count, tax, delivery: price * count + delivery,
            "The tax is missing.",
        ),
        Mistake(
            lambda price, count, tax, delivery: price * count * (1 + tax) + delivery,
            "`tax` is the factor itself (1.1), so multiply by it. Adding 1 counts the price twice.",
        ),
        Mistake(
            lambda price, count, tax, delivery: price * count * tax + delivery * count,
            "Your delivery is paid for every book. It is paid once.",
        ),
        Mistake(
            lambda price, count, tax, delivery: price * count * (1 + tax / 100) + delivery,
            "`tax` is the factor (1.1), not a percentage.",
        ),
        Mistake(
            lambda price, count, tax, delivery: (price + delivery) * count * tax,
            "Your delivery joins before the count: it is paid for every book, and taxed.",
        ),
    ],
)


DELIVERY_SLOPES = Exercise(
    "delivery-slopes",
    chapter=1,
    points=2,
    minutes=4,
    answer=(2.2, 1.0),
    mistakes=[
        Mistake(
            (2.2, 1.1), "The delivery of this graph joins after the tax node, so no tax is put on it: 5 more is 5 more."
        ),
        Mistake((2.2, 0.0), "A sum grows by 1 when one of its terms grows by 1, whatever the other term is."),
        Mistake(
            (2.2, 5.0), "That is the value of the delivery. Its derivative is how much the total moves per unit of it."
        ),
        Mistake((1.0, 2.2), "The two are in the wrong order: price first."),
        Mistake((1.1, 1.0), "A price that rises by 1 is paid twice, for 2 books, before the tax."),
        Mistake((2.0, 1.0), "The tax is missing from the first one: the 2 passes through the tax node too."),
    ],
)


def nudge_cases(rng):
    return [
        (lambda x: 2.2 * x, 100.0, 0.5),
        (lambda x: x * x, 3.0, 0.1),
        (lambda x: 5.0 - 3.0 * x, -1.0, 0.25),
        (lambda x: x**3, float(rng.uniform(1, 2)), 0.01),
    ]


NUDGE = Exercise(
    "nudge",
    chapter=1,
    points=2,
    minutes=5,
    answer=lambda f, x, h: (f(x + h) - f(x)) / h,
    cases=nudge_cases,
    mistakes=[
        Mistake(lambda f, x, h: f(x + h) - f(x), "That is the change itself. Divide by h to get the change per unit."),
        Mistake(
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "You nudged to both sides. That is more accurate, and chapter 2 does it; here nudge up only.",
        ),
        Mistake(lambda f, x, h: (f(x) - f(x - h)) / h, "You nudged down. Nudge up: compare f(x + h) with f(x)."),
        Mistake(lambda f, x, h: f(x + h) / h, "Only the nudged value is divided. Subtract f(x) first."),
        Mistake(lambda f, x, h: (f(x) - f(x + h)) / h, "The sign is reversed: it is after minus before."),
        Mistake(lambda f, x, h: (f(x + h) - f(x)) / x, "You divided by x. The nudge was h."),
        Mistake(
            lambda f, x, h: f(x + h) - f(x) / h,
            "Parentheses are missing: only f(x) is divided. Divide the whole difference.",
        ),
    ],
)
