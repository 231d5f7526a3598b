"""What needs no second process: slices, batches, checkpoints, and what the command line says of mistakes."""

import json
import os
import pickle
import re
import socket
import stat

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

import torch.distributed as dist
from single import UNEVEN, assert_close, without_processes

from backprop.pytorch import HandNet
from backprop.scale.parallel import (
    Batches,
    Settings,
    averaged_gradient,
    join,
    leave,
    load_checkpoint,
    load_data,
    loopback_works,
    save_checkpoint,
    slice_of,
    train,
)
from backprop.scale.parallel import __main__ as command_line
from backprop.scale.parallel.__main__ import main
from backprop.scale.parallel.group import ONE_LINE
from backprop.scale.parallel.launching import run_environment

# Slices


def test_slices_by_hand():
    assert [slice_of(7, 3, rank) for rank in range(3)] == [slice(0, 3), slice(3, 5), slice(5, 7)]
    assert [slice_of(2, 4, rank) for rank in range(4)] == [slice(0, 1), slice(1, 2), slice(2, 2), slice(2, 2)]
    assert slice_of(5, 1, 0) == slice(0, 5)


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 7])
def test_slices_cover_every_row_once(processes):
    for count in range(20):
        slices = [slice_of(count, processes, rank) for rank in range(processes)]
        assert [row for each in slices for row in range(count)[each]] == list(range(count))
        lengths = [each.stop - each.start for each in slices]
        assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize(
    "arguments, words",
    [
        ((5, 0, 0), "processes to be 1 or more, got 0"),
        ((-1, 2, 0), "count to be 0 or more"),
        ((5, 2, 2), "a rank of 0 to 1, got 2"),
        ((5, 2, -1), "rank to be 0 or more, got -1"),
    ],
)
def test_slice_of_refuses(arguments, words):
    with pytest.raises(ValueError, match=words):
        slice_of(*arguments)


# Batches


def test_every_epoch_holds_each_image_once_and_a_rest_is_left_out():
    batches = Batches(10, 3, torch.Generator().manual_seed(0))
    epochs = [torch.cat([batches.next() for _ in range(3)]).tolist() for _ in range(2)]
    assert all(len(set(epoch)) == 9 and set(epoch) <= set(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1]


@pytest.mark.parametrize("taken", [0, 2, 3, 5])
def test_batches_go_on_where_their_state_was_taken(taken):
    batches = Batches(10, 3, torch.Generator().manual_seed(0))
    for _ in range(taken):
        batches.next()
    state = batches.state()
    expected = [batches.next().tolist() for _ in range(7)]
    other = Batches(10, 3, torch.Generator().manual_seed(5))
    other.restore(state)
    assert [other.next().tolist() for _ in range(7)] == expected


def test_batches_and_data_refuse():
    with pytest.raises(ValueError, match="batch_size of 1 to 10, the number of images, got 11"):
        Batches(10, 11, torch.Generator())
    with pytest.raises(ValueError, match="digits or mnist, got 'letters'"):
        load_data("letters")


def test_digits():
    x, t = load_data("digits", dtype=torch.float32)
    assert x.shape == (1797, 64) and x.dtype == torch.float32 and t.dtype == torch.int64
    assert (x.min(), x.max()) == (0, 1) and sorted(set(t.tolist())) == list(range(10))


# Checkpoints


def state(step=3):
    batches = Batches(10, 3, torch.Generator().manual_seed(0))
    params = {"W": torch.arange(6.0).view(2, 3).T, "b": torch.zeros(2)}
    return {
        "step": step,
        "params": params,
        "batches": batches.state(),
        "settings": {"seed": 0},
        "losses": [2.0, 1.5, 1.0],
    }


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    path = tmp_path / "run.pt"
    save_checkpoint(path, **state())
    found = load_checkpoint(path)
    assert found["step"] == 3 and found["settings"] == {"seed": 0} and found["losses"].tolist() == [2.0, 1.5, 1.0]
    assert torch.equal(found["params"]["W"], state()["params"]["W"])
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("breaks", ["torch.save", "os.replace", "os.fsync"])
def test_a_failure_while_writing_leaves_the_old_checkpoint(tmp_path, monkeypatch, breaks):
    path = tmp_path / "run.pt"
    save_checkpoint(path, **state(step=3))

    def fails(*arguments):
        if breaks == "torch.save":
            arguments[1].write(b"half a file")
        raise OSError("no space left on device")

    monkeypatch.setattr(breaks, fails)
    with pytest.raises(OSError, match="no space left"):
        save_checkpoint(path, **state(step=4))
    monkeypatch.undo()
    assert load_checkpoint(path)["step"] == 3
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="this system opens no folders")
def test_the_file_is_on_the_disk_before_it_is_renamed_and_its_name_afterward(tmp_path, monkeypatch):
    path, done = tmp_path / "run.pt", []

    def note(name, what):
        call = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *given: (done.append(what(*given)), call(*given))[1])

    note("fsync", lambda handle: "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
    note("replace", lambda *_: "rename")
    save_checkpoint(path, **state())
    assert done == ["file", "rename", "folder"]


def test_a_damaged_checkpoint_is_named(tmp_path):
    path = tmp_path / "run.pt"
    save_checkpoint(path, **state())
    whole = path.read_bytes()
    for damaged in (b"", b"hello", whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="run.pt is damaged, or is no checkpoint: delete it to begin anew"):
            load_checkpoint(path)
    torch.save([1, 2], path)
    with pytest.raises(ValueError, match="no checkpoint of this program"):
        load_checkpoint(path)
    torch.save({"format": "backprop checkpoint 1", "step": 3}, path)
    with pytest.raises(ValueError, match="without its part 'params'"):
        load_checkpoint(path)
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "none.pt")


