"""A module that cannot be imported is run twice for the first request."""

import lambdalab as lab

BROKEN = """
import nothing_of_this_name

def handler(event, context):
    return 1
"""

run = lab.run(lab.function(BROKEN, name="broken"), at=[0, 1])
