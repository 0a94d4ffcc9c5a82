"""A REST API answers 504 after 29 s, its client tries once more, and the function runs twice."""

import lambdalab as lab

slow = lab.handler("slow", wait=35, timeout=60, returns={"statusCode": 200})
run = lab.run(lab.caller(lab.api(slow), retries="once"), at=[0])
