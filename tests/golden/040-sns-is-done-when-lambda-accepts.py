"""A topic tries until Lambda takes the message; what the function makes of it, it never sees."""

import lambdalab as lab

boom = lab.handler("boom", fails=True, maximum_retry_attempts=1, dead_letter="of-lambda")
news = lab.topic("news").to(boom, dead_letter="of-sns")
run = lab.run(news, at=[0], faults=[lab.outage(0, 1.5)])
