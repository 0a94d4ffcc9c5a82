"""Stand for some work on a picture."""

import json
import time


def handler(event, context):
    pictures = [json.loads(record["body"]) for record in event.get("Records", [])] or [event]
    for picture in pictures:
        time.sleep(0.3)
        if picture.get("broken"):
            raise ValueError("this is no picture")
    return len(pictures)
