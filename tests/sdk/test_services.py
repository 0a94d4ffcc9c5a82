"""What services answer to a handler that calls them through boto3."""

import json

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import of
from tests.sdk.asking import QUEUE, function, run, said

pytest.importorskip("boto3")


def test_a_message_is_traced_back_to_the_line_that_sent_it() -> None:
    asked = run(
        f'boto3.client("sqs").send_message(QueueUrl="{QUEUE}orders", MessageBody="one")',
        lab.queue("orders"),
    )
    (called,) = of(asked, facts.ServiceCalled)
    assert (called.fact.service, called.fact.operation) == ("sqs", "SendMessage")
    assert (called.fact.resource, called.fact.line) == ("queue:orders", 16)
    (sent,) = of(asked, facts.MessageSent)
    assert sent.cause == called.seq
    assert sent.rule == "you.code"
    why = repr(asked.why("msg-1"))
    assert "asks sqs for SendMessage on queue:orders (call-1) (line 16)" in why
    assert why.endswith("You sent this request. (you.request)")


def test_a_call_takes_as_long_as_a_run_assumes_and_the_world_goes_on() -> None:
    asked = lab.run(
        {
            function(
                f'boto3.client("sqs").send_message(QueueUrl="{QUEUE}orders", MessageBody="one")'
            ): [0],
            lab.handler("other", wait=0.01): [0.005],
        },
        also=[lab.queue("orders")],
        assume={"sdk.latency": 0.02},
    )
    assert [x.end / 1e6 for x in asked.invocations] == [0.02, 0.015]
    (answered,) = of(asked, facts.CallAnswered)
    assert (answered.at, answered.rule) == (20_000, "sdk.latency")
    assert of(asked, facts.MessageSent)[0].at == 0  # the service acts at once


def test_what_nobody_answers_is_refused_by_name_and_says_what_is_answered() -> None:
    answer = said(
        """
        said = [
            refusal(lambda: boto3.client("ec2").describe_instances()),
            refusal(lambda: boto3.client("sqs").list_dead_letter_source_queues(QueueUrl="q")),
        ]
        """
    )
    (kind, service), (_, operation) = answer
    assert kind == "NotSimulated"
    assert "does not answer DescribeInstances of ec2" in service
    assert "dynamodb, events, kinesis, lambda, s3, sns, sqs" in service
    assert "ListDeadLetterSourceQueues of sqs" in operation
    assert "SendMessageBatch" in operation


def test_mistakes_in_parameters_are_found_by_botocore_itself() -> None:
    asked = run(
        """
        sqs, table = boto3.client("sqs"), boto3.client("dynamodb")
        said = [
            refusal(lambda: sqs.send_message(QueueUrl="q")),
            refusal(lambda: sqs.send_message(QueueUrl="q", MessageBody="x", Colour="red")),
            refusal(lambda: table.put_item(TableName="t", Item={"id": {"S": 7}})),
        ]
        """
    )
    ((kinds, _),) = [list(zip(*asked.returned[0], strict=True))]
    assert kinds == ("ParamValidationError",) * 3
    assert of(asked, facts.ServiceCalled) == []  # nothing was sent


def test_missing_things_have_the_error_codes_of_their_services() -> None:
    answer = said(
        f"""
        clients = {{name: boto3.client(name) for name in
            ("sqs", "sns", "kinesis", "events", "s3", "dynamodb", "lambda")}}
        said = [refusal(act) for act in (
            lambda: clients["sqs"].send_message(QueueUrl="{QUEUE}none", MessageBody="x"),
            lambda: clients["sqs"].get_queue_url(QueueName="none"),
            lambda: clients["sns"].publish(
                TopicArn="arn:aws:sns:us-east-1:123456789012:none", Message="x"),
            lambda: clients["kinesis"].put_record(
                StreamName="none", Data=b"x", PartitionKey="k"),
            lambda: clients["events"].put_events(
                Entries=[dict(Source="a", DetailType="b", Detail="{{}}", EventBusName="none")]),
            lambda: clients["s3"].put_object(Bucket="none", Key="k", Body=b""),
            lambda: clients["s3"].get_object(Bucket="photos", Key="none"),
            lambda: clients["dynamodb"].get_item(TableName="none", Key={{"id": {{"S": "1"}}}}),
            lambda: clients["lambda"].invoke(FunctionName="none"),
            lambda: clients["lambda"].invoke(FunctionName="none", InvocationType="DryRun"),
            lambda: clients["lambda"].invoke(FunctionName="caller", Payload=b"no json"),
        )]
        """,
        lab.bucket("photos"),
    )
    assert answer == [
        ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"],
        ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"],
        ["NotFound", "NotFoundException"],
        ["ResourceNotFoundException", "ResourceNotFoundException"],
        ["ResourceNotFoundException", "ResourceNotFoundException"],
        ["NoSuchBucket", "NoSuchBucket"],
        ["NoSuchKey", "NoSuchKey"],
        ["ResourceNotFoundException", "ResourceNotFoundException"],
        ["ResourceNotFoundException", "ResourceNotFoundException"],
        ["ResourceNotFoundException", "ResourceNotFoundException"],
        ["InvalidRequestContentException", "InvalidRequestContentException"],
    ]


