"""Training on several real processes, started by torchrun: one launch for each scenario, for a start takes seconds."""

import os
import socketserver
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from loopback import skip_if_out_of_reach  # noqa: E402

from backprop.pytorch import HandNet  # noqa: E402
from backprop.scale.parallel import Batches, launch, load_checkpoint, load_data, loopback_works  # noqa: E402

UNEVEN = ("--batch-size", 61)  # 61 = 31 + 30 = 16 + 15 + 15 + 15
WORKER = Path(__file__).with_name("distributed_worker.py")


@pytest.fixture(scope="module", autouse=True)
def on_speaking_terms():
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        skip_if_out_of_reach(server)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def uninterrupted(folder):
    """The weights after 50 steps with 1, 2 and 4 processes."""
    weights = {}
    for processes in (1, 2, 4):
        path = folder / f"{processes}.pt"
        run = launch(processes, *UNEVEN, "--checkpoint", path)
        assert run.status == 0, run.errors
        weights[processes] = load_checkpoint(path)
    return weights


def without_processes(steps=50, batch_size=61):
    """The same training in this process, from HandNet's own gradients."""
    x, t = load_data("digits")
    generator = torch.Generator().manual_seed(0)
    network = HandNet(64, 32, 10, 0.1, generator, device="cpu", dtype=torch.float64)
    batches = Batches(len(x), batch_size, generator)
    for _ in range(steps):
        batch = batches.next()
        network.step(network.loss_and_gradient(x[batch], t[batch])[1], 0.1)
    return network.params


def assert_close(params, expected):
    # The order of the sums differs, so the last digits may: 50 steps on numbers near 1 in float64.
    assert params.keys() == expected.keys()
    for name in expected:
        torch.testing.assert_close(params[name], expected[name], rtol=1e-11, atol=1e-13)


def assert_identical(state, expected):
    for name, value in expected["params"].items():
        assert torch.equal(state["params"][name], value), name
    assert torch.equal(state["losses"], expected["losses"])
    assert torch.equal(state["batches"]["order"], expected["batches"]["order"])
    assert torch.equal(state["batches"]["generator"], expected["batches"]["generator"])
    assert (state["step"], state["batches"]["place"]) == (expected["step"], expected["batches"]["place"])


def test_weights_after_50_steps_agree_for_1_2_and_4_processes(uninterrupted):
    expected = without_processes()
    for state in uninterrupted.values():
        assert state["step"] == len(state["losses"]) == 50
        assert_close(state["params"], expected)
    assert state["losses"][-5:].mean() < state["losses"][:5].mean() - 0.2


def test_ddp_ends_at_the_same_weights(uninterrupted, folder):
    run = launch(2, *UNEVEN, "--engine", "ddp", "--checkpoint", folder / "ddp.pt")
    assert run.status == 0, run.errors
    state = load_checkpoint(folder / "ddp.pt")
    assert_close(state["params"], uninterrupted[1]["params"])
    torch.testing.assert_close(state["losses"], uninterrupted[1]["losses"], rtol=1e-11, atol=1e-13)


def test_a_killed_process_ends_the_run_and_the_run_goes_on_from_its_checkpoint(uninterrupted, folder):
    path = folder / "killed.pt"
    run = launch(2, *UNEVEN, "--checkpoint", path, "--die", 1, 34, timeout=60)
    assert run.status != 0 and run.seconds < 45
    assert "SIGKILL" in run.errors
    assert any(
        line.startswith("process 0 of 2 stops: another process has gone") and "It was step 35." in line
        and f"it goes on after step 30, from {path}" in line
        for line in run.reasons
    ), run.errors  # fmt: skip
    assert load_checkpoint(path)["step"] == 30
    assert [file.name for file in folder.iterdir() if "killed" in file.name] == ["killed.pt"]

    run = launch(2, *UNEVEN, "--checkpoint", path)
    assert run.status == 0, run.errors
    assert_identical(load_checkpoint(path), uninterrupted[2])  # the same processes, the same sums: every bit


def test_torchrun_can_start_all_of_them_anew(uninterrupted, folder):
    # Once wrong: the second life looked for its partners at the addresses of the first.
    path = folder / "restarted.pt"
    run = launch(2, *UNEVEN, "--checkpoint", path, "--die", 0, 23, restarts=1)
    assert run.status == 0, run.errors
    assert len(run.reasons) == 1 and "It was step 24." in run.reasons[0]
    assert_identical(load_checkpoint(path), uninterrupted[2])


def test_averages_differences_and_a_silent_process(tmp_path):
    run = launch(4, tmp_path, program=WORKER, timeout=60)
    assert sorted(file.name for file in tmp_path.glob("checked-*")) == [f"checked-{rank}" for rank in range(4)], (
        run.errors
    )
    assert run.status != 0 and run.seconds < 45
    words = [file.read_text() for file in tmp_path.glob("lost-*")]
    assert any("stops: another process has been silent for 3 s" in each for each in words), run.errors
    assert not (tmp_path / "lost-1").exists()


def test_a_run_that_never_ends_is_ended(tmp_path):
    program = tmp_path / "endless.py"
    program.write_text(
        f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    )
    run = launch(1, program=program, timeout=6)
    assert run.status != 0 and run.seconds < 30
    assert "it was still running after 6 s" in run.reasons[-1]
    assert not is_alive(int((tmp_path / "pid").read_text()))


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
