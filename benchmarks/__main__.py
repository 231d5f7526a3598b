"""Run the benchmarks: prints tables, and writes results.json and steps.png into _build/bench."""

import argparse
import json

from . import tables
from .goals import verdicts
from .machine import facts
from .worker import ROOT, in_a_process

SECTIONS = ("steps", "accuracy", "gradients", "language", "scalars", "figures")
QUICK = {
    "steps": {"steps": 200, "rounds": 3},
    "accuracy": {"repeats": 1},
    "gradients": {"sizes": [[10, 5, 3], [50, 10, 10], [100, 20, 10]]},
    "language": {"steps": 10, "rounds": 3},
    "scalars": {"rounds": 3},
    "figures": {"rounds": 5, "pulls": 50},
}


def main(words=None):
    options = parsed(words)
    folder = ROOT / "_build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    more = QUICK if options.quick else {}
    results = {"machine": facts(), "quick": options.quick}
    print(tables.of_machine(results["machine"]), flush=True)
    if results["machine"]["load"] is not None and results["machine"]["load"] > 0.5:
        print("Other programs are running: trust the ratios more than the times.", flush=True)
    for section in options.only or SECTIONS:
        results[section] = MEASURE[section](options.threads, more.get(section, {}))
    results["goals"] = verdicts(results)
    print(tables.of_goals(results["goals"]))

    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print("\nWritten: _build/bench/results.json")
    if results.get("steps"):
        from . import picture  # matplotlib takes a second

        picture.save(results, folder / "steps.png", options.threads[0])
        print("Written: _build/bench/steps.png")


def parsed(words):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller networks: a look, not a result")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="one section; may be given several times")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="for the steps (default: 1 2)")
    return parser.parse_args(words)


def steps(threads, more):
    found = {}
    for count in threads:
        for hidden in (50, 128):
            name = f"784-{hidden}-10, {count} thread" + "s" * (count != 1)
            found[name] = in_a_process("steps", count, hidden=hidden, **more)
            print(tables.of_steps(name, found[name]), flush=True)
    return found


def accuracy(threads, more):
    found = {}
    for goal in ("97 %", "98 %"):
        found[goal] = in_a_process("accuracy", 1, goal=goal, **more)
        print(tables.of_accuracy(goal, found[goal]), flush=True)
    return found


def gradients(threads, more):
    found = in_a_process("gradients", 1, **more)
    print(tables.of_gradients(found), flush=True)
    return found


def language(threads, more):
    found = {}
    for count in threads:
        name = f"{count} thread" + "s" * (count != 1)
        found[name] = in_a_process("language", count, **more)
        print(tables.of_language(name, found[name]), flush=True)
    return found


def scalars(threads, more):
    found = in_a_process("scalars", 1, **more)
    print(tables.of_scalars(found), flush=True)
    return found


def figures(threads, more):
    found = in_a_process("figures", 1, **more)
    print(tables.of_figures(found), flush=True)
    return found


MEASURE = {
    "steps": steps,
    "accuracy": accuracy,
    "gradients": gradients,
    "language": language,
    "scalars": scalars,
    "figures": figures,
}

if __name__ == "__main__":
    main()
