"""Hand back what the environment says."""

import os


def on_event(event, context):
    return {"statusCode": 200, "body": f"{os.environ['_HANDLER']} {os.environ['DEBUG']}"}
