"""Take an order: write it down once, and leave the work to a queue."""

import json
import os

import boto3
from botocore.exceptions import ClientError

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])
sqs = boto3.client("sqs")


def handler(event, context):
    order = json.loads(event["body"])
    try:
        table.put_item(
            Item={"id": order["id"], "item": order["item"], "status": "accepted"},
            ConditionExpression="attribute_not_exists(id)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return {"statusCode": 200, "body": json.dumps({"id": order["id"], "status": "known"})}
    sqs.send_message(QueueUrl=os.environ["WORK_QUEUE"], MessageBody=json.dumps(order))
    return {"statusCode": 202, "body": json.dumps({"id": order["id"], "status": "accepted"})}
