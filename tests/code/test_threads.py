"""Threads, asyncio, and what is refused."""

from __future__ import annotations

import asyncio

import pytest

from lambdalab.code import simulated
from lambdalab.engine.steps import Exit, Raise, Return, Wait, Write
from tests.code.conftest import World


def test_a_thread_runs_at_once_until_it_waits(handler):
    env = handler(
        """
        import threading, time
        def work():
            print("working")
            time.sleep(2)
            print("worked")
        ----
        thread = threading.Thread(target=work)
        thread.start()
        print(thread.name, thread.is_alive(), threading.active_count(), thread.ident)
        thread.join()
        print(thread.is_alive(), time.time() - 1767225600, threading.current_thread().name)
        """
    )
    env.invoke()
    assert env.lines == [
        "working", "Thread-1 (work) True 2 2", "worked", "False 2.0 MainThread",
    ]  # fmt: skip
    assert [s.us for s in env.steps if isinstance(s, Wait)] == [2_000_000]


def test_what_is_pending_when_the_handler_returns_is_frozen_and_thawed(world, handler):
    env = handler(
        """
        import threading, time
        ----
        print("start", event)
        threading.Timer(5, print, ["timer", event]).start()
        """
    )
    env.invoke("first")
    assert env.steps == [Write("start first\n", 4), Return("null", 5)]
    world.now += 2_000_000
    env.invoke("second")  # it is not due yet
    assert env.lines == ["start second"]
    world.now += 60_000_000
    env.invoke("third")  # both are overdue
    assert env.lines == ["timer first", "timer second", "start third"]


def test_background_work_goes_on_while_the_next_handler_waits(world, handler):
    env = handler(
        """
        import threading, time
        def work():
            for n in range(3):
                time.sleep(1)
                print("beat", n, time.time() - 1767225600)
        thread = threading.Thread(target=work, daemon=True)
        ----
        if event:
            thread.start()
        time.sleep(1.5)
        print("end")
        """
    )
    env.invoke(True)
    assert env.lines == ["beat 0 1.0", "end"]
    world.now = 100_000_000
    env.invoke(False)
    assert env.lines == ["beat 1 100.0", "beat 2 101.0", "end"]


def test_pools_queues_locks_and_events_work(handler):
    env = handler(
        """
        import concurrent.futures as futures, queue, threading, time
        def work(n):
            time.sleep(n)
            return n * 2
        ----
        begin = time.time()
        with futures.ThreadPoolExecutor(max_workers=2) as pool:
            results = list(pool.map(work, [1, 2, 3]))
            done = [f.result() for f in futures.as_completed([pool.submit(work, n) for n in (2, 1)])]
        took = time.time() - begin
        q, ready, lock = queue.Queue(maxsize=1), threading.Event(), threading.Lock()
        def produce():
            for n in range(3):
                q.put(n)
                time.sleep(0.5)
            ready.set()
        threading.Thread(target=produce).start()
        got = [q.get(timeout=1) for n in range(3)]
        try:
            q.get(timeout=0.25)
        except queue.Empty:
            got.append("empty")
        assert ready.wait(5) and not threading.Event().wait(0.5)
        order = []
        def take(name):
            with lock:
                order.append(name)
                time.sleep(1)
        threads = [threading.Thread(target=take, args=[name]) for name in "abc"]
        for thread in threads: thread.start()
        assert not lock.acquire(timeout=0.5) and not lock.acquire(blocking=False)
        for thread in threads: thread.join()
        again = threading.RLock()
        with again, again:
            pass
        barrier = threading.Barrier(2)
        threading.Thread(target=barrier.wait).start()
        barrier.wait()
        condition = threading.Condition()
        with threading.Semaphore(1), condition:
            condition.wait_for(lambda: True)
        return [results, done, took, got, order, time.time() - begin]
        """
    )
    assert env.returned() == [[2, 4, 6], [2, 4], 6.0, [0, 1, 2, "empty"], ["a", "b", "c"], 11.0]


def test_errors_in_threads_are_written_and_end_only_them(handler):
    env = handler(
        """
        import threading, sys
        def bad():
            raise ValueError("in a thread")
        ----
        threading.Thread(target=bad).start()
        threading.Thread(target=sys.exit).start()
        return threading.active_count()
        """
    )
    assert env.returned() == 1
    assert env.text == (
        "Exception in thread Thread-1 (bad):\nTraceback (most recent call last):\n"
        '  File "/var/task/greet.py", line 4, in bad\n    raise ValueError("in a thread")\n'
        "ValueError: in a thread\n"
    )


