"""A timeout costs the process; the next invocation runs Init again inside its own timeout."""

import lambdalab as lab

SHAKY = """
import time
time.sleep(2)

def handler(event, context):
    if event["n"] == 1:
        raise ValueError("bad record")
    time.sleep(9 if event["n"] == 2 else 1.5)
    return "ok"
"""

shaky = lab.function(SHAKY, name="shaky", timeout=3)
run = lab.run(shaky, at=[0, 10, 20, 30])
