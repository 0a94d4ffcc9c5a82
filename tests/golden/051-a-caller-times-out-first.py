"""A function waits for another one and is stopped at its own timeout; the other one goes on."""

import lambdalab as lab

SOURCE = """
import lambdalab as lab

def handler(event, context):
    lab.effect("begin")
    return lab.call("inner", event)
"""
inner = lab.handler("inner", wait=5, timeout=10)
run = lab.run(lab.function(SOURCE, name="outer"), at=[0], also=[inner])
