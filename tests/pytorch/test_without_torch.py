"""Without PyTorch everything works but backprop.pytorch, which says what is missing. Each test is a fresh Python."""

import os
import subprocess
import sys
from pathlib import Path

import backprop

ROOT = Path(backprop.__file__).parent
BLOCK = "import sys; sys.modules['torch'] = None\n"
MESSAGE = "backprop.pytorch needs PyTorch, which is not installed: pip install 'torch>=2.4'"


def modules_but_pytorch():
    files = [path.relative_to(ROOT.parent) for path in ROOT.rglob("*.py")]
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files}
    return sorted(name for name in names if name.split(".")[1:2] != ["pytorch"])


def python(code, **environment):
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_list_of_modules_is_not_empty():
    assert {"backprop", "backprop.networks", "backprop.layers.affine"} <= set(modules_but_pytorch())


def test_everything_else_can_be_imported_without_torch():
    names = modules_but_pytorch()
    code = f"import importlib\nfor name in {names}: importlib.import_module(name)\nprint('all imported')"
    assert python(BLOCK + code).strip() == "all imported"


def test_nothing_else_imports_torch():
    names = modules_but_pytorch()
    code = f"import importlib, sys\nfor name in {names}: importlib.import_module(name)\nprint('torch' in sys.modules)"
    assert python(code).strip() == "False"


def test_the_rest_still_works_after_the_failed_import():
    code = """
try:
    import backprop.pytorch
except ImportError:
    pass
from backprop import Variable
y = Variable(3.0) ** 2
y.backward()
print(y.inputs[0].grad)
"""
    assert python(BLOCK + code).strip() == "6.0"


def test_the_message_and_its_cause():
    for name in ("backprop.pytorch", "backprop.pytorch.functions"):
        code = f"""
try:
    import {name}
except ImportError as error:
    print(type(error).__name__, type(error.__cause__).__name__, error.name)
    print(error)
"""
        assert python(BLOCK + code).splitlines() == ["ImportError ModuleNotFoundError torch", MESSAGE]


def test_a_damaged_torch_is_not_called_missing(tmp_path):
    (tmp_path / "torch.py").write_text("import a_library_that_torch_needs")
    code = "try:\n    import backprop.pytorch\nexcept ImportError as error:\n    print(error)"
    assert python(code, PYTHONPATH=str(tmp_path)).strip() == "No module named 'a_library_that_torch_needs'"
