from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="bill-with-delivery",
    chapter=1,
    points=2,
    minutes=5,
    answer=lambda price, count, tax, delivery: price * count * tax + delivery,
    cases=lambda rng: [tuple(rng.uniform(1, 9, size=4).tolist()) for _ in range(5)],
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
