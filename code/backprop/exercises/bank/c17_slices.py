from ..exercise import Exercise, Mistake


def slice_of(count, processes, rank):
    share, rest = divmod(count, processes)
    start = rank * share + min(rank, rest)
    return start, start + share + (rank < rest)


def cases(rng):
    return [
        (7, 3, 0),
        (7, 3, 1),
        (7, 3, 2),
        (101, 4, 3),
        (101, 4, 0),
        (11, 4, 1),
        (2, 4, 3),
        (int(rng.integers(20, 40)), 6, 4),
    ]


def rest_for_the_last(count, processes, rank):
    share = count // processes
    return rank * share, count if rank == processes - 1 else (rank + 1) * share


def rounded_up(count, processes, rank):
    share = -(-count // processes)
    return min(rank * share, count), min((rank + 1) * share, count)


def longer_ones_last(count, processes, rank):
    share, rest = divmod(count, processes)
    start = rank * share + max(0, rank - (processes - rest))
    return start, start + share + (rank >= processes - rest)


def start_forgets_the_rest(count, processes, rank):
    share, rest = divmod(count, processes)
    return rank * share, rank * share + share + (rank < rest)


def stop_forgets_the_rest(count, processes, rank):
    start, _ = slice_of(count, processes, rank)
    return start, start + count // processes


def last_row_included(count, processes, rank):
    start, stop = slice_of(count, processes, rank)
    return start, stop - 1


def length_in_place_of_stop(count, processes, rank):
    start, stop = slice_of(count, processes, rank)
    return start, stop - start


exercise = Exercise(
    id="slice-of-a-batch",
    chapter=17,
    points=2,
    minutes=5,
    answer=slice_of,
    cases=cases,
    mistakes=[
        Mistake(
            lambda n, p, r: (r * (n // p), (r + 1) * (n // p)),
            "The rows that are left over belong to nobody, and nobody learns from them. The first `count % processes` slices take one each.",
        ),
        Mistake(
            rest_for_the_last,
            "The last process takes all that is left over, and everybody waits for it. Give one row each to the first slices.",
        ),
        Mistake(
            rounded_up,
            "Rounded up, the first slices are all long, and what is missing is missing in the last one. No two slices may differ by more than one row.",
        ),
        Mistake(longer_ones_last, "The lengths are right, in the wrong order: the longer slices come first."),
        Mistake(
            start_forgets_the_rest,
            "The longer slices push the later ones back: the start moves by `min(rank, rest)`. As it is, neighbours share a row.",
        ),
        Mistake(
            stop_forgets_the_rest,
            "The starts are right. The first slices are one row longer, so their stop is one further.",
        ),
        Mistake(last_row_included, "The stop is the row after the last one, as in Python's own slices."),
        Mistake(
            length_in_place_of_stop,
            "You returned start and length. The second number should be the stop: start plus length.",
        ),
        Mistake(lambda n, p, r: slice_of(n, p, r - 1), "The ranks count from 0: process 0 takes the first slice."),
    ],
)
