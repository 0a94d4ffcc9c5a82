"""Fulfil orders from a queue; one that cannot be fulfilled is tried again."""

import json
import os
import time

import boto3

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def handler(event, context):
    failed = []
    for record in event["Records"]:
        order = json.loads(record["body"])
        try:
            fulfil(order)
        except ValueError as error:
            print(f"{order['id']}: {error}")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def fulfil(order):
    time.sleep(0.2)
    if order["item"] == "unknown":
        raise ValueError("there is no such item")
    table.update_item(
        Key={"id": order["id"]},
        UpdateExpression="SET #status = :done",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":done": "fulfilled"},
    )
