"""Two functions share the account's pool: what `report` holds, `checkout` cannot have."""

import lambdalab as lab

report, checkout = lab.handler("report", wait=2), lab.handler("checkout", wait=0.1)
run = lab.run({report: [0, 0], checkout: [1, 3]}, account_concurrency=2)
