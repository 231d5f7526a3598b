from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="bill-total",
    chapter=1,
    points=1,
    minutes=2,
    answer=264.0,  # 3 * 80 * 1.1
    mistakes=[
        Mistake(240.0, "That is the price of the books before tax. The tax node multiplies it by 1.1."),
        Mistake(216.0, "The tax was taken off: 1 - 10 %. A tax is added, so the factor is 1 + 10 %."),
        Mistake(24.0, "That is the tax alone. The tax node gives books and tax together."),
        Mistake(250.0, "10 was added. The tax is 10 % of the amount, not 10."),
        Mistake(88.0, "That is one book with tax. The first node multiplies by the count of 3."),
    ],
)
