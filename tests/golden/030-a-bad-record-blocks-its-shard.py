"""A batch that fails blocks its shard until its retries are used up; the next one then runs."""

import lambdalab as lab

worker = lab.handler("worker", wait=0.1, fails=lambda data: data == "bad")
clicks = lab.stream("clicks").to(
    worker, batch_size=2, maximum_retry_attempts=1, on_failure="failed"
)

run = lab.run(clicks, at=[(0, "fine"), (0, "bad"), (0.1, "behind")])