# Lambda -----------------------------------------------------------------------------------------

INNER = lab.function(
    "def handler(event, context):\n    print('inside')\n    return {'got': event}", name="inner"
)
BOOM = lab.function("def handler(event, context):\n    raise ValueError('no')", name="boom")


def test_invoke_waits_for_the_answer_with_everything_that_lambda_says() -> None:
    answer = said(
        """
        import base64
        client = boto3.client("lambda")
        fine = client.invoke(FunctionName="inner", Payload=b'{"a": "\\u00e9"}', LogType="Tail")
        bad = client.invoke(FunctionName="boom")
        said = [
            [fine["StatusCode"], fine["ExecutedVersion"], json.loads(fine["Payload"].read())],
            base64.b64decode(fine["LogResult"]).decode().splitlines()[1],
            [bad["StatusCode"], bad["FunctionError"], json.loads(bad["Payload"].read())],
        ]
        """,
        INNER,
        BOOM,
    )
    assert answer[0] == [200, "$LATEST", {"got": {"a": "é"}}]
    assert answer[1] == "inside"
    assert answer[2][:2] == [200, "Unhandled"]
    assert answer[2][2]["errorType"] == "ValueError"


def test_invoke_hands_over_events_asks_whether_it_may_and_finds_aliases() -> None:
    version = INNER.publish()
    asked = run(
        """
        client = boto3.client("lambda")
        arn = "arn:aws:lambda:us-east-1:123456789012:function:inner:live"
        said = [
            client.invoke(FunctionName="inner", InvocationType="Event", Payload=b"1")["StatusCode"],
            client.invoke(FunctionName="inner", InvocationType="DryRun")["StatusCode"],
            client.invoke(FunctionName="inner", Qualifier="live")["ExecutedVersion"],
            client.invoke(FunctionName=arn)["ExecutedVersion"],
        ]
        """,
        INNER.alias("live", version),
    )
    assert asked.returned == [[202, 204, "1", "1"]]
    received = [entry.fact.invocation_type for entry in of(asked, facts.RequestReceived)]
    assert sorted(received) == ["Event", "RequestResponse", "RequestResponse", "RequestResponse"]


def test_a_throttled_invoke_says_why() -> None:
    answer = said(
        """
        from botocore.config import Config
        client = boto3.client("lambda", config=Config(retries={"total_max_attempts": 1}))
        try:
            client.invoke(FunctionName="inner")
        except client.exceptions.TooManyRequestsException as error:
            said = [error.response["Reason"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
        """,
        INNER.with_(reserved_concurrency=0),
    )
    assert answer == ["ReservedFunctionConcurrentInvocationLimitExceeded", 429]


# SQS --------------------------------------------------------------------------------------------


def test_a_batch_is_sent_entry_by_entry() -> None:
    asked = run(
        f"""
        entries = [
            {{"Id": "a", "MessageBody": "one"}},
            {{"Id": "b", "MessageBody": "two", "DelaySeconds": 901}},
            {{"Id": "c", "MessageBody": "three", "MessageAttributes": {{
                "colour": {{"DataType": "String", "StringValue": "red"}}}}}},
        ]
        said = boto3.client("sqs").send_message_batch(QueueUrl="{QUEUE}orders", Entries=entries)
        del said["ResponseMetadata"]
        """,
        lab.queue("orders"),
    )
    answer = asked.returned[0]
    assert [entry["Id"] for entry in answer["Successful"]] == ["a", "c"]
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["Code"]) == ("b", "InvalidParameterValue")
    assert asked.table("messages").body.tolist() == ["one", "three"]


