"""Schedules: at their corners by hand, step by step beside PyTorch, and an optimizer that follows one."""

import numpy as np
import pytest

from backprop.optimizers import SGD, AdamW
from backprop.schedules import Scheduled, linear_decay, warm_up_cosine


def test_warm_up_cosine_by_hand():
    rate = warm_up_cosine(0.5, steps=14, warm_up=2, least=0.1)
    assert [rate(1), rate(2)] == [0.25, 0.5]
    assert [rate(6), rate(8), rate(10)] == pytest.approx([0.1 + 0.4 * 0.75, 0.3, 0.1 + 0.4 * 0.25])  # a third, half
    assert [rate(14), rate(15), rate(100)] == pytest.approx([0.1] * 3)


def test_linear_decay_by_hand():
    rate = linear_decay(0.5, steps=12, warm_up=2)
    assert [rate(1), rate(2), rate(7), rate(12), rate(13)] == pytest.approx([0.25, 0.5, 0.25, 0, 0])


@pytest.mark.parametrize("warm_up", [0, 5])
@pytest.mark.parametrize(
    "make, name, options",
    [
        (warm_up_cosine, "CosineAnnealingLR", lambda steps: {"T_max": steps, "eta_min": 0.01}),
        (linear_decay, "LinearLR", lambda steps: {"start_factor": 1.0, "end_factor": 0.1, "total_iters": steps}),
    ],
)
def test_rates_as_in_torch(make, name, options, warm_up):
    """torch counts from 0, and has the warm-up as a schedule of its own."""
    torch = pytest.importorskip("torch")
    rate, schedules = make(0.1, steps=20, warm_up=warm_up, least=0.01), torch.optim.lr_scheduler
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = getattr(schedules, name)(optimizer, **options(20 - warm_up))
    for step in range(warm_up, 21):
        assert step == 0 or rate(step) == pytest.approx(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()


def test_an_optimizer_follows_its_schedule():
    w, scheduled = np.array([1.0]), Scheduled(SGD(7), linear_decay(0.5, steps=4))
    for expected in (0.375, 0.25, 0.125):
        before = w.copy()
        scheduled.step({"w": w}, {"w": np.array([1.0])})
        assert before - w == pytest.approx(expected) == pytest.approx(scheduled.learning_rate)
    assert repr(scheduled) == "Scheduled(SGD(learning_rate=0.125), step 3)"


def test_a_step_that_is_refused_is_not_counted():
    scheduled = Scheduled(AdamW(), warm_up_cosine(0.5, steps=4))
    with pytest.raises(ValueError, match="nan"):
        scheduled.step({"w": np.ones(1)}, {"w": np.array([np.nan])})
    assert scheduled.steps == 0


@pytest.mark.parametrize(
    "settings, error, words",
    [
        ({"peak": 0}, ValueError, "peak to be a number above 0"),
        ({"steps": 2.5}, TypeError, "steps to be a whole number"),
        ({"warm_up": 10}, ValueError, "fewer steps of warm_up than steps, got 10 of 10"),
        ({"least": 2}, ValueError, "least"),
    ],
)
@pytest.mark.parametrize("make", [warm_up_cosine, linear_decay])
def test_what_is_out_of_range(make, settings, error, words):
    with pytest.raises(error, match=f"{make.__name__} expected .*{words}"):
        make(**{"peak": 1, "steps": 10, **settings})


def test_what_is_no_optimizer_and_no_schedule():
    with pytest.raises(TypeError, match="Scheduled expected an optimizer with a learning_rate"):
        Scheduled("sgd", linear_decay(0.1, steps=3))
    with pytest.raises(TypeError, match="Scheduled expected schedule to be a function of the step"):
        Scheduled(SGD(), 0.1)
