"""What the scheduled runs report, from files as pip, pytest and Sphinx write them."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from loopback import skip_if_out_of_reach
from notebooks import ROOT

SCRIPT = ROOT / ".github" / "reports.py"
PINNED = """# The exact versions
numpy==2.4.6
PyYAML==6.0.3
ruamel.yaml==0.19.1  # a reason
appnope==1.0.0
torch==2.13.0
"""
FROZEN = """-e git+https://example.org/book@1#egg=backprop
numpy==2.5.0
pyyaml==6.0.3
ruamel_yaml==0.19.2
new==1.0
torch==2.13.0+cpu
"""
FAILING = """
import pytest

@pytest.fixture
def broken():
    raise OSError("no such | <thing>")

def test_fine(): pass
def test_wrong(): assert 1 + 1 == 3, "two\\nlines"
def test_error(broken): pass
@pytest.mark.skip
def test_skipped(): pass
"""


def report(*words):
    """Run the script as a workflow does, with a Python that has no packages; return the lines it prints."""
    command = [sys.executable, "-S", str(SCRIPT), *map(str, words)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def run_pytest(folder, text):
    (folder / "test_it.py").write_text(text)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junitxml=report.xml", "test_it.py"]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    return folder / "report.xml"


@pytest.fixture
def pins(tmp_path):
    (tmp_path / "pinned.txt").write_text(PINNED)
    (tmp_path / "newest.txt").write_text(FROZEN)
    return tmp_path / "pinned.txt", tmp_path / "newest.txt"


def test_newest(tmp_path, pins):
    lines = report("newest", *pins, run_pytest(tmp_path, FAILING))
    assert lines[0] == "**2 of 4 tests fail.**"
    assert "| test_it test_wrong | AssertionError: two |" in lines
    assert r'| test_it test_error | failed on setup with "OSError: no such \| &lt;thing>" |' in lines
    at = lines.index("| package | constraints.txt | newest |")
    assert lines[at - 2 : at + 5] == [
        "2 of 5 packages of constraints.txt are there in another version.",
        "",
        "| package | constraints.txt | newest |",
        "| --- | --- | --- |",
        "| numpy | 2.4.6 | 2.5.0 |",
        "| ruamel-yaml | 0.19.1 | 0.19.2 |",
        "",
    ]
    assert "Not in constraints.txt: new." in lines
    assert "Not here: appnope." in lines


def test_newest_without_a_failure(tmp_path, pins):
    lines = report("newest", *pins, run_pytest(tmp_path, "def test_fine(): pass"))
    assert lines[0] == "All 1 tests pass, or are skipped."


def test_newest_without_an_installation(tmp_path, pins):
    lines = report("newest", pins[0], tmp_path / "none.txt", tmp_path / "none.xml")
    assert lines[0].startswith("**The tests did not run**")
    assert "Not here: appnope, numpy, pyyaml, ruamel-yaml, torch." in lines


def test_of_our_own_constraints():
    specification = importlib.util.spec_from_file_location("reports", SCRIPT)
    reports = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(reports)
    pins = reports.versions(ROOT / "constraints.txt")
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(pins) == len([line for line in lines if line and not line.startswith("#")])
    assert pins["jupyter-book"].startswith("1.")


# ---------------------------------------------------------------- links


class Answers(BaseHTTPRequestHandler):
    """/fine is there, /moved has moved there for good, /gone is not there."""

    def do_GET(self):
        self.send_response({"/fine": 200, "/moved": 301}.get(self.path, 404))
        if self.path == "/moved":
            self.send_header("Location", "/fine")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def world():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    skip_if_out_of_reach(server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def check_links(folder, text):
    """Check the links of one page with Sphinx, as `make links` does; return what it wrote."""
    # Nothing here may leave this machine: of DOIs, only the address that would be asked is looked at.
    (folder / "conf.py").write_text("extensions = ['website']\nlinkcheck_ignore = ['https://doi.org']\n")
    (folder / "index.rst").write_text(f"Links\n=====\n\n{text}\n")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "_ext"), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "linkcheck", ".", "out"]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    return folder / "out" / "output.json"


def test_links(tmp_path, world):
    doi = "https://doi.org/10.1016/0304-3975(83)90110-X"
    checked = check_links(tmp_path, f"{world}/fine {world}/moved {world}/gone `a <{doi}>`_ `b <#here>`_")
    asked = [json.loads(line)["uri"] for line in checked.read_text().splitlines()]
    assert "https://doi.org/api/handles/10.1016/0304-3975(83)90110-X" in asked
    lines = report("links", checked)
    assert lines[0] == "4 links leave the site: 1 broken, 1 ignored, 1 redirected, 1 working."
    rows = [line for line in lines if line.startswith(("#", "| index.rst"))]
    assert [row.partition(" for url:")[0] for row in rows] == [
        "## Broken",
        f"| index.rst | {world}/gone | 404 Client Error: Not Found",
        "## Moved for good",
        f"| index.rst | {world}/moved | {world}/fine |",
    ]


def test_links_that_do_not_answer(tmp_path):
    entry = {"filename": "a.md", "lineno": 1, "status": "timeout", "code": 0, "info": "a\nb | c"}
    entries = [entry | {"uri": "https://doi.org/api/handles/10.1/x"}, entry | {"uri": "#a", "status": "unchecked"}]
    (tmp_path / "output.json").write_text("\n".join(map(json.dumps, entries)))
    lines = report("links", tmp_path / "output.json")
    assert lines[0] == "1 links leave the site: 1 timeout."
    assert "## No answer in time" in lines
    assert lines[-2] == r"| a.md | https://doi.org/10.1/x | a b \| c |"


def test_links_that_were_not_checked(tmp_path):
    assert report("links", tmp_path / "output.json")[0].startswith("**The links were not checked**")
