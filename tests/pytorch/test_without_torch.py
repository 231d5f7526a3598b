"""Without PyTorch everything works but two rooms, which say what is missing. Each test is a fresh Python."""

import os
import subprocess
import sys
from pathlib import Path

import backprop

ROOT = Path(backprop.__file__).parent
BLOCK = "import sys; sys.modules['torch'] = None\n"
ROOMS = ("backprop.pytorch", "backprop.scale.parallel")


def modules_but_pytorch():
    files = [path.relative_to(ROOT.parent) for path in ROOT.rglob("*.py")]
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files}
    return sorted(name for name in names if not f"{name}.".startswith(tuple(f"{room}." for room in ROOMS)))


def python(code, **environment):
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_nothing_else_imports_torch():
    names = modules_but_pytorch()
    assert {"backprop", "backprop.layers.affine", "backprop.scale.costs"} <= set(names)
    code = f"import importlib, sys\nfor name in {names}: importlib.import_module(name)\nprint('torch' in sys.modules)"
    assert python(code).strip() == "False"


def test_the_message_and_its_cause_and_the_rest_still_works():
    code = f"""
for name in {[*ROOMS, "backprop.pytorch.functions", "backprop.scale.parallel.launching"]}:
    try:
        __import__(name)
    except ImportError as error:
        print(error, type(error), type(error.__cause__), error.name)
from backprop import Variable
y = Variable(3.0) ** 2
y.backward()
print(y.inputs[0].grad)
"""
    words = "{} needs PyTorch, which is not installed: pip install 'torch>=2.4' "
    ends = "<class 'ImportError'> <class 'ModuleNotFoundError'> torch"
    assert python(BLOCK + code).splitlines() == [*(words.format(room) + ends for room in ROOMS * 2), "6.0"]


def test_a_damaged_torch_is_not_called_missing(tmp_path):
    (tmp_path / "torch.py").write_text("import a_library_that_torch_needs")
    code = "try:\n    import backprop.pytorch\nexcept ImportError as error:\n    print(error)"
    path = os.pathsep.join([str(tmp_path), str(ROOT.parent)])
    assert python(code, PYTHONPATH=path).strip() == "No module named 'a_library_that_torch_needs'"
