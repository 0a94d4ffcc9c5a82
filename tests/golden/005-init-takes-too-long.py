"""An Init of 11 s is stopped at 10 s and run again inside the invocation."""

import lambdalab as lab

slow = lab.handler("slow", wait=0.1, init=11, timeout=15)
run = lab.run(slow, at=[0])
