"""What a reader waits for at the start and while pulling: the import, a stepped figure, a frame of a live one."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from backprop import Variable, explore, step_through

from .timing import clock

NODES = 30
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A frame of pulling: the event of a slider or a list, then style, layout and paint, up to the first task after the frame.
PULLS = """async pulls => {
  const figure = document.querySelector('.bp-live'), times = [], { port1, port2 } = new MessageChannel()
  const sliders = [...figure.querySelectorAll('input[type=range]')], lists = [...figure.querySelectorAll('[data-choice]')]
  const painted = () => new Promise(done => requestAnimationFrame(() => {
    const start = performance.now()
    port1.onmessage = () => done(performance.now() - start)
    port2.postMessage(0)
  }))
  for (let i = 0; i < pulls; i++) {
    const moved = [...sliders, ...lists], one = moved[i % moved.length], frame = painted()
    if (one.options) one.selectedIndex = (one.selectedIndex + 1) % one.options.length
    else one.value = +one.min + (i * 0.37 % 1) * (one.max - one.min)
    const start = performance.now()
    one.dispatchEvent(new Event(one.options ? 'change' : 'input', {bubbles: true}))
    const script = performance.now() - start
    times.push(script + await frame)
  }
  return times
}"""
CHAPTERS = Path(__file__).parents[1] / "chapters"
IMPORT = "import time, numpy\nstart = time.perf_counter()\nimport backprop\nprint(time.perf_counter() - start)"


def graph():
    """A chain of neurons of 30 nodes and 13 leaves."""
    h = Variable(0.5, "x")
    for number in range(1, NODES // 3 + 1):
        w, b = Variable(0.8 + 0.05 * number, f"w{number}"), Variable(0.1, f"b{number}")
        h = (w * h + b).tanh()
    return h.named("y")


def live_figures():
    """The live figures that the chapters store, with something to pull: HTML by notebook and cell."""
    found = {}
    for path in sorted(CHAPTERS.glob("[0-9]*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                html = "".join(output.get("data", {}).get("text/html", ""))
                if "data-tape=" in html:
                    found[f"{path.stem[:2]}, {cell['id']}"] = html
    return found


def frames(figures, pulls):
    """Seconds of each pull of each figure in Chromium, or a reason why there are none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return dict.fromkeys(figures, "playwright is not installed")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        return dict.fromkeys(figures, f"none of {', '.join(BROWSERS)} is installed")
    sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    times = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=sandbox)
        for name, html in figures.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_content(f'<!doctype html><title>figure</title><div style="width: 700px">{html}</div>')
            page.evaluate(PULLS, 20)  # compile
            times[name] = [each / 1000 for each in page.evaluate(PULLS, pulls)]
            page.close()
        browser.close()
    return times


def imports(folder):
    """Seconds of `import backprop` in a new process, beyond NumPy's own.

    Its bytecode is kept in `folder`, as a reader has it from the second time on, whatever this process is told to keep.
    """
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
    run = subprocess.run([sys.executable, "-c", IMPORT], stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return float(run.stdout)


def measure(rounds=30, pulls=200):
    """Seconds by what was measured; a text where it couldn't be."""
    output = graph()
    str(step_through(output))  # matplotlib, igraph and the like are loaded once
    with tempfile.TemporaryDirectory() as folder:
        imports(folder)  # compiles
        imported = [imports(folder) for _ in range(rounds)]
    return {
        "import backprop, beyond NumPy": imported,
        f"step_through, {NODES} nodes": [clock(lambda: str(step_through(graph())))[0] for _ in range(rounds)],
        **frames({f"a frame of explore, {NODES} nodes": str(explore(graph()))}, pulls),
        **frames({f"a frame of chapter {name}": html for name, html in live_figures().items()}, pulls),
    }
