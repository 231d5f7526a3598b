from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="steps-in-an-epoch",
    chapter=12,
    points=1,
    minutes=3,
    answer=937.0,  # 60_000 // 64
    mistakes=[
        Mistake(937.5, "Half a step can't be taken. The shorter last batch is left out: use //, which drops the rest."),
        Mistake(938.0, "That counts the shorter last batch. It is left out here."),
        Mistake(600.0, "That is for batches of 100, as in chapter 11. Here a batch has 64 images."),
        Mistake(60_000.0, "That is one step for each image. A step takes a batch of 64."),
        Mistake(64.0, "That is the size of a batch. How many such batches fit into 60,000 images?"),
        Mistake(18_740.0, "That is all 20 epochs. The question is about one."),
    ],
)
