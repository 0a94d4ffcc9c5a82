"""Say which event came."""


def lambda_handler(event, context):
    return {"statusCode": 200, "body": event.get("pathParameters", {}).get("id", "no id")}
