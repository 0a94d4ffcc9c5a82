"""What people believe of queues, and what a run shows instead."""

import lambdalab as lab
from tests.engine.asking import starts

BOOM = lab.handler("boom", fails=True)


def test_m17_whether_anybody_retries_depends_on_the_door() -> None:
    queue = lab.queue(visibility_timeout=30, max_receive_count=3).to(BOOM)
    doors = (BOOM, lab.event(BOOM), queue)
    assert [lab.run(door, at=[0], until=600).attempts() for door in doors] == [1, 3, 3]
    assert starts(lab.run(queue, at=[0], until=600)) == [0, 30, 60]


def test_m21_the_dead_letter_queue_of_a_function_gets_nothing_from_a_queue() -> None:
    boom = BOOM.with_(dead_letter="fn-dlq")
    run = lab.run(lab.queue(visibility_timeout=30).to(boom), at=[0], until=600)
    assert run.depth("fn-dlq") == 0
    queue = lab.queue(visibility_timeout=30, max_receive_count=3, dead_letter="q-dlq")
    assert lab.run(queue.to(boom), at=[0]).depth("q-dlq") == 1


def test_m22_a_queue_does_not_wait_for_reserved_concurrency() -> None:
    """One receive allowed, 12 messages of 10 s: four are dead, and none of them ever ran."""
    one = lab.handler("one", wait=10, reserved_concurrency=1)
    queue = lab.queue(visibility_timeout=30, max_receive_count=1, dead_letter="dlq")
    run = lab.run(queue.to(one, batch_size=1), at=[0] * 12)
    dead = run.table("messages").query("state == 'dead_lettered'").message_id
    assert run.depth("dlq") == len(dead) == 4
    assert [run.attempts(message) for message in dead] == [0] * 4
    for receives in (3, 5):
        more = lab.queue(visibility_timeout=30, max_receive_count=receives, dead_letter="dlq")
        assert lab.run(more.to(one, batch_size=1), at=[0] * 12).depth("dlq") == 0
    two = lab.handler("two", wait=10)
    capped = queue.to(two, batch_size=1, maximum_concurrency=2)
    assert lab.run(capped, at=[0] * 12).depth("dlq") == 0


def test_m23_a_loan_that_is_no_longer_than_the_timeout_lets_messages_run_twice() -> None:
    work = lab.handler("work", wait=50, timeout=60, reserved_concurrency=2)
    twice = {}
    for loan in (60, 360):
        queue = lab.queue(visibility_timeout=loan, max_receive_count=5)
        run = lab.run(queue.to(work, batch_size=1), at=[0] * 6)
        twice[loan] = run.count("ran_twice")
        assert run.count("errors") == 0
    assert twice[60] > 0
    assert twice[360] == 0


def test_m24_the_whole_batch_comes_back_unless_failures_are_reported() -> None:
    picky = lab.handler("picky", fails=lambda body: body == "m7")
    sent = [(0, f"m{k}") for k in range(10)]
    receives, dead = {}, {}
    for reports in (False, True):
        queue = lab.queue(visibility_timeout=30, max_receive_count=3, dead_letter="dlq")
        queue = queue.to(picky, batch_size=10, report_batch_item_failures=reports)
        run = lab.run(queue, at=sent)
        receives[reports] = run.table("messages").query("queue == 'queue'").receives.tolist()
        dead[reports] = run.depth("dlq")
    assert receives == {False: [3] * 10, True: [1] * 7 + [3] + [1] * 2}
    assert dead == {False: 10, True: 1}


def test_m25_a_failing_message_blocks_its_own_group_and_no_other() -> None:
    queue = lab.queue(fifo=True, visibility_timeout=30, max_receive_count=3)
    send = [(0, lab.message(body, group=body[0])) for body in ("a1", "a2", "b1", "b2", "c1")]
    worker = lab.handler("worker", wait=1, fails=lambda body: body == "a1")
    run = lab.run(queue.to(worker, batch_size=1), at=send)
    first = run.table("messages").query("queue == 'queue.fifo'").set_index("body").left
    assert first.to_dict() == {"a1": 90, "a2": 91, "b1": 1, "b2": 2, "c1": 1}
    assert run.peak == 3
