"""An exit, exit status 0 included, is a function error and costs the process."""

import lambdalab as lab

QUITS = """
import sys

def handler(event, context):
    print("on my way out")
    sys.exit(event["n"])
"""

run = lab.run(lab.function(QUITS, name="quits"), at=[0, 1])
