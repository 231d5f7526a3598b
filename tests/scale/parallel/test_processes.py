"""Training on several real processes, started by torchrun: one launch for each scenario, for a start takes seconds."""

import os
import signal
import socket
import socketserver
import subprocess
import sys
import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from loopback import skip_if_out_of_reach
from single import UNEVEN, assert_close, without_processes

import backprop.scale.parallel
from backprop.scale.parallel import launch, load_checkpoint, loopback_works
from backprop.scale.parallel.__main__ import main
from backprop.scale.parallel.launching import run_environment

pytestmark = pytest.mark.slow
WORKER = Path(__file__).with_name("distributed_worker.py")
# Only what hangs waits so long: on a busy machine, a process may need a minute for its imports.
PATIENT = ("--timeout", 900)
FOREVER = 1200.0


@pytest.fixture(scope="module", autouse=True)
def on_speaking_terms():
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        skip_if_out_of_reach(server)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The state after 50 steps with 2 processes."""
    path = tmp_path_factory.mktemp("uninterrupted") / "2.pt"
    run = launch(2, *UNEVEN, *PATIENT, "--checkpoint", path, timeout=FOREVER)
    assert run.status == 0, run.errors
    return load_checkpoint(path)


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """How a run of 4 processes went that train and check what needs partners, until one of them falls silent."""
    folder = tmp_path_factory.mktemp("four")
    return launch(4, folder, program=WORKER, timeout=FOREVER), folder


def assert_identical(state, expected):
    for name, value in expected["params"].items():
        assert torch.equal(state["params"][name], value), name
    assert torch.equal(state["losses"], expected["losses"])
    assert torch.equal(state["batches"]["order"], expected["batches"]["order"])
    assert torch.equal(state["batches"]["generator"], expected["batches"]["generator"])
    assert (state["step"], state["batches"]["place"]) == (expected["step"], expected["batches"]["place"])


def test_weights_after_50_steps_agree_for_2_and_4_processes_by_hand_and_with_ddp(uninterrupted, four):
    run, folder = four
    expected = without_processes()
    for name in ("hand", "ddp"):
        assert (folder / f"{name}.pt").exists(), run.errors
    for state in (uninterrupted, load_checkpoint(folder / "hand.pt"), load_checkpoint(folder / "ddp.pt")):
        assert state["step"] == len(state["losses"]) == 50
        assert_close(state["params"], expected)
        torch.testing.assert_close(state["losses"], uninterrupted["losses"], rtol=1e-11, atol=1e-13)
    assert state["losses"][-5:].mean() < state["losses"][:5].mean() - 0.2


def test_averages_differences_and_a_silent_process(four):
    run, folder = four
    checked = sorted(file.name for file in folder.glob("checked-*"))
    assert checked == [f"checked-{rank}" for rank in range(4)], run.errors
    assert run.status != 0 and "still running" not in run.errors
    words = [file.read_text() for file in folder.glob("lost-*")]
    assert any("stops: another process has been silent for 5 s" in each for each in words), run.errors
    assert not (folder / "lost-1").exists()


def test_a_killed_process_ends_the_run_and_the_run_goes_on_from_its_checkpoint(uninterrupted, tmp_path):
    """Without torchrun, which would end the other process before it has said what it saw."""
    path = tmp_path / "killed.pt"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    words = [*UNEVEN, *PATIENT, "--checkpoint", path, "--die", 1, 34]
    command = [sys.executable, "-m", backprop.scale.parallel.__name__, *map(str, words)]
    place = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    survivor, killed = (
        subprocess.Popen(
            command,
            env=run_environment() | place | {"RANK": rank, "LOCAL_RANK": rank},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in "01"
    )
    said = survivor.communicate(timeout=FOREVER)[1]
    killed.communicate(timeout=FOREVER)
    assert (survivor.returncode, killed.returncode) == (1, -signal.SIGKILL), said
    [reason] = [line for line in said.splitlines() if line.startswith("process ")]
    assert reason.startswith("process 0 of 2 stops: another process has gone") and "It was step 35." in reason
    assert f"it goes on after step 30, from {path}" in reason
    assert load_checkpoint(path)["step"] == 30
    assert list(tmp_path.iterdir()) == [path]

    run = launch(2, *UNEVEN, *PATIENT, "--checkpoint", path, timeout=FOREVER)
    assert run.status == 0, run.errors
    assert_identical(load_checkpoint(path), uninterrupted)  # the same processes, the same sums: every bit


def test_torchrun_can_start_all_of_them_anew(uninterrupted, tmp_path):
    # Once wrong: the second life looked for its partners at the addresses of the first.
    program, path = tmp_path / "twice.py", tmp_path / "restarted.pt"
    program.write_text(f"""
import os, sys
from pathlib import Path
from {main.__module__} import main
(Path({str(tmp_path)!r}) / f"life {{os.environ['TORCHELASTIC_RESTART_COUNT']}} of {{os.environ['RANK']}}").touch()
sys.exit(main())
""")
    words = [*UNEVEN, *PATIENT, "--checkpoint", path, "--die", 0, 23]
    run = launch(2, *words, program=program, restarts=1, timeout=FOREVER)
    assert run.status == 0, run.errors
    lives = sorted(file.name for file in tmp_path.glob("life *"))
    assert lives == ["life 0 of 0", "life 0 of 1", "life 1 of 0", "life 1 of 1"]
    assert_identical(load_checkpoint(path), uninterrupted)


def test_a_run_that_never_ends_is_ended(tmp_path, monkeypatch):
    program, pid = tmp_path / "endless.py", tmp_path / "pid"
    program.write_text(f"""
import os, time
from pathlib import Path
Path({str(pid)!r} + "~").write_text(str(os.getpid()))
os.replace({str(pid)!r} + "~", {str(pid)!r})
time.sleep(3600)
""")
    communicate = subprocess.Popen.communicate

    def time_is_over(process, *words, timeout=None):
        if timeout != FOREVER:
            return communicate(process, *words, timeout=timeout)
        while not pid.exists():  # how long torchrun takes to start is no matter here
            time.sleep(0.1)
        raise subprocess.TimeoutExpired(process.args, timeout)

    monkeypatch.setattr(subprocess.Popen, "communicate", time_is_over)
    run = launch(1, program=program, timeout=FOREVER)
    assert run.status != 0
    assert f"it was still running after {FOREVER:g} s" in run.reasons[-1]
    assert not is_alive(int(pid.read_text()))


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_launch_refuses(monkeypatch):
    with pytest.raises(ValueError, match="launch expected processes to be 1 or more, got 0"):
        launch(0)
    monkeypatch.setattr("socket.create_server", unreachable)
    assert not loopback_works()
    with pytest.raises(OSError, match="127.0.0.1 is out of reach"):
        launch(2)


def unreachable(*_):
    raise OSError("Network is unreachable")
