"""What the workflows in .github must obey: each rule takes the project's folder and returns a list of findings."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first is ten times as fast
READ = {"contents": "read"}
# What a job that may write runs: git and the host's own command, by which it can't be led astray.
HARMLESS = re.compile(r"(?:\.github/publish\.sh|gh api|if address=\"\$\(gh api|echo|else|fi)\b")


def workflows(root):
    """Return {file name: content} of all workflows. YAML reads the key `on` as true; that is no matter here."""
    files = sorted((root / ".github" / "workflows").glob("*.yml"))
    return {file.name: yaml.load(file.read_text(encoding="utf-8"), Loader) for file in files}


def jobs(root):
    """Return [("file: job", job)] of all workflows."""
    return [(f"{file}: {name}", job) for file, flow in workflows(root).items() for name, job in flow["jobs"].items()]


def script(job):
    """Return all that a job runs in a shell."""
    return "\n".join(step["run"] for step in job["steps"] if "run" in step)


def uses(job, action):
    """Return what each use of an action is given."""
    return [step.get("with", {}) for step in job["steps"] if step.get("uses", "").startswith(f"{action}@")]


# ---------------------------------------------------------------- other people's rules


def complaints(name, *words, stdin=None):
    """Run a linter that is installed beside this Python; return the lines of what it complains about."""
    command = shutil.which(name, path=Path(sys.executable).parent)
    if not command:
        pytest.skip(f"{name} is not installed: requirements-test.txt names its package")
    command = [command, *map(str, words)]
    run = subprocess.run(command, input=stdin, capture_output=True, encoding="utf-8")
    return [] if run.returncode == 0 else (run.stdout + run.stderr or f"{name} failed").splitlines()


def against_schema(root):
    """The files hold nothing but what the host knows."""
    files = sorted((root / ".github" / "workflows").glob("*.yml"))
    return [
        *complaints("check-jsonschema", "--builtin-schema=vendor.github-workflows", *files),
        *complaints("check-jsonschema", "--builtin-schema=vendor.dependabot", root / ".github" / "dependabot.yml"),
    ]


def insecure(root):
    """Nothing that comes from outside gets into a shell, no permission is too wide, no action can be exchanged."""
    return complaints("zizmor", "--offline", "--no-progress", "--color=never", root / ".github")


def bad_bash(root):
    """publish.sh and all that the workflows run is sound bash."""
    found = complaints("shellcheck", "--shell=bash", root / ".github" / "publish.sh")
    for name, job in jobs(root):
        for run in (step["run"] for step in job["steps"] if "run" in step):
            found += [f"{name}: {line}" for line in complaints("shellcheck", "--shell=bash", "-", stdin=run)]
    return found


# ---------------------------------------------------------------- rules of our own


def unknown_targets(root):
    """Every `make X` names a target of the Makefile; make itself would be content with a folder of that name."""
    makefile = (root / "Makefile").read_text(encoding="utf-8").replace("$(VENV)", ".venv")
    targets = set(re.findall(r"^([\w./-]+):(?!=)", makefile, re.MULTILINE))
    return [
        f"{name}: make {word}"
        for name, job in jobs(root)
        for words in re.findall(r"^\s*make (.*)$", script(job), re.MULTILINE)
        for word in words.split()
        if not word.startswith("-") and "=" not in word and word not in targets
    ]


def supported_pythons(root):
    """Return the versions from the first that the package asks for to the last that constraints.txt speaks of."""
    project = tomllib.loads((root / "code" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first = int(project["requires-python"].removeprefix(">=3."))
    last = int(re.search(r"Python 3\.\d+ to 3\.(\d+)", (root / "constraints.txt").read_text(encoding="utf-8"))[1])
    return [f"3.{minor}" for minor in range(first, last + 1)]


def pythons(job):
    """Return the versions of Python that a job names, in its steps or as a matrix."""
    named = [str(options["python-version"]) for options in uses(job, "actions/setup-python")]
    matrix = job.get("strategy", {}).get("matrix", {}).get("python", [])
    return [version for version in named if version != "${{ matrix.python }}"] + [str(version) for version in matrix]


def unsupported_pythons(root):
    return [f"{name}: {v}" for name, job in jobs(root) for v in pythons(job) if v not in supported_pythons(root)]


def endless(root):
    """The host would stop a job that hangs after six hours only."""
    return [f"{name} has no timeout" for name, job in jobs(root) if "timeout-minutes" not in job]


def too_trusting(root):
    """A workflow may read. A job may write, and keep the key, if it runs nothing that is installed or proposed."""
    found = [f"{file}: permissions" for file, flow in workflows(root).items() if flow.get("permissions") != READ]
    for name, job in jobs(root):
        writes = "write" in job.get("permissions", {}).values()
        for options in uses(job, "actions/checkout"):
            if options.get("persist-credentials") is not writes:
                found.append(f"{name}: persist-credentials")
            if writes and "preview" in name and "default_branch" not in options.get("ref", ""):
                found.append(f"{name}: what a pull request proposes may write")
        if writes:
            lines = map(str.strip, script(job).splitlines())
            found += [f"{name}: may write, and runs {line}" for line in lines if not HARMLESS.match(line)]
    return found


def loose_ends(root):
    """Every job that is needed exists, every steps.X is an earlier step's id, every script of ours can be run."""
    found = []
    for file, flow in workflows(root).items():
        for name, job in flow["jobs"].items():
            if job.get("needs", name) not in flow["jobs"]:
                found.append(f"{file}: {name} needs {job['needs']}")
            ids = set()
            for step in job["steps"]:
                asked = re.findall(r"\bsteps\.([\w-]+)", json.dumps(step))
                found += [f"{file}: {name} asks for steps.{id}" for id in asked if id not in ids]
                ids.add(step.get("id"))
            for path in re.findall(r"\.github/[\w.-]+", script(job)):
                if not os.access(root / path, os.X_OK if path.endswith(".sh") else os.R_OK):
                    found.append(f"{file}: {name} can't run {path}")
    return found


def unrenewed(root):
    """Dependabot renews what the project asks for by name, or leaves it alone for a reason; and nothing else."""
    updates = yaml.load((root / ".github" / "dependabot.yml").read_text(encoding="utf-8"), Loader)["updates"]
    pip = next(update for update in updates if update["package-ecosystem"] == "pip")
    known = {entry["dependency-name"] for entry in [*pip["allow"], *pip["ignore"]]}
    project = tomllib.loads((root / "code" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    for file in root.glob("requirements*.txt"):
        lines = lines + file.read_text(encoding="utf-8").splitlines()
    asked = {match[0].lower() for line in lines if (match := re.match(r"\w[\w.-]*", line))}
    return [f"dependabot.yml: {name}" for name in sorted(known ^ asked)]


LINTERS = [against_schema, insecure, bad_bash]
RULES = [*LINTERS, unknown_targets, unsupported_pythons, endless, too_trusting, loose_ends, unrenewed]