def test_a_thread_can_end_the_process(handler):
    env = handler(
        "import threading, os, time\n----\nthreading.Timer(1, os._exit, [3]).start()\ntime.sleep(2)"
    )
    assert isinstance(env.invoke(), Exit)


def test_thread_locals_are_of_their_thread(handler):
    env = handler(
        """
        import threading
        local = threading.local()
        ----
        local.x = event
        seen = []
        threading.Thread(target=lambda: seen.append(getattr(local, "x", None))).start()
        return seen + [local.x]
        """
    )
    assert env.returned(1) == [None, 1]


def test_a_deadlock_waits_until_the_timeout(handler):
    env = handler("import threading\n----\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()")
    step = env.process.invoke(env.invocation())
    assert isinstance(step, Wait)
    assert step.us > 900_000_000
    assert step.line == 5


def test_too_many_threads(handler):
    env = handler(
        "import threading, time\n----\nfor n in range(2000):\n"
        "    threading.Thread(target=time.sleep, args=[9]).start()"
    )
    step = env.invoke()
    assert isinstance(step, Raise)
    assert "can't start new thread" in step.payload


ASYNC = """
import asyncio, time
async def work(n):
    await asyncio.sleep(n)
    print(n, time.time() - 1767225600)
    return n
async def main():
    results = await asyncio.gather(work(2), work(1), asyncio.to_thread(time.sleep, 0.5))
    try:
        await asyncio.wait_for(work(10), timeout=0.5)
    except asyncio.TimeoutError:
        results.append("timeout")
    async def numbers():
        for n in range(2):
            yield n
            await asyncio.sleep(0.25)
    results += [n async for n in numbers()]
    time.sleep(1)
    return results
def handler(event, context):
    return asyncio.run(main()) + [asyncio.get_event_loop().run_until_complete(work(0.5))]
"""


def test_asyncio_runs_on_the_simulated_clock(world):
    env = world.start(ASYNC)
    assert env.returned() == [2, 1, None, "timeout", 0, 1, 0.5]
    assert env.lines == ["1 1.0", "2 2.0", "0.5 4.5"]
    assert env.returned()[-1] == 0.5


def test_asyncio_works_where_the_notebook_itself_runs_a_loop():
    async def cell():
        loop = asyncio.get_running_loop()
        with simulated():
            world = World()
            one, two = world.start(ASYNC), world.start(ASYNC)
            first = one.process.invoke(one.invocation())
            assert isinstance(first, Wait)
            assert two.returned()[-1] == 0.5  # while the other one waits in its loop
            assert isinstance(one.run(one.process.resume()), Return)
        assert asyncio.get_running_loop() is loop
        await asyncio.sleep(0)
        return True

    assert asyncio.run(cell())


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("__import__('socket').socket()", "sends nothing anywhere"),
        ("__import__('socket').create_connection(('example.com', 80))", "sends nothing anywhere"),
        ("__import__('urllib.request').request.urlopen('http://example.com')", "sends nothing"),
        ("__import__('os').system('ls')", "sends nothing anywhere"),
        ("__import__('os').fork()", "sends nothing anywhere"),
        ("__import__('os').execv('/bin/ls', ['ls'])", "sends nothing anywhere"),
        ("__import__('subprocess').run('ls')", "sends nothing anywhere"),
        ("__import__('multiprocessing').Process(target=print).start()", "sends nothing anywhere"),
        ("__import__('multiprocessing.pool').pool.ThreadPool(2)", "ThreadPoolExecutor"),
        ("__import__('select').select([], [], [], 1)", "nothing that select.select could wait for"),
        ("__import__('signal').alarm(1)", "no alarms"),
    ],
)
def test_what_leaves_the_simulation_is_refused(handler, what, words):
    env = handler(f"return {what}")
    step = env.invoke()
    assert isinstance(step, Raise)
    assert step.error_type == "NotSimulated"
    assert words in step.payload


def test_signals_and_exit_functions_are_taken_but_never_come(handler):
    import signal

    before = signal.getsignal(signal.SIGTERM)
    env = handler(
        "import atexit, signal\n----\natexit.register(print, 'bye')\n"
        "signal.signal(signal.SIGTERM, print)\nreturn signal.getsignal(signal.SIGTERM) is print"
    )
    env.invoke()
    assert signal.getsignal(signal.SIGTERM) is before
