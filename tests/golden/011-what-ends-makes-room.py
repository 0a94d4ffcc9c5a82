"""At one microsecond what ends comes first: the request at 1 s finds env-1 free."""

import lambdalab as lab

run = lab.run(lab.handler("greet", wait=1, reserved_concurrency=1), at=[0, 1, 2])
