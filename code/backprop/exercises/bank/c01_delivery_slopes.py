from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="delivery-slopes",
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
        Mistake((1.0, 2.2), "The two are the other way round: price first."),
        Mistake((1.1, 1.0), "A price that rises by 1 is paid twice, for 2 books, before the tax."),
        Mistake((2.0, 1.0), "The tax is missing from the first one: the 2 passes through the tax node too."),
    ],
)
