"""One second of CPU takes longer the less memory the function has."""

import lambdalab as lab

small, large = lab.handler("small", cpu=1, memory=512), lab.handler("large", cpu=1, memory=3538)
run = lab.run({small: [0], large: [0]})
