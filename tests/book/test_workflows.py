"""The workflows in .github obey the linters and our own rules, and fit together."""

import shutil

import pytest
import workflow_rules as rules
from notebooks import ROOT
from website import buttons


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_workflows_obey(rule):
    assert rule(ROOT) == []


def test_every_supported_python_is_tested():
    assert rules.pythons(rules.workflows(ROOT)["test.yml"]["jobs"]["test"]) == rules.supported_pythons(ROOT)


def test_whoever_pushes_waits_for_the_others():
    pushing = {name: job for name, job in rules.jobs(ROOT) if "publish.sh" in rules.script(job)}
    assert list(pushing) == ["preview.yml: publish", "preview.yml: remove", "publish.yml: publish"]
    # The queue is long: with the usual one, a preview that waits would be dropped for the next.
    assert all(job["concurrency"] == {"group": "gh-pages", "queue": "max"} for job in pushing.values())


def test_the_book_knows_its_repository_and_previews_do_not():
    given = {
        name: step["env"]["BACKPROP_REPOSITORY"]
        for name, job in rules.jobs(ROOT)
        for step in job["steps"]
        if name.endswith(": build") and step.get("run", "").startswith("make book")
    }
    assert given == {
        "preview.yml: build": "",
        "publish.yml: build": "${{ github.server_url }}/${{ github.repository }}",
    }


def test_colab_opens_the_branch_that_is_published():
    assert f"BRANCH={buttons.PUBLISHED}\n" in (ROOT / ".github" / "publish.sh").read_text(encoding="utf-8")


# ---------------------------------------------------------------- planted faults


@pytest.fixture
def root(tmp_path):
    """A copy of what the rules look at."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    (tmp_path / "code").mkdir()
    files = ["Makefile", "constraints.txt", "code/pyproject.toml", *(path.name for path in ROOT.glob("requirements*"))]
    for file in files:
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def findings_of_ours(root):
    return [finding for rule in rules.RULES if rule not in rules.LINTERS for finding in rule(root)]


def plant(root, file, right, wrong):
    path = root / ".github" / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("rule", "file", "right", "wrong", "finding"),
    [
        (rules.against_schema, "workflows/test.yml", "runs-on:", "run-on:", "run-on"),
        (rules.against_schema, "dependabot.yml", "interval: weekly", "interval: often", "often"),
        (rules.insecure, "workflows/preview.yml", "index.html.", "${{ github.head_ref }}", "template-injection"),
        (rules.insecure, "workflows/preview.yml", "pull_request:", "pull_request_target:", "dangerous-triggers"),
        (rules.insecure, "workflows/test.yml", "permissions:\n  contents: read", "", "excessive-permissions"),
        (rules.insecure, "workflows/test.yml", "actions/checkout@v6", "someone/checkout@v6", "unpinned-uses"),
        (rules.insecure, "dependabot.yml", "      default-days: 7 #", "      default-days: 1 #", "dependabot-cooldown"),
        (rules.bad_bash, "workflows/preview.yml", '--remove "$PLACE"', "--remove $PLACE", "SC2086"),
        (rules.bad_bash, "publish.sh", '"$site" add', "$site add", "SC2086"),
    ],
)
def test_planted_fault_is_found_by_a_linter(root, rule, file, right, wrong, finding):
    plant(root, file, right, wrong)
    assert finding in "\n".join(rule(root))


@pytest.mark.parametrize(
    ("file", "right", "wrong", "findings"),
    [
        ("workflows/test.yml", "classroom test PYTHON", "classroom tests PYTHON", ["test.yml: test: make tests"]),
        ("workflows/test.yml", '["3.11",', '["3.10",', ["test.yml: test: 3.10"]),
        ("workflows/test.yml", 'version: "3.12"', 'version: "3.9"', ["test.yml: book: 3.9"]),
        ("workflows/test.yml", "contents: read", "contents: write", ["test.yml: permissions"]),
        ("workflows/test.yml", "credentials: false", "credentials: true", ["test.yml: test: persist-credentials"]),
        (
            "workflows/publish.yml",
            "credentials: true",
            "credentials: false",
            ["publish.yml: publish: persist-credentials"],
        ),
        ("workflows/links.yml", "    timeout-minutes: 30\n", "", ["links.yml: links has no timeout"]),
        (
            "workflows/publish.yml",
            "run: .github/publish.sh site .",
            "run: make book",
            ["publish.yml: publish: may write, and runs make book"],
        ),
        (
            "workflows/preview.yml",
            "ref: ${{ github.event.repository.default_branch }}",
            "ref: ${{ github.ref }}",
            ["preview.yml: publish: what a pull request proposes may write"],
        ),
        ("workflows/publish.yml", "needs: build", "needs: bild", ["publish.yml: publish needs bild"]),
        ("workflows/preview.yml", "id: site", "id: sight", ["preview.yml: build asks for steps.site"]),
        ("workflows/links.yml", "reports.py", "report.py", ["links.yml: links can't run .github/report.py"]),
        ("dependabot.yml", "name: numpy", "name: numbpy", ["dependabot.yml: numbpy", "dependabot.yml: numpy"]),
    ],
)
def test_planted_fault_is_found(root, file, right, wrong, findings):
    plant(root, file, right, wrong)
    assert findings_of_ours(root) == findings


def test_who_does_without_pytorch_has_nothing_to_renew(root):
    """README.md: its line may be deleted."""
    path = root / "requirements-test.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("torch")), encoding="utf-8")
    assert rules.unrenewed(root) == []


def test_script_that_may_not_be_executed_is_found(root):
    (root / ".github" / "publish.sh").chmod(0o644)
    assert "publish.yml: publish can't run .github/publish.sh" in rules.loose_ends(root)
