"""A request that waits for the Init of env-2 takes env-1, which becomes free before."""

import lambdalab as lab

slow = lab.handler("slow", wait=0.5, init=2, timeout=10)
run = lab.run(slow, at=[0, 1, 20])
