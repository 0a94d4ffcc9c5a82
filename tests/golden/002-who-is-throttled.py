"""Reserved concurrency 1: the second of two requests at once is throttled, and why."""

import lambdalab as lab

one = lab.handler("one", wait=1, reserved_concurrency=1)
run = lab.run(one, at=[0, 0, 1])
