"""One receive allowed and one place: a message that found no room in its loan is dead."""

import lambdalab as lab

worker = lab.handler("worker", wait=4, timeout=5, reserved_concurrency=1)
queue = lab.queue("orders", visibility_timeout=5, max_receive_count=1)
run = lab.run(queue.to(worker, batch_size=1), at=[0, 0, 0])
