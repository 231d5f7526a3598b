"""Exercises of chapter 20, a language model."""

import numpy as np

from .clinic import faulty, healthy
from .exercise import Exercise, Mistake

SHIFTED_BACK = "The targets are shifted the wrong way: in yours, each place predicts the token before it."


def softmax(scores, axis=1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def hidden(scores, where, value=-np.inf):
    return np.where(where, value, scores)


def after(scores, k=1):
    """True where the column's token comes after the row's."""
    return np.triu(np.ones(scores.shape, dtype=bool), k=k)


def causal_shares_cases(rng):
    return [(2 * rng.standard_normal((T, T)),) for T in (3, 5, 2, 7, 1, 4)]


CAUSAL_SHARES = Exercise(
    "causal-shares",
    chapter=20,
    points=2,
    minutes=6,
    answer=lambda scores: softmax(hidden(scores, after(scores))),
    cases=causal_shares_cases,
    mistakes=[
        Mistake(
            lambda scores: softmax(hidden(scores, after(scores).T)),
            "The mask is on the wrong side: yours hides the tokens before. Rows ask and columns answer, so what comes "
            "later is above the diagonal.",
        ),
        Mistake(
            lambda scores: softmax(hidden(scores, after(scores)), axis=0),
            "The softmax goes down the columns. The shares of one token are in its row, and each row adds up to 1.",
        ),
        Mistake(
            lambda scores: softmax(hidden(scores, after(scores).T), axis=0),
            "Mask and softmax both take columns for rows. Row t holds the question of token t: hide what is above the "
            "diagonal, and take the softmax along axis 1.",
        ),
        Mistake(softmax, "The mask is missing: a token sees those after it."),
        Mistake(
            lambda scores: softmax(hidden(scores, after(scores), 0.0)),
            "The hidden scores are 0, and exp(0) is 1, so those tokens still get a share. Make them -infinity.",
        ),
        Mistake(
            lambda scores: hidden(softmax(scores), after(scores), 0.0),
            "The mask comes after the softmax, so the rows don't add up to 1 anymore. Hide the scores, not the shares.",
        ),
        Mistake(
            lambda scores: np.nan_to_num(softmax(np.where(after(scores, 0), -np.inf, scores))),
            "A token is hidden from itself, and the first one sees nothing at all. Begin the mask above the diagonal: "
            "k=1.",
        ),
        Mistake(
            lambda scores: softmax(hidden(scores, after(scores, 2))),
            "The mask begins one place too late: each token sees its successor, the very one that it must predict.",
        ),
        Mistake(
            lambda scores: softmax(hidden(scores, after(scores)) / np.sqrt(len(scores))),
            "You divided the scores once more. The scale belongs to the dot products, and these are scores already.",
        ),
        Mistake(
            lambda scores: hidden(scores, after(scores)),
            "These are the scores with their mask. The softmax is missing.",
        ),
        Mistake(
            lambda scores: hidden(np.exp(scores), after(scores), 0.0),
            "These are the exponentials. Divide each row by its sum.",
        ),
    ],
)


def attention_forward_cases(rng):
    return [tuple(rng.standard_normal((3, T, d))) for T, d in ((3, 2), (5, 4), (4, 4), (2, 6), (6, 3), (1, 3), (4, 1))]


def mixed(scale=lambda q: np.sqrt(q.shape[1]), axis=1, scores=lambda q, k: q @ k.T):
    return lambda q, k, v: softmax(scores(q, k) / scale(q), axis) @ v


ATTENTION_FORWARD = Exercise(
    "attention-forward",
    chapter=20,
    points=2,
    minutes=6,
    answer=mixed(),
    cases=attention_forward_cases,
    mistakes=[
        Mistake(
            mixed(lambda q: 1.0), "The scale is missing: divide the scores by the root of d, the width of a query."
        ),
        Mistake(mixed(lambda q: q.shape[1]), "You divided by d. The spread of a dot product grows with the root of d."),
        Mistake(
            mixed(lambda q: np.sqrt(len(q))),
            "You divided by the root of T, the number of tokens. It is d, the width of a query, that a dot product "
            "adds up.",
        ),
        Mistake(
            mixed(lambda q: 1 / np.sqrt(q.shape[1])),
            "You multiplied by the root of d. Wide vectors have large dot products, so divide.",
        ),
        Mistake(
            mixed(axis=0),
            "The softmax goes down the columns. Each token asks in its row: the shares of a row add up to 1.",
        ),
        Mistake(
            mixed(scores=lambda q, k: k @ q.T),
            "Keys and queries are swapped: your rows belong to the keys. Row t must hold the fits of query t.",
        ),
        Mistake(
            mixed(scores=lambda q, k: q @ q.T),
            "Queries meet queries. Each query is compared with the keys.",
        ),
        Mistake(
            lambda q, k, v: softmax(q @ k.T / np.sqrt(q.shape[1])),
            "These are the shares. Each token takes its shares of the values.",
        ),
        Mistake(
            lambda q, k, v: softmax(q @ k.T / np.sqrt(q.shape[1])).T @ v,
            "The shares are transposed before they meet the values. Row t of the shares says what token t takes.",
        ),
        Mistake(
            lambda q, k, v: q @ k.T / np.sqrt(q.shape[1]) @ v,
            "The softmax is missing: shares are positive, and those of a token add up to 1.",
        ),
        Mistake(
            lambda q, k, v: softmax(hidden(q @ k.T / np.sqrt(q.shape[1]), after(q @ k.T))) @ v,
            "You hid the later tokens. Here there is no mask: all tokens see all others.",
        ),
    ],
)


def attention_backward_cases(rng):
    return [
        (softmax(rng.standard_normal((T, T))), *rng.standard_normal((4, T, d)))
        for T, d in ((3, 2), (5, 4), (4, 4), (2, 6), (6, 3), (1, 3), (4, 1))
    ]


def of_softmax(p, grad_p):
    return p * (grad_p - (grad_p * p).sum(axis=1, keepdims=True))


def backward(
    of_scores=of_softmax,
    root=lambda q: np.sqrt(q.shape[1]),
    of_q=lambda s, q, k: s @ k,
    of_k=lambda s, q, k: s.T @ q,
    of_v=lambda p, g: p.T @ g,
):
    def gradients(shares, q, k, v, grad_output):
        s = of_scores(shares, grad_output @ v.T) / root(q)
        return of_q(s, q, k), of_k(s, q, k), of_v(shares, grad_output)

    return gradients


ATTENTION_BACKWARD = Exercise(
    "attention-backward",
    chapter=20,
    points=5,
    minutes=15,
    answer=backward(),
    cases=attention_backward_cases,
    mistakes=[
        Mistake(
            backward(root=lambda q: 1.0),
            "The values are right. For the queries and the keys, the scale is missing: the scores were divided by the "
            "root of d, so their gradient is divided by it too.",
        ),
        Mistake(
            backward(root=lambda q: q.shape[1]),
            "The values are right. You divided the gradients of queries and keys by d. Divide by the root of d.",
        ),
        Mistake(
            backward(root=lambda q: 1 / np.sqrt(q.shape[1])),
            "The values are right. The gradients of queries and keys are multiplied by the root of d: divide by it.",
        ),
        Mistake(
            backward(lambda p, g: p * g),
            "The values are right. In the softmax, the term with the sum is missing: a share that grows takes from all "
            "others of its row.",
        ),
        Mistake(
            backward(lambda p, g: p * (1 - p) * g),
            "The values are right. The softmax is taken for a sigmoid: each score moves all shares of its row.",
        ),
        Mistake(
            backward(lambda p, g: p * (g - (g * p).sum(axis=0, keepdims=True))),
            "The values are right. In the softmax, the sum goes down the columns. Its rows are what adds up to 1: sum "
            "along axis 1.",
        ),
        Mistake(
            backward(lambda p, g: p * (g - g.mean(axis=1, keepdims=True))),
            "The values are right. In the softmax, you subtract the plain mean. Weight it by the shares: "
            "(grad_shares * shares).sum.",
        ),
        Mistake(
            backward(lambda p, g: g - (g * p).sum(axis=1, keepdims=True)),
            "The values are right. In the softmax, the factor in front is missing: the shares.",
        ),
        Mistake(
            backward(lambda p, g: g),
            "The values are right. The softmax was left out on the way from the shares to the scores.",
        ),
        Mistake(
            backward(of_q=lambda s, q, k: s.T @ k),
            "Keys and values are right. For the queries, don't transpose the gradient of the scores: row t belongs "
            "to query t.",
        ),
        Mistake(
            backward(of_k=lambda s, q, k: s @ q),
            "Queries and values are right. For the keys, transpose the gradient of the scores: what came back "
            "for key s is in column s.",
        ),
        Mistake(
            backward(of_q=lambda s, q, k: s @ q, of_k=lambda s, q, k: s.T @ k),
            "The values are right. Queries and keys each got their own factor. In a product, each gets the other's.",
        ),
        Mistake(
            backward(of_v=lambda p, g: p @ g),
            "Queries and keys are right. For the values, transpose the shares: value s was taken by all tokens "
            "in column s.",
        ),
        Mistake(
            backward(of_v=lambda p, g: g),
            "Queries and keys are right. The values got the upstream gradient as it is. Each was taken in shares.",
        ),
    ],
)


def embedding_backward_cases(rng):
    return [
        (rng.integers(0, read, T), rows, rng.standard_normal((T, D)))  # the last rows needn't be read
        for T, read, rows, D in ((7, 4, 4, 3), (5, 7, 9, 2), (6, 2, 2, 6), (8, 3, 3, 1))
    ]


def added(ids, rows, g):
    table = np.zeros((rows, g.shape[1]))
    np.add.at(table, ids, g)
    return table


def how_often(ids, rows):
    return np.bincount(ids, minlength=rows)[:, np.newaxis]


def last_only(ids, rows, g):
    table = np.zeros((rows, g.shape[1]))
    for i, row in zip(ids, g):
        table[i] = row
    return table


def first_only(ids, rows, g):
    return last_only(ids[::-1], rows, g[::-1])


EMBEDDING_BACKWARD = Exercise(
    "embedding-backward",
    chapter=20,
    points=2,
    minutes=5,
    answer=added,
    cases=embedding_backward_cases,
    mistakes=[
        Mistake(
            last_only,
            "Where a token occurs twice, only its last gradient is left: it overwrote the others. Add them up. (With "
            "`table[ids] += ...` NumPy overwrites, too.)",
        ),
        Mistake(
            first_only,
            "Where a token occurs twice, only its first gradient is there. A row that is read twice gets both, added.",
        ),
        Mistake(
            lambda ids, rows, g: added(ids, rows, g) / np.maximum(how_often(ids, rows), 1),
            "Where a token occurs twice, yours is the mean of its gradients. The gradients of several uses add up.",
        ),
        Mistake(
            lambda ids, rows, g: added(ids, rows, g) / len(ids),
            "Yours is T times too small. The 1/T of a mean loss is in the upstream gradient already.",
        ),
        Mistake(
            lambda ids, rows, g: g[: len(ids)],
            "That is the upstream gradient, a row for each place of the text. The table has a row for each token.",
        ),
        Mistake(
            lambda ids, rows, g: added(ids, rows, np.ones_like(g)),
            "You counted how often each row was read. Add up the gradients instead.",
        ),
        Mistake(
            lambda ids, rows, g: np.eye(rows)[ids].T @ np.ones_like(g) * g.sum(axis=0),
            "Every row that was read got the gradients of all places. Each gets those of its own places.",
        ),
    ],
)


def layer_norm_gradients_cases(rng):
    return [
        (3 + 2 * rng.standard_normal((N, D)), rng.uniform(0.5, 2, D), rng.standard_normal((N, D)), eps)
        for N, D, eps in ((4, 3, 1e-5), (2, 6, 0.1), (5, 5, 0.01), (1, 4, 0.2))
    ]


def mean(array, axis=1):
    return array.mean(axis=axis, keepdims=True)


def norm_backward(of_z=None, of_gamma=None, of_beta=None, inner=lambda gamma, g: gamma * g):
    def gradients(x, gamma, grad_output, eps):
        root = np.sqrt(x.var(axis=1, keepdims=True) + eps)
        z, g = (x - mean(x)) / root, inner(gamma, grad_output)
        grad_x = (g - mean(g) - z * mean(g * z)) / root if of_z is None else of_z(g, z, root)
        grad_gamma = (grad_output * z).sum(axis=0) if of_gamma is None else of_gamma(grad_output, z, x)
        return grad_x, grad_gamma, grad_output.sum(axis=0) if of_beta is None else of_beta(grad_output)

    return gradients


LAYER_NORM_GRADIENTS = Exercise(
    "layer-norm-gradients",
    chapter=20,
    points=4,
    minutes=12,
    answer=norm_backward(),
    cases=layer_norm_gradients_cases,
    mistakes=[
        Mistake(
            norm_backward(lambda g, z, root: g / root),
            "gamma and beta are right. For x, mean and root are taken for constants. They change with every number of "
            "the row: two terms are missing.",
        ),
        Mistake(
            norm_backward(lambda g, z, root: (g - mean(g)) / root),
            "gamma and beta are right. For x, the root is taken for a constant. What comes back through it is z times "
            "the mean of g * z.",
        ),
        Mistake(
            norm_backward(lambda g, z, root: (g - z * mean(g * z)) / root),
            "gamma and beta are right. For x, the mean is treated as a constant: subtract the mean of g.",
        ),
        Mistake(
            norm_backward(lambda g, z, root: (g - mean(g, 0) - z * mean(g * z, 0)) / root),
            "gamma and beta are right. For x, the means go over the batch. That is batch normalization: here they go "
            "along the row.",
        ),
        Mistake(
            norm_backward(lambda g, z, root: g - mean(g) - z * mean(g * z)),
            "gamma and beta are right. For x, the division by the root is missing.",
        ),
        Mistake(
            norm_backward(lambda g, z, root: (g - mean(g) - mean(g * z)) / root),
            "gamma and beta are right. For x, the last term lacks its factor z.",
        ),
        Mistake(
            norm_backward(inner=lambda gamma, g: g),
            "gamma and beta are right. For x, gamma itself is missing: z was multiplied by it, so the gradient of z is "
            "gamma times the upstream gradient.",
        ),
        Mistake(
            norm_backward(inner=lambda gamma, g: g / gamma),
            "gamma and beta are right. For x, the upstream gradient is divided by gamma. z was multiplied by it, and "
            "backward multiplies again.",
        ),
        Mistake(
            norm_backward(of_gamma=lambda g, z, x: (g * x).sum(axis=0)),
            "x and beta are right. gamma multiplied z, not x, so its gradient is the upstream gradient times z.",
        ),
        Mistake(
            norm_backward(of_gamma=lambda g, z, x: g * z, of_beta=lambda g: g),
            "x is right. gamma and beta were used in every row, so their gradients are summed over the rows.",
        ),
        Mistake(
            norm_backward(of_gamma=lambda g, z, x: (g * z).mean(axis=0), of_beta=lambda g: g.mean(axis=0)),
            "x is right. gamma and beta get means over the rows. The gradients of several uses add up.",
        ),
    ],
)


def next_tokens_cases(rng):
    return [(rng.permutation(T), context) for T, context in ((13, 4), (12, 4), (9, 2), (20, 7), (8, 7))]


def cut(ids, start, count, context):
    return ids[start : start + count * context].reshape(-1, context)


def fitting(ids, context):
    return (len(ids) - 1) // context


NEXT_TOKENS = Exercise(
    "next-tokens",
    chapter=20,
    points=2,
    minutes=6,
    answer=lambda ids, context: tuple(cut(ids, start, fitting(ids, context), context) for start in (0, 1)),
    cases=next_tokens_cases,
    mistakes=[
        Mistake(
            lambda ids, context: (cut(ids, 0, fitting(ids, context), context),) * 2,
            "The targets aren't shifted: in yours, each place predicts itself, which it only has to copy. The target is "
            "the token one place further on.",
        ),
        Mistake(
            lambda ids, context: tuple(cut(ids, start, fitting(ids, context), context) for start in (1, 0)),
            SHIFTED_BACK,
        ),
        Mistake(
            lambda ids, context: (
                cut(ids, 0, fitting(ids, context), context),
                np.roll(cut(ids, 0, fitting(ids, context), context), -1, axis=1),
            ),
            "In yours, the last place of each piece predicts the first token of the piece. Its target is the first token "
            "of what comes after.",
        ),
        Mistake(
            lambda ids, context: (
                np.stack([ids[i : i + context] for i in range(len(ids) - context)]),
                np.stack([ids[i + 1 : i + 1 + context] for i in range(len(ids) - context)]),
            ),
            "Your pieces overlap. Each begins where the one before ends.",
        ),
        Mistake(
            lambda ids, context: (
                cut(ids, 0, fitting(ids, context), context),
                ids[context : fitting(ids, context) * context + 1 : context],
            ),
            "There is one target for each piece. Every place of a piece predicts the token after it: the targets have "
            "the shape (N, context) too.",
        ),
        Mistake(
            lambda ids, context: tuple(cut(ids, start, max(fitting(ids, context) - 1, 0), context) for start in (0, 1)),
            "One more piece fits: T tokens have T - 1 targets, which make (T - 1) // context pieces.",
        ),
    ],
)


def carry_through():
    n = np.arange(100)
    ones = n[:, np.newaxis] % 10 + n % 10
    tens = n[:, np.newaxis] // 10 + n // 10
    return float(((ones > 9) & (tens == 9)).mean())


CARRY_THROUGH = Exercise(
    "carry-through",
    chapter=20,
    points=2,
    minutes=6,
    answer=carry_through(),  # 45 of 100 pairs of ones, and 10 of 100 pairs of tens
    mistakes=[
        Mistake(0.45, "That is how often the ones give a carry. It must meet tens that add up to 9."),
        Mistake(0.1, "That is how often the tens add up to 9. The ones must give a carry, too."),
        Mistake(0.055, "You counted ones that add up to 9 or more. A carry begins at 10."),
        Mistake(0.2475, "You counted all tens that add up to 9 or more. From 10 on, the hundreds digit is 1 without "
                        "the carry."),
        Mistake(0.55, "You added the two shares, 0.45 and 0.1. Both have to happen at once, and they don't depend on "
                      "each other: multiply."),
        Mistake(0.505, "That is how often one of the two happens. Both have to happen at once."),
        Mistake(0.2025, "You counted sums in which both columns are 10 or more by themselves."),
        Mistake(450, "That is the number of such sums. Divide by all 10,000."),
        Mistake(0.495, "That is how often the hundreds digit is 1, for any reason."),
    ],
)  # fmt: skip


def clinic_26_cases(rng):
    sizes = ((12, 4, 3), (9, 2, 4), (20, 5, 2), (8, 1, 1))
    return [(rng.permutation(T), rng.integers(0, T - c, N), c) for T, c, N in sizes]


def slices(of_x, of_t):
    """Both from rows that begin at the starts and hold two tokens more than the context."""

    def answer(ids, starts, context):
        rows = np.stack([np.resize(ids[start : start + context + 2], context + 2) for start in starts])
        return rows[:, of_x], rows[:, of_t]

    return answer


def rolled(ids, starts, context):
    x, _ = healthy.examples(ids, starts, context)
    return x, np.roll(x, -1, axis=1)


CLINIC_26 = Exercise(
    "clinic-26",
    chapter=20,
    points=2,
    minutes=5,
    answer=healthy.examples,
    cases=clinic_26_cases,
    mistakes=[
        Mistake(
            faulty.examples,
            "It does what the code did as it came: the target of each place is the token that it has just read.",
        ),
        Mistake(
            slices(slice(1, -1), slice(1, -1)),
            "Both begin one place later, and the targets are still what is read. Move the targets alone.",
        ),
        Mistake(
            slices(slice(1, -1), slice(0, -2)),
            SHIFTED_BACK,
        ),
        Mistake(
            slices(slice(0, -2), slice(2, None)),
            "Each target is two places further on. The model predicts the next token: one place.",
        ),
        Mistake(
            rolled,
            "The last target of each row is the row's own first token. It is the token that follows the row.",
        ),
        Mistake(
            slices(slice(0, -3), slice(1, -2)),
            "Your rows are one token shorter than the context. Cut rows of context + 1, and take one off each end.",
        ),
        Mistake(
            slices(slice(0, -2), slice(1, None)),
            "What is read is right. The targets have a token too many: there is one for each that is read.",
        ),
        Mistake(
            slices(slice(0, -2), -2),
            "There is one target for each row. Every place predicts its next token: the targets have the shape "
            "(N, context) too.",
        ),
    ],
)
