"""Write the reports of the scheduled runs, as Markdown for a run's summary. Needs nothing but Python.

`reports.py newest pinned.txt newest.txt report.xml`: from constraints, `pip freeze` and pytest's --junitxml.
`reports.py links output.json`: from what Sphinx's builder linkcheck wrote.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

DOI, REGISTRY = "https://doi.org/", "https://doi.org/api/handles/"  # as in _ext/website
MOVED = (301, 308)  # for good; the other redirects are how a site works


def table(head, rows):
    """Return a Markdown table as lines; what would end a cell or a row, or begin a tag, is made harmless."""
    cells = [[re.sub(r"\s+", " ", str(cell)).replace("|", r"\|").replace("<", "&lt;") for cell in row] for row in rows]
    return ["", *("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *cells]), ""]


def versions(path):
    """Return {name: version} from lines like `name==1.0`, in one spelling: torch's 2.0+cpu is the version 2.0."""
    lines = Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []
    pairs = [line.partition("#")[0].split("==") for line in lines if not line.startswith("#")]
    pairs = [pair for pair in pairs if len(pair) == 2]
    return {re.sub(r"[-_.]+", "-", name).lower(): version.partition("+")[0].strip() for name, version in pairs}


def failed_tests(path):
    """Return (how many tests there were, those that failed with the first line of the reason)."""
    cases = list(ElementTree.parse(path).iter("testcase"))
    failed = []
    for case in cases:
        reasons = [case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None]
        if reasons:
            message = (reasons[0].get("message") or reasons[0].text or "").strip().partition("\n")[0]
            failed.append((f"{case.get('classname')} {case.get('name')}".strip(), message[:200]))
    return len(cases), failed


def newest(pinned, frozen, junit):
    """Report what is newer than constraints.txt says, and which tests fail with it."""
    old, new = versions(pinned), versions(frozen)
    if not Path(junit).is_file():
        yield "**The tests did not run**: the installation failed, or pytest did not start. The log says why."
    else:
        count, failed = failed_tests(junit)
        yield f"**{len(failed)} of {count} tests fail.**" if failed else f"All {count} tests pass, or are skipped."
        if failed:
            yield from table(["test", "reason"], failed)
    changed = sorted(name for name in old.keys() & new.keys() if old[name] != new[name])
    yield f"{len(changed)} of {len(old)} packages of constraints.txt are there in another version."
    yield from table(["package", "constraints.txt", "newest"], [(name, old[name], new[name]) for name in changed])
    for what, names in (("Not in constraints.txt", new.keys() - old.keys()), ("Not here", old.keys() - new.keys())):
        yield f"{what}: {', '.join(sorted(names)) or 'none'}."
        yield ""


def links(path):
    """Report the links that leave the site and don't work, or have moved for good."""
    if not Path(path).is_file():
        yield f"**The links were not checked**: there is no {path}. The log says why."
        return
    entries = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line]
    outside = [entry for entry in entries if entry["uri"].startswith(("http:", "https:"))]
    counts = Counter(entry["status"] for entry in outside)
    yield f"{len(outside)} links leave the site: {', '.join(f'{n} {state}' for state, n in sorted(counts.items()))}."
    yield from section("Broken", [entry for entry in outside if entry["status"] == "broken"])
    yield from section("No answer in time", [entry for entry in outside if entry["status"] == "timeout"])
    yield from section("Moved for good", [entry for entry in outside if entry["code"] in MOVED])


def section(title, entries):
    """Return the lines that tell of some links, if there are any."""
    rows = sorted((e["filename"], e["uri"].replace(REGISTRY, DOI), e["info"][:200]) for e in entries)
    return ["", f"## {title}", *table(["first on", "link", "what came"], rows)] if rows else []


def main(kind, *files):
    for line in {"newest": newest, "links": links}[kind](*files):
        print(line)


if __name__ == "__main__":
    main(*sys.argv[1:])