class Payload:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (self.target,)


def test_code_in_a_checkpoint_is_never_run(tmp_path):
    target, path = tmp_path / "was-run", tmp_path / "run.pt"
    payload = Payload(str(target))
    for write in (lambda: torch.save(payload, path), lambda: path.write_bytes(pickle.dumps(payload, protocol=2))):
        write()
        with pytest.raises(ValueError, match="is no checkpoint"):
            load_checkpoint(path)
        assert not target.exists()


# One process that thinks it was started by torchrun


@pytest.fixture
def alone(monkeypatch):
    if not loopback_works():
        pytest.skip("this machine can't talk to itself")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    names = {"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "1", "MASTER_PORT": str(port)}
    for name, value in (names | {"MASTER_ADDR": "127.0.0.1"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TORCHELASTIC_USE_AGENT_STORE", raising=False)
    threads = torch.get_num_threads()
    yield
    leave()
    torch.set_num_threads(threads)


def test_a_run_of_one_process(alone, tmp_path, capsys):
    path = tmp_path / "run.pt"
    assert main(["--steps", "12", "--checkpoint", str(path), "--every", "5"]) == 0
    assert load_checkpoint(path)["step"] == 12, "the end is a checkpoint too"
    assert capsys.readouterr().out.startswith("1 process, 12 steps, last loss ")


def test_one_process_takes_the_same_steps_as_none(alone):
    join()
    params, losses = train(Settings(batch_size=UNEVEN[1]), steps=50)
    assert_close(params, without_processes())
    assert sum(losses[-5:]) < sum(losses[:5]) - 1


def test_steps_that_were_taken_are_not_taken_again(alone, tmp_path):
    path = tmp_path / "run.pt"
    join()
    taken = []
    for steps in (7, 10, 10):
        params, losses = train(Settings(), steps=steps, checkpoint=path, after_step=taken.append)
    assert taken == list(range(1, 11)) and len(losses) == 10
    at_once, losses_at_once = train(Settings(), steps=10)
    assert losses == losses_at_once
    assert all(torch.equal(params[name], at_once[name]) for name in at_once)


def test_ddp_goes_on_where_our_own_engine_stopped(alone, tmp_path):
    path = tmp_path / "run.pt"
    join()
    train(Settings(batch_size=61), steps=7, checkpoint=path)
    params, losses = train(Settings(batch_size=61), steps=12, checkpoint=path, engine="ddp")
    expected, expected_losses = train(Settings(batch_size=61), steps=12)
    torch.testing.assert_close(params, expected, rtol=1e-12, atol=1e-14)
    assert losses == pytest.approx(expected_losses, rel=1e-12)
    assert load_checkpoint(path)["params"]["W1"].shape == (64, 32), "the book's form, whoever wrote it"


def test_float32_and_unknown_words(alone):
    join()
    params, _ = train(Settings(dtype="float32"), steps=1)
    assert {value.dtype for value in params.values()} == {torch.float32}
    with pytest.raises(ValueError, match="got 'float16' and 'hand'"):
        train(Settings(dtype="float16"), steps=1)


@pytest.mark.parametrize(
    "others, words",
    [
        (["--hidden", "16"], r"run.pt holds another network: W1 \(64, 32\), W2 \(32, 10\), b1 \(32,\) in the file, "
                             r"W1 \(64, 16\), W2 \(16, 10\), b1 \(16,\) in this run"),
        (["--batch-size", "32"], "written by a run with batch_size 64; this one has batch_size 32"),
        (["--seed", "1", "--learning-rate", "0.2"], "learning_rate 0.1, seed 0; .* has learning_rate 0.2, seed 1"),
        (["--dtype", "float32"], "dtype float64; this one has dtype float32"),
    ],
)  # fmt: skip
def test_a_checkpoint_of_another_run_is_refused(alone, tmp_path, capsys, monkeypatch, others, words):
    path = tmp_path / "run.pt"
    assert main(["--steps", "1", "--checkpoint", str(path)]) == 0
    before = path.read_bytes()
    assert main(["--steps", "2", "--checkpoint", str(path), *others]) == 1
    error = capsys.readouterr().err
    assert error.startswith("process 0 of 1 stops: ") and re.search(words, error), error
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "words, message",
    [
        (["--batch-size", "5000"], "batch_size of 1 to 1797"),
        (["--steps", "-1"], "train expected steps to be 0 or more, got -1"),
        (["--learning-rate", "0"], "train expected learning_rate to be a number above 0, got 0.0"),
        (["--timeout", "0"], "join expected timeout to be a number above 0, got 0.0"),
        (["--steps", "1", "--checkpoint", "/no/such/folder/run.pt"], "No such file"),
    ],
)
def test_the_command_line_says_what_is_wrong(alone, capsys, words, message):
    assert main(words) == 1
    assert message in capsys.readouterr().err


def test_without_torchrun_the_right_line_is_named(monkeypatch, capsys):
    monkeypatch.delenv("RANK", raising=False)
    assert main([]) == 1
    assert "start it with python -m torch.distributed.run --standalone" in capsys.readouterr().err


def test_an_empty_batch_is_refused(alone):
    join()
    network = HandNet(4, 3, 2, device="cpu")
    with pytest.raises(ValueError, match="one row or more, got an empty one"):
        averaged_gradient(network, torch.ones(0, 4), torch.ones(0, dtype=torch.int64))


def test_measuring_alone(alone, tmp_path):
    path = tmp_path / "times.json"
    assert main(["--measure", str(path)]) == 0
    times = json.loads(path.read_text())
    assert list(times["steps"]) == ["1"] and times["steps"]["1"]["compute"] > 0
    assert not dist.is_initialized(), "the process has left"


def test_the_line_in_the_message_is_the_line_of_the_documentation():
    assert ONE_LINE in command_line.__doc__


# What a pod or a login script has set is not for a run on this machine


def test_torchrun_hears_nothing_of_other_runs(monkeypatch):
    others = {"PET_NNODES": "2", "MASTER_ADDR": "elsewhere", "MASTER_PORT": "1", "TORCHELASTIC_RUN_ID": "7",
              "GLOO_SOCKET_IFNAME": "eth9", "NCCL_SOCKET_IFNAME": "ib0",
              "GLOO_DEVICE_TRANSPORT": "TCP_TLS"}  # fmt: skip
    for name, value in (others | {"HOME_OF_THE_USER": "/home"}).items():
        monkeypatch.setenv(name, value)
    environment = run_environment()
    assert not others.keys() & environment.keys()
    assert environment["HOME_OF_THE_USER"] == "/home" and environment["OMP_NUM_THREADS"] == "1"


def test_processes_of_one_machine_meet_on_its_loopback_whatever_a_login_script_says(alone, monkeypatch):
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "eth9")  # no such interface: gloo would give up
    monkeypatch.setenv("GLOO_DEVICE_TRANSPORT", "TCP_TLS")  # without certificates, too
    assert join(timeout=10) == torch.device("cpu") or torch.cuda.is_available()
