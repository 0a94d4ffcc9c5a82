"""The first request waits for Init; the second finds the environment frozen and takes it."""

import lambdalab as lab

worker = lab.function(lab.work(wait=0.5, init=0.3), name="worker")
run = lab.run(worker, at=[0, 2])
