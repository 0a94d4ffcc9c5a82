"""FIFO with partial responses: the group of a bad message waits until it is dead."""

import lambdalab as lab

worker = lab.handler("worker", wait=1, fails=lambda body: body == "a1")
queue = lab.queue("orders", fifo=True, visibility_timeout=5, max_receive_count=2)
queue = queue.to(worker, batch_size=2, report_batch_item_failures=True)
sent = [(0, lab.message(body, group=body[0])) for body in ("a1", "b1", "a2")]
run = lab.run(queue, at=sent)
