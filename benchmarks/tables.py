"""The results as plain text, one table for each section."""

import math

from .timing import Summary

NOISY = 0.2  # distance of the quartiles as a share of the median


def table(title, head, rows):
    """Columns as wide as their widest entry: the first to the left, the others to the right."""
    lines = [[str(entry) for entry in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    text = []
    for first, *others in lines:
        cells = [first.ljust(widths[0]), *(entry.rjust(width) for entry, width in zip(others, widths[1:]))]
        text.append("  ".join(cells))
    return "\n".join(["", title, text[0], "-" * len(text[0]), *text[1:]])


def number(value, form=".2f"):
    return "-" if value is None or not math.isfinite(value) else format(value, form)


def of_machine(facts):
    return "  ".join(f"{name} {value}" for name, value in facts.items())


def of_steps(name, result):
    rows, noisy, ratios = [], [], result["ratios"]
    for key, seconds in result["seconds_per_step"].items():
        summary = Summary.of([1e6 * each for each in seconds])
        if summary.spread > NOISY:
            noisy.append(result["labels"][key])
        rows.append([
            result["labels"][key],
            *(number(each, ".0f") for each in (summary.median, summary.lower, summary.upper, 1e6 * min(seconds))),
            *(number(ratios.get(base, {}).get(key)) for base in ("floor", "textbook", "nn")),
            number(result["test_loss"].get(key), ".3f"),
        ])  # fmt: skip
    rows += [[what, why, *[""] * 7] for what, why in result["missing"].items()]
    head = ("microseconds per step", "median", "25 %", "75 %", "best", "/ floor", "/ textbook", "/ nn", "test loss")
    text = table(f"{name}, batch 100, {result['steps']} steps, {len(seconds)} rounds", head, rows)
    return f"{text}\nNoisy, with quartiles more than {NOISY:.0%} apart: {', '.join(noisy)}" if noisy else text


def of_accuracy(goal, result):
    if "skipped" in result:
        return f"\n{goal} on the test images: skipped, {result['skipped']}"
    rows = []
    for name, found in result["found"].items():
        seconds, steps = Summary.of(found["seconds"]), Summary.of(found["steps"])
        failed = sum(not math.isfinite(each) for each in found["seconds"])
        share = number(result["ratios"].get(name))
        rows.append([name, number(seconds.median), number(steps.median, ".0f"), share, failed])
    head = ("contender", "seconds", "steps", f"/ {result['base']}", "runs that never came there")
    title = f"{goal} on the test images, 784-{result['hidden']}-10, 1 thread, median of {len(found['seconds'])} runs"
    return table(title, head, rows)


def of_gradients(rows):
    entries = [
        [row["network"], f"{row['parameters']:,}", number(row["numerical"], ".3f"),
         number(1e6 * row["analytic"], ".0f"), f"{row['ratio']:,.0f}", f"{row['difference']:.0e}"]
        for row in rows
    ]  # fmt: skip
    head = ("network", "parameters", "numerical in s", "analytic in us", "ratio", "greatest difference")
    return table("The gradient of a batch of 10, in float64", head, entries)


def of_language(name, result):
    if "skipped" in result:
        return f"\nA language model, {name}: skipped, {result['skipped']}"
    rows = []
    for key, seconds in result["seconds_per_step"].items():
        summary = Summary.of([1e3 * each for each in seconds])
        rows.append([key, *(number(each) for each in (summary.median, summary.lower, summary.upper))])
    head = ("milliseconds per step", "median", "25 %", "75 %")
    title = f"{result['network']}, {name}, {result['steps']} steps, {len(seconds)} rounds"
    return table(title, head, rows) + f"\nours / PyTorch: {number(result['ratio'])}"


def of_scalars(result):
    rows = []
    for title, each in result["workloads"].items():
        for name, seconds in each["seconds_per_operation"].items():
            summary = Summary.of([1 / second for second in seconds])
            rows.append([
                f"{title}, {each['operations']:,} operations", name,
                *(number(value, ",.0f") for value in (summary.median, summary.lower, summary.upper)),
                number(each["speed_of_variable"].get(name, 1.0)),
            ])  # fmt: skip
    head = ("scalars", "engine", "operations/s", "25 %", "75 %", "Variable's speed / this")
    memory = [[name, *(number(value, ".0f") for value in kept.values())] for name, kept in result["memory"].items()]
    kept = table("Bytes that an operation keeps", ("engine", "after forward", "and backward"), memory)
    return table("Forward and backward together", head, rows) + "\n" + kept


def of_figures(result):
    rows = []
    for name, times in result.items():
        found = [times] if isinstance(times, str) else vars(Summary.of([1e3 * each for each in times])).values()
        rows.append([name, *(each if isinstance(each, str) else number(each) for each in found)])
    rows = [row + [""] * (4 - len(row)) for row in rows]
    return table("What a reader waits for", ("milliseconds", "25 %", "median", "75 %"), rows)


def of_goals(rows):
    entries = [[row["goal"], row["limit"], number(row["value"]), row["verdict"]] for row in rows]
    return table("Goals", ("ratio", "goal", "here", "verdict"), entries)
