"""Firefox and WebKitGTK as Debian ships them, driven by the protocols that they speak themselves.

Each has `goto(url)`, `resize(width, height)`, `click(selector)`, `press(keys)` and `evaluate(function, *arguments)`, which
returns what a JavaScript function returns for arguments that JSON can hold. Playwright drives only builds of its own.
"""

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

ENGINES = ["firefox", "webkit"]
ENTER, RIGHT, CONTROL = "\ue007", "\ue014", "\ue009"  # as both protocols write keys
MIDDLE = """selector => {
  const element = document.querySelector(selector)
  element.scrollIntoView({block: 'center', behavior: 'instant'})
  const {x, y, width, height} = element.getBoundingClientRect()
  return [Math.round(x + width / 2), Math.round(y + height / 2)]
}"""
NARROW = "* { min-width: 0; min-height: 0; margin: 0; padding: 0; }"  # else WebKit's buttons keep its window wide


@contextmanager
def launched(engine):
    """A window of 1280 x 900 in one of ENGINES; the test is skipped where it isn't installed."""
    with ExitStack() as stack:
        yield {"firefox": Firefox, "webkit": WebKit}[engine](stack)


class Engine:
    """What both have in common."""

    def press(self, keys, held=""):
        """Press keys one after the other, while others are held down."""
        down, up = ([{"type": kind, "value": key} for key in held] for kind in ("keyDown", "keyUp"))
        pressed = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act([{"type": "key", "id": "keyboard", "actions": [*down, *pressed, *up]}])

    def click(self, selector):
        """Click the middle of the first element that CSS selects."""
        x, y = self.evaluate(MIDDLE, selector)
        move = {"type": "pointerMove", "x": x, "y": y}
        pressed = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._act([{"type": "pointer", "id": "mouse", "actions": [move, *pressed]}])

    def wait_for(self, function):
        """Return the first thing that a JavaScript function returns and that counts as true, on whatever page by then."""
        end = time.monotonic() + 60  # it never comes
        while time.monotonic() < end:
            with suppress(Refused):  # while one page follows another
                if found := self.evaluate(function):
                    return found
        pytest.fail(f"In a minute this did not come true: {function}")


class Refused(Exception):
    """What an engine says of a command that it can't carry out."""


class Firefox(Engine):
    """Over WebDriver BiDi (https://w3c.github.io/webdriver-bidi)."""

    def __init__(self, stack):
        websocket = pytest.importorskip("websocket", reason="Firefox is driven with websocket-client")
        program = _installed("firefox-esr", "firefox")
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        arguments = ["--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", folder]
        size = ["--width", "1280", "--height", "900"]
        browser = _started(stack, [program, *arguments, *size], HOME=folder, MOZ_DISABLE_CONTENT_SANDBOX="1")
        for line in browser.stderr:
            if found := re.search(r"ws://[\d.:]+", line):
                break
        else:
            pytest.fail("Firefox ended before it said where it listens")
        self.socket = websocket.create_connection(f"{found.group()}/session", suppress_origin=True)
        stack.callback(self.socket.close)
        self.numbers = count(1)
        self._ask("session.new", capabilities={})
        self.context = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def goto(self, url):
        self._ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def resize(self, width, height):
        self._ask("browsingContext.setViewport", context=self.context, viewport={"width": width, "height": height})

    def evaluate(self, function, *arguments):
        answer = self._ask(
            "script.callFunction",
            functionDeclaration=_as_json(function, arguments),
            target={"context": self.context},
            awaitPromise=True,
        )
        if answer["type"] != "success":
            raise Refused(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def printed(self):
        """The page as a PDF."""
        return base64.b64decode(self._ask("browsingContext.print", context=self.context)["data"])

    def _act(self, actions):
        self._ask("input.performActions", context=self.context, actions=actions)

    def _ask(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            pass  # what happens meanwhile
        if answer["type"] != "success":
            raise Refused(f"{method}: {answer['message']}")
        return answer["result"]


class WebKit(Engine):
    """Over WebDriver (https://www.w3.org/TR/webdriver2), in a display of its own where there is none."""

    def __init__(self, stack):
        driver = _installed("WebKitWebDriver")
        browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"))
        if not browsers:
            pytest.skip("webkit is not installed: there is no MiniBrowser")
        environment = {}
        if "DISPLAY" not in os.environ:
            number, writing = os.pipe()
            _started(stack, [_installed("Xvfb"), "-displayfd", str(writing), "-screen", "0", "1400x1000x24"], writing)
            os.close(writing)
            with os.fdopen(number) as display:
                environment["DISPLAY"] = f":{display.readline().strip()}"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        home = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        settings = Path(home, ".config", "gtk-3.0", "gtk.css")
        settings.parent.mkdir(parents=True)
        settings.write_text(NARROW, encoding="utf-8")
        process = _started(stack, [driver, f"--port={port}", "--host=127.0.0.1"], HOME=home, **environment)
        self.session = f"http://127.0.0.1:{port}/session"
        _answers(port, process)
        options = {"binary": str(browsers[-1]), "args": ["--automation"]}
        answer = self._ask("", capabilities={"alwaysMatch": {"webkitgtk:browserOptions": options}})
        self.session += f"/{answer['sessionId']}"
        stack.callback(urllib.request.urlopen, urllib.request.Request(self.session, method="DELETE"))
        self.resize(1280, 900)

    def goto(self, url):
        self._ask("/url", url=url)

    def resize(self, width, height):
        self._ask("/window/rect", width=width, height=height)
        assert self.evaluate("() => innerWidth") == width

    def evaluate(self, function, *arguments):
        return json.loads(self._ask("/execute/sync", script=f"return ({_as_json(function, arguments)})()", args=[]))

    def _act(self, actions):
        self._ask("/actions", actions=actions)

    def _ask(self, command, **values):
        request = urllib.request.Request(self.session + command, json.dumps(values).encode())
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise Refused(f"{command}: {error.read().decode()}") from None


def _installed(*names):
    found = next(filter(None, map(shutil.which, names)), None)
    return found or pytest.skip(f"{names[0]} is not installed")


def _started(stack, command, *inherited, **environment):
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        pass_fds=inherited,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if "firefox" in command[0] else subprocess.DEVNULL,
        text=True,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


def _answers(port, process):
    """Wait until the process listens at the port, or has ended."""
    while True:
        with socket.socket() as line:
            if not line.connect_ex(("127.0.0.1", port)):
                return
        assert process.poll() is None, f"{process.args[0]} ended with status {process.returncode}"
        time.sleep(0.05)


def _as_json(function, arguments):
    """What both protocols return alike: a text. JSON has no nan and no infinity; a function returns these as texts."""
    return f"() => JSON.stringify(({function})({', '.join(map(json.dumps, arguments))}) ?? null)"
