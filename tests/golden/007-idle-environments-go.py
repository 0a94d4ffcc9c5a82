"""Two environments are shut down, each after its idle lifetime; the third request is cold."""

import lambdalab as lab

run = lab.run(lab.handler("greet", wait=0.5, init=0.4), at=[0, 0.2, 400], until=1000)
