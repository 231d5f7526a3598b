"""Medians, quartiles and ratios of known numbers; who takes turns, and when."""

import gc
import time

import pytest

from benchmarks.timing import StopWatch, Summary, clock, ratio, take_turns


def test_summary():
    summary = Summary.of([5.0, 1.0, 4.0, 2.0, 3.0])
    assert summary == Summary(2.0, 3.0, 4.0)
    assert summary.spread == pytest.approx(2 / 3)
    assert Summary.of([7.0]) == Summary(7.0, 7.0, 7.0)
    with pytest.raises(ValueError, match="at least one"):
        Summary.of([])


def test_ratio_is_taken_round_by_round():
    # The second round was slow for both. The medians, 2 and 2, would say 1.
    assert ratio([1.0, 20.0, 2.0], [2.0, 40.0, 1.0]) == 0.5
    with pytest.raises(ValueError, match="3 and 2"):
        ratio([1, 2, 3], [1, 2])


def test_everyone_has_a_turn_in_every_round():
    order = []
    times = take_turns({name: lambda name=name: order.append(name) or len(order) for name in "abc"}, 3)
    assert "".join(order) == "abcbcacab"
    assert times == {"a": [1, 6, 8], "b": [2, 4, 9], "c": [3, 5, 7]}


def test_clock():
    seconds, result = clock(lambda: (time.sleep(0.01), gc.isenabled())[1])
    assert 0.009 < seconds < 1
    assert result is False and gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        clock(lambda: 1 / 0)
    assert gc.isenabled()


def test_stop_watch_counts_only_while_it_runs(monkeypatch):
    now = iter([10.0, 13.0, 100.0, 101.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(now))
    watch = StopWatch()
    for _ in range(2):
        watch.start()
        watch.stop()
    assert watch.elapsed == 4.0