def test_code_receives_deletes_and_gives_back_messages() -> None:
    asked = run(
        f"""
        import time
        sqs, url = boto3.client("sqs"), "{QUEUE}orders"
        for body in ("one", "two"):
            sqs.send_message(QueueUrl=url, MessageBody=body)
        got = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
        one, two = got
        said = [[m["Body"], m["Attributes"]["ApproximateReceiveCount"]] for m in got]
        said.append("Messages" in sqs.receive_message(QueueUrl=url))
        sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=two["ReceiptHandle"], VisibilityTimeout=0)
        said.append(refusal(lambda: sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=two["ReceiptHandle"], VisibilityTimeout=9))[0])
        again = sqs.receive_message(QueueUrl=url, VisibilityTimeout=2)["Messages"][0]
        time.sleep(1)
        sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=again["ReceiptHandle"], VisibilityTimeout=5)
        time.sleep(4.9)
        said.append("Messages" in sqs.receive_message(QueueUrl=url))
        time.sleep(0.2)
        last = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"][0]
        said.append(last["Attributes"]["ApproximateReceiveCount"])
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        said.append([counted[f"ApproximateNumberOfMessages{{x}}"] for x in ("", "NotVisible")])
        """,
        lab.queue("orders"),
    )
    assert asked.returned == [
        [
            ["one", "1"],
            ["two", "1"],
            False,
            "AWS.SimpleQueueService.MessageNotInflight",
            False,
            "3",
            ["0", "1"],
        ]
    ]
    assert asked.table("messages").state.tolist() == ["deleted", "visible"]


def test_long_polling_waits_until_a_message_comes() -> None:
    asked = lab.run(
        {
            function(
                f"""
                import time
                sqs = boto3.client("sqs")
                got = sqs.receive_message(QueueUrl="{QUEUE}orders", WaitTimeSeconds=10)
                said = [got["Messages"][0]["Body"], time.time() % 60]
                got = sqs.receive_message(QueueUrl="{QUEUE}orders", WaitTimeSeconds=10)
                said += ["Messages" in got, time.time() % 60]
                """
            ): [0],
            lab.queue("orders"): [(3, "late")],
        }
    )
    assert asked.returned[0] == ["late", 3, False, 13]


def test_a_handler_may_delete_what_its_own_batch_holds() -> None:
    worker = function(
        f"""
        for record in event["Records"]:
            boto3.client("sqs").delete_message(
                QueueUrl="{QUEUE}orders", ReceiptHandle=record["receiptHandle"])
        raise RuntimeError("after all of it was deleted")
        """,
        name="worker",
    )
    asked = lab.run(lab.queue("orders").to(worker), at=[0])
    assert asked.count("started") == 1  # nothing comes back
    assert asked.table("messages").state.tolist() == ["deleted"]


def test_a_fifo_queue_wants_a_group_and_gives_a_number() -> None:
    answer = said(
        f"""
        sqs, url = boto3.client("sqs"), "{QUEUE}orders.fifo"
        said = [refusal(lambda: sqs.send_message(QueueUrl=url, MessageBody="x"))[0]]
        for _ in range(2):
            sent = sqs.send_message(QueueUrl=url, MessageBody="x", MessageGroupId="g")
            said.append("SequenceNumber" in sent)
        said.append(len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=5)["Messages"]))
        """,
        lab.queue("orders", fifo=True),
    )
    assert answer == ["MissingParameter", True, False, 1]  # the second one was a duplicate


# What pushes, and streams -----------------------------------------------------------------------


def test_topics_buses_buckets_and_streams_hand_on_what_code_sends() -> None:
    seen = lab.function("def handler(event, context):\n    return event", name="seen")
    asked = run(
        """
        arn = "arn:aws:sns:us-east-1:123456789012:news"
        boto3.client("sns").publish(TopicArn=arn, Message="hello", Subject="s", MessageAttributes={
            "kind": {"DataType": "String", "StringValue": "greeting"}})
        boto3.client("events").put_events(Entries=[
            {"Source": "shop", "DetailType": "Ordered", "Detail": '{"n": 1}', "EventBusName": "b"},
            {"Source": "shop", "DetailType": "Ordered", "Detail": 'no json'}])
        boto3.client("s3").put_object(Bucket="photos", Key="a cat.jpg", Body=b"12345")
        boto3.client("kinesis").put_records(StreamName="clicks", Records=[
            {"Data": b"\\xff\\x00", "PartitionKey": "k"}])
        """,
        lab.topic("news").to(seen),
        lab.bus("b").to(seen),
        lab.bucket("photos").to(seen),
        lab.stream("clicks").to(seen),
    )
    sent = [
        json.loads(entry.fact.payload)
        for entry in of(asked, facts.RequestReceived)
        if entry.fact.function == "seen"
    ]
    news, ordered, photo, click = sent
    assert news["Records"][0]["Sns"]["Message"] == "hello"
    assert news["Records"][0]["Sns"]["Subject"] == "s"
    assert news["Records"][0]["Sns"]["MessageAttributes"]["kind"]["Value"] == "greeting"
    assert (ordered["source"], ordered["detail"]) == ("shop", {"n": 1})
    assert photo["Records"][0]["s3"]["object"]["size"] == 5
    assert photo["Records"][0]["s3"]["object"]["key"] == "a+cat.jpg"
    assert click["Records"][0]["kinesis"]["data"] == "/wA="


