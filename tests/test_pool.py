"""Jobs in processes: what a job that ends its process costs, and what is said of it."""

import os
import signal
import time

import psutil
import pytest

from sim.errors import RunError
from sim.facts.kept import done
from sim.sweep.pool import Ended, each, pool, usable_processors


def double(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def refuse(number):
    raise KeyError(number)


def sleep(number):
    time.sleep(600)


def test_all_other_jobs_are_done_before_the_one_that_ends_its_process_is_told():
    found = {}
    with pytest.raises(RunError) as raised:
        found.update((job, twice) for job, twice in done(double, range(8), 2))
    assert found == {number: 2 * number for number in range(8) if number != 3}
    assert str(raised.value).startswith("3: its process was ended twice, the second time while it ran alone")
    assert "SIGKILL(-9), perhaps for want of memory" in str(raised.value)
    assert "可能是内存不足" in raised.value.render("zh")


def test_lists_that_are_under_way_are_tried_again_job_by_job():
    with pool(2, each(double)) as working:
        for start in (0, 10, 20):
            working.submit(range(start, start + 5))
        assert working.under_way == 3
        found = {}
        while working.under_way:
            for jobs, came in working.finished():
                found |= (
                    dict.fromkeys(jobs) if isinstance(came, Ended) else dict(zip(jobs, came, strict=True))
                )
    wanted = {number: 2 * number for start in (0, 10, 20) for number in range(start, start + 5)}
    assert found == wanted | {3: None}


def test_the_error_of_a_job_is_raised_and_nothing_is_left():
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(KeyError):
        list(done(refuse, range(4), 2))
    gone, _ = psutil.wait_procs(_workers(before), timeout=20)
    assert _workers(before) == []
    assert all(not process.is_running() for process in gone)


def _give_up():
    with pool(2, each(sleep)) as working:
        working.submit([1])
        raise KeyboardInterrupt


def test_what_runs_is_given_up_when_the_body_raises():
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(KeyboardInterrupt):
        _give_up()
    psutil.wait_procs(_workers(before), timeout=20)
    assert _workers(before) == []


def _workers(before):
    """Processes that have come and work; what multiprocessing needs for itself stays."""
    now = set(psutil.Process().children(recursive=True)) - before
    return [one for one in now if "popen_loky" in " ".join(one.cmdline())]


def test_here_jobs_are_done_in_order_in_this_process():
    assert list(done(lambda number: (number, os.getpid()), range(3), 1)) == [
        (number, (number, os.getpid())) for number in range(3)
    ]
    assert usable_processors() >= 1
