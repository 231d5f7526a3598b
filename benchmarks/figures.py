"""What a reader waits for at the start and while pulling: the import, a stepped figure, a frame of a live one."""

import os
import shutil
import subprocess
import sys
import tempfile

from backprop import Variable, explore, step_through

from .timing import clock

NODES = 30
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A frame of pulling: the slider's event, and the layout that follows from what it changed.
PULLS = """async pulls => {
  const figure = document.querySelector('.bp-live'), times = []
  const sliders = [...figure.querySelectorAll('input[type=range]')]
  for (let i = 0; i < pulls; i++) {
    const slider = sliders[i % sliders.length]
    slider.value = +slider.min + (i * 0.37 % 1) * (slider.max - slider.min)
    const start = performance.now()
    slider.dispatchEvent(new Event('input', {bubbles: true}))
    figure.getBoundingClientRect()
    times.push(performance.now() - start)
    await new Promise(requestAnimationFrame)
  }
  return times
}"""
IMPORT = "import time, numpy\nstart = time.perf_counter()\nimport backprop\nprint(time.perf_counter() - start)"


def graph():
    """A chain of neurons of 30 nodes and 13 leaves."""
    h = Variable(0.5, "x")
    for number in range(1, NODES // 3 + 1):
        w, b = Variable(0.8 + 0.05 * number, f"w{number}"), Variable(0.1, f"b{number}")
        h = (w * h + b).tanh()
    return h.named("y")


def frames(pulls):
    """Seconds of each pull in Chromium, or a reason why there are none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "playwright is not installed"
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        return f"none of {', '.join(BROWSERS)} is installed"
    sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=sandbox)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_content(f"<!doctype html><title>figure</title>{explore(graph())}")
        page.evaluate(PULLS, 20)  # compile
        times = page.evaluate(PULLS, pulls)
        browser.close()
    return [each / 1000 for each in times]


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
        f"a frame of explore, {NODES} nodes": frames(pulls),
    }