def test_objects_are_kept_listed_and_removed() -> None:
    reader = function(
        """
        import io, time
        time.sleep(60)
        s3 = boto3.client("s3")
        s3.upload_fileobj(io.BytesIO(b"hello"), "photos", "a/b.txt")
        s3.copy_object(Bucket="photos", Key="c", CopySource={"Bucket": "photos", "Key": "a/b.txt"})
        listed = s3.list_objects_v2(Bucket="photos")["Contents"]
        said = [
            [[each["Key"], each["Size"], each["LastModified"].isoformat()] for each in listed],
            s3.get_object(Bucket="photos", Key="c")["Body"].read().decode(),
        ]
        s3.delete_object(Bucket="photos", Key="c")
        said.append(refusal(lambda: s3.get_object(Bucket="photos", Key="c"))[0])
        """,
        timeout=100,
    )
    photos = lab.bucket("photos")
    asked = lab.run({reader: [0], photos: [(1, lab.object("given.txt", 7))]})
    began, later = "2026-01-01T00:00:01+00:00", "2026-01-01T00:01:00+00:00"
    assert asked.returned[0] == [
        [["a/b.txt", 5, later], ["c", 5, later], ["given.txt", 7, began]],
        "hello",
        "NoSuchKey",
    ]
    told = [json.loads(entry.fact.body) for entry in of(asked, facts.EventPublished)]
    assert [each["event"] for each in told] == [
        "ObjectCreated:Put",
        "ObjectCreated:Put",
        "ObjectCreated:Copy",
        "ObjectRemoved:Delete",
    ]


# DynamoDB ---------------------------------------------------------------------------------------


def test_conditions_updates_and_queries_are_dynamodbs_own() -> None:
    asked = run(
        """
        from boto3.dynamodb.conditions import Attr, Key
        table = boto3.resource("dynamodb").Table("orders")
        new = {"ConditionExpression": Attr("id").not_exists()}
        table.put_item(Item={"id": "1", "n": 1, "tags": ["a"]}, **new)
        said = [refusal(lambda: table.put_item(Item={"id": "1"}, **new))]
        done = table.update_item(
            Key={"id": "1"}, UpdateExpression="SET #s = :s, n = n + :one",
            ConditionExpression="n < :most",
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":s": "paid", ":one": 1, ":most": 2},
            ReturnValues="ALL_NEW")["Attributes"]
        said.append([done["state"], int(done["n"])])
        said.append(refusal(lambda: table.update_item(
            Key={"id": "1"}, UpdateExpression="SET n = n + :one", ConditionExpression="n < :most",
            ExpressionAttributeValues={":one": 1, ":most": 2}))[0])
        with table.batch_writer() as batch:
            for k in range(30):
                batch.put_item(Item={"id": f"b{k:02}"})
        found = table.query(KeyConditionExpression=Key("id").eq("1"))["Items"]
        said += [len(found), table.scan(FilterExpression=Attr("id").begins_with("b"))["Count"]]
        table.delete_item(Key={"id": "1"})
        said.append("Item" in table.get_item(Key={"id": "1"}))
        """,
        lab.table("orders"),
    )
    failed = ["ConditionalCheckFailedException"]
    assert asked.returned == [[failed * 2, ["paid", 2], failed[0], 1, 30, False]]
    assert len(of(asked, facts.ItemWritten)) == 33


def test_a_transaction_is_all_or_nothing_and_says_why() -> None:
    asked = run(
        """
        client = boto3.client("dynamodb")
        put = lambda id, **more: {"Put": {"TableName": "orders", "Item": {"id": {"S": id}}, **more}}
        client.transact_write_items(TransactItems=[put("a"), put("b")])
        new = {"ConditionExpression": "attribute_not_exists(id)"}
        try:
            client.transact_write_items(TransactItems=[put("c", **new), put("a", **new)])
        except client.exceptions.TransactionCanceledException as error:
            said = [reason["Code"] for reason in error.response["CancellationReasons"]]
        """,
        lab.table("orders"),
    )
    assert asked.returned == [["None", "ConditionalCheckFailed"]]
    keys = [json.loads(entry.fact.key)["id"]["S"] for entry in of(asked, facts.ItemWritten)]
    assert keys == ["a", "b"]


def test_what_code_writes_is_in_the_stream_and_what_a_learner_puts_is_there_for_code() -> None:
    copier = function(
        """
        table = boto3.resource("dynamodb").Table("orders")
        for record in event["Records"]:
            id = record["dynamodb"]["Keys"]["id"]["N"]
            if "seen" not in record["dynamodb"]["NewImage"]:
                item = table.get_item(Key={"id": int(id)})["Item"]
                table.put_item(Item={**item, "seen": True})
        """
    )
    asked = lab.run(lab.table("orders").to(copier), at=[(0, {"id": 7, "kg": 3})])
    names = [entry.fact.name for entry in of(asked, facts.RecordPut)]
    assert names == ["INSERT", "MODIFY"]
    written = json.loads(of(asked, facts.ItemWritten)[-1].fact.item)
    assert written == {"id": {"N": "7"}, "kg": {"N": "3"}, "seen": {"BOOL": True}}
    assert of(asked, facts.RecordPut)[1].fact.data == json.dumps(
        {
            "Keys": {"id": {"N": "7"}},
            "NewImage": written,
            "OldImage": {"id": {"N": "7"}, "kg": {"N": "3"}},
        }
    )


def test_statements_write_facts_too() -> None:
    asked = run(
        """
        client = boto3.client("dynamodb")
        client.execute_statement(Statement="INSERT INTO \\"orders\\" VALUE {'id': 'a', 'n': 1}")
        client.execute_statement(Statement="UPDATE \\"orders\\" SET n=? WHERE id='a'",
            Parameters=[{"N": "2"}])
        said = refusal(lambda: client.execute_statement(Statement="UPDATE \\"orders\\" SET n=2"))
        """,
        lab.table("orders"),
    )
    assert len(of(asked, facts.ItemWritten)) == 2
    assert asked.returned[0][0] == "NotSimulated"
    assert "moto cannot evaluate this ExecuteStatement of dynamodb" in asked.returned[0][1]
    assert '"N": "2"' in of(asked, facts.ItemWritten)[-1].fact.item


def test_threads_of_a_handler_call_at_the_same_time() -> None:
    asked = run(
        f"""
        from concurrent.futures import ThreadPoolExecutor
        sqs = boto3.client("sqs")
        send = lambda n: sqs.send_message(QueueUrl="{QUEUE}orders", MessageBody=str(n))
        with ThreadPoolExecutor(4) as pool:
            said = len(list(pool.map(send, range(8))))
        """,
        lab.queue("orders"),
        assume={"sdk.latency": 0.1},
    )
    assert asked.returned == [8]
    assert asked.end == pytest.approx(0.2)  # two rounds of four


def test_a_provisioned_environment_may_call_in_its_init() -> None:
    code = """
import boto3
table = boto3.resource("dynamodb").Table("settings")
table.put_item(Item={"id": "ready"})
def handler(event, context):
    return table.get_item(Key={"id": "ready"})["Item"]["id"]
"""
    live = lab.function(code, name="ready", timeout=10).alias("live", provisioned_concurrency=1)
    asked = lab.run(live, at=[0], also=[lab.table("settings")], until=1)
    assert asked.returned == ["ready"]


@pytest.mark.parametrize(
    ("found", "asked", "code"),
    [
        (
            lab.queue("x"),
            f'sqs").send_message(QueueUrl="{QUEUE}x", MessageBody="m")',
            "AccessDenied",
        ),
        (lab.stream("x"), 'kinesis").put_record(StreamName="x", Data=b"d", PartitionKey="k")', ""),
        (lab.bucket("x"), 's3").put_object(Bucket="x", Key="k", Body=b"")', "AccessDenied"),
        (lab.table("x"), 'dynamodb").put_item(TableName="x", Item={"id": {"S": "1"}})', ""),
    ],
    ids=["queue", "stream", "bucket", "table"],
)
def test_what_is_denied_cannot_be_written_by_code_either(found, asked, code) -> None:  # type: ignore[no-untyped-def]
    body = f'said = refusal(lambda: boto3.client("{asked})'
    refused = said(body, found, faults=[lab.denied(found)])
    assert refused[0] == (code or "AccessDeniedException")
    assert said(body, found) is None
